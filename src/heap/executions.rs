//! The executions of an analysis, and those that are kept for the next one.
//!
//! Where an execution would read what it read before, it comes to what it came to. So the next
//! analysis may go the same way as one from scratch, round by round and wave by wave, and recall
//! what it knows ([`super::schedule`]), or only do again what is touched by an edit
//! ([`super::revise`]). Either way nothing depends on what was edited in which order.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::evaluate::Outcome;
use super::exec::Env;
use super::facts::{Facts, SlotKey};
use super::reads::{Edited, Reads};
use super::summary::{Summaries, SummaryKey};
use crate::program::model::{ClassId, FuncId};

/// Rounds over the whole program.
pub(super) const MAX_ROUNDS: usize = 3;

/// All executions of a schedule, and what they told.
pub(crate) struct Executions<T> {
    /// Callees before callers.
    pub(super) entries: Vec<Entry<T>>,
    pub(crate) facts: Facts,
    pub(super) summaries: Summaries,
    /// How many waves there are.
    pub(super) waves: u32,
    /// What bounds cut before anything was executed.
    pub(super) cut: u32,
    /// Where each function stands among the entries, if they are kept.
    by_key: FxHashMap<SummaryKey, usize>,
    /// The functions and classes whose code some execution read, if they are kept.
    functions: FxHashSet<FuncId>,
    classes: FxHashSet<ClassId>,
    pub(super) readers: Readers,
}

/// A function to execute.
pub(super) struct Entry<T> {
    pub(super) key: SummaryKey,
    pub(super) wave: u32,
    /// Whether its component has more than one member.
    pub(super) recursive: bool,
    /// Its executions in each round; of those that are not kept only the last.
    pub(super) rounds: [Option<Record<T>>; MAX_ROUNDS],
}

/// An execution that has come to its end.
pub(super) struct Record<T> {
    pub(super) done: Arc<Done<T>>,
    /// What it read, if it is kept.
    pub(super) reads: Option<Arc<Reads>>,
}

/// What an execution came to.
pub(super) struct Done<T> {
    pub(super) outcome: Outcome,
    /// What was found at its end.
    pub(super) found: Option<T>,
}

impl<T> Default for Executions<T> {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            facts: Facts::default(),
            summaries: Summaries::default(),
            waves: 0,
            cut: 0,
            by_key: FxHashMap::default(),
            functions: FxHashSet::default(),
            classes: FxHashSet::default(),
            readers: Readers::default(),
        }
    }
}

impl<T> Clone for Record<T> {
    fn clone(&self) -> Self {
        Self {
            done: Arc::clone(&self.done),
            reads: self.reads.clone(),
        }
    }
}

impl<T> Entry<T> {
    /// The last execution before a round, and its round.
    pub(super) fn before(&self, round: usize) -> Option<(usize, &Record<T>)> {
        let rounds = self.rounds.iter().enumerate().take(round);
        rounds.rev().find_map(|(at, it)| Some((at, it.as_ref()?)))
    }

    fn last(&self) -> Option<&Done<T>> {
        self.before(MAX_ROUNDS).map(|it| &*it.1.done)
    }
}

impl<T> Executions<T> {
    /// When a wave has its turn in a round. Waves are counted through all rounds, from one.
    pub(super) fn stamp(waves: u32, round: usize, wave: u32) -> u32 {
        round as u32 * waves + wave + 1
    }

    /// The executions of a schedule, to be kept or not.
    pub(super) fn new(
        entries: Vec<Entry<T>>,
        (facts, summaries): (Facts, Summaries),
        waves: u32,
        cut: u32,
        keep: bool,
    ) -> Self {
        let mut this = Self {
            entries,
            facts,
            summaries,
            waves,
            cut,
            ..Self::default()
        };
        if keep {
            this.index();
        }
        this
    }

    /// Looks up where everything is, so that executions can be recalled.
    fn index(&mut self) {
        let keys = self.entries.iter().enumerate();
        self.by_key = keys.map(|(at, it)| (it.key, at)).collect();
        let records = self
            .entries
            .iter()
            .flat_map(|it| it.rounds.iter().flatten());
        for reads in records.filter_map(|it| it.reads.as_ref()) {
            self.functions.extend(reads.functions());
            self.classes.extend(reads.classes());
        }
    }

    /// Finds out who reads what, if that is not known yet.
    pub(super) fn find_readers(&mut self) {
        if self.readers.is_known {
            return;
        }
        self.readers.is_known = true;
        for (at, entry) in self.entries.iter().enumerate() {
            for record in entry.rounds.iter().flatten() {
                self.readers.add(at, record);
            }
        }
    }

    /// Notes what one more execution reads.
    pub(super) fn add_reader(&mut self, at: usize, record: &Record<T>) {
        if let Some(reads) = &record.reads {
            self.functions.extend(reads.functions());
            self.classes.extend(reads.classes());
        }
        self.readers.add(at, record);
    }

