//! In which order functions are executed, and how often.
//!
//! Callees before callers, wave by wave; the functions of a wave in parallel. An execution reads
//! only what earlier waves left behind, so the result does not depend on the schedule of the
//! threads. Then come further rounds for those executions that would turn out otherwise by now:
//! the class of a parameter is known only after the callers were executed.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::evaluate::{Exit, Outcome, execute};
use super::exec::Env;
use super::facts::Facts;
use super::memo::Memo;
use super::reads::{Edited, Reads};
use super::store::Heap;
use super::summary::{Summaries, SummaryKey};
use super::variants::Variants;
use crate::program::model::{FuncId, Program};

/// Rounds over the whole program.
const MAX_ROUNDS: u32 = 3;

/// What is to be executed.
pub(crate) struct Schedule<'a, T> {
    pub(crate) program: &'a Program,
    pub(crate) variants: &'a Variants,
    /// Callees before callers.
    pub(crate) waves: &'a [Vec<Vec<FuncId>>],
    /// The executions of the last analysis, and what is new since; and keep those of this one.
    pub(crate) kept: Option<(&'a Memo<T>, &'a Edited)>,
}

/// The end of all executions.
pub(crate) struct Executed<T> {
    pub(crate) facts: Facts,
    /// The last execution of each function, callees before callers.
    pub(crate) done: Vec<Arc<Done<T>>>,
    /// Who calls each function, as far as calls were resolved; sorted.
    pub(crate) callers: FxHashMap<FuncId, Vec<FuncId>>,
    /// What the bounds cut.
    pub(crate) cut: u64,
    /// The executions, if they are to be kept.
    pub(crate) memo: Memo<T>,
}

impl<T: Clone> Executed<T> {
    /// What was found.
    pub(crate) fn take_found(&mut self) -> impl Iterator<Item = T> {
        let done = std::mem::take(&mut self.done).into_iter();
        done.filter_map(|it| match Arc::try_unwrap(it) {
            Ok(done) => done.found,
            Err(done) => done.found.clone(),
        })
    }
}

/// An execution that has come to its end.
pub(crate) struct Done<T> {
    pub(crate) outcome: Outcome,
    /// What was found at its end.
    pub(crate) found: Option<T>,
}

struct Entry<T> {
    key: SummaryKey,
    done: Option<Arc<Done<T>>>,
    /// When it was executed last.
    stamp: u32,
    /// Whether its component has more than one member.
    recursive: bool,
}

/// What was just executed.
struct Fresh<T> {
    key: SummaryKey,
    done: Arc<Done<T>>,
    reads: Option<Arc<Reads>>,
}

