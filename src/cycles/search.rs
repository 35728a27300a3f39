//! Finds the rings that an execution closes.
//!
//! A strongly connected component of the heap says that there is some ring; the witness is a
//! shortest one through each stored reference, made of references that were stored before it,
//! whose branches are compatible and that nothing cut again.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::witness::{Link, Node, Victim, Witness};
use crate::heap::evaluate::Exit;
use crate::heap::exec::Exec;
use crate::heap::facts::SlotKey;
use crate::heap::guard::{Guard, Literal, Test};
use crate::heap::object::{Kind, Label, NOWHERE, Obj, Role, Root, Ty, Value};
use crate::heap::store::Heap;
use crate::program::model::{ClassId, FuncId, Member, Program};
use crate::program::scc;
use crate::syntax::Name;

/// Longer rings are not looked for.
const MAX_LENGTH: usize = 14;
/// States of one search.
const MAX_STATES: usize = 1500;
/// Stored references that are looked at in one component of a heap.
const MAX_CLOSING: usize = 60;

/// The rings at the end of an execution.
pub(crate) fn rings(exit: &mut Exit<'_>) -> Option<Vec<Witness>> {
    let program = exit.exec.env.program;
    // What a library's function closes, stands in the project's function that calls it, too.
    if program.is_library(program.file_of(exit.key.func)) {
        return None;
    }
    let graph = Graph::of(&mut exit.exec.heap);
    if graph.out.is_empty() {
        return None;
    }
    let components = graph.components(&exit.exec.heap);
    let mut found = Vec::new();
    for component in components {
        let members: FxHashSet<Obj> = component.iter().copied().collect();
        let mut closing: Vec<u32> = component
            .iter()
            .flat_map(|it| graph.out.get(it).into_iter().flatten())
            .copied()
            .filter(|&it| {
                let edge = &exit.exec.heap.edges[it as usize];
                !edge.read && members.contains(&edge.dst)
            })
            .collect();
        closing.sort_by_key(|&it| (exit.exec.heap.edges[it as usize].order, it));
        for edge in closing.into_iter().take(MAX_CLOSING) {
            if let Some(ring) = graph.ring(program, &mut exit.exec.heap, edge, &members)
                && !graph.ends_with_referent(&exit.exec.heap, &ring)
                && !is_run_elsewhere(&exit.exec, &ring)
                && !is_left_halfway(&exit.exec, &ring)
                && !is_of_classes(&exit.exec, &ring)
            {
                found.push(ring);
            }
        }
    }
    if found.is_empty() {
        return None;
    }
    let handed_up = leaks(exit, false);
    let leaks = leaks(exit, true);
    let res = found
        .into_iter()
        .filter_map(|ring| witness(exit, &graph, &leaks, &handed_up, ring))
        .collect::<Vec<_>>();
    (!res.is_empty()).then_some(res)
}

/// The strong references of a heap that stand at the end.
struct Graph {
    out: FxHashMap<Obj, SmallVec<[u32; 4]>>,
    /// The objects that hold something, in the order of their making.
    holders: Vec<Obj>,
}

impl Graph {
    fn of(heap: &mut Heap) -> Self {
        let mut out: FxHashMap<Obj, SmallVec<[u32; 4]>> = FxHashMap::default();
        let mut holders = Vec::new();
        let mut stored = false;
        for idx in 0..heap.edges.len() {
            let edge = &heap.edges[idx];
            if !edge.strong || !is_node(heap, edge.src) || !is_node(heap, edge.dst) {
                continue;
            }
            let dead = edge
                .kills
                .iter()
                .any(|&it| heap.guards.implies(edge.guard, it))
                || heap.guards.raises(edge.guard)
                || is_weak_otherwise(heap, idx);
            if dead {
                continue;
            }
            stored |= !edge.read;
            let src = edge.src;
            let list = out.entry(src).or_default();
            if list.is_empty() {
                holders.push(src);
            }
            list.push(idx as u32);
        }
        holders.sort();
        if stored {
            Self { out, holders }
        } else {
            Self {
                out: FxHashMap::default(),
                holders: Vec::new(),
            }
        }
    }

