//! CYC104: an object that holds a function which captured it.

use super::advice::{Cut, chain};
use super::report::RingRule;
use super::shape::{Hop, Shape};
use crate::heap::object::Kind;

pub(super) const RULE: RingRule = RingRule {
    code: "CYC104",
    matches,
    relation,
    cut,
};

fn matches(shape: &Shape<'_>) -> bool {
    shape.has(|it| matches!(it, Kind::Function(_) | Kind::Cell))
}

fn relation(_: &Shape<'_>, hops: &[Hop]) -> String {
    format!("it holds a function that captured it ({})", chain(hops))
}

fn cut(_: &Shape<'_>, hops: &[Hop]) -> Cut {
    let captures = |it: &Hop| it.via.starts_with("captured ") || it.via.starts_with("local ");
    let Some(idx) = hops.iter().position(captures) else {
        return Cut {
            hop: None,
            help: String::new(),
        };
    };
    let hop = &hops[idx];
    let variable = hop.via.rsplit(' ').next().unwrap_or_default();
    let help = format!(
        "let the {} capture a weak reference instead: `ref = weakref.ref({variable})` before it, \
         `ref()` in it; or capture only the values that it needs",
        hop.from
    );
    Cut {
        hop: Some(idx),
        help,
    }
}
