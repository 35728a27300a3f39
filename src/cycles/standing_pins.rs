//! Which pins are findings, once all functions were executed.

use rustc_hash::{FxHashMap, FxHashSet};

use super::judge::{is_believed, is_written_in_c};
use super::pins::{Fate, Pin, is_finalizer, slots};
use super::stops::{Stop, stop};
use super::witness::Link;
use crate::heap::facts::Facts;
use crate::heap::object::{Kind, Label, Root};
use crate::program::model::{Binding, ClassId, FuncId, Place, Program};
use crate::syntax::Name;
use crate::syntax::ir::{FunctionIdx, FunctionKind, Op};

/// An object that stays for good.
#[derive(Debug, Clone)]
pub(crate) struct StandingPin {
    pub(crate) pin: Pin,
    /// Where the object comes into the hands of the root.
    pub(crate) place: Place,
    /// The class and function of the finalizer that cannot run.
    pub(crate) finalizer: Option<(ClassId, FuncId)>,
    /// The functions that take the object out again.
    pub(crate) removers: Vec<FuncId>,
    /// Whether the finalizer itself is what takes it out, or calls what does.
    pub(crate) by_finalizer: bool,
    /// Somebody takes it out, and is not seen to forget it.
    pub(crate) is_obligation: bool,
}

/// Who calls whom.
pub(super) type Callers = FxHashMap<FuncId, Vec<FuncId>>;

/// The pins that stand, one for each place.
pub(crate) fn judge_pins(
    program: &Program,
    facts: &Facts,
    callers: &Callers,
    pins: Vec<Pin>,
) -> Vec<StandingPin> {
    let mut groups: Vec<Vec<StandingPin>> = Vec::new();
    let mut known: FxHashMap<(Place, Option<Root>), usize> = FxHashMap::default();
    for pin in pins {
        if !pin.links.iter().all(|it| is_believed(facts, it)) {
            continue;
        }
        let Some(pin) = standing(program, facts, callers, pin) else {
            continue;
        };
        let key = (pin.place, pin.pin.root);
        match known.get(&key) {
            Some(&idx) => groups[idx].push(pin),
            None => {
                known.insert(key, groups.len());
                groups.push(vec![pin]);
            }
        }
    }
    groups.into_iter().filter_map(decide).collect()
}

/// One pin out of those that were seen of it.
fn decide(group: Vec<StandingPin>) -> Option<StandingPin> {
    let has = |fate: Fate| group.iter().any(|it| it.pin.fate == fate);
    let forgotten = has(Fate::Forgotten);
    // What is there for good by itself loses nothing.
    if has(Fate::Held) && !forgotten {
        return None;
    }
    let is_obligation = group.iter().any(|it| it.is_obligation);
    let best = group
        .into_iter()
        .filter(|it| it.pin.fate != Fate::Held)
        .min_by_key(|it| it.pin.links.len())?;
    Some(StandingPin {
        is_obligation: is_obligation && !forgotten,
        ..best
    })
}

