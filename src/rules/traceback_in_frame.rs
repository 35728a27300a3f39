//! CYC202: a traceback left in a local variable of a frame that it holds.

use super::advice::{Cut, chain, local_name};
use super::report::RingRule;
use super::shape::{Hop, Shape};
use crate::heap::object::Kind;

pub(super) const RULE: RingRule = RingRule {
    code: "CYC202",
    matches,
    relation,
    cut,
};

fn matches(shape: &Shape<'_>) -> bool {
    shape.is_of_frames() && shape.has(|it| it == Kind::Traceback)
}

fn relation(_: &Shape<'_>, hops: &[Hop]) -> String {
    format!(
        "a traceback is left in a frame that it holds ({})",
        chain(hops)
    )
}

fn cut(_: &Shape<'_>, hops: &[Hop]) -> Cut {
    let name = local_name(hops).unwrap_or("the variable");
    let help = format!(
        "`del {name}` in a `finally` when the traceback is done with; or do without the variable: \
         `traceback.format_exc()`, `logging.exception(...)`"
    );
    Cut { hop: None, help }
}
