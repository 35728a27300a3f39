//! In which order functions are executed, and how often.
//!
//! Callees before callers, wave by wave; the functions of a wave in parallel. An execution reads
//! only what earlier waves left behind, so the result does not depend on the schedule of the
//! threads. Then come further rounds for those executions that would turn out otherwise by now:
//! the class of a parameter is known only after the callers were executed.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::evaluate::{Exit, Outcome, execute};
use super::exec::Env;
use super::facts::{Facts, SlotKey};
use super::store::Heap;
use super::summary::{Summaries, SummaryKey};
use super::variants::Variants;
use crate::program::model::{FuncId, Program};

/// Rounds over the whole program.
const MAX_ROUNDS: u32 = 3;

/// The end of all executions.
pub(crate) struct Executed<T> {
    pub(crate) facts: Facts,
    /// What was found in each execution, callees before callers.
    pub(crate) found: Vec<T>,
    /// Who calls each function, as far as calls were resolved; sorted.
    pub(crate) callers: FxHashMap<FuncId, Vec<FuncId>>,
    /// What the bounds cut.
    pub(crate) cut: u64,
}

struct Entry<T> {
    key: SummaryKey,
    outcome: Option<Outcome>,
    found: Option<T>,
    /// When it was executed last.
    stamp: u32,
    /// Whether its component has more than one member.
    recursive: bool,
}

/// Executes all functions of a program. `inspect` looks at the heap that each leaves behind.
pub(crate) fn execute_all<T: Send + Sync>(
    program: &Program,
    waves: &[Vec<Vec<FuncId>>],
    mut facts: Facts,
    inspect: impl Fn(&mut Exit<'_>) -> Option<T> + Sync,
    progress: impl Fn(usize) + Sync,
) -> Executed<T> {
    let variants = Variants::of(program);
    let mut by_func: FxHashMap<FuncId, Vec<SummaryKey>> = FxHashMap::default();
    for (func, class) in variants.all() {
        by_func.entry(func).or_default().push(SummaryKey {
            func,
            receiver: Some(class),
        });
    }
    let mut summaries = Summaries::new(program.functions.len());
    let mut changed_facts: FxHashMap<SlotKey, u32> = FxHashMap::default();
    let mut changed_summaries: FxHashMap<SummaryKey, u32> = FxHashMap::default();
    let mut entries: Vec<Vec<Vec<Entry<T>>>> = waves
        .iter()
        .map(|wave| {
            wave.iter()
                .map(|component| entries_of(component, &by_func))
                .collect()
        })
        .collect();
    let mut stamp = 0;
    for round in 0..MAX_ROUNDS {
        let mut executed = 0;
        for wave in &mut entries {
            stamp += 1;
            let is_due = |entry: &Entry<T>| {
                let Some(outcome) = &entry.outcome else {
                    return true;
                };
                let newer = |it: Option<&u32>| it.is_some_and(|&it| it > entry.stamp);
                // What was executed together did not see each other: the members of a component, and
                // functions of which the call graph does not know that one calls the other.
                let beside = |it: &SummaryKey| {
                    (entry.recursive || *it != entry.key)
                        && changed_summaries
                            .get(it)
                            .is_some_and(|&it| it == entry.stamp)
                };
                outcome
                    .missing
                    .iter()
                    .any(|&it| summaries.get(it).is_some())
                    || outcome
                        .questions
                        .iter()
                        .any(|it| newer(changed_facts.get(it)))
                    || outcome
                        .used
                        .iter()
                        .any(|it| newer(changed_summaries.get(it)) || beside(it))
            };
            let due: Vec<&mut Vec<Entry<T>>> =
                wave.iter_mut().filter(|it| it.iter().any(is_due)).collect();
            executed += due.len();
            let env = Env {
                program,
                facts: &facts,
                summaries: &summaries,
                variants: &variants,
            };
            let results: Vec<Vec<(SummaryKey, Outcome, Option<T>)>> = due
                .par_iter()
                .with_min_len(8)
                .map_init(Heap::default, |heap, component| {
                    component
                        .iter()
                        .filter(|it| round == 0 || is_due(it))
                        .map(|entry| {
                            let mut exit = execute(&env, entry.key, std::mem::take(heap));
                            let found = inspect(&mut exit);
                            let (outcome, used_heap) = exit.finish();
                            *heap = used_heap;
                            (entry.key, outcome, found)
                        })
                        .collect()
                })
                .collect();
            progress(results.iter().map(Vec::len).sum());
            for (component, results) in due.into_iter().zip(results) {
                for (key, outcome, found) in results {
                    for &(slot, what, place) in &outcome.observed {
                        if facts.observe(program, slot, what, place) {
                            changed_facts.insert(slot, stamp);
                        }
                    }
                    if summaries.set(key, outcome.summary.clone()) {
                        changed_summaries.insert(key, stamp);
                    }
                    if let Some(entry) = component.iter_mut().find(|it| it.key == key) {
                        entry.stamp = stamp;
                        entry.found = found;
                        let observed = Vec::new();
                        entry.outcome = Some(Outcome {
                            observed,
                            ..outcome
                        });
                    }
                }
            }
        }
        if executed == 0 {
            break;
        }
    }
    let mut cut = u64::from(variants.cut);
    let mut found = Vec::new();
    let mut callers: FxHashMap<FuncId, Vec<FuncId>> = FxHashMap::default();
    for entry in entries.into_iter().flatten().flatten() {
        for used in entry.outcome.iter().flat_map(|it| &it.used) {
            if used.func != entry.key.func {
                callers.entry(used.func).or_default().push(entry.key.func);
            }
        }
        cut += entry.outcome.map_or(0, |it| u64::from(it.cut));
        found.extend(entry.found);
    }
    for callers in callers.values_mut() {
        callers.sort();
        callers.dedup();
    }
    Executed {
        facts,
        found,
        callers,
        cut,
    }
}

fn entries_of<T>(
    component: &[FuncId],
    variants: &FxHashMap<FuncId, Vec<SummaryKey>>,
) -> Vec<Entry<T>> {
    let plain = component.iter().map(|&func| SummaryKey {
        func,
        receiver: None,
    });
    let special = component
        .iter()
        .filter_map(|func| variants.get(func))
        .flatten()
        .copied();
    plain
        .chain(special)
        .map(|key| Entry {
            key,
            outcome: None,
            found: None,
            stamp: 0,
            recursive: component.len() > 1,
        })
        .collect()
}