fn standing(program: &Program, facts: &Facts, callers: &Callers, pin: Pin) -> Option<StandingPin> {
    let finalizer = program.class_info(pin.class).finalizer;
    // What has its finalizer in C (a file, a socket) is closed, not left to it.
    let by_handler = matches!(pin.root, Some(Root::Finalize | Root::AtExit | Root::Signal));
    if !by_handler && is_written_in_c(program, pin.class) {
        return None;
    }
    let mut removers: Vec<FuncId> = Vec::new();
    let mut at_end: Vec<FuncId> = Vec::new();
    for fact in slots(&pin).iter().filter_map(|&it| facts.get(it)) {
        removers.extend(&fact.cleared_by);
        at_end.extend(&fact.cleared_at_end);
    }
    if pin.in_library {
        removers.retain(|&it| !project_callers(program, callers, it).is_empty());
        if is_taken_by_others(program, callers, &pin, &removers) {
            return None;
        }
    }
    let mut ends = false;
    if matches!(pin.root, Some(Root::Thread)) {
        match stop(program, pin.class, &pin.callbacks) {
            Stop::ByItself => return None,
            Stop::Never => removers.clear(),
            Stop::By(functions) => {
                ends = true;
                removers.extend(functions);
            }
        }
    }
    // What a function does before it registers the callback takes nothing out again.
    let place = place(program, &pin);
    removers.retain(|&it| it != pin.seen_in && !is_registering(program, it, place));
    removers.sort();
    removers.dedup();
    let by_finalizer = finalizer.is_some_and(|(_, it)| {
        at_end.contains(&it)
            || removers
                .iter()
                .any(|&remover| calls(program, callers, pin.class, it, remover))
    });
    removers.retain(|&it| !is_finalizer(program, it));
    let is_finding = match pin.root {
        Some(Root::Finalize | Root::AtExit | Root::Signal) => true,
        Some(Root::Timer | Root::Loop) => finalizer.is_some() && pin.stays,
        // What is registered as such is meant to stay; unless its finalizer thinks otherwise.
        Some(Root::Logger) => finalizer.is_some() && (pin.links.len() > 1 || by_finalizer),
        Some(Root::Thread) => finalizer.is_some() && (by_finalizer || !ends),
        None => finalizer.is_some() && (pin.in_library || by_finalizer),
    };
    if !is_finding {
        return None;
    }
    // Whoever uses a library is expected to call what takes the object out. Where its finalizer is
    // the one that does, it is the users who forget it that the finalizer was meant for.
    let is_obligation = !removers.is_empty()
        && (!by_finalizer
            || removers.iter().any(|&it| {
                is_used(program, callers, pin.class, it)
                    || is_called_on_attribute(program, facts, pin.class, it)
            }));
    Some(StandingPin {
        pin,
        place,
        finalizer,
        removers,
        by_finalizer,
        is_obligation,
    })
}

/// Where the object comes into the hands of the root: the registration, or, where a helper that is
/// no method of the object does that, what is handed to the helper.
fn place(program: &Program, pin: &Pin) -> Place {
    let stored: Vec<Place> = pin
        .links
        .iter()
        .filter(|it| !it.read)
        .map(|it| it.place)
        .collect();
    let first = stored.first().copied().unwrap_or(pin.links[0].place);
    let Some(helper) = function_at(program, first) else {
        return first;
    };
    let own = program
        .func_info(helper)
        .class
        .is_some_and(|it| program.is_subclass(pin.class, it));
    if pin.root.is_none() || own {
        return first;
    }
    let handed = stored
        .into_iter()
        .find(|&it| function_at(program, it) != Some(helper));
    handed.unwrap_or(first)
}

/// The innermost function around a place that is not the body of a module.
fn function_at(program: &Program, place: Place) -> Option<FuncId> {
    let file = program.files.get(place.file.0 as usize)?;
    // A decorator stands before the name, and is none of the function's own code.
    let around = (0..).zip(&file.ir.functions).skip(1).filter(|(_, it)| {
        it.kind == FunctionKind::Def
            && it.range.contains_range(place.range)
            && it.name_range.end() <= place.range.start()
    });
    let (idx, _) = around.min_by_key(|(_, it)| it.range.len())?;
    Some(program.func_id(place.file, FunctionIdx(idx)))
}

/// Whether a function contains the place of the registration.
fn is_registering(program: &Program, func: FuncId, place: Place) -> bool {
    let ir = program.function(func);
    program.file_of(func) == place.file
        && ir.parent.is_some()
        && ir.range.contains_range(place.range)
}

/// Whether somebody else than the object's class takes something out of the variable that holds
/// it: whose objects that takes out, nobody knows.
fn is_taken_by_others(
    program: &Program,
    callers: &Callers,
    pin: &Pin,
    removers: &[FuncId],
) -> bool {
    let Some(first) = pin.links.first() else {
        return true;
    };
    let is_other = |func: &FuncId| {
        let of = program.func_info(*func).class;
        !of.is_some_and(|it| program.is_subclass(pin.class, it)) && names(program, *func, first)
    };
    removers
        .iter()
        .any(|&it| project_callers(program, callers, it).iter().any(is_other))
}

