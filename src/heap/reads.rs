//! What an execution reads of the rest of the program.
//!
//! An execution is a function of what it reads: the code that it executes, the summaries of what
//! it calls, and what the program stores in the slots that it looks at. Everything goes through the
//! methods here, so that whoever keeps executions from one analysis to the next (see
//! [`super::executions`]) knows when one would turn out otherwise.

use std::cell::RefCell;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::exec::{Env, Exec};
use super::facts::{SlotKey, Stored};
use super::object::Ty;
use super::summary::{Summary, SummaryKey};
use super::variants::Variants;
use crate::program::model::{ClassId, FuncId, Program};
use crate::syntax::Name;
use crate::syntax::ir;

/// What was read so far.
#[derive(Default)]
pub(super) struct Reading {
    functions: FxHashSet<FuncId>,
    classes: FxHashSet<ClassId>,
    summaries: FxHashSet<SummaryKey>,
    slots: FxHashSet<SlotKey>,
    stores: FxHashSet<(ClassId, Name)>,
}

impl Env<'_> {
    fn stored(&self, slot: SlotKey) -> Stored<'_> {
        self.facts.stored(slot, self.now)
    }
}

impl<'a> Exec<'a> {
    fn note(&self, read: impl FnOnce(&mut Reading)) {
        if let Some(reading) = &self.reading {
            read(&mut reading.borrow_mut());
        }
    }

    /// The code of a function.
    pub(crate) fn function(&self, func: FuncId) -> &'a ir::Function {
        self.note(|it| {
            it.functions.insert(func);
        });
        self.env.program.function(func)
    }

    /// The statement of a class.
    pub(super) fn class(&self, class: ClassId) -> &'a ir::Class {
        self.note(|it| {
            it.classes.insert(class);
        });
        self.env.program.class(class)
    }

    /// The summary of a function, if it was executed before.
    pub(super) fn summary(&self, key: SummaryKey) -> Option<&'a Arc<Summary>> {
        self.note(|it| {
            it.summaries.insert(key);
        });
        self.env.summaries.get(key, self.env.now)
    }

    /// The types of the objects in a slot.
    pub(super) fn slot_tys(&self, slot: SlotKey) -> &'a [Ty] {
        self.stored_in(slot).tys
    }

    /// What is stored in a slot.
    pub(super) fn stored_in(&self, slot: SlotKey) -> Stored<'a> {
        self.note(|it| {
            it.slots.insert(slot);
        });
        self.env.stored(slot)
    }

    /// Whether some method of a class (or its bases) stores this attribute on its receiver.
    pub(super) fn stores_attribute(&self, class: ClassId, name: Name) -> bool {
        self.note(|it| {
            it.stores.insert((class, name));
        });
        let program = self.env.program;
        self.env.variants.stores_attribute(program, class, name)
    }
}

/// Everything that an execution read, and the answers that it got.
#[derive(Default)]
pub(super) struct Reads {
    functions: Box<[FuncId]>,
    classes: Box<[ClassId]>,
    summaries: Box<[(SummaryKey, Option<Arc<Summary>>)]>,
    slots: Box<[SlotRead]>,
    stores: Box<[(ClassId, Name, bool)]>,
}

struct SlotRead {
    slot: SlotKey,
    tys: Box<[Ty]>,
    strong: bool,
    weak: bool,
}

/// What has another text than before, or stands elsewhere.
#[derive(Debug, Default)]
pub(crate) struct Edited {
    pub(crate) functions: FxHashSet<FuncId>,
    pub(crate) classes: FxHashSet<ClassId>,
    /// Whether methods store other attributes on their receivers.
    pub(crate) stores: bool,
}

impl Reads {
    /// The functions whose code was read.
    pub(super) fn functions(&self) -> impl Iterator<Item = FuncId> {
        self.functions.iter().copied()
    }

    /// The classes whose statements were read.
    pub(super) fn classes(&self) -> impl Iterator<Item = ClassId> {
        self.classes.iter().copied()
    }

    /// What was read in `env`.
    pub(super) fn of(env: &Env<'_>, reading: RefCell<Reading>) -> Self {
        let reading = reading.into_inner();
        let summaries = reading.summaries.into_iter();
        let slots = reading.slots.into_iter().map(|slot| {
            let stored = env.stored(slot);
            SlotRead {
                slot,
                tys: stored.tys.into(),
                strong: stored.strong,
                weak: stored.weak,
            }
        });
        let stores = reading.stores.into_iter().map(|(class, name)| {
            let stores = env.variants.stores_attribute(env.program, class, name);
            (class, name, stores)
        });
        Self {
            functions: reading.functions.into_iter().collect(),
            classes: reading.classes.into_iter().collect(),
            summaries: summaries
                .map(|it| (it, env.summaries.get(it, env.now).cloned()))
                .collect(),
            slots: slots.collect(),
            stores: stores.collect(),
        }
    }

    /// The summaries that were read, or missed.
    pub(super) fn summaries(&self) -> impl Iterator<Item = SummaryKey> {
        self.summaries.iter().map(|it| it.0)
    }

    /// The slots that were looked at.
    pub(super) fn slots(&self) -> impl Iterator<Item = SlotKey> {
        self.slots.iter().map(|it| it.slot)
    }

    /// Whether something was read that was edited.
    pub(super) fn reach(&self, edited: &Edited) -> bool {
        let functions = &edited.functions;
        let classes = &edited.classes;
        self.functions.iter().any(|it| functions.contains(it))
            || self.classes.iter().any(|it| classes.contains(it))
    }

    /// Whether methods store the same attributes as they did.
    pub(super) fn same_stores(&self, program: &Program, variants: &Variants) -> bool {
        let mut all = self.stores.iter();
        all.all(|&(class, name, stores)| variants.stores_attribute(program, class, name) == stores)
    }

    /// Whether all of it is as it was.
    pub(super) fn hold(&self, env: &Env<'_>, edited: &Edited) -> bool {
        let same_summary = |(key, then): &(SummaryKey, Option<Arc<Summary>>)| match (
            then,
            env.summaries.get(*key, env.now),
        ) {
            (Some(then), Some(now)) => Arc::ptr_eq(then, now),
            (then, now) => then.is_none() && now.is_none(),
        };
        let same_slot = |it: &SlotRead| {
            let then = Stored {
                tys: &it.tys,
                strong: it.strong,
                weak: it.weak,
            };
            env.stored(it.slot) == then
        };
        !self.reach(edited)
            && self.summaries.iter().all(same_summary)
            && self.slots.iter().all(same_slot)
            && self.same_stores(env.program, env.variants)
    }
}
