//! CYC106: objects linked to each other by code that holds both.

use super::advice::{Cut, chain, non_owning, weaken};
use super::report::RingRule;
use super::shape::{Hop, Shape};

pub(super) const RULE: RingRule = RingRule {
    code: "CYC106",
    matches,
    relation,
    cut,
};

fn matches(_: &Shape<'_>) -> bool {
    true
}

fn relation(_: &Shape<'_>, hops: &[Hop]) -> String {
    format!("the objects hold each other ({})", chain(hops))
}

fn cut(shape: &Shape<'_>, hops: &[Hop]) -> Cut {
    weaken(shape, hops, non_owning(shape, hops))
}
