//! CYC105: an object that holds a generator or coroutine whose frame holds it.

use super::advice::{Cut, chain};
use super::report::RingRule;
use super::shape::{Hop, Shape};
use crate::heap::object::Kind;

pub(super) const RULE: RingRule = RingRule {
    code: "CYC105",
    matches,
    relation,
    cut,
};

fn matches(shape: &Shape<'_>) -> bool {
    shape.has(|it| matches!(it, Kind::Suspended(_)))
}

fn relation(_: &Shape<'_>, hops: &[Hop]) -> String {
    format!("it holds a suspended frame that holds it ({})", chain(hops))
}

fn cut(_: &Shape<'_>, hops: &[Hop]) -> Cut {
    let suspended = |it: &&Hop| {
        ["generator", "coroutine"]
            .iter()
            .any(|word| it.to.starts_with(word))
    };
    let Some(hop) = hops.iter().find(suspended) else {
        return Cut {
            hop: None,
            help: String::new(),
        };
    };
    let help = format!(
        "the frame of a {} that has not come to its end holds its arguments, `self` among them: \
         close it (`.close()`) and clear `{}.{}` when the object is done with, or let it work on \
         the values that it needs instead of on the object",
        hop.to, hop.from, hop.via
    );
    Cut { hop: None, help }
}
