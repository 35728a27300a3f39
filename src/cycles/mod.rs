//! Fifth stage: the rings of strong references in the heap that a function leaves behind.
//!
//! [`search`] finds, for each reference stored in an execution, the shortest ring that it closes;
//! [`witness`] is a ring taken out of its heap, with what is needed to judge it once all functions
//! were executed; [`judge`] does that.

pub(crate) mod class_graph;
mod event_loop;
pub(crate) mod judge;
pub(crate) mod possible;
pub(crate) mod search;
mod unmentioned;
pub(crate) mod witness;
