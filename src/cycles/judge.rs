//! Which rings are findings, once all functions were executed.
//!
//! A reference that was only found (read) in an execution is believed if the program stores it
//! somewhere, strongly. A ring that some code clears is the duty of whoever owns its objects. The
//! same ring, seen in many functions, is one finding.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::event_loop::ends_with_loop;
use super::standing_pins::calls;
use super::witness::{Link, Victim, Witness};
use crate::heap::facts::{Facts, Slot, SlotKey};
use crate::heap::object::{Kind, Label, Ty};
use crate::program::model::{ClassId, FuncId, Member, Place, Program};
use crate::syntax::Name;

/// A ring that stands.
#[derive(Debug, Clone)]
pub(crate) struct Ring {
    pub(crate) witness: Witness,
    /// Classes of objects on the ring that have a finalizer.
    pub(crate) finalizers: Vec<ClassId>,
    /// Objects with a finalizer that hang off it.
    pub(crate) victims: Vec<Victim>,
    /// The functions that clear one of its references.
    pub(crate) broken_by: Vec<FuncId>,
    /// Whether the function in which it was seen owns its objects and leaves it standing.
    pub(crate) forgotten: bool,
    /// The finalizer on the ring that would break it, could it run.
    pub(crate) disabled: Option<Disabled>,
}

/// A finalizer that waits for the ring which it would break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Disabled {
    /// The class of the object on the ring.
    pub(crate) class: ClassId,
    /// What it calls to break the ring, if it does not do so itself.
    pub(crate) breaker: Option<FuncId>,
}

impl Ring {
    /// Whether somebody may still break it.
    pub(crate) fn is_obligation(&self) -> bool {
        !self.broken_by.is_empty() && !self.forgotten
    }
}

/// What is known of the calls of a program.
pub(crate) struct Calls {
    /// Who calls each function.
    pub(crate) callers: FxHashMap<FuncId, Vec<FuncId>>,
    /// Functions in which a bound cut something off.
    pub(crate) cut_short: FxHashSet<FuncId>,
    /// Functions of scripts that are certainly not run.
    pub(crate) unmentioned: FxHashSet<FuncId>,
    /// Where references are stored that a caller cuts again.
    pub(crate) undone: FxHashSet<Place>,
}

/// The rings that stand, the ones closed in the deepest functions first.
pub(crate) fn judge(
    program: &Program,
    facts: &Facts,
    named_finalizers: &FxHashSet<ClassId>,
    calls: &Calls,
    witnesses: Vec<Witness>,
) -> Vec<Ring> {
    let callers = &calls.callers;
    let standing = Standing::of(program, calls, &witnesses);
    let computed = computed(program);
    let mut rings: Vec<Ring> = Vec::new();
    let mut known: FxHashMap<Vec<(u32, u32, u32)>, usize> = FxHashMap::default();
    for mut witness in witnesses {
        if !witness.links.iter().all(|it| is_believed(facts, it))
            || witness
                .links
                .iter()
                .any(|it| is_computed(program, &computed, it))
        {
            continue;
        }
        for link in witness.links.iter_mut().filter(|it| it.read) {
            if let Some(place) = stored_at(program, facts, link) {
                link.place = place;
            }
        }
        let identity = identity(&witness);
        let mut ring = ring_of(program, facts, named_finalizers, witness);
        ring.disabled = disabled(program, facts, callers, &ring);
        if ring.broken_by.is_empty() && !standing.is_realized(&ring.witness) {
            continue;
        }
        if ends_with_loop(program, callers, &ring.witness) {
            continue;
        }
        match known.get(&identity) {
            None => {
                known.insert(identity, rings.len());
                rings.push(ring);
            }
            Some(&idx) => merge(&mut rings[idx], ring),
        }
    }
    drop_members(&mut rings);
    rings
}

/// An object that is on a ring itself is not the victim of another one: weakening that one would
/// not help it.
fn drop_members(rings: &mut [Ring]) {
    let standing = rings.iter().filter(|it| !it.is_obligation());
    let members: FxHashSet<ClassId> = standing
        .flat_map(|it| it.finalizers.iter().copied())
        .collect();
    for ring in rings {
        ring.victims.retain(|it| !members.contains(&it.class));
    }
}

/// In which functions each ring stands.
struct Standing<'a> {
    program: &'a Program,
    calls: &'a Calls,
    /// For the place of each stored reference, the functions at whose end a ring through it
    /// stands.
    at: FxHashMap<Place, FxHashSet<FuncId>>,
}

