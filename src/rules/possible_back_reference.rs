//! CYC110: classes whose attributes refer to each other, with no execution seen to link the same
//! objects.

use super::finding::{Confidence, Finalizer, Finding, Place, Reference, Severity, Verdict};
use crate::cycles::possible::ClassRing;
use crate::program::model::Program;

/// The code of the rule.
pub(super) const CODE: &str = "CYC110";

/// The finding for a ring of classes.
pub(super) fn finding(program: &Program, ring: &ClassRing) -> Option<Finding> {
    let closing = ring
        .iter()
        .max_by_key(|it| (it.place.file, it.place.range.start()))?;
    let name = |class| program.class(class).name.as_str();
    let cycle: Vec<Reference> = ring
        .iter()
        .map(|it| Reference {
            from: name(it.holder).to_owned(),
            via: format!("{}{}", it.name, "[]".repeat(it.depth.into())),
            to: name(it.held).to_owned(),
            place: it.place,
            weaken: it.place == closing.place,
        })
        .collect();
    let finalized = ring
        .iter()
        .find(|it| program.class_info(it.holder).finalizer.is_some());
    let chain: Vec<String> = cycle
        .iter()
        .map(|it| format!("`{}.{}`", it.from, it.via))
        .collect();
    let chain = format!("{} → `{}`", chain.join(" → "), cycle.first()?.from);
    let message = match finalized {
        Some(it) => {
            format!(
                "`{}.__del__` may run late: the classes refer to each other ({chain})",
                name(it.holder)
            )
        }
        None => format!("the classes refer to each other ({chain})"),
    };
    let finalizers = finalized
        .map(|it| Finalizer {
            class: program.qualified_class(it.holder),
            place: program
                .class_info(it.holder)
                .finalizer
                .map(|(_, func)| Place {
                    file: program.file_of(func),
                    range: program.function(func).name_range,
                }),
        })
        .into_iter()
        .collect();
    let mut parts: Vec<String> = ring
        .iter()
        .map(|it| format!("{}.{}", program.qualified_class(it.holder), it.name))
        .collect();
    if let Some(first) = (0..parts.len()).min_by_key(|&it| &parts[it]) {
        parts.rotate_left(first);
    }
    Some(Finding {
        code: CODE,
        severity: Severity::Info,
        confidence: Confidence::Possible,
        verdict: Some(Verdict::Late),
        message,
        help:
            "if these can be the same objects, make the reference from the part to its owner weak"
                .to_owned(),
        place: closing.place,
        cycle,
        notes: Vec::new(),
        finalizers,
        broken_by: None,
        only_if_broken_shown: false,
        has_finalizer: finalized.is_some(),
        signature: super::advice::join(CODE, &parts),
    })
}
