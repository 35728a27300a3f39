//! References that a call stored and its caller cut again.

use crate::heap::evaluate::Exit;
use crate::program::model::Place;

/// The places of strong references that a function was given by what it called, and that are cut
/// at its end: that every call stores them says nothing about what stays.
pub(super) fn undone(exit: &Exit<'_>) -> Vec<Place> {
    let exec = &exit.exec;
    let file = exec.env.program.file_of(exit.key.func);
    let range = exec.function(exit.key.func).range;
    let heap = &exec.heap;
    let cut = heap.edges.iter().filter(|edge| {
        let is_own = edge.place.file == file && range.contains_range(edge.place.range);
        let covers = |&it: &_| heap.guards.implies(edge.guard, it);
        edge.strong && !edge.read && !is_own && edge.kills.iter().any(covers)
    });
    cut.map(|it| it.place).collect()
}