/// Executes all functions of a schedule. `inspect` looks at the heap that each leaves behind.
pub(crate) fn execute_all<T: Send + Sync>(
    schedule: &Schedule<'_, T>,
    facts: Facts,
    inspect: impl Fn(&mut Exit<'_>) -> Option<T> + Sync,
    progress: impl Fn(usize) + Sync,
) -> Executed<T> {
    let mut entries = entries(schedule);
    let mut known = Known {
        program: schedule.program,
        facts,
        summaries: Summaries::new(schedule.program.functions.len()),
        changed_summaries: FxHashMap::default(),
        stamp: 0,
    };
    let mut memo = Memo::default();
    if let Some((before, _)) = schedule.kept {
        known.facts.reserve(before.slots);
    }
    for round in 0..MAX_ROUNDS {
        let mut executed = 0;
        for wave in &mut entries {
            known.stamp += 1;
            let mut due: Vec<&mut Vec<Entry<T>>> = wave
                .iter_mut()
                .filter(|it| it.iter().any(|it| known.is_due(it)))
                .collect();
            executed += due.len();
            let results = run(schedule, &known, round, &due, &inspect);
            progress(results.iter().map(Vec::len).sum());
            for (component, results) in due.iter_mut().zip(results) {
                for fresh in results {
                    known.learn(fresh.key, &fresh.done.outcome);
                    let done = match fresh.reads {
                        Some(reads) => {
                            memo.keep(fresh.key, round, reads, Arc::clone(&fresh.done));
                            fresh.done
                        }
                        None => without_observed(fresh.done),
                    };
                    if let Some(entry) = component.iter_mut().find(|it| it.key == fresh.key) {
                        entry.stamp = known.stamp;
                        entry.done = Some(done);
                    }
                }
            }
        }
        if executed == 0 {
            break;
        }
    }
    memo.slots = known.facts.len();
    finish(schedule, known.facts, entries, memo)
}

/// Executes what is due of a wave.
fn run<T: Send + Sync>(
    schedule: &Schedule<'_, T>,
    known: &Known<'_>,
    round: u32,
    due: &[&mut Vec<Entry<T>>],
    inspect: &(impl Fn(&mut Exit<'_>) -> Option<T> + Sync),
) -> Vec<Vec<Fresh<T>>> {
    let env = Env {
        program: schedule.program,
        facts: &known.facts,
        summaries: &known.summaries,
        variants: schedule.variants,
    };
    let one = |heap: &mut Heap, key: SummaryKey| {
        let recalled = schedule
            .kept
            .and_then(|(memo, edited)| memo.recall(&env, edited, key, round));
        if let Some((reads, done)) = recalled {
            let reads = Some(reads);
            return Fresh { key, done, reads };
        }
        let mut exit = execute(&env, key, std::mem::take(heap), schedule.kept.is_some());
        let found = inspect(&mut exit);
        let reading = exit.exec.reading.take();
        let (mut outcome, used_heap) = exit.finish();
        *heap = used_heap;
        // Who read the same summary before need not be executed again.
        let before = schedule.kept.and_then(|(memo, _)| memo.last(key, round));
        if let Some(before) = before
            && before.outcome.summary == outcome.summary
        {
            outcome.summary = Arc::clone(&before.outcome.summary);
        }
        Fresh {
            key,
            done: Arc::new(Done { outcome, found }),
            reads: reading.map(|it| Arc::new(Reads::of(&env, it))),
        }
    };
    due.par_iter()
        .with_min_len(8)
        .map_init(Heap::default, |heap, component| {
            let due = component.iter().filter(|it| round == 0 || known.is_due(it));
            due.map(|it| one(heap, it.key)).collect()
        })
        .collect()
}

/// What executions have told so far.
struct Known<'a> {
    program: &'a Program,
    facts: Facts,
    summaries: Summaries,
    /// When each of them changed last.
    changed_summaries: FxHashMap<SummaryKey, u32>,
    /// Counts waves.
    stamp: u32,
}

impl Known<'_> {
    /// Whether an execution would turn out otherwise by now, as far as can be told.
    fn is_due<T>(&self, entry: &Entry<T>) -> bool {
        let Some(done) = &entry.done else {
            return true;
        };
        let outcome = &done.outcome;
        let then = entry.stamp;
        let newer = |it: Option<&u32>| it.is_some_and(|&it| it > then);
        // What was executed together did not see each other: the members of a component, and
        // functions of which the call graph does not know that one calls the other.
        let beside = |it: &SummaryKey| {
            (entry.recursive || *it != entry.key)
                && self.changed_summaries.get(it).is_some_and(|&it| it == then)
        };
        let summaries = &self.changed_summaries;
        outcome
            .missing
            .iter()
            .any(|&it| self.summaries.get(it).is_some())
            || outcome
                .questions
                .iter()
                .any(|&it| self.facts.changed_since(it, then))
            || outcome
                .used
                .iter()
                .any(|it| newer(summaries.get(it)) || beside(it))
    }

    fn learn(&mut self, key: SummaryKey, outcome: &Outcome) {
        for &(slot, what, place) in &outcome.observed {
            let now = self.stamp;
            self.facts.observe(self.program, slot, what, place, now);
        }
        if self.summaries.set(key, Arc::clone(&outcome.summary)) {
            self.changed_summaries.insert(key, self.stamp);
        }
    }
}

/// What an execution observed is known once it has been learned.
fn without_observed<T>(mut done: Arc<Done<T>>) -> Arc<Done<T>> {
    if let Some(done) = Arc::get_mut(&mut done) {
        done.outcome.observed = Vec::new();
    }
    done
}

fn finish<T>(
    schedule: &Schedule<'_, T>,
    facts: Facts,
    entries: Vec<Vec<Vec<Entry<T>>>>,
    memo: Memo<T>,
) -> Executed<T> {
    let mut cut = u64::from(schedule.variants.cut);
    let mut all = Vec::new();
    let mut callers: FxHashMap<FuncId, Vec<FuncId>> = FxHashMap::default();
    for entry in entries.into_iter().flatten().flatten() {
        let Some(done) = entry.done else { continue };
        for used in &done.outcome.used {
            if used.func != entry.key.func {
                callers.entry(used.func).or_default().push(entry.key.func);
            }
        }
        cut += u64::from(done.outcome.cut);
        all.push(done);
    }
    for callers in callers.values_mut() {
        callers.sort();
        callers.dedup();
    }
    Executed {
        facts,
        done: all,
        callers,
        cut,
        memo,
    }
}

/// The executions of each component of each wave.
fn entries<T>(schedule: &Schedule<'_, T>) -> Vec<Vec<Vec<Entry<T>>>> {
    let mut variants: FxHashMap<FuncId, Vec<SummaryKey>> = FxHashMap::default();
    for (func, class) in schedule.variants.all() {
        variants.entry(func).or_default().push(SummaryKey {
            func,
            receiver: Some(class),
        });
    }
    let waves = schedule.waves.iter();
    let wave = |it: &Vec<Vec<FuncId>>| it.iter().map(|it| entries_of(it, &variants)).collect();
    waves.map(wave).collect()
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
            done: None,
            stamp: 0,
            recursive: component.len() > 1,
        })
        .collect()
}
