//! Executions that are kept from one analysis to the next.
//!
//! The next analysis goes the same way as one from scratch, round by round and wave by wave; where
//! an execution would read what it read before, it comes to what it came to. So nothing depends on
//! what was edited in which order.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::exec::Env;
use super::reads::{Edited, Reads};
use super::schedule::Done;
use super::summary::SummaryKey;
use crate::program::model::{ClassId, FuncId};

/// The executions of an analysis.
pub(crate) struct Memo<T> {
    /// For each function the executions of all rounds.
    executions: FxHashMap<SummaryKey, SmallVec<[Kept<T>; 1]>>,
    /// How many slots they told something of.
    pub(super) slots: usize,
    /// The functions whose code some execution read.
    functions: FxHashSet<FuncId>,
    classes: FxHashSet<ClassId>,
}

struct Kept<T> {
    round: u32,
    reads: Arc<Reads>,
    done: Arc<Done<T>>,
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self {
            executions: FxHashMap::default(),
            slots: 0,
            functions: FxHashSet::default(),
            classes: FxHashSet::default(),
        }
    }
}

impl<T> Memo<T> {
    /// What executing a function comes to, if that is known.
    pub(super) fn recall(
        &self,
        env: &Env<'_>,
        edited: &Edited,
        key: SummaryKey,
        round: u32,
    ) -> Option<(Arc<Reads>, Arc<Done<T>>)> {
        let kept = self.kept(key, round)?;
        let holds = kept.reads.hold(env, edited);
        holds.then(|| (Arc::clone(&kept.reads), Arc::clone(&kept.done)))
    }

    /// Whether all executions would come to the same, for all that was edited.
    pub(crate) fn holds(&self, edited: &Edited) -> bool {
        !edited.stores
            && self.functions.is_disjoint(&edited.functions)
            && self.classes.is_disjoint(&edited.classes)
    }

    /// What it came to the last time.
    pub(super) fn last(&self, key: SummaryKey, round: u32) -> Option<&Done<T>> {
        self.kept(key, round).map(|it| &*it.done)
    }

    fn kept(&self, key: SummaryKey, round: u32) -> Option<&Kept<T>> {
        let all = self.executions.get(&key)?;
        all.iter().find(|it| it.round == round)
    }

    /// Keeps an execution.
    pub(super) fn keep(
        &mut self,
        key: SummaryKey,
        round: u32,
        reads: Arc<Reads>,
        done: Arc<Done<T>>,
    ) {
        self.functions.extend(reads.functions());
        self.classes.extend(reads.classes());
        let kept = Kept { round, reads, done };
        self.executions.entry(key).or_default().push(kept);
    }
}