impl<'a> Standing<'a> {
    fn of(program: &'a Program, calls: &'a Calls, witnesses: &[Witness]) -> Self {
        let mut at: FxHashMap<Place, FxHashSet<FuncId>> = FxHashMap::default();
        for witness in witnesses {
            for link in witness.links.iter().filter(|it| !it.read) {
                at.entry(link.place).or_default().insert(witness.seen_in);
            }
        }
        Self { program, calls, at }
    }

    /// Whether the ring stands in some execution that the program can begin: it must be seen all
    /// the way up to a function that nobody in the program calls. A ring that a method would
    /// close, were it called otherwise than it is, is not realized. Where a bound cut off what the
    /// callers would see, it counts that every call closes the ring.
    fn is_realized(&self, witness: &Witness) -> bool {
        if witness.ends_here {
            return true;
        }
        let Some(place) = witness.links.first().map(|it| it.place) else {
            return true;
        };
        let mut seen = FxHashSet::default();
        let mut todo = vec![witness.seen_in];
        while let Some(func) = todo.pop() {
            if !seen.insert(func) {
                continue;
            }
            match self.calls.callers.get(&func) {
                None if !self.calls.unmentioned.contains(&func) => return true,
                None => {}
                // A library calls it back: when and how often is its own business.
                Some(callers) if callers.iter().any(|&it| self.is_library(it)) => return true,
                Some(callers)
                    if witness.in_every_call
                        && (self.is_cut_short(func)
                            || callers.iter().any(|&it| self.is_cut_short(it)))
                        && !self.is_undone(witness) =>
                {
                    return true;
                }
                Some(callers) => {
                    let stands =
                        |it: &FuncId| self.at.get(&place).is_some_and(|at| at.contains(it));
                    todo.extend(callers.iter().copied().filter(stands));
                }
            }
        }
        false
    }
}

impl Standing<'_> {
    fn is_cut_short(&self, func: FuncId) -> bool {
        self.calls.cut_short.contains(&func)
    }

    /// Whether a caller cuts one of the references again.
    fn is_undone(&self, witness: &Witness) -> bool {
        let mut places = witness.links.iter().map(|it| it.place);
        places.any(|it| self.calls.undone.contains(&it))
    }

    fn is_library(&self, func: FuncId) -> bool {
        self.program.is_library(self.program.file_of(func))
    }
}

/// One ring, by the places that store its references.
fn identity(witness: &Witness) -> Vec<(u32, u32, u32)> {
    let of = |place: Place| {
        (
            place.file.0,
            place.range.start().into(),
            place.range.end().into(),
        )
    };
    let mut res: Vec<_> = witness.links.iter().map(|it| of(it.place)).collect();
    res.sort_unstable();
    res.dedup();
    res
}

/// Another execution has the same ring.
fn merge(known: &mut Ring, other: Ring) {
    let more_telling = (known.finalizers.is_empty() && !other.finalizers.is_empty())
        || (known.is_obligation() && !other.is_obligation());
    let shorter = known.finalizers.is_empty() == other.finalizers.is_empty()
        && known.is_obligation() == other.is_obligation()
        && other.witness.links.len() < known.witness.links.len();
    let victims: Vec<Victim> = known
        .victims
        .iter()
        .chain(&other.victims)
        .cloned()
        .collect();
    let broken_by = known
        .broken_by
        .iter()
        .chain(&other.broken_by)
        .copied()
        .collect::<Vec<_>>();
    let disabled = known.disabled.or(other.disabled);
    if more_telling || shorter {
        *known = other;
    }
    known.disabled = disabled;
    known.victims.clear();
    for victim in victims {
        if !known.victims.iter().any(|it| it.class == victim.class) {
            known.victims.push(victim);
        }
    }
    known.broken_by = broken_by;
    known.broken_by.sort();
    known.broken_by.dedup();
}

/// Attributes that a property of some class of the project stores.
fn computed(program: &Program) -> FxHashSet<Name> {
    let classes = (0..).map(ClassId).zip(&program.classes);
    classes
        .filter(|it| !program.is_library(program.file_of_class(it.0)))
        .flat_map(|it| &it.1.members)
        .filter(|it| {
            matches!(
                it.1,
                Member::Property {
                    setter: Some(_),
                    ..
                }
            )
        })
        .map(|it| *it.0)
        .collect()
}

