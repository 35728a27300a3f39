//! Fifth stage: the rings of strong references in the heap that a function leaves behind.
//!
//! `search.rs` finds, for each reference stored in an execution, the shortest ring that it closes;
//! `witness.rs` is a ring taken out of its heap, with what is needed to judge it once all functions
//! were executed; `judge.rs` does that.
//!
//! `pins.rs` finds what a registry of the process holds, `standing_pins.rs` decides which of it is
//! meant; `hazards.rs` are what goes wrong around finalizers and weak references.

pub(crate) mod class_graph;
mod event_loop;
pub(crate) mod found;
pub(crate) mod hazards;
pub(crate) mod judge;
pub(crate) mod pins;
pub(crate) mod possible;
pub(crate) mod search;
pub(crate) mod standing_pins;
mod stops;
mod undone;
pub(crate) mod unmentioned;
pub(crate) mod weak_owners;
pub(crate) mod witness;
