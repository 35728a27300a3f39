//! From a ring to a finding: which rule, which words, which reference to weaken.

use std::collections::BTreeSet;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::advice::{self, Cut};
use super::finding::{Confidence, Finalizer, Finding, Note, Reference, Severity, Verdict};
use super::shape::{Hop, Shape};
use super::{
    back_reference, bound_method, broken_in_finalizer, closure, delayed_finalizer,
    exception_in_frame, frame_in_frame, mutual_reference, possible_back_reference,
    recursive_closure, self_reference, stored_exception, suspended_frame, traceback_in_frame,
};
use crate::cycles::judge::Ring;
use crate::cycles::possible::ClassRing;
use crate::heap::object::Kind;
use crate::program::model::{ClassId, FuncId, Place, Program};

/// A rule about rings.
pub(super) struct RingRule {
    pub(super) code: &'static str,
    /// Whether a ring is of this kind. The first rule that says so has it.
    pub(super) matches: fn(&Shape<'_>) -> bool,
    /// What the ring is, in a few words: "through its own bound method".
    pub(super) relation: fn(&Shape<'_>, &[Hop]) -> String,
    /// Which reference to weaken, or where to break the ring.
    pub(super) cut: fn(&Shape<'_>, &[Hop]) -> Cut,
}

/// The rules, most special first.
const RULES: &[RingRule] = &[
    exception_in_frame::RULE,
    traceback_in_frame::RULE,
    frame_in_frame::RULE,
    recursive_closure::RULE,
    delayed_finalizer::RULE,
    stored_exception::RULE,
    suspended_frame::RULE,
    bound_method::RULE,
    closure::RULE,
    self_reference::RULE,
    back_reference::RULE,
    mutual_reference::RULE,
];

/// The findings for rings of classes, except those that were proved.
pub(crate) fn report_possible(
    program: &Program,
    rings: &[ClassRing],
    proven: &[Finding],
) -> Vec<Finding> {
    let places = |it: &Finding| it.cycle.iter().map(|it| it.place).collect::<Vec<_>>();
    let known: FxHashSet<Place> = proven.iter().flat_map(places).collect();
    let findings = rings
        .iter()
        .filter_map(|it| possible_back_reference::finding(program, it));
    findings
        .filter(|it| !it.cycle.iter().all(|it| known.contains(&it.place)))
        .collect()
}

/// The findings for all rings, one for each shape of ring (see [`Kin`]).
pub(crate) fn report(program: &Program, rings: &[Ring]) -> Vec<Finding> {
    let rings = rings.par_iter().with_min_len(16);
    let mut found: Vec<(Finding, Kin)> = rings.flat_map_iter(|it| of_ring(program, it)).collect();
    // The most telling ones first: they stand for the others.
    found.sort_by_key(|(it, _)| {
        (
            std::cmp::Reverse(weight(it)),
            it.place.file,
            it.place.range.start(),
            it.code,
        )
    });
    let mut kept: FxHashMap<(Group, bool), Vec<usize>> = FxHashMap::default();
    let mut res: Vec<(Finding, Fields)> = Vec::new();
    for (finding, kin) in found {
        let is_safety_net = finding.code == broken_in_finalizer::RULE.code;
        let known = kept.entry((kin.group, is_safety_net)).or_default();
        let says_it = |&it: &usize| {
            let (other, fields) = &res[it];
            kin.fields.is_superset(fields)
                && (other.has_finalizer || !finding.has_finalizer)
                && (finding.only_if_broken_shown || !other.only_if_broken_shown)
        };
        if !known.iter().any(says_it) {
            known.push(res.len());
            res.push((finding, kin.fields));
        }
    }
    res.into_iter().map(|it| it.0).collect()
}

/// The findings for one ring.
fn of_ring(program: &Program, ring: &Ring) -> Vec<(Finding, Kin)> {
    let shape = Shape::of(program, ring);
    if shape.is_inside_libraries() {
        return Vec::new();
    }
    let way = RULES.iter().find(|it| (it.matches)(&shape));
    // Whether or not somebody breaks the ring, the safety net has a hole.
    let safety_net = Some(&broken_in_finalizer::RULE).filter(|it| (it.matches)(&shape));
    let rules = [way, safety_net].into_iter().flatten();
    let finding = |rule: &RingRule| {
        // How to break the ring does not depend on what its finalizer does.
        let cut = way.map_or(rule.cut, |it| it.cut);
        let finding = finding(&shape, rule, cut);
        let kin = Kin::of(&shape, &finding);
        (finding, kin)
    };
    rules.map(finding).collect()
}

/// The references of a ring, by class and attribute.
type Fields = BTreeSet<String>;

/// What tells whether two rings are the same mistake: what breaks the ring of some references
/// breaks every ring that has them all, where the same code closes it.
struct Kin {
    group: Group,
    fields: Fields,
}

/// Code whose rings are compared.
#[derive(PartialEq, Eq, Hash)]
enum Group {
    /// The function that closes the ring.
    Function(FuncId),
    /// For a linked structure, a ring of instances of one class: all code.
    Links(ClassId),
    /// For a finalizer that waits for the ring it would break: all code, too.
    Finalizer(ClassId),
    /// Nothing else.
    Place(Place),
}

impl Kin {
    fn of(shape: &Shape<'_>, finding: &Finding) -> Self {
        let hops = shape.hops();
        let holders: BTreeSet<Option<ClassId>> = hops.iter().map(|it| it.holder).collect();
        let is_instance = |it: &Hop| it.holder.is_some() && it.holder == it.held;
        let waiting = shape.ring.disabled.map(|it| it.class);
        let group = match holders.first() {
            _ if finding.code == broken_in_finalizer::RULE.code && waiting.is_some() => {
                waiting.map_or(Group::Place(finding.place), Group::Finalizer)
            }
            Some(&Some(class))
                if holders.len() == 1
                    && hops.iter().all(is_instance)
                    && finding.code != "CYC108" =>
            {
                Group::Links(class)
            }
            _ => shape
                .function_at(finding.place)
                .map_or(Group::Place(finding.place), Group::Function),
        };
        let fields = hops.iter().map(|it| {
            let holder = it.holder.map(|class| format!("{class:?}"));
            let field = format!("{}.{}", holder.unwrap_or_default(), without_keys(&it.via));
            match method_held(shape, it) {
                Some(method) => format!("{field} {method:?}"),
                None => field,
            }
        });
        Self {
            group,
            fields: fields.collect(),
        }
    }
}

/// The method whose bound method an attribute holds: each branch that stores another one has a ring
/// of its own. Which ones are in a table does not matter.
fn method_held(shape: &Shape<'_>, hop: &Hop) -> Option<FuncId> {
    let next = (hop.link + 1) % shape.links.len().max(1);
    match shape.links.get(next)?.holder.kind {
        Kind::BoundMethod(func) if !hop.through_container => Some(func),
        _ => None,
    }
}

/// `handlers["up"]` and `handlers["down"]` are elements of one container.
fn without_keys(via: &str) -> String {
    let mut res = String::new();
    let mut depth = 0_u32;
    for it in via.chars() {
        match it {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ if depth > 0 => continue,
            _ => {}
        }
        res.push(it);
    }
    res
}

/// Which of two findings says more.
fn weight(finding: &Finding) -> (bool, bool, std::cmp::Reverse<usize>) {
    let length = std::cmp::Reverse(finding.cycle.len());
    (finding.has_finalizer, !finding.only_if_broken_shown, length)
}

fn finding(shape: &Shape<'_>, rule: &RingRule, cut: fn(&Shape<'_>, &[Hop]) -> Cut) -> Finding {
    let ring = shape.ring;
    let hops = shape.hops();
    // A safety net that cannot work is a mistake whether or not it is needed.
    let is_obligation = ring.is_obligation() && rule.code != broken_in_finalizer::RULE.code;
    let closing = hops.iter().max_by_key(|it| it.order).map(|it| it.place);
    let place = closing.unwrap_or(ring.witness.links[0].place);
    let cut = cut(shape, &hops);
    let has_finalizer = !ring.finalizers.is_empty() || !ring.victims.is_empty();
    let cycle = hops
        .iter()
        .enumerate()
        .map(|(idx, hop)| Reference {
            from: hop.from.clone(),
            via: hop.via.clone(),
            to: hop.to.clone(),
            place: hop.place,
            weaken: cut.hop == Some(idx),
        })
        .collect();
    Finding {
        code: rule.code,
        severity: if is_obligation {
            Severity::Info
        } else {
            Severity::Warning
        },
        confidence: Confidence::Proven,
        verdict: Some(Verdict::Late),
        message: message(shape, rule, &hops),
        help: cut.help,
        place,
        cycle,
        notes: notes(shape),
        finalizers: finalizers(shape),
        broken_by: broken_by(shape),
        only_if_broken_shown: is_obligation,
        has_finalizer,
        signature: signature(shape, rule, &hops),
    }
}

fn message(shape: &Shape<'_>, rule: &RingRule, hops: &[Hop]) -> String {
    let relation = (rule.relation)(shape, hops);
    let disabled = shape.ring.disabled.map(|it| it.class);
    let delayed = disabled.or(shape.ring.finalizers.first().copied());
    let victim = shape.ring.victims.first().map(|it| it.class);
    match delayed.or(victim) {
        Some(class) => format!(
            "`{}.__del__` runs late: {relation}",
            shape.class_name(class)
        ),
        None => match shape.subject() {
            Some(class) => {
                format!("`{}` is freed late: {relation}", shape.class_name(class))
            }
            None => format!("memory is freed late: {relation}"),
        },
    }
}

fn notes(shape: &Shape<'_>) -> Vec<Note> {
    let ring = shape.ring;
    let mut res = Vec::new();
    for victim in &ring.victims {
        let class = shape.class_name(victim.class);
        let message =
            format!("`{class}`, which has a finalizer, is kept alive by the ring from here");
        let place = victim.place;
        let is_said = |it: &Note| it.place == place && it.message == message;
        // Several elements of a container hang off the ring by one store.
        if !res.iter().any(is_said) {
            res.push(Note { place, message });
        }
    }
    if ring.forgotten
        && let Some(&breaker) = ring.broken_by.first()
    {
        let owner = ring.witness.seen_in;
        let ir = shape.program.function(owner);
        let file = shape.program.file_of(owner);
        let breaker = shape.function_name(breaker);
        let owner_name = match ir.name.as_str() {
            "<module>" => "the module".to_owned(),
            name => format!("`{name}`"),
        };
        if ir.name.as_str() != "<module>" {
            res.push(Note {
                place: Place { file, range: ir.name_range },
                message: format!("{owner_name} owns these objects and ends without `{breaker}`, which would break the ring"),
            });
        }
    }
    res
}

fn finalizers(shape: &Shape<'_>) -> Vec<Finalizer> {
    let ring = shape.ring;
    let classes = ring
        .finalizers
        .iter()
        .copied()
        .chain(ring.victims.iter().map(|it| it.class));
    let mut res: Vec<Finalizer> = Vec::new();
    for class in classes {
        let finalizer = finalizer(shape.program, class);
        if !res.iter().any(|it| it.class == finalizer.class) {
            res.push(finalizer);
        }
    }
    res
}

fn finalizer(program: &Program, class: ClassId) -> Finalizer {
    let info = program.class_info(class);
    let place = info.finalizer.map(|(_, func)| Place {
        file: program.file_of(func),
        range: program.function(func).name_range,
    });
    Finalizer {
        class: program.qualified_class(class),
        place,
    }
}

fn broken_by(shape: &Shape<'_>) -> Option<String> {
    let by = shape.ring.broken_by.iter();
    let named = by.map(|&it| shape.program.qualified_function(it));
    // A method of a class on the ring is what people know to call.
    named.min_by_key(|it| (it.matches('.').count() < 2, it.clone()))
}

/// What the ring is, without any position: it survives moves and reformatting.
fn signature(shape: &Shape<'_>, rule: &RingRule, hops: &[Hop]) -> String {
    let mut parts: Vec<String> = hops
        .iter()
        .map(|it| {
            let holder = it.holder.map(|it| shape.program.qualified_class(it));
            format!("{}.{}", holder.unwrap_or_else(|| it.from.clone()), it.via)
        })
        .collect();
    // A ring has no beginning: start at the least part.
    if let Some(first) = (0..parts.len()).min_by_key(|&it| &parts[it]) {
        parts.rotate_left(first);
    }
    advice::join(rule.code, &parts)
}
