//! CYC305: what would break the ring is called from a `__del__` on it, which cannot run while the
//! ring stands.

use super::advice::{Cut, chain, non_owning, weaken};
use super::report::RingRule;
use super::shape::{Hop, Shape};

pub(super) const RULE: RingRule = RingRule {
    code: "CYC305",
    matches,
    relation,
    cut,
};

fn matches(shape: &Shape<'_>) -> bool {
    shape.ring.disabled.is_some()
}

fn relation(shape: &Shape<'_>, hops: &[Hop]) -> String {
    let would = match shape.ring.disabled.and_then(|it| it.breaker) {
        Some(it) => format!(
            "calls `{}`, which would break the ring",
            shape.function_name(it)
        ),
        None => "would break the ring".to_owned(),
    };
    format!("it {would}, but waits for the ring to go ({})", chain(hops))
}

fn cut(shape: &Shape<'_>, hops: &[Hop]) -> Cut {
    weaken(shape, hops, non_owning(shape, hops))
}
