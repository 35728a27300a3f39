//! CYC308: a weak reference that is dead at once, or cannot be made.

use super::hazard_report::Words;
use crate::cycles::hazards::{Hazard, HazardKind, Referent};
use crate::program::model::Program;

pub(super) fn words(program: &Program, hazard: &Hazard) -> Words {
    let class = hazard
        .class
        .map_or("object", |it| program.class(it).name.as_str());
    let (message, help) = match hazard.kind {
        HazardKind::DeadReferent(Referent::Method(func)) => {
            let method = program.function(func).name;
            (
                format!(
                    "the weak reference is dead at once: `{class}.{method}` makes a new bound \
                     method, which nobody else holds"
                ),
                "use `weakref.WeakMethod`, which lives as long as the object does".to_owned(),
            )
        }
        HazardKind::DeadReferent(function @ (Referent::Lambda | Referent::Partial)) => {
            let what = match function {
                Referent::Partial => "`functools.partial`",
                _ => "lambda",
            };
            (
                format!("the weak reference is dead at once: nobody else holds the {what}"),
                "keep the function somewhere for as long as it is needed, or hold it strongly here"
                    .to_owned(),
            )
        }
        HazardKind::DeadReferent(Referent::Instance(_)) => (
            format!("the weak reference is dead at once: nobody else holds the new `{class}`"),
            format!("keep the `{class}` somewhere for as long as it is needed"),
        ),
        HazardKind::DeadOwner { attribute, owner } => {
            let owner = program.class(owner).name;
            (
                format!(
                    "`{class}.__del__` finds a dead weak reference: when the `{owner}` that holds \
                     the `{class}` goes, `{attribute}` refers to nothing by the time `__del__` runs"
                ),
                format!(
                    "keep in the `{class}` what its `__del__` needs of the `{owner}`, or let the \
                     `{owner}` do it when it ends; at least test for `None`"
                ),
            )
        }
        _ => (
            format!(
                "`{class}` cannot be weakly referenced: its `__slots__` has no `\"__weakref__\"`, \
                 this raises `TypeError`"
            ),
            format!("add `\"__weakref__\"` to the `__slots__` of `{class}`"),
        ),
    };
    Words {
        code: "CYC308",
        verdict: None,
        message,
        help,
    }
}
