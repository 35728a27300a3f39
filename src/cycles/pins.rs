//! Finds the objects that a registry of the process holds at the end of an execution.
//!
//! A pin is a chain of strong references from something that is there for good (the table of
//! `weakref.finalize`, `atexit`, a variable of a module or class, a running thread) to an object.
//! No collector frees what is pinned.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::search::{self, is_node};
use super::witness::{Link, Node};
use crate::heap::evaluate::Exit;
use crate::heap::guard::Guard;
use crate::heap::object::{Kind, Label, Obj, Root, Ty};
use crate::heap::store::Heap;
use crate::program::model::{ClassId, FuncId, ModuleId, Program};
use crate::syntax::ir::FunctionIdx;
use crate::syntax::name::known;

/// Longer chains are not looked for.
const MAX_LENGTH: usize = 8;
/// States of one search.
const MAX_STATES: usize = 400;
/// Pins of one execution.
const MAX_PINS: usize = 24;

/// An object that something holds for good.
#[derive(Debug, Clone)]
pub(crate) struct Pin {
    /// The function at whose end it is held.
    pub(crate) seen_in: FuncId,
    /// The references from the root to the object.
    pub(crate) links: Vec<Link>,
    /// The object.
    pub(crate) target: Node,
    pub(crate) class: ClassId,
    /// The registry; none where it is a variable of a module or class.
    pub(crate) root: Option<Root>,
    /// Whether what holds it is a library's: something that the library has for good, or an object
    /// of a class of the library that a variable holds.
    pub(crate) in_library: bool,
    /// Who has the object beside the root.
    pub(crate) fate: Fate,
    /// The functions that the registry will call, or runs.
    pub(crate) callbacks: Vec<FuncId>,
    /// The callback is registered anew each time it is called, or until it is taken out.
    pub(crate) stays: bool,
}

/// What becomes of a pinned object at the end of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It was made here, and nobody but the root has it.
    Forgotten,
    /// It is there for as long as the program runs anyway.
    Held,
    /// Somebody else has it, or may have.
    Unknown,
}

/// The pins at the end of an execution.
pub(crate) fn pins(exit: &mut Exit<'_>) -> Vec<Pin> {
    let program = exit.exec.env.program;
    let heap = &exit.exec.heap;
    let has_finalizer = |it: &Ty| match *it {
        Ty::Instance(class) => program.class_info(class).finalizer.is_some(),
        _ => false,
    };
    let finalized = heap
        .objects
        .iter()
        .any(|it| it.tys.iter().any(has_finalizer));
    let roots: Vec<Obj> = (0..heap.objects.len() as u32)
        .map(Obj)
        .filter(|&it| match heap.kind(it) {
            Kind::Root(_) => true,
            Kind::Module(_) => finalized,
            Kind::Class(class) => finalized && is_for_good(program, class),
            _ => false,
        })
        .collect();
    if roots.is_empty() {
        return Vec::new();
    }
    let out = standing(&mut exit.exec.heap);
    let mut res = Vec::new();
    for root in roots {
        let kind = match exit.exec.heap.kind(root) {
            Kind::Root(it) => Some(it),
            _ => None,
        };
        for edge in out.get(&root).cloned().unwrap_or_default() {
            let paths = match kind {
                Some(kind) => of_registry(exit, &out, kind, edge),
                None => chains(&mut exit.exec.heap, &out, edge, |heap, it| {
                    finalized_class(program, heap, it)
                }),
            };
            for path in paths {
                if res.len() < MAX_PINS {
                    res.extend(pin(exit, &out, kind, path));
                }
            }
        }
    }
    res
}

/// Whether a class is there as long as its module. Those made by a function come and go.
fn is_for_good(program: &Program, class: ClassId) -> bool {
    program.class(class).function == FunctionIdx(0)
}

/// The strong references that stand at the end, by the object that holds them.
pub(super) fn standing(heap: &mut Heap) -> FxHashMap<Obj, Vec<u32>> {
    let mut out: FxHashMap<Obj, Vec<u32>> = FxHashMap::default();
    for idx in 0..heap.edges.len() {
        let edge = &heap.edges[idx];
        let from_root = matches!(
            heap.kind(edge.src),
            Kind::Root(_) | Kind::Module(_) | Kind::Class(_)
        );
        if !edge.strong || !is_node(heap, edge.dst) || !(from_root || is_node(heap, edge.src)) {
            continue;
        }
        let dead = edge
            .kills
            .iter()
            .any(|&it| heap.guards.implies(edge.guard, it))
            || heap.guards.raises(edge.guard);
        if !dead {
            out.entry(edge.src).or_default().push(idx as u32);
        }
    }
    out
}

