//! CYC204: a nested function that captures itself.

use super::advice::{Cut, chain};
use super::report::RingRule;
use super::shape::{Hop, Shape};
use crate::heap::object::{Kind, Label};

pub(super) const RULE: RingRule = RingRule {
    code: "CYC204",
    matches,
    relation,
    cut,
};

fn matches(shape: &Shape<'_>) -> bool {
    shape.links.iter().all(|it| {
        matches!(
            (it.holder.kind, it.label),
            (Kind::Function(_), Label::Captured(_)) | (Kind::Cell, _)
        )
    }) && shape.has(|it| matches!(it, Kind::Function(_)))
}

fn relation(_: &Shape<'_>, hops: &[Hop]) -> String {
    format!("a nested function captures itself ({})", chain(hops))
}

fn cut(_: &Shape<'_>, hops: &[Hop]) -> Cut {
    let name = hops
        .iter()
        .find_map(|it| it.via.strip_prefix("captured "))
        .and_then(|it| it.split(['.', '[']).next())
        .unwrap_or("the name");
    let help = format!(
        "make it a function of the module or a method, which finds itself without a closure; or \
         set `{name}` to None when it is done with"
    );
    Cut { hop: None, help }
}
