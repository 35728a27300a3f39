//! What is looked for at the end of each execution.

use super::hazards::{Hazard, hazards};
use super::pins::{Pin, pins};
use super::search::rings;
use super::undone::undone;
use super::weak_owners::{WeakAttribute, weak_attributes};
use super::witness::Witness;
use crate::heap::evaluate::Exit;
use crate::program::model::Place;

/// What was found at the end of one execution.
#[derive(Debug, Default, Clone)]
pub(crate) struct Found {
    pub(crate) rings: Vec<Witness>,
    pub(crate) pins: Vec<Pin>,
    pub(crate) hazards: Vec<Hazard>,
    pub(crate) weak: Vec<WeakAttribute>,
    /// Where references are stored that this function cuts again.
    pub(crate) undone: Vec<Place>,
}

impl Found {
    /// Looks at the heap that an execution leaves behind.
    pub(crate) fn at(exit: &mut Exit<'_>) -> Option<Self> {
        let res = Self {
            pins: pins(exit),
            hazards: hazards(exit),
            weak: weak_attributes(exit),
            undone: undone(exit),
            rings: rings(exit).unwrap_or_default(),
        };
        let is_empty = res.rings.is_empty()
            && res.pins.is_empty()
            && res.hazards.is_empty()
            && res.weak.is_empty()
            && res.undone.is_empty();
        (!is_empty).then_some(res)
    }

    /// Everything together, in order.
    pub(crate) fn join<'a>(found: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut res = Self::default();
        for one in found {
            res.rings.extend_from_slice(&one.rings);
            res.pins.extend_from_slice(&one.pins);
            res.hazards.extend_from_slice(&one.hazards);
            res.weak.extend_from_slice(&one.weak);
            res.undone.extend_from_slice(&one.undone);
        }
        res
    }
}
