//! What an edit does to the executions of a program.
//!
//! [`super::schedule`] would go through all of them again, and recall nearly all. Here only those
//! are looked at that an edit can reach: an execution that read what was edited is done again at
//! its place in the order, with facts and summaries as they were at that moment; where it leaves
//! another summary, those that read it follow. Where it tells something else of a slot that
//! somebody reads, it is left to the schedule to sort that out.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::evaluate::{Exit, Outcome};
use super::exec::Env;
use super::executions::{Executions, MAX_ROUNDS, Record, is_due};
use super::facts::{Observed, SlotKey};
use super::reads::{Edited, Reads};
use super::schedule::{Schedule, keep_summary, perform};
use super::store::Heap;
use super::summary::{Versions, add_version};

/// Where more has to be done, all of it is better done in parallel.
const MAX_STEPS: usize = 600;

/// Brings executions up to date. If it cannot be done so, they have to be scheduled; what is done
/// by then can be recalled.
pub(crate) fn revise<T: Send + Sync>(
    executions: &mut Executions<T>,
    schedule: &Schedule<'_>,
    edited: &Edited,
    inspect: &impl Fn(&mut Exit<'_>) -> Option<T>,
) -> bool {
    if executions.hold(edited) {
        return true;
    }
    executions.find_readers();
    let mut revision = Revision {
        ahead: reached(executions, schedule, edited),
        executions,
        schedule,
        edited,
        touched: FxHashSet::default(),
        heap: Heap::default(),
    };
    for _ in 0..MAX_STEPS {
        let Some((stamp, at)) = revision.ahead.pop_first() else {
            revision.fold();
            return true;
        };
        if revision.step(stamp, at, inspect).is_none() {
            return false;
        }
    }
    false
}

/// When an entry is executed, and which: in this order.
type Ahead = BTreeSet<(u32, usize)>;

/// The executions that read something that was edited.
fn reached<T>(executions: &Executions<T>, schedule: &Schedule<'_>, edited: &Edited) -> Ahead {
    let is_reached = |it: &Reads| {
        it.reach(edited) || edited.stores && !it.same_stores(schedule.program, schedule.variants)
    };
    let mut ahead = Ahead::new();
    for (at, entry) in executions.entries.iter().enumerate() {
        for (round, record) in entry.rounds.iter().enumerate() {
            let reads = record.as_ref().and_then(|it| it.reads.as_ref());
            if reads.is_some_and(|it| is_reached(it)) {
                let stamp = Executions::<T>::stamp(executions.waves, round, entry.wave);
                ahead.insert((stamp, at));
            }
        }
    }
    ahead
}

struct Revision<'a, T> {
    executions: &'a mut Executions<T>,
    schedule: &'a Schedule<'a>,
    edited: &'a Edited,
    /// What comes next.
    ahead: Ahead,
    /// Slots of which something else was told.
    touched: FxHashSet<SlotKey>,
    heap: Heap,
}