/// Whether a function names a variable of a module or class.
fn names(program: &Program, func: FuncId, variable: &Link) -> bool {
    let Label::Attr(variable_name) = variable.label else {
        return true;
    };
    let is_global = |name: Name| match (
        variable.holder.kind,
        program.global(program.file_of(func), name),
    ) {
        (Kind::Module(module), Binding::Variable(of, variable)) => {
            (module, variable_name) == (of, variable)
        }
        _ => false,
    };
    let insts = program.function(func).blocks.iter().flatten();
    insts.into_iter().any(|it| match it.op {
        Op::LoadGlobal { name, .. } => is_global(name),
        Op::LoadAttr { name, .. } => name == variable_name,
        _ => false,
    })
}

/// The function itself, if it is the project's, else those functions of the project that call it,
/// directly or through the library.
fn project_callers(program: &Program, callers: &Callers, func: FuncId) -> Vec<FuncId> {
    let mut res = Vec::new();
    let mut seen: FxHashSet<FuncId> = FxHashSet::default();
    let mut todo = vec![func];
    while let Some(func) = todo.pop() {
        if !seen.insert(func) {
            continue;
        }
        if program.is_library(program.file_of(func)) {
            todo.extend(callers.get(&func).into_iter().flatten());
        } else {
            res.push(func);
        }
    }
    res
}

/// How far calls are followed.
const MAX_CALLS: u32 = 4;

/// Whether a method of a class calls a function, itself or through other methods of the class.
pub(super) fn calls(
    program: &Program,
    callers: &Callers,
    class: ClassId,
    from: FuncId,
    to: FuncId,
) -> bool {
    let mut seen: FxHashSet<FuncId> = FxHashSet::default();
    let mut todo = vec![(to, 0)];
    while let Some((func, depth)) = todo.pop() {
        if func == from {
            return true;
        }
        let own = || {
            let of = program.func_info(func).class;
            of.is_some_and(|it| program.is_subclass(class, it))
        };
        if depth < MAX_CALLS && seen.insert(func) && (func == to || own()) {
            let above = callers.get(&func).into_iter().flatten();
            todo.extend(above.map(|&it| (it, depth + 1)));
        }
    }
    false
}

/// Whether anybody calls what takes an object out, beside its finalizer and what that calls.
fn is_used(program: &Program, callers: &Callers, class: ClassId, remover: FuncId) -> bool {
    let finalizer = program.class_info(class).finalizer.map(|it| it.1);
    let at_end =
        |func: FuncId| finalizer.is_some_and(|it| calls(program, callers, class, it, func));
    let mut seen: FxHashSet<FuncId> = FxHashSet::default();
    let mut todo = vec![remover];
    while let Some(func) = todo.pop() {
        if !seen.insert(func) || is_finalizer(program, func) {
            continue;
        }
        if func != remover && !at_end(func) {
            return true;
        }
        todo.extend(callers.get(&func).into_iter().flatten());
    }
    false
}

/// Whether some code calls a method on an attribute that holds instances of the class, be it one
/// that a descriptor of a library makes, of which nothing else is known.
fn is_called_on_attribute(
    program: &Program,
    facts: &Facts,
    class: ClassId,
    method: FuncId,
) -> bool {
    let called = program.function(method).name;
    facts
        .attributes()
        .iter()
        .filter(|it| it.depth == 0 && program.is_subclass(it.held, class) && it.holder != class)
        .any(|attribute| {
            let file = program.file_of_class(attribute.holder);
            let functions = &program.files[file.0 as usize].ir.functions;
            functions.iter().any(|it| {
                let insts = || it.blocks.iter().flatten();
                insts().any(|it| match it.op {
                    Op::CallMethod { recv, name, .. } if name == called => insts().any(|it| {
                        matches!(it.op, Op::LoadAttr { dst, name, .. }
                            if dst == recv && name == attribute.name)
                    }),
                    _ => false,
                })
            })
        })
}