    /// The strongly connected components that can have a ring.
    fn components(&self, heap: &Heap) -> Vec<Vec<Obj>> {
        let index: FxHashMap<Obj, u32> = (0..)
            .zip(&self.holders)
            .map(|(idx, &it)| (it, idx))
            .collect();
        let edges: Vec<(u32, u32)> = (0..)
            .zip(&self.holders)
            .flat_map(|(from, it)| self.out[it].iter().map(move |&edge| (from, edge)))
            .filter_map(|(from, edge)| Some((from, *index.get(&heap.edges[edge as usize].dst)?)))
            .collect();
        let loops: FxHashSet<u32> = edges
            .iter()
            .filter(|(from, to)| from == to)
            .map(|it| it.0)
            .collect();
        scc::Graph::new(self.holders.len() as u32, &[&edges])
            .components()
            .into_iter()
            .filter(|it| it.len() > 1 || loops.contains(&it[0]))
            .map(|it| it.into_iter().map(|it| self.holders[it as usize]).collect())
            .collect()
    }

    /// Whether a weak reference on the ring, which holds its callback, will let go of it: the
    /// callback is dropped as the referent dies, and it is the referent that holds the ring.
    fn ends_with_referent(&self, heap: &Heap, ring: &[u32]) -> bool {
        let on_ring: FxHashSet<Obj> = ring.iter().map(|&it| heap.edges[it as usize].src).collect();
        let references = on_ring.iter().filter(|&&it| heap.kind(it) == Kind::WeakRef);
        let cells = references.filter_map(|&it| heap.find_cell(it, Label::Referent));
        let edges = cells.flat_map(|it| &heap.cells[it as usize].edges);
        let mut todo: Vec<Obj> = edges.map(|&it| heap.edges[it as usize].dst).collect();
        let mut seen = FxHashSet::default();
        while let Some(obj) = todo.pop() {
            if on_ring.contains(&obj) {
                return true;
            }
            if seen.insert(obj) {
                let held = self.out.get(&obj).into_iter().flatten();
                todo.extend(held.map(|&it| heap.edges[it as usize].dst));
            }
        }
        false
    }