/// The chains from one entry of a registry to what it pins.
fn of_registry(
    exit: &mut Exit<'_>,
    out: &FxHashMap<Obj, Vec<u32>>,
    root: Root,
    edge: u32,
) -> Vec<Vec<u32>> {
    let program = exit.exec.env.program;
    let heap = &mut exit.exec.heap;
    match root {
        Root::Finalize => {
            let entry = heap.edges[edge as usize].dst;
            let cell = heap.find_cell(entry, Label::Referent);
            let referents: Vec<Obj> = cell
                .map(|it| heap.cells[it as usize].edges.clone())
                .into_iter()
                .flatten()
                .map(|it| heap.edges[it as usize].dst)
                .collect();
            chains(heap, out, edge, |_, it| referents.contains(&it))
        }
        Root::AtExit | Root::Signal => {
            chains(heap, out, edge, |heap, it| class_of(heap, it).is_some())
        }
        // A thread or a loop is meant to have what it runs; what that holds is another matter.
        Root::Thread | Root::Timer | Root::Loop => {
            let mut res = chains(heap, out, edge, |heap, it| class_of(heap, it).is_some());
            res.retain(|it| {
                it.last()
                    .is_some_and(|&it| finalized_class(program, heap, heap.edges[it as usize].dst))
            });
            res
        }
        Root::Logger => chains(heap, out, edge, |heap, it| {
            finalized_class(program, heap, it)
        }),
    }
}

fn class_of(heap: &Heap, obj: Obj) -> Option<ClassId> {
    match heap.object(obj).tys.as_slice() {
        [Ty::Instance(class), ..] => Some(*class),
        _ => None,
    }
}

fn finalized_class(program: &Program, heap: &Heap, obj: Obj) -> bool {
    class_of(heap, obj).is_some_and(|it| program.class_info(it).finalizer.is_some())
}

/// The shortest chains that begin with a reference and end at a target, one for each target;
/// made of references that hold together.
pub(super) fn chains(
    heap: &mut Heap,
    out: &FxHashMap<Obj, Vec<u32>>,
    first: u32,
    is_target: impl Fn(&Heap, Obj) -> bool,
) -> Vec<Vec<u32>> {
    struct State {
        at: Obj,
        guard: Guard,
        via: u32,
        from: usize,
        length: usize,
    }
    let mut res = Vec::new();
    let start = &heap.edges[first as usize];
    let mut states = vec![State {
        at: start.dst,
        guard: start.guard,
        via: first,
        from: 0,
        length: 1,
    }];
    let mut seen: FxHashSet<Obj> = FxHashSet::default();
    let mut reached = FxHashSet::from_iter([states[0].at]);
    let mut queue = VecDeque::from([0]);
    while let Some(idx) = queue.pop_front() {
        let State {
            at, guard, length, ..
        } = states[idx];
        if is_target(heap, at) && seen.insert(at) {
            let mut path = Vec::new();
            let mut back = idx;
            loop {
                path.push(states[back].via);
                if back == 0 {
                    break;
                }
                back = states[back].from;
            }
            path.reverse();
            if is_possible(heap, &path, guard) {
                res.push(path);
            }
            continue;
        }
        if length >= MAX_LENGTH || states.len() >= MAX_STATES {
            continue;
        }
        for &edge in out.get(&at).into_iter().flatten() {
            let (dst, own) = (
                heap.edges[edge as usize].dst,
                heap.edges[edge as usize].guard,
            );
            if !reached.contains(&dst)
                && let Some(guard) = heap.guards.and(guard, own)
            {
                reached.insert(dst);
                states.push(State {
                    at: dst,
                    guard,
                    via: edge,
                    from: idx,
                    length: length + 1,
                });
                queue.push_back(states.len() - 1);
            }
        }
    }
    res
}

/// Whether some execution stores all references of a chain and cuts none of them again.
fn is_possible(heap: &mut Heap, path: &[u32], guard: Guard) -> bool {
    let stored = path.iter().any(|&it| !heap.edges[it as usize].read);
    if !stored || heap.guards.picks(guard) > 1 || heap.guards.raises(guard) {
        return false;
    }
    let kills: Vec<Guard> = path
        .iter()
        .flat_map(|&it| heap.edges[it as usize].kills.iter().copied())
        .collect();
    heap.guards.can_avoid(guard, &kills, &[])
}

fn pin(
    exit: &mut Exit<'_>,
    out: &FxHashMap<Obj, Vec<u32>>,
    root: Option<Root>,
    path: Vec<u32>,
) -> Option<Pin> {
    let exec = &exit.exec;
    let last = exec.heap.edges[*path.last()? as usize].dst;
    let first = &exec.heap.edges[*path.first()? as usize];
    let stays = matches!(first.label, Label::Elem);
    let object = exec.heap.object(last);
    let target = Node {
        kind: object.kind,
        tys: object.tys.clone(),
    };
    let class = class_of(&exec.heap, last)?;
    let mut links: Vec<Link> = Vec::new();
    let mut callbacks = Vec::new();
    for &idx in &path {
        let edge = &exec.heap.edges[idx as usize];
        let link = search::link(&exit.exec, idx, links.last());
        if let Kind::BoundMethod(func) | Kind::Function(func) = exec.heap.kind(edge.dst) {
            callbacks.push(func);
        }
        links.push(link);
    }
    if callbacks.is_empty()
        && let Some((_, crate::program::model::Member::Method(run, _))) = exec
            .env
            .program
            .lookup(class, crate::syntax::Name::new("run"))
    {
        callbacks.push(*run);
    }
    let in_library = root.is_none() && is_in_library(exit, &path);
    let again = target.kind == Kind::Param(0) && callbacks.contains(&exit.key.func);
    let fate = fate(exit, out, &path, last);
    Some(Pin {
        seen_in: exit.key.func,
        links,
        target,
        class,
        root,
        in_library,
        fate,
        callbacks,
        stays: stays || again,
    })
}

