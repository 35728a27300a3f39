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
use super::executions::{Done, Entry, Executions, MAX_ROUNDS, Record, is_due};
use super::facts::Facts;
use super::reads::{Edited, Reads};
use super::store::Heap;
use super::summary::{Summaries, SummaryKey};
use super::variants::Variants;
use crate::program::model::{FuncId, Program};

/// What is to be executed.
pub(crate) struct Schedule<'a> {
    pub(crate) program: &'a Program,
    pub(crate) variants: &'a Variants,
    /// Callees before callers.
    pub(crate) waves: &'a [Vec<Vec<FuncId>>],
}

/// What is known from the last analysis.
pub(crate) struct Before<'a, T> {
    pub(crate) executions: &'a Executions<T>,
    /// What is new since.
    pub(crate) edited: &'a Edited,
}

impl<T> Clone for Before<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Before<'_, T> {}

/// Executes all functions of a schedule. `inspect` looks at the heap that each leaves behind.
/// If there is something from before, also this time everything is kept.
pub(crate) fn execute_all<T: Send + Sync>(
    schedule: &Schedule<'_>,
    before: Option<Before<'_, T>>,
    facts: Facts,
    inspect: impl Fn(&mut Exit<'_>) -> Option<T> + Sync,
    progress: impl Fn(usize) + Sync,
) -> Executions<T> {
    let mut run = Run {
        schedule,
        before,
        facts,
        summaries: Summaries::new(schedule.program.functions.len(), before.is_some()),
        stamp: 0,
    };
    if let Some(before) = before {
        run.facts.reserve(before.executions.facts.len());
    }
    let mut entries = entries(schedule);
    for round in 0..MAX_ROUNDS {
        let mut executed = 0;
        for wave in &mut entries {
            run.stamp += 1;
            let mut due: Vec<&mut Vec<Entry<T>>> = wave
                .iter_mut()
                .filter(|it| it.iter().any(|it| run.is_due(it, round)))
                .collect();
            executed += due.len();
            let results = run.wave(round, &due, &inspect);
            progress(results.iter().map(Vec::len).sum());
            for (component, results) in due.iter_mut().zip(results) {
                for (key, record) in results {
                    run.learn(key, &record.done.outcome);
                    if let Some(entry) = component.iter_mut().find(|it| it.key == key) {
                        set(entry, round, record);
                    }
                }
            }
        }
        if executed == 0 {
            break;
        }
    }
    Executions::new(
        entries.into_iter().flatten().flatten().collect(),
        (run.facts, run.summaries),
        schedule.waves.len() as u32,
        schedule.variants.cut,
        before.is_some(),
    )
}

/// Notes an execution. Of those that are not kept only the last is needed, and not any more what
/// it observed.
fn set<T>(entry: &mut Entry<T>, round: usize, mut record: Record<T>) {
    if record.reads.is_none() {
        entry.rounds = [const { None }; MAX_ROUNDS];
        if let Some(done) = Arc::get_mut(&mut record.done) {
            done.outcome.observed = Vec::new();
        }
    }
    if let Some(slot) = entry.rounds.get_mut(round) {
        *slot = Some(record);
    }
}

/// What executions have told so far.
struct Run<'a, T> {
    schedule: &'a Schedule<'a>,
    before: Option<Before<'a, T>>,
    facts: Facts,
    summaries: Summaries,
    /// Counts waves.
    stamp: u32,
}

impl<T: Send + Sync> Run<'_, T> {
    /// Whether an entry has to be executed in this round.
    fn is_due(&self, entry: &Entry<T>, round: usize) -> bool {
        let waves = self.schedule.waves.len() as u32;
        let turn = (round, self.stamp);
        is_due(entry, waves, turn, &self.facts, &self.summaries)
    }

    /// Executes what is due of a wave.
    fn wave(
        &self,
        round: usize,
        due: &[&mut Vec<Entry<T>>],
        inspect: &(impl Fn(&mut Exit<'_>) -> Option<T> + Sync),
    ) -> Vec<Vec<(SummaryKey, Record<T>)>> {
        let env = Env {
            program: self.schedule.program,
            facts: &self.facts,
            summaries: &self.summaries,
            variants: self.schedule.variants,
            now: self.stamp,
        };
        let one = |heap: &mut Heap, key: SummaryKey| {
            let Some(before) = self.before else {
                return (key, perform(&env, key, heap, false, inspect));
            };
            let known = before.executions;
            if let Some(record) = known.recall(&env, before.edited, key, round) {
                return (key, record);
            }
            let record = perform(&env, key, heap, true, inspect);
            (key, keep_summary(record, known.last_time(key, round)))
        };
        due.par_iter()
            .with_min_len(8)
            .map_init(Heap::default, |heap, component| {
                let due = component.iter().filter(|it| self.is_due(it, round));
                due.map(|it| one(heap, it.key)).collect()
            })
            .collect()
    }

    fn learn(&mut self, key: SummaryKey, outcome: &Outcome) {
        let (program, now) = (self.schedule.program, self.stamp);
        for &(slot, what, place) in &outcome.observed {
            self.facts.observe(program, slot, what, place, now);
        }
        self.summaries.set(key, &outcome.summary, now);
    }
}

/// Executes a function.
pub(super) fn perform<T>(
    env: &Env<'_>,
    key: SummaryKey,
    heap: &mut Heap,
    keep: bool,
    inspect: &impl Fn(&mut Exit<'_>) -> Option<T>,
) -> Record<T> {
    let mut exit = execute(env, key, std::mem::take(heap), keep);
    let found = inspect(&mut exit);
    let reading = exit.exec.reading.take();
    let (outcome, used_heap) = exit.finish();
    *heap = used_heap;
    Record {
        done: Arc::new(Done { outcome, found }),
        reads: reading.map(|it| Arc::new(Reads::of(env, it))),
    }
}

/// Who read the same summary before need not be executed again.
pub(super) fn keep_summary<T>(mut record: Record<T>, before: Option<&Record<T>>) -> Record<T> {
    if let (Some(done), Some(before)) = (Arc::get_mut(&mut record.done), before)
        && before.done.outcome.summary == done.outcome.summary
    {
        done.outcome.summary = Arc::clone(&before.done.outcome.summary);
    }
    record
}

/// The entries of each component of each wave.
fn entries<T>(schedule: &Schedule<'_>) -> Vec<Vec<Vec<Entry<T>>>> {
    let mut variants: FxHashMap<FuncId, Vec<SummaryKey>> = FxHashMap::default();
    for (func, class) in schedule.variants.all() {
        variants.entry(func).or_default().push(SummaryKey {
            func,
            receiver: Some(class),
        });
    }
    let waves = (0..).zip(schedule.waves);
    waves
        .map(|(wave, components)| {
            let components = components.iter();
            let component = |it: &Vec<FuncId>| entries_of(it, wave, &variants);
            components.map(component).collect()
        })
        .collect()
}

fn entries_of<T>(
    component: &[FuncId],
    wave: u32,
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
            wave,
            recursive: component.len() > 1,
            rounds: [const { None }; MAX_ROUNDS],
        })
        .collect()
}
