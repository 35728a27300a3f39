//! CYC201: an exception left in a local variable of a frame that its own traceback holds.

use super::advice::{Cut, chain, local_name};
use super::report::RingRule;
use super::shape::{Hop, Shape};

pub(super) const RULE: RingRule = RingRule {
    code: "CYC201",
    matches,
    relation,
    cut,
};

fn matches(shape: &Shape<'_>) -> bool {
    shape.is_of_frames() && shape.has_traceback_of_exception()
}

fn relation(_: &Shape<'_>, hops: &[Hop]) -> String {
    format!(
        "an exception is left in a frame that its traceback holds ({})",
        chain(hops)
    )
}

fn cut(_: &Shape<'_>, hops: &[Hop]) -> Cut {
    let name = local_name(hops).unwrap_or("the variable");
    let help = format!(
        "`del {name}` (or set it to None) in a `finally` when the exception is done with; or keep \
         only its text, its type, or `traceback.TracebackException.from_exception(...)`"
    );
    Cut { hop: None, help }
}