    /// The shortest ring that a reference closes, made of references stored before it.
    fn ring(
        &self,
        program: &Program,
        heap: &mut Heap,
        closing: u32,
        members: &FxHashSet<Obj>,
    ) -> Option<Vec<u32>> {
        struct State {
            at: Obj,
            guard: Guard,
            via: u32,
            from: usize,
            length: usize,
        }
        let last = heap.edges[closing as usize].clone();
        let mut states = vec![State {
            at: last.dst,
            guard: last.guard,
            via: closing,
            from: 0,
            length: 1,
        }];
        let mut seen: FxHashSet<(Obj, Guard)> = FxHashSet::default();
        let mut queue = VecDeque::from([0]);
        while let Some(idx) = queue.pop_front() {
            let State {
                at, guard, length, ..
            } = states[idx];
            if at == last.src {
                let mut ring = Vec::new();
                let mut back = idx;
                loop {
                    ring.push(states[back].via);
                    if back == 0 {
                        break;
                    }
                    back = states[back].from;
                }
                ring.reverse();
                if is_possible(program, heap, &ring, guard) {
                    return Some(ring);
                }
                continue;
            }
            if length >= MAX_LENGTH || states.len() >= MAX_STATES {
                continue;
            }
            for &edge in self.out.get(&at).into_iter().flatten() {
                let next = &heap.edges[edge as usize];
                let (dst, own, order) = (next.dst, next.guard, next.order);
                if order > last.order || !members.contains(&dst) {
                    continue;
                }
                if let Some(guard) = heap.guards.and(guard, own)
                    && seen.insert((dst, guard))
                {
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
        None
    }
}

/// Whether some execution stores all references of a ring and cuts none of them again.
fn is_possible(program: &Program, heap: &mut Heap, ring: &[u32], guard: Guard) -> bool {
    if heap.guards.picks(guard) > 1 || heap.guards.raises(guard) {
        return false;
    }
    let mut objects: Vec<Obj> = ring.iter().map(|&it| heap.edges[it as usize].dst).collect();
    objects.sort();
    objects.dedup();
    if objects.len() < ring.len() {
        return false;
    }
    // That an index meant the very object in hand is more than anybody can know.
    let is_instance = |it: &&Obj| !matches!(heap.kind(**it), Kind::Container(_) | Kind::Holder);
    // One object stands for all elements of a container that was copied.
    let is_any = |it: &Obj| {
        let any = matches!(
            heap.kind(*it),
            Kind::Lazy {
                label: Label::Elem,
                ..
            }
        );
        any && heap.object(*it).role == Role::Picked
    };
    let is_picked = heap.guards.picks(guard) > 0 || objects.iter().any(is_any);
    if is_picked && objects.iter().filter(is_instance).count() <= 1 {
        return false;
    }
    if is_denied(program, heap, guard, &objects) {
        return false;
    }
    let mut kills: Vec<Guard> = ring
        .iter()
        .flat_map(|&it| heap.edges[it as usize].kills.iter().copied())
        .collect();
    kills.sort();
    kills.dedup();
    if kills.is_empty() || !heap.guards.can_avoid(guard, &kills, &[]) {
        return kills.is_empty();
    }
    let closed = closed_arms(program, heap, guard, &kills, &objects);
    closed.is_empty() || heap.guards.can_avoid(guard, &kills, &closed)
}

/// The arms away from where a ring is cut that its own objects do not take: what is cut unless
/// `part is None`, is cut where the part is on the ring.
fn closed_arms(
    program: &Program,
    heap: &mut Heap,
    guard: Guard,
    kills: &[Guard],
    objects: &[Obj],
) -> Vec<Literal> {
    let mut away: Vec<Literal> = kills
        .iter()
        .flat_map(|&it| heap.guards.literals(it))
        .map(|it| it.other())
        .collect();
    away.sort();
    away.dedup();
    away.retain(|it| {
        let taken = heap.guards.literal(it.branch, it.arm.into());
        let with = heap.guards.and(guard, taken);
        with.is_some_and(|it| is_denied(program, heap, it, objects))
    });
    away
}

/// Whether a generator or coroutine on the ring is in the hands of code that is not followed:
/// that runs it, and once it has come to its end, its frame is gone.
fn is_run_elsewhere(exec: &Exec<'_>, ring: &[u32]) -> bool {
    ring.iter().any(|&it| {
        let obj = exec.heap.edges[it as usize].src;
        matches!(exec.heap.kind(obj), Kind::Suspended(_)) && exec.escaped.contains(&obj)
    })
}

/// Whether a reference of the ring is stored in a function that was not seen through to its end,
/// where it may be cut again.
fn is_left_halfway(exec: &Exec<'_>, ring: &[u32]) -> bool {
    let program = exec.env.program;
    !exec.unfinished.is_empty()
        && ring.iter().any(|&it| {
            let edge = &exec.heap.edges[it as usize];
            let holds = |&func: &FuncId| {
                let ir = program.function(func);
                let (at, name) = (edge.place.range, ir.name_range);
                program.file_of(func) == edge.place.file
                    && ir.range.contains_range(at)
                    && at.start() > name.end()
            };
            !edge.read && exec.unfinished.iter().any(holds)
        })
}

/// Whether an object on the ring is a class, the instance of a metaclass: those are there for
/// good, and on rings anyway.
fn is_of_classes(exec: &Exec<'_>, ring: &[u32]) -> bool {
    let program = exec.env.program;
    let makes_classes = |&it: &ClassId| {
        let bases = &program.class_info(it).external_bases;
        bases
            .iter()
            .any(|it| matches!(it.as_str(), "type" | "abc.ABCMeta" | "enum.EnumMeta"))
    };
    ring.iter().any(|&it| {
        let obj = exec.heap.edges[it as usize].src;
        exec.heap.object(obj).tys.iter().any(|it| match *it {
            Ty::Instance(class) => program.class_info(class).mro.iter().any(makes_classes),
            _ => false,
        })
    })
}

/// Whether the tests on the way say that one of the objects is something else: a string, or an
/// instance of another class.
pub(super) fn is_denied(program: &Program, heap: &Heap, guard: Guard, objects: &[Obj]) -> bool {
    let outcomes = heap.guards.outcomes(guard);
    outcomes.iter().any(|&(test, holds)| {
        let obj = test.of();
        if !objects.contains(&obj) {
            return false;
        }
        let tys = heap.object(obj).tys.as_slice();
        let all = |f: &dyn Fn(ClassId) -> bool| {
            !tys.is_empty()
                && tys
                    .iter()
                    .all(|it| matches!(*it, Ty::Instance(class) if f(class)))
        };
        match (test, holds) {
            (Test::IsNone(_) | Test::IsOutside(_, true), true) => true,
            (Test::IsOutside(_, false), true) => {
                let own = |test: &(Test, bool)| match *test {
                    (Test::IsInstance(of, class), true) => of == obj && program.is_all_own(class),
                    _ => false,
                };
                all(&|it| program.is_all_own(it)) || outcomes.iter().any(own)
            }
            (Test::Truthy(_), false) => all(&|it| is_always_true(program, it)),
            (Test::IsInstance(_, class), true) => all(&|it| !program.may_be(it, class)),
            (Test::IsInstance(_, class), false) => all(&|it| program.is_subclass(it, class)),
            (Test::HasAttr(_, name), false) => all(&|it| {
                matches!(
                    program.lookup(it, name),
                    Some((
                        _,
                        Member::Method(..) | Member::Property { .. } | Member::Value
                    ))
                )
            }),
            (Test::Same(a, b) | Test::Equal(a, b), false) => a == b,
            _ => false,
        }
    })
}

/// Whether all instances of a class are true, because it does not say otherwise.
fn is_always_true(program: &Program, class: ClassId) -> bool {
    let says = |it: &str| program.lookup(class, Name::new(it)).is_some();
    program.is_all_own(class) && !says("__bool__") && !says("__len__")
}

/// Whether the same object is stored in the same place by a weak reference on another branch: which
/// of them is meant for this object, the test tells that nobody understands.
fn is_weak_otherwise(heap: &Heap, edge: usize) -> bool {
    let edge = &heap.edges[edge];
    if edge.guard == Guard::TRUE || edge.read {
        return false;
    }
    let Some(cell) = heap.find_cell(edge.src, edge.label) else {
        return false;
    };
    let refers = |reference: Obj| {
        matches!(heap.kind(reference), Kind::WeakRef | Kind::Proxy)
            && heap
                .find_cell(reference, Label::Referent)
                .is_some_and(|it| {
                    let edges = &heap.cells[it as usize].edges;
                    edges
                        .iter()
                        .any(|&it| heap.edges[it as usize].dst == edge.dst)
                })
    };
    let edges = &heap.cells[cell as usize].edges;
    edges.iter().any(|&it| refers(heap.edges[it as usize].dst))
}

/// Whether an object can be on a ring: modules, classes and functions that exist once are there
/// for good, constants hold nothing.
pub(super) fn is_node(heap: &Heap, obj: Obj) -> bool {
    let object = heap.object(obj);
    match object.kind {
        Kind::Const(_)
        | Kind::Class(_)
        | Kind::Module(_)
        | Kind::External(_)
        | Kind::Builtin(_)
        | Kind::Root(_)
        | Kind::AttributeDict(_) => false,
        Kind::Function(_) => object.place != NOWHERE,
        // Weak references from outside: what they refer to is another object.
        kind if kind.is_symbolic() && !object.tys.is_empty() => !object
            .tys
            .iter()
            .all(|it| matches!(it, Ty::WeakRef | Ty::Proxy | Ty::ClassObject(_))),
        _ => !matches!(object.tys.as_slice(), [Ty::ClassObject(_)]),
    }
}

/// The objects that somebody still has when the function has ended.
/// With `escapes`, also those that code which is not followed may still have.
fn leaks(exit: &mut Exit<'_>, escapes: bool) -> FxHashSet<Obj> {
    let heap = &exit.exec.heap;
    let is_body = exit
        .exec
        .env
        .program
        .function(exit.key.func)
        .parent
        .is_none();
    let mut todo: Vec<Obj> = Vec::new();
    let values: [&Value; 2] = [&exit.returns, &exit.yields];
    todo.extend(values.into_iter().flatten().map(|it| it.0));
    if escapes {
        todo.extend(exit.exec.escaped.iter().copied());
    }
    for edge in &heap.edges {
        let outside = match heap.kind(edge.src) {
            // What a module's own code puts in its variables, nobody else will take care of.
            Kind::Module(_) => !is_body,
            // What a thread runs, or a timer waits for, comes to its end.
            Kind::Root(Root::Thread | Root::Timer | Root::Loop) => false,
            kind => kind.is_symbolic() && !matches!(kind, Kind::Opaque | Kind::Caught),
        };
        let stands = edge.strong && !edge.kills.contains(&Guard::TRUE);
        if outside && !edge.read && stands {
            todo.push(edge.dst);
        }
    }
    let mut res = FxHashSet::default();
    while let Some(obj) = todo.pop() {
        if !res.insert(obj) {
            continue;
        }
        for cell in heap.cells_of(obj) {
            let edges = &heap.cells[cell as usize].edges;
            let edges = edges.iter().map(|&it| &heap.edges[it as usize]);
            // Who has a weak reference has not the object.
            todo.extend(edges.filter(|it| it.strong).map(|it| it.dst));
        }
    }
    res
}

fn witness(
    exit: &mut Exit<'_>,
    graph: &Graph,
    leaks: &FxHashSet<Obj>,
    handed_up: &FxHashSet<Obj>,
    ring: Vec<u32>,
) -> Option<Witness> {
    let exec = &exit.exec;
    let mut links: Vec<Link> = Vec::new();
    for &idx in &ring {
        let link = link(exec, idx, links.last());
        links.push(link);
    }
    // The first link is the closing one: if its holder is a container, the last link holds it.
    let held = links.last().map(|it| it.slots.clone()).unwrap_or_default();
    if let Some(first) = links.first_mut()
        && matches!(first.label, Label::Elem | Label::Key(_))
    {
        first
            .slots
            .extend(held.into_iter().filter_map(|it| it.elements()));
    }
    let objects: Vec<Obj> = ring
        .iter()
        .map(|&it| exec.heap.edges[it as usize].src)
        .collect();
    let made_here = |it: &Obj| {
        let kind = exec.heap.kind(*it);
        kind.is_fresh() || matches!(kind, Kind::Function(_) | Kind::Opaque | Kind::Caught)
    };
    let ends_here = objects
        .iter()
        .all(|it| made_here(it) && !handed_up.contains(it));
    let owned = ends_here && objects.iter().all(|it| !leaks.contains(it));
    let in_every_call = is_in_every_call(&exec.heap, &ring);
    let victims = victims(exit, graph, &objects, &ring);
    Some(Witness {
        seen_in: exit.key.func,
        links,
        owned,
        ends_here,
        in_every_call,
        victims,
    })
}

/// Whether every call of the function closes a ring (see [`Witness::in_every_call`]). What hangs
/// off the object that was given counts as that object: whether it is there, is judged otherwise.
fn is_in_every_call(heap: &Heap, ring: &[u32]) -> bool {
    let mut given = None;
    ring.iter().all(|&it| {
        let edge = &heap.edges[it as usize];
        let mut root = edge.src;
        while let Kind::Lazy { base, .. } = heap.kind(root) {
            root = base;
        }
        let kind = heap.kind(root);
        let is_known = if kind.is_symbolic() {
            matches!(kind, Kind::Param(_)) && *given.get_or_insert(root) == root
        } else {
            true
        };
        is_known && edge.guard == Guard::TRUE && edge.kills.is_empty()
    })
}

/// A reference of a ring or chain; `before` is the one that leads to its holder.
pub(super) fn link(exec: &Exec<'_>, idx: u32, before: Option<&Link>) -> Link {
    let edge = &exec.heap.edges[idx as usize];
    let object = exec.heap.object(edge.src);
    let mut slots: SmallVec<[_; 4]> = exec.slots_of(edge.src, edge.label);
    if matches!(edge.label, Label::Elem | Label::Key(_)) {
        let held = before.map(|it| it.slots.clone()).unwrap_or_default();
        slots.extend(held.into_iter().filter_map(|it| it.elements()));
    }
    let key = match edge.label {
        Label::Key(key) => exec.heap.as_constant(key),
        _ => None,
    };
    let holder = Node {
        kind: object.kind,
        tys: object.tys.clone(),
    };
    Link {
        holder,
        label: edge.label,
        key,
        place: edge.place,
        read: edge.read,
        slots,
        order: edge.order,
    }
}

/// Objects with a finalizer that can be reached from a ring.
fn victims(exit: &mut Exit<'_>, graph: &Graph, ring: &[Obj], edges: &[u32]) -> Vec<Victim> {
    let program = exit.exec.env.program;
    let mut on_the_way: FxHashMap<Obj, SmallVec<[SlotKey; 4]>> = FxHashMap::default();
    let exec = &mut exit.exec;
    let mut guard = Guard::TRUE;
    for &edge in edges {
        let own = exec.heap.edges[edge as usize].guard;
        guard = exec.heap.guards.and(guard, own).unwrap_or(guard);
    }
    let mut res = Vec::new();
    let mut seen: FxHashSet<Obj> = ring.iter().copied().collect();
    let mut todo: VecDeque<Obj> = ring.iter().copied().collect();
    while let Some(obj) = todo.pop_front() {
        for &edge in graph.out.get(&obj).into_iter().flatten() {
            let (dst, label) = (
                exec.heap.edges[edge as usize].dst,
                exec.heap.edges[edge as usize].label,
            );
            if exec.heap.stands(edge, guard).is_none() || !seen.insert(dst) {
                continue;
            }
            let place = exec.heap.edges[edge as usize].place;
            let mut slots = on_the_way.get(&obj).cloned().unwrap_or_default();
            if matches!(label, Label::Elem | Label::Key(_)) {
                let elements: Vec<_> = slots.iter().filter_map(|it| it.elements()).collect();
                slots.extend(elements);
            }
            slots.extend(exec.slots_of(obj, label));
            for ty in &exec.heap.object(dst).tys {
                if let Ty::Instance(class) = *ty
                    && program.class_info(class).finalizer.is_some()
                {
                    res.push(Victim {
                        class,
                        place,
                        slots: slots.clone(),
                    });
                }
            }
            on_the_way.insert(dst, slots);
            todo.push_back(dst);
        }
    }
    res.truncate(4);
    res
}