impl<T: Send + Sync> Revision<'_, T> {
    /// Looks at an entry at a moment; [`None`] if this is too far-reaching.
    fn step(
        &mut self,
        stamp: u32,
        at: usize,
        inspect: &impl Fn(&mut Exit<'_>) -> Option<T>,
    ) -> Option<()> {
        let waves = self.executions.waves;
        let round = (stamp.checked_sub(1)? / waves.max(1)) as usize;
        let entry = self.executions.entries.get(at)?;
        let key = entry.key;
        let old = entry.rounds.get(round)?.clone();
        let (facts, summaries) = (&self.executions.facts, &self.executions.summaries);
        if !is_due(entry, waves, (round, stamp), facts, summaries) {
            return old.is_none().then_some(());
        }
        let env = Env {
            program: self.schedule.program,
            facts,
            summaries,
            variants: self.schedule.variants,
            now: stamp,
        };
        let reads = old.as_ref().and_then(|it| it.reads.as_ref());
        if reads.is_some_and(|it| it.hold(&env, self.edited)) {
            return Some(());
        }
        let new = perform(&env, key, &mut self.heap, true, inspect);
        let new = keep_summary(new, old.as_ref());
        self.compare(old.as_ref().map(|it| &it.done.outcome), &new.done.outcome)?;
        self.put(at, round, new);
        // Whether it is due later may have changed.
        self.add_rounds_after(stamp, at);
        Some(())
    }

    /// What an execution tells otherwise than before; [`None`] if somebody may hear of it.
    fn compare(&mut self, old: Option<&Outcome>, new: &Outcome) -> Option<()> {
        let old = old.map_or(&[][..], |it| &it.observed);
        if old == new.observed {
            return Some(());
        }
        let seen = |it: &[(SlotKey, Observed, _)]| -> FxHashSet<(SlotKey, Observed)> {
            it.iter().map(|it| (it.0, it.1)).collect()
        };
        let (before, after) = (seen(old), seen(&new.observed));
        let mut changed = before.symmetric_difference(&after);
        let is_silent = changed.all(|(slot, what)| {
            matches!(
                what,
                Observed::ClearedBy(_) | Observed::ClearedAtEnd(_) | Observed::ExhaustedBy(_)
            ) || !self.executions.readers.of_slot.contains(slot)
        });
        let told = old.iter().chain(&new.observed);
        self.touched.extend(told.map(|it| it.0));
        is_silent.then_some(())
    }

    /// Takes an execution in, and goes to those who read its summary.
    fn put(&mut self, at: usize, round: usize, record: Record<T>) {
        self.executions.add_reader(at, &record);
        let waves = self.executions.waves;
        let Some(entry) = self.executions.entries.get_mut(at) else {
            return;
        };
        if let Some(slot) = entry.rounds.get_mut(round) {
            *slot = Some(record);
        }
        let key = entry.key;
        let mut versions = Versions::new();
        for (round, record) in entry.rounds.iter().enumerate() {
            if let Some(record) = record {
                let stamp = Executions::<T>::stamp(waves, round, entry.wave);
                add_version(&mut versions, &record.done.outcome.summary, stamp);
            }
        }
        let old = self.executions.summaries.versions(key);
        let same = |(a, b): (&(u32, Arc<_>), &(u32, Arc<_>))| a.0 == b.0 && Arc::ptr_eq(&a.1, &b.1);
        if old.len() == versions.len() && old.iter().zip(&versions).all(same) {
            return;
        }
        self.executions.summaries.replace(key, versions);
        let stamp = self.stamp_of(at, round);
        let readers = self.executions.readers.of_summary.get(&key).cloned();
        for reader in readers.into_iter().flatten() {
            self.add_rounds_after(stamp, reader);
        }
    }

    fn stamp_of(&self, at: usize, round: usize) -> u32 {
        let wave = self.executions.entries.get(at).map_or(0, |it| it.wave);
        Executions::<T>::stamp(self.executions.waves, round, wave)
    }

    /// Looks at an entry each time that it has its turn after a moment.
    fn add_rounds_after(&mut self, stamp: u32, at: usize) {
        for round in 0..MAX_ROUNDS {
            let then = self.stamp_of(at, round);
            if then > stamp {
                self.ahead.insert((then, at));
            }
        }
    }

    /// Puts together anew what is told of the slots that were touched.
    fn fold(&mut self) {
        if self.touched.is_empty() {
            return;
        }
        let mut told = Vec::new();
        for (at, entry) in self.executions.entries.iter().enumerate() {
            for (round, record) in entry.rounds.iter().enumerate() {
                let Some(record) = record else { continue };
                let stamp = Executions::<T>::stamp(self.executions.waves, round, entry.wave);
                let observed = record.done.outcome.observed.iter();
                let observed = observed.filter(|it| self.touched.contains(&it.0));
                told.extend(observed.map(|&it| (stamp, at, it)));
            }
        }
        // In the order in which the schedule learns; what one execution tells is in order already.
        told.sort_by_key(|it| (it.0, it.1));
        let facts = &mut self.executions.facts;
        for &slot in &self.touched {
            facts.forget(slot);
        }
        for (stamp, _, (slot, what, place)) in told {
            facts.observe(self.schedule.program, slot, what, place, stamp);
        }
        facts.index_holdings();
    }
}