/// Whether the attribute is a property, or, of an object of unknown class, may be one: nobody knows
/// what the assignment stores, a weak reference often.
fn is_computed(program: &Program, computed: &FxHashSet<Name>, link: &Link) -> bool {
    let Label::Attr(name) = link.label else {
        return false;
    };
    let is_property = |ty: &Ty| match *ty {
        Ty::Instance(class) => matches!(
            program.lookup(class, name),
            Some((_, Member::Property { cached: false, .. }))
        ),
        _ => false,
    };
    computed.contains(&name)
        && match link.holder.tys.as_slice() {
            [] => link.holder.kind.is_symbolic(),
            tys => tys.iter().any(is_property),
        }
}

pub(super) fn is_believed(facts: &Facts, link: &Link) -> bool {
    if !link.read {
        return true;
    }
    let known = link.slots.iter().filter_map(|&it| facts.get(it));
    let mut strong = false;
    for fact in known {
        if fact.weak {
            return false;
        }
        strong |= fact.strong;
    }
    strong
}

/// Where the project stores the reference.
fn stored_at(program: &Program, facts: &Facts, link: &Link) -> Option<Place> {
    link.slots
        .iter()
        .filter_map(|&it| facts.get(it))
        .filter_map(|it| it.stored_at)
        .find(|it| !program.is_library(it.file))
}

fn ring_of(program: &Program, facts: &Facts, named: &FxHashSet<ClassId>, witness: Witness) -> Ring {
    let mut finalizers: Vec<ClassId> = Vec::new();
    for link in &witness.links {
        let class = link.holder.class().and_then(|class| {
            finalized(program, named, class).or_else(|| {
                let open = link.holder.is_open();
                open.then(|| finalized_subclass(program, named, &witness, class))
                    .flatten()
            })
        });
        if let Some(class) = class
            && !finalizers.contains(&class)
        {
            finalizers.push(class);
        }
    }
    let mut broken_by: Vec<FuncId> = witness
        .links
        .iter()
        .flat_map(|link| &link.slots)
        .flat_map(|&slot| facts.cleared_by(slot))
        .collect();
    broken_by.extend(cleared_by_name(program, facts, &witness));
    broken_by.extend(exhausted_by(facts, &witness));
    // Where the function that closes the ring clears the reference, that is before, or instead.
    let closing = witness
        .links
        .iter()
        .max_by_key(|it| it.order)
        .map(|it| it.place);
    broken_by.retain(|&func| {
        let range = program.function(func).range;
        let closes =
            |place: Place| place.file == program.file_of(func) && range.contains_range(place.range);
        !closing.is_some_and(closes) || program.function(func).parent.is_none()
    });
    broken_by.sort();
    broken_by.dedup();
    let mut victims = witness.victims.clone();
    if finalizers.is_empty() && victims.is_empty() {
        victims = victims_by_type(program, facts, named, &witness);
    }
    victims.retain(|it| !is_written_in_c(program, it.class));
    // What hangs off a ring until somebody clears the reference is a duty, too.
    if !witness.owned {
        victims.retain(|it| !it.slots.iter().any(|&slot| is_cleared(facts, slot)));
    }
    let forgotten = witness.owned;
    Ring {
        witness,
        finalizers,
        victims,
        broken_by,
        forgotten,
        disabled: None,
    }
}

/// Whether the finalizer of a library's class has no body, as in a model of something in C: of
/// files and sockets that objects on rings merely hold, there are too many to speak of.
pub(super) fn is_written_in_c(program: &Program, class: ClassId) -> bool {
    program.class_info(class).finalizer.is_some_and(|(_, del)| {
        program.func_info(del).is_stub && program.is_library(program.file_of(del))
    })
}

/// The finalizer of an object on the ring that clears one of its references, or calls what does.
fn disabled(
    program: &Program,
    facts: &Facts,
    callers: &FxHashMap<FuncId, Vec<FuncId>>,
    ring: &Ring,
) -> Option<Disabled> {
    let slots = || ring.witness.links.iter().flat_map(|it| &it.slots);
    ring.finalizers.iter().find_map(|&class| {
        let (_, finalizer) = program.class_info(class).finalizer?;
        let breaker = ring
            .broken_by
            .iter()
            .copied()
            .filter(|&it| !program.is_called_by_statements(it))
            .filter(|&it| calls(program, callers, class, finalizer, it))
            // Its own method is what people know.
            .min_by_key(|&it| (program.func_info(it).class != Some(class), it));
        let mut facts = slots().filter_map(|&it| facts.get(it));
        let itself = facts.any(|it| it.cleared_at_end.contains(&finalizer));
        (breaker.is_some() || itself).then_some(Disabled { class, breaker })
    })
}

