//! From a hazard to a finding.

use super::finding::{Confidence, Finalizer, Finding, Severity, Verdict};
use super::pin_report::references;
use super::{dead_weakref, resurrection, weak_key_held_by_value};
use crate::cycles::hazards::{Hazard, HazardKind};
use crate::cycles::witness::Node;
use crate::heap::object::{Kind, Ty};
use crate::program::model::{Place, Program};

/// What a rule says of a hazard.
pub(super) struct Words {
    pub(super) code: &'static str,
    pub(super) verdict: Option<Verdict>,
    pub(super) message: String,
    pub(super) help: String,
}

/// The findings for all hazards, one for each place.
pub(crate) fn report_hazards(program: &Program, hazards: &[Hazard]) -> Vec<Finding> {
    let mut res: Vec<Finding> = Vec::new();
    for hazard in hazards {
        let words = match hazard.kind {
            HazardKind::Resurrection => resurrection::words(program, hazard),
            HazardKind::HeldKey => weak_key_held_by_value::words(program, hazard),
            HazardKind::DeadReferent(_)
            | HazardKind::NotReferable
            | HazardKind::DeadOwner { .. } => dead_weakref::words(program, hazard),
        };
        let known = res
            .iter()
            .any(|it| it.code == words.code && it.place == hazard.place);
        if !known {
            res.push(finding(program, hazard, words));
        }
    }
    res
}

fn finding(program: &Program, hazard: &Hazard, words: Words) -> Finding {
    let target = Node {
        kind: Kind::Instance,
        tys: hazard.class.map(Ty::Instance).into_iter().collect(),
    };
    let cycle = references(program, &hazard.links, &target);
    let finalizer = hazard
        .class
        .filter(|_| hazard.kind == HazardKind::Resurrection)
        .and_then(|class| Some((class, program.class_info(class).finalizer?.1)));
    let finalizers = finalizer.map(|(class, func)| Finalizer {
        class: program.qualified_class(class),
        place: Some(Place {
            file: program.file_of(func),
            range: program.function(func).name_range,
        }),
    });
    let class = hazard.class.map(|it| program.qualified_class(it));
    let parts: Vec<String> = cycle
        .iter()
        .map(|it| format!("{}.{}", it.from, it.via))
        .collect();
    Finding {
        code: words.code,
        severity: Severity::Warning,
        confidence: Confidence::Proven,
        verdict: words.verdict,
        message: words.message,
        help: words.help,
        place: hazard.place,
        cycle,
        notes: Vec::new(),
        finalizers: finalizers.into_iter().collect(),
        broken_by: None,
        only_if_broken_shown: false,
        has_finalizer: true,
        signature: format!(
            "{} {} {}",
            words.code,
            class.unwrap_or_default(),
            parts.join(" > ")
        ),
    }
}
