//! CYC101: an object that holds itself, directly or in a container of its own.

use super::advice::{Cut, chain};
use super::report::RingRule;
use super::shape::{Hop, Shape};

pub(super) const RULE: RingRule = RingRule {
    code: "CYC101",
    matches,
    relation,
    cut,
};

fn matches(shape: &Shape<'_>) -> bool {
    shape.instances() <= 1
}

fn relation(_: &Shape<'_>, hops: &[Hop]) -> String {
    format!("it holds itself ({})", chain(hops))
}

fn cut(_: &Shape<'_>, hops: &[Hop]) -> Cut {
    let Some(hop) = hops.first() else {
        return Cut {
            hop: None,
            help: String::new(),
        };
    };
    let help = format!(
        "drop the reference `{}.{}` (an object need not hold itself), or keep a `weakref.ref` there",
        hop.from, hop.via
    );
    Cut { hop: Some(0), help }
}