/// Whether a library has the callback through which an object is pinned. An object that is itself
/// what a library was given is meant to stay there, and so is what that object has: a window with
/// its variables.
fn is_in_library(exit: &Exit<'_>, path: &[u32]) -> bool {
    let program = exit.exec.env.program;
    let heap = &exit.exec.heap;
    let is_stored = |it: &u32| !heap.edges[*it as usize].read;
    let Some(stored) = path.iter().position(is_stored) else {
        return false;
    };
    let of_library = |it: &u32| {
        let holder = heap.edges[*it as usize].src;
        let of_class = |it: ClassId| program.is_library(program.file_of_class(it));
        match heap.kind(holder) {
            Kind::Module(module) => is_library_module(program, module),
            Kind::Class(class) => of_class(class),
            _ => class_of(heap, holder).is_some_and(of_class),
        }
    };
    let is_called = |it: &u32| {
        let holder = heap.edges[*it as usize].src;
        matches!(
            heap.kind(holder),
            Kind::BoundMethod(_) | Kind::Function(_) | Kind::Holder
        )
    };
    // Nobody meant to leave anything with a class.
    let is_of_class = |it: &u32| matches!(heap.kind(heap.edges[*it as usize].src), Kind::Class(_));
    let beyond = &path[stored + 1..];
    path[..=stored].iter().any(of_library)
        && (beyond.iter().any(is_called)
            || !beyond.is_empty() && path.first().is_some_and(is_of_class))
}

fn is_library_module(program: &Program, module: ModuleId) -> bool {
    let file = program.modules[module.0 as usize].file;
    file.is_some_and(|it| program.is_library(it))
}

/// Who has a pinned object beside the root.
fn fate(exit: &Exit<'_>, out: &FxHashMap<Obj, Vec<u32>>, path: &[u32], target: Obj) -> Fate {
    let heap = &exit.exec.heap;
    // The reference that pins: the first one that was stored here.
    let own = path
        .iter()
        .copied()
        .find(|&it| !heap.edges[it as usize].read);
    let reaches = |starts: Vec<Obj>| {
        let mut seen: FxHashSet<Obj> = starts.iter().copied().collect();
        let mut todo = starts;
        while let Some(obj) = todo.pop() {
            if obj == target {
                return true;
            }
            for &edge in out.get(&obj).into_iter().flatten() {
                let dst = heap.edges[edge as usize].dst;
                if Some(edge) != own && seen.insert(dst) {
                    todo.push(dst);
                }
            }
        }
        false
    };
    let objects = || (0..heap.objects.len() as u32).map(Obj);
    // What a library holds is a pin by itself, and no reason to be silent of another one.
    let program = exit.exec.env.program;
    let lasting = objects().filter(|&it| match heap.kind(it) {
        Kind::Module(module) => !is_library_module(program, module),
        Kind::Class(class) => is_for_good(program, class),
        _ => false,
    });
    if reaches(lasting.collect()) {
        return Fate::Held;
    }
    // Where it is taken out again on some path, it is not forgotten.
    let is_cut = |it: &u32| !heap.edges[*it as usize].kills.is_empty();
    if heap.kind(target) != Kind::Instance || path.iter().any(is_cut) {
        return Fate::Unknown;
    }
    let outside = objects().filter(|&it| {
        let kind = heap.kind(it);
        kind.is_symbolic() && !matches!(kind, Kind::Root(_) | Kind::Opaque)
    });
    let values = exit.returns.iter().chain(&exit.yields).map(|it| it.0);
    let escaped = exit.exec.escaped.iter().copied();
    if reaches(outside.chain(values).chain(escaped).collect()) {
        Fate::Unknown
    } else {
        Fate::Forgotten
    }
}

/// Whether a method of an object is its finalizer.
pub(super) fn is_finalizer(program: &Program, func: FuncId) -> bool {
    program.function(func).name == known::DEL && program.func_info(func).class.is_some()
}

/// The slots of a chain, for what clears them.
pub(super) fn slots(pin: &Pin) -> SmallVec<[crate::heap::facts::SlotKey; 8]> {
    let mut res: SmallVec<_> = pin
        .links
        .iter()
        .flat_map(|it| it.slots.iter().copied())
        .collect();
    if let Some(root) = pin.root {
        res.push(root.slot(pin.class));
    }
    res
}
