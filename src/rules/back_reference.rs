//! CYC102: a part that holds its owner.

use super::advice::{Cut, chain, non_owning, weaken};
use super::report::RingRule;
use super::shape::{Hop, Shape};

pub(super) const RULE: RingRule = RingRule {
    code: "CYC102",
    matches,
    relation,
    cut,
};

/// Somewhere on the ring a method links its receiver with another object.
fn matches(shape: &Shape<'_>) -> bool {
    let hops = shape.hops();
    hops.iter()
        .any(|it| shape.stored_by_method_of(it.place, &[it.holder, it.held]))
}

fn relation(_: &Shape<'_>, hops: &[Hop]) -> String {
    format!("it is held by what it holds ({})", chain(hops))
}

fn cut(shape: &Shape<'_>, hops: &[Hop]) -> Cut {
    weaken(shape, hops, non_owning(shape, hops))
}
