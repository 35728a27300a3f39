//! From a pin to a finding: which rule, which words.

use super::advice;
use super::finding::{Confidence, Finalizer, Finding, Reference, Severity, Verdict};
use super::shape::{Shape, label_name, label_suffix};
use super::{exit_handler_keeps_alive, finalize_keeps_alive, registry_keeps_alive};
use crate::cycles::judge::Ring;
use crate::cycles::standing_pins::StandingPin;
use crate::cycles::witness::{Link, Node, Witness};
use crate::heap::object::{Kind, Ty};
use crate::program::model::{Place, Program};

/// A rule about pins.
pub(super) struct PinRule {
    pub(super) code: &'static str,
    pub(super) matches: fn(&StandingPin) -> bool,
    /// Why the object stays: "`atexit` holds it".
    pub(super) reason: fn(&Program, &StandingPin) -> String,
    pub(super) help: fn(&Program, &StandingPin) -> String,
}

const RULES: &[PinRule] = &[
    finalize_keeps_alive::RULE,
    exit_handler_keeps_alive::RULE,
    registry_keeps_alive::RULE,
];

/// The findings for all pins.
pub(crate) fn report_pins(program: &Program, pins: &[StandingPin]) -> Vec<Finding> {
    let mut res: Vec<Finding> = Vec::new();
    for pin in pins {
        let Some(rule) = RULES.iter().find(|it| (it.matches)(pin)) else {
            continue;
        };
        let finding = finding(program, pin, rule);
        let known = res
            .iter()
            .any(|it| it.code == finding.code && it.place == finding.place);
        if !known {
            res.push(finding);
        }
    }
    res
}

fn finding(program: &Program, pin: &StandingPin, rule: &PinRule) -> Finding {
    let class = pin.pin.class;
    let name = program.class(class).name;
    let cycle = references(program, &pin.pin.links, &pin.pin.target);
    let fate = match pin.finalizer {
        Some(_) => format!("`{name}.__del__` does not run"),
        None => format!("`{name}` is never freed"),
    };
    let parts: Vec<String> = cycle
        .iter()
        .map(|it| format!("{}.{}", it.from, it.via))
        .collect();
    let chain = parts
        .iter()
        .map(|it| format!("`{}`", it.replace(".[", "[")));
    let chain: Vec<String> = chain.chain([format!("`{name}`")]).collect();
    let message = format!(
        "{fate}: {} ({})",
        (rule.reason)(program, pin),
        chain.join(" → ")
    );
    let mut by: Vec<String> = pin
        .removers
        .iter()
        .map(|&it| program.qualified_function(it))
        .collect();
    by.sort();
    let finalizers = pin.finalizer.map(|(_, func)| Finalizer {
        class: program.qualified_class(class),
        place: Some(Place {
            file: program.file_of(func),
            range: program.function(func).name_range,
        }),
    });
    Finding {
        code: rule.code,
        severity: if pin.is_obligation {
            Severity::Info
        } else {
            Severity::Warning
        },
        confidence: Confidence::Proven,
        verdict: Some(Verdict::Never),
        message,
        help: (rule.help)(program, pin),
        place: pin.place,
        cycle,
        notes: Vec::new(),
        finalizers: finalizers.into_iter().collect(),
        broken_by: by.into_iter().next(),
        only_if_broken_shown: pin.is_obligation,
        has_finalizer: true,
        signature: advice::join(rule.code, &parts),
    }
}

/// A chain of references in words. What only stands between (containers, cells, the entries of
/// registries) is part of the way.
pub(super) fn references(program: &Program, links: &[Link], target: &Node) -> Vec<Reference> {
    // A chain is told in the words of a ring.
    let ring = Ring {
        witness: Witness {
            seen_in: crate::program::model::FuncId(0),
            links: Vec::new(),
            owned: false,
            ends_here: false,
            in_every_call: false,
            victims: Vec::new(),
        },
        finalizers: Vec::new(),
        victims: Vec::new(),
        broken_by: Vec::new(),
        forgotten: false,
        disabled: None,
    };
    let shape = Shape::of(program, &ring);
    let mut res: Vec<Reference> = Vec::new();
    for (idx, link) in links.iter().enumerate() {
        let next = links.get(idx + 1).map_or(target, |it| &it.holder);
        let to = shape.node_name(next);
        if let Some(last) = res.last_mut()
            && is_passing(&link.holder)
        {
            if !is_entry(&link.holder) {
                last.via.push_str(&label_suffix(link));
            }
            last.to = to;
            if !link.read && !is_entry(&link.holder) && link.holder.kind != Kind::Cell {
                last.place = link.place;
            }
            continue;
        }
        let (from, via) = match link.holder.kind {
            Kind::Root(root) => (root.name().to_owned(), "callbacks[]".to_owned()),
            Kind::Module(module) => {
                let module = program.modules[module.0 as usize].name;
                let name = module.map_or("module", |it| it.as_str());
                (name.to_owned(), label_name(link))
            }
            Kind::Class(class) => (program.class(class).name.to_string(), label_name(link)),
            _ => (shape.node_name(&link.holder), label_name(link)),
        };
        res.push(Reference {
            from,
            via,
            to,
            place: link.place,
            weaken: false,
        });
    }
    res
}

fn is_entry(node: &Node) -> bool {
    matches!(node.tys.as_slice(), [Ty::External(name)] if name.as_str() == "registration")
}

fn is_passing(node: &Node) -> bool {
    is_entry(node)
        || matches!(node.kind, Kind::Container(_) | Kind::Cell)
        || matches!(
            (node.kind, node.tys.as_slice()),
            (Kind::Lazy { .. }, [Ty::Container(_)])
        )
}
