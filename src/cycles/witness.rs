//! A ring, taken out of the heap that it was found in.

use smallvec::SmallVec;

use crate::heap::facts::SlotKey;
use crate::heap::object::{Kind, Label, Ty};
use crate::program::model::{ClassId, FuncId, Place};
use crate::syntax::ir::Const;

/// A ring of references, and what its heap tells of it.
#[derive(Debug, Clone)]
pub(crate) struct Witness {
    /// The function at whose end it stands.
    pub(crate) seen_in: FuncId,
    /// The references in order, the one stored last first; the target of each holds the next one.
    pub(crate) links: Vec<Link>,
    /// Whether all its objects were made in this function and nobody else has them.
    pub(crate) owned: bool,
    /// Whether all its objects were made in this function, and its caller gets none of them.
    pub(crate) ends_here: bool,
    /// Whether every call of the function closes it, whatever it is given: on no condition, and
    /// among one object that it was given and those that it makes.
    pub(crate) in_every_call: bool,
    /// Objects with a finalizer that hang off the ring.
    pub(crate) victims: Vec<Victim>,
}

/// A reference of a ring, with the object that holds it.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) holder: Node,
    pub(crate) label: Label,
    /// The constant, where the label is a key that is one.
    pub(crate) key: Option<Const>,
    pub(crate) place: Place,
    /// It was not stored in this execution but found.
    pub(crate) read: bool,
    /// The slots of the program that it may be.
    pub(crate) slots: SmallVec<[SlotKey; 4]>,
    /// When it was stored.
    pub(crate) order: u32,
}

/// An object on a ring.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) tys: SmallVec<[Ty; 1]>,
}

/// An object with a finalizer that a ring keeps alive without being on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Victim {
    pub(crate) class: ClassId,
    /// Where the reference to it is stored.
    pub(crate) place: Place,
    /// The slots on the way to it.
    pub(crate) slots: SmallVec<[SlotKey; 4]>,
}

impl Node {
    /// The class of which it is an instance.
    pub(crate) fn class(&self) -> Option<ClassId> {
        match self.tys.as_slice() {
            [Ty::Instance(class)] => Some(*class),
            [Ty::Instance(class), ..] => Some(*class),
            _ => None,
        }
    }

    /// Whether it is the receiver of the method that was executed: of its class or a subclass.
    pub(crate) fn is_open(&self) -> bool {
        self.kind == Kind::Param(0)
    }
}