    /// Whether all executions would come to the same, for all that was edited.
    pub(super) fn hold(&self, edited: &Edited) -> bool {
        !edited.stores
            && self.functions.is_disjoint(&edited.functions)
            && self.classes.is_disjoint(&edited.classes)
    }

    /// Where a function stands among the entries.
    pub(super) fn position(&self, key: SummaryKey) -> Option<usize> {
        self.by_key.get(&key).copied()
    }

    /// What executing a function came to the last time.
    pub(super) fn last_time(&self, key: SummaryKey, round: usize) -> Option<&Record<T>> {
        let entry = self.entries.get(self.position(key)?)?;
        entry.rounds.get(round)?.as_ref()
    }

    /// What executing a function comes to, if that is known.
    pub(super) fn recall(
        &self,
        env: &Env<'_>,
        edited: &Edited,
        key: SummaryKey,
        round: usize,
    ) -> Option<Record<T>> {
        let record = self.last_time(key, round)?;
        let holds = record.reads.as_ref()?.hold(env, edited);
        holds.then(|| record.clone())
    }

    /// What was found at the end of the last execution of each function.
    pub(crate) fn found(&self) -> impl Iterator<Item = &T> {
        let all = self.entries.iter();
        all.filter_map(|it| it.last()?.found.as_ref())
    }

    /// Who calls each function, as far as calls were resolved; sorted.
    pub(crate) fn callers(&self) -> FxHashMap<FuncId, Vec<FuncId>> {
        let mut callers: FxHashMap<FuncId, Vec<FuncId>> = FxHashMap::default();
        for entry in &self.entries {
            let Some(done) = entry.last() else { continue };
            for used in &done.outcome.used {
                if used.func != entry.key.func {
                    callers.entry(used.func).or_default().push(entry.key.func);
                }
            }
        }
        for callers in callers.values_mut() {
            callers.sort();
            callers.dedup();
        }
        callers
    }

    /// The functions in which a bound cut something off.
    pub(crate) fn cut_short(&self) -> FxHashSet<FuncId> {
        let cut = |it: &&Entry<T>| it.last().is_some_and(|it| it.outcome.cut > 0);
        let entries = self.entries.iter().filter(cut);
        entries.map(|it| it.key.func).collect()
    }

    /// How often bounds cut something off.
    pub(crate) fn cut(&self) -> u64 {
        let outcomes = self
            .entries
            .iter()
            .filter_map(|it| Some(&it.last()?.outcome));
        u64::from(self.cut) + outcomes.map(|it| u64::from(it.cut)).sum::<u64>()
    }
}

/// Who reads what.
#[derive(Default)]
pub(super) struct Readers {
    is_known: bool,
    /// The entries that read a summary, or did so once.
    pub(super) of_summary: FxHashMap<SummaryKey, Vec<usize>>,
    /// Slots that some execution looks at, or did so once.
    pub(super) of_slot: FxHashSet<SlotKey>,
}

impl Readers {
    fn add<T>(&mut self, at: usize, record: &Record<T>) {
        let outcome = &record.done.outcome;
        let reads = record.reads.as_deref();
        let read = reads.into_iter().flat_map(Reads::summaries);
        for key in read.chain(outcome.used.iter().copied()) {
            let readers = self.of_summary.entry(key).or_default();
            if readers.last() != Some(&at) {
                readers.push(at);
            }
        }
        self.of_slot
            .extend(reads.into_iter().flat_map(Reads::slots));
        self.of_slot.extend(outcome.questions.iter().copied());
    }
}

/// Whether an entry has to be executed in a round, which comes to it at the moment `now`: it was
/// not executed before, or would turn out otherwise by now, as far as can be told.
pub(super) fn is_due<T>(
    entry: &Entry<T>,
    waves: u32,
    (round, now): (usize, u32),
    facts: &Facts,
    summaries: &Summaries,
) -> bool {
    let Some((before, record)) = entry.before(round) else {
        return true;
    };
    let then = Executions::<T>::stamp(waves, before, entry.wave);
    let outcome = &record.done.outcome;
    // What was executed together did not see each other: the members of a component, and
    // functions of which the call graph does not know that one calls the other.
    let beside = |it: SummaryKey| entry.recursive || it != entry.key;
    let changed = |it: SummaryKey| {
        let since = if beside(it) { then } else { then + 1 };
        summaries.changed_within(it, since..now)
    };
    outcome
        .missing
        .iter()
        .any(|&it| summaries.get(it, now).is_some())
        || outcome
            .questions
            .iter()
            .any(|&it| facts.changed_within(it, then..now))
        || outcome.used.iter().any(|&it| changed(it))
}
