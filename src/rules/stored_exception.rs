//! CYC107: an object that stores an exception, a traceback or a frame that holds it.

use super::advice::{Cut, chain};
use super::report::RingRule;
use super::shape::{Hop, Shape};
use crate::heap::object::Kind;

pub(super) const RULE: RingRule = RingRule {
    code: "CYC107",
    matches,
    relation,
    cut,
};

fn matches(shape: &Shape<'_>) -> bool {
    shape.has(|it| matches!(it, Kind::Traceback | Kind::Frame(_)))
}

fn relation(shape: &Shape<'_>, hops: &[Hop]) -> String {
    let what = if shape.has_traceback_of_exception() {
        "an exception whose traceback holds the frame"
    } else if shape.has(|it| it == Kind::Traceback) {
        "a traceback that holds the frame"
    } else {
        "the frame"
    };
    format!(
        "it stores {what} of a function that has it ({})",
        chain(hops)
    )
}

fn cut(shape: &Shape<'_>, hops: &[Hop]) -> Cut {
    let stored = hops.iter().position(|it| it.holder.is_some());
    let where_to = stored.and_then(|it| hops.get(it));
    let help = match where_to {
        Some(hop) if !shape.has(|it| it == Kind::Traceback) => format!(
            "store in `{}.{}` what is needed of the frame: `frame.f_code.co_name`, \
             `frame.f_lineno`; or set it to None when it is done with",
            hop.from, hop.via
        ),
        Some(hop) => format!(
            "store in `{}.{}` what is needed of the exception: its text, or the exception \
             `.with_traceback(None)`; for a log, `traceback.TracebackException.from_exception(...)`",
            hop.from, hop.via
        ),
        None => "store what is needed of the exception: its text, or the exception \
                 `.with_traceback(None)`"
            .to_owned(),
    };
    Cut { hop: None, help }
}
