//! CYC203: a frame left in one of its own local variables.

use super::advice::{Cut, chain, local_name};
use super::report::RingRule;
use super::shape::{Hop, Shape};
use crate::heap::object::Kind;

pub(super) const RULE: RingRule = RingRule {
    code: "CYC203",
    matches,
    relation,
    cut,
};

fn matches(shape: &Shape<'_>) -> bool {
    shape.is_of_frames() && shape.has(|it| matches!(it, Kind::Frame(_)))
}

fn relation(_: &Shape<'_>, hops: &[Hop]) -> String {
    format!(
        "a frame is left in one of its own variables ({})",
        chain(hops)
    )
}

fn cut(_: &Shape<'_>, hops: &[Hop]) -> Cut {
    let name = local_name(hops).unwrap_or("the variable");
    let help = format!(
        "`del {name}` in a `finally` when the frame is done with, or take from it at once what is \
         needed (`frame.f_code.co_name`, `frame.f_lineno`) and keep that"
    );
    Cut { hop: None, help }
}