fn is_cleared(facts: &Facts, slot: SlotKey) -> bool {
    facts.cleared_by(slot).next().is_some()
}

/// The class itself, if its instances have a finalizer.
fn finalized(program: &Program, named: &FxHashSet<ClassId>, class: ClassId) -> Option<ClassId> {
    let info = program.class_info(class);
    (info.finalizer.is_some() || named.contains(&class)).then_some(class)
}

/// A subclass with a finalizer that inherits the method in which the ring was seen.
fn finalized_subclass(
    program: &Program,
    named: &FxHashSet<ClassId>,
    witness: &Witness,
    class: ClassId,
) -> Option<ClassId> {
    let name = program.function(witness.seen_in).name;
    let own = program.lookup(class, name);
    let mut todo = program.class_info(class).subclasses.clone();
    let mut seen = FxHashSet::default();
    while let Some(sub) = todo.pop() {
        if !seen.insert(sub) {
            continue;
        }
        if program.lookup(sub, name) == own && finalized(program, named, sub).is_some() {
            return Some(sub);
        }
        todo.extend(&program.class_info(sub).subclasses);
    }
    None
}

/// Code that brings a generator on the ring to its end: after that it holds nothing.
fn exhausted_by<'a>(facts: &'a Facts, witness: &'a Witness) -> impl Iterator<Item = FuncId> + 'a {
    let held = witness.links.iter().cycle().skip(1);
    let generators = witness
        .links
        .iter()
        .zip(held)
        .filter(|(_, held)| matches!(held.holder.kind, Kind::Suspended(_)));
    let slots = generators.flat_map(|(link, _)| &link.slots);
    slots
        .filter_map(|&slot| facts.get(slot))
        .flat_map(|fact| fact.exhausted_by.iter().copied())
}

/// Code of the same module that clears an attribute of this name on an object of unknown type.
fn cleared_by_name(program: &Program, facts: &Facts, witness: &Witness) -> Vec<FuncId> {
    let mut res = Vec::new();
    for link in &witness.links {
        if let Label::Attr(name) = link.label {
            if !link.slots.is_empty() {
                continue;
            }
            let module = program.module_of_file[link.place.file.0 as usize];
            let key = SlotKey::new(Slot::Global(module, name));
            if let Some(fact) = facts.get(key) {
                res.extend(fact.cleared_by.iter().copied());
            }
        }
    }
    res
}

/// Classes with a finalizer that instances on the ring hold by the types of their attributes, if
/// the executions did not show any.
fn victims_by_type(
    program: &Program,
    facts: &Facts,
    named: &FxHashSet<ClassId>,
    witness: &Witness,
) -> Vec<Victim> {
    let mut seen: FxHashSet<ClassId> = FxHashSet::default();
    let mut todo: Vec<(ClassId, u32, Place)> = witness
        .links
        .iter()
        .filter_map(|it| Some((it.holder.class()?, 0, it.place)))
        .collect();
    let mut res = Vec::new();
    while let Some((class, depth, shown)) = todo.pop() {
        if depth > MAX_VICTIM_DEPTH || !seen.insert(class) {
            continue;
        }
        for &base in &program.class_info(class).mro {
            for &(place, held) in facts.held_by(base) {
                let place = if program.is_library(place.file) {
                    shown
                } else {
                    place
                };
                if finalized(program, named, held).is_some() {
                    res.push(Victim {
                        class: held,
                        place,
                        slots: SmallVec::new(),
                    });
                }
                todo.push((held, depth + 1, place));
            }
        }
    }
    res.sort_by_key(|it: &Victim| (it.class, it.place.file, it.place.range.start()));
    res.dedup_by_key(|it| it.class);
    res.truncate(3);
    res
}

const MAX_VICTIM_DEPTH: u32 = 3;

/// Whether an object is an instance (of a class of the program).
pub(crate) fn is_instance(link: &Link) -> bool {
    matches!(
        link.holder.kind,
        Kind::Instance | Kind::Param(_) | Kind::Lazy { .. } | Kind::Opaque
    ) && !matches!(link.holder.tys.as_slice(), [Ty::Container(_)])
}
