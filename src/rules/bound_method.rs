//! CYC103: an object that holds its own bound method.

use super::advice::{Cut, chain};
use super::report::RingRule;
use super::shape::{Hop, Shape};
use crate::heap::object::Kind;
use crate::program::model::{ClassId, Member};

pub(super) const RULE: RingRule = RingRule {
    code: "CYC103",
    matches,
    relation,
    cut,
};

fn is_method(kind: Kind) -> bool {
    matches!(kind, Kind::BoundMethod(_) | Kind::BuiltinMethod(_))
}

fn matches(shape: &Shape<'_>) -> bool {
    shape.has(is_method)
}

fn relation(shape: &Shape<'_>, hops: &[Hop]) -> String {
    let own = if shape.instances() > 1 {
        "it holds a bound method of the object that holds it"
    } else {
        "it holds its own bound method"
    };
    format!("{own} ({})", chain(hops))
}

fn cut(shape: &Shape<'_>, hops: &[Hop]) -> Cut {
    let idx = hops.iter().position(|it| it.to.starts_with("bound method"));
    let Some((idx, hop)) = idx.and_then(|it| Some((it, hops.get(it)?))) else {
        return Cut {
            hop: None,
            help: String::new(),
        };
    };
    let method = hop.to.rsplit(['.', ' ']).next().unwrap_or_default();
    let (from, via) = (&hop.from, &hop.via);
    let help = if let (true, Some(method)) = (hop.holder.is_some(), overridden(shape)) {
        format!(
            "a bound method holds its object: store the plain function `{method}` in \
             `{from}.{via}` and pass the object when it is called, or call `super()` there; or \
             clear `{via}` when the object is done with"
        )
    } else if hop.holder.is_some() {
        format!(
            "a bound method holds its object: store `weakref.WeakMethod(self.{method})` in \
             `{from}.{via}` and call what it gives, or store the plain function and pass the object \
             when it is called; or clear `{via}` when the object is done with"
        )
    } else {
        format!(
            "a bound method holds its object: hand over a function that looks `{method}` up through \
             a `weakref.WeakMethod` when it is called; or cancel and drop the {from} when the object \
             is done with"
        )
    };
    Cut {
        hop: Some(idx),
        help,
    }
}

/// The method that the object holds, if its own class has another one of that name: a
/// `WeakMethod` of `self.name` would be that other one.
fn overridden(shape: &Shape<'_>) -> Option<String> {
    let method = shape.links.iter().find_map(|it| match it.holder.kind {
        Kind::BoundMethod(func) => Some(func),
        _ => None,
    })?;
    let name = shape.program.function(method).name;
    let own = |class| shape.program.lookup(class, name).map(|it| it.1);
    let classes = shape.links.iter().filter_map(|it| it.holder.class());
    let other = |it| matches!(own(it), Some(&Member::Method(func, _)) if func != method);
    let inherits = |it: &ClassId| {
        let of = shape.program.func_info(method).class;
        of.is_some_and(|of| shape.program.is_subclass(*it, of))
    };
    classes
        .filter(inherits)
        .any(other)
        .then(|| shape.function_name(method))
}
