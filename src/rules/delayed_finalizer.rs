//! CYC108: no object on the ring has a finalizer, but one that hangs off it does.

use super::advice::{Cut, chain, non_owning, weaken};
use super::report::RingRule;
use super::shape::{Hop, Shape};

pub(super) const RULE: RingRule = RingRule {
    code: "CYC108",
    matches,
    relation,
    cut,
};

fn matches(shape: &Shape<'_>) -> bool {
    shape.ring.finalizers.is_empty() && !shape.ring.victims.is_empty()
}

fn relation(_: &Shape<'_>, hops: &[Hop]) -> String {
    format!("it hangs off a ring of other objects ({})", chain(hops))
}

fn cut(shape: &Shape<'_>, hops: &[Hop]) -> Cut {
    weaken(shape, hops, non_owning(shape, hops))
}
