//! What goes wrong around finalizers and weak references, as far as the heap at the end of an
//! execution shows it: a finalizer that stores its object, a value of a `WeakKeyDictionary` that
//! holds its key, weak references to what nobody else holds.

use rustc_hash::FxHashMap;

use super::pins::{chains, standing};
use super::search;
use super::witness::Link;
use crate::heap::evaluate::Exit;
use crate::heap::exec::Exec;
use crate::heap::object::{Kind, Label, Obj, Ty};
use crate::program::model::{ClassId, Container, FuncId, Place};
use crate::syntax::Name;
use crate::syntax::ir::{FunctionKind, Op, Var};
use crate::syntax::name::known;

/// Something wrong.
#[derive(Debug, Clone)]
pub(crate) struct Hazard {
    pub(crate) kind: HazardKind,
    /// The reference that is at fault.
    pub(crate) place: Place,
    /// The references that show it.
    pub(crate) links: Vec<Link>,
    /// The class of the object concerned.
    pub(crate) class: Option<ClassId>,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HazardKind {
    /// A `__del__` stores its own object in something that outlives it.
    Resurrection,
    /// A value of a `WeakKeyDictionary` holds its key.
    HeldKey,
    /// A weak reference to a bound method, function or instance that nobody else holds.
    DeadReferent(Referent),
    /// A weak reference to an instance that cannot have one.
    NotReferable,
    /// A finalizer uses a weak reference to what held its object.
    DeadOwner { attribute: Name, owner: ClassId },
}

/// What a weak reference refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Referent {
    Method(FuncId),
    Lambda,
    /// `functools.partial(...)`
    Partial,
    Instance(ClassId),
}

/// The hazards at the end of an execution.
pub(crate) fn hazards(exit: &mut Exit<'_>) -> Vec<Hazard> {
    let mut res = Vec::new();
    weak_references(exit, &mut res);
    let program = exit.exec.env.program;
    let in_finalizer = super::pins::is_finalizer(program, exit.key.func);
    let has_weak_keys = exit
        .exec
        .heap
        .objects
        .iter()
        .any(|it| it.tys.contains(&Ty::Container(Container::WeakKeyDict)));
    if in_finalizer || has_weak_keys {
        let out = standing(&mut exit.exec.heap);
        if in_finalizer {
            resurrections(exit, &out, &mut res);
        }
        if has_weak_keys {
            held_keys(exit, &out, &mut res);
        }
    }
    res
}

/// The references through which `self` outlives its `__del__`.
fn resurrections(exit: &mut Exit<'_>, out: &FxHashMap<Obj, Vec<u32>>, res: &mut Vec<Hazard>) {
    let count = exit.exec.heap.objects.len() as u32;
    let this = (0..count).map(Obj);
    let Some(this) = this
        .into_iter()
        .find(|&it| exit.exec.heap.kind(it) == Kind::Param(0))
    else {
        return;
    };
    let Some(&Ty::Instance(class)) = exit.exec.heap.object(this).tys.first() else {
        return;
    };
    for idx in 0..exit.exec.heap.edges.len() {
        let edge = &exit.exec.heap.edges[idx];
        let (src, read, place) = (edge.src, edge.read, edge.place);
        let stands = out.get(&src).is_some_and(|it| it.contains(&(idx as u32)));
        if read || src == this || !stands || !outlives(&exit.exec, class, src) {
            continue;
        }
        let found = chains(&mut exit.exec.heap, out, idx as u32, |_, it| it == this);
        if let Some(path) = found.first() {
            let mut whole = way_to(&exit.exec, src);
            whole.extend(path);
            res.push(Hazard {
                kind: HazardKind::Resurrection,
                place,
                links: links(&exit.exec, &whole),
                class: Some(class),
            });
        }
    }
}

/// The references that led to an object, from one that the receiver was given.
fn way_to(exec: &Exec<'_>, obj: Obj) -> Vec<u32> {
    let mut res = Vec::new();
    let mut at = obj;
    while let Kind::Lazy { base, label } = exec.heap.kind(at)
        && exec.heap.kind(base) != Kind::Param(0)
        && let Some(cell) = exec.heap.find_cell(base, label)
    {
        let mut edges = exec.heap.cells[cell as usize].edges.iter().copied();
        let Some(edge) = edges.find(|&it| exec.heap.edges[it as usize].dst == at) else {
            break;
        };
        res.push(edge);
        at = base;
    }
    res.reverse();
    res
}

/// Whether something is there when the object of a finalizer is gone: a variable of a module or
/// class, or what the object was given by others.
fn outlives(exec: &Exec<'_>, class: ClassId, obj: Obj) -> bool {
    match exec.heap.kind(obj) {
        Kind::Module(_) | Kind::Class(_) | Kind::Root(_) | Kind::FreeCell(_) => true,
        Kind::Lazy { base, label } => match (exec.heap.kind(base), label) {
            (Kind::Param(0), Label::Attr(name)) => is_given(exec, class, name),
            (Kind::Param(_), _) => false,
            _ => outlives(exec, class, base),
        },
        _ => false,
    }
}

/// Whether methods of a class store a parameter under this name.
fn is_given(exec: &Exec<'_>, class: ClassId, name: Name) -> bool {
    let program = exec.env.program;
    let mro = &program.class_info(class).mro;
    let methods = mro
        .iter()
        .flat_map(|&it| program.class_info(it).members.values());
    methods
        .filter_map(|it| match *it {
            crate::program::model::Member::Method(func, _) => Some(func),
            _ => None,
        })
        .any(|func| {
            let ir = exec.function(func);
            let params = ir.params.len() as u32;
            ir.blocks.iter().flatten().any(|it| match it.op {
                Op::StoreAttr {
                    base: Var(0),
                    name: stored,
                    src,
                } => stored == name && src.0 > 0 && src.0 < params,
                _ => false,
            })
        })
}

/// Entries of a `WeakKeyDictionary` whose value leads to their key: the key never dies while the
/// dictionary lives (Doc/library/weakref.rst says so of neither, cpython#88846 does).
fn held_keys(exit: &mut Exit<'_>, out: &FxHashMap<Obj, Vec<u32>>, res: &mut Vec<Hazard>) {
    for idx in 0..exit.exec.heap.edges.len() {
        let edge = &exit.exec.heap.edges[idx];
        let (src, label) = (edge.src, edge.label);
        let Label::Key(key) = label else { continue };
        let weak_keys = exit.exec.container_of(src) == Some(Container::WeakKeyDict);
        if !weak_keys || exit.exec.heap.as_constant(key).is_some() {
            continue;
        }
        if !out.get(&src).is_some_and(|it| it.contains(&(idx as u32))) {
            continue;
        }
        let found = chains(&mut exit.exec.heap, out, idx as u32, |_, it| it == key);
        let Some(path) = found.first() else { continue };
        let links = links(&exit.exec, path);
        let stored = links.iter().filter(|it| !it.read).max_by_key(|it| it.order);
        if let Some(place) = stored.map(|it| it.place) {
            let class = match exit.exec.heap.object(key).tys.first() {
                Some(&Ty::Instance(class)) => Some(class),
                _ => None,
            };
            res.push(Hazard {
                kind: HazardKind::HeldKey,
                place,
                links,
                class,
            });
        }
    }
}

fn links(exec: &Exec<'_>, path: &[u32]) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for &idx in path {
        let link = search::link(exec, idx, links.last());
        links.push(link);
    }
    links
}

/// Weak references that are dead at once, or that cannot be made.
fn weak_references(exit: &mut Exit<'_>, res: &mut Vec<Hazard>) {
    for idx in 0..exit.exec.heap.edges.len() {
        let edge = &exit.exec.heap.edges[idx];
        if edge.strong || edge.read {
            continue;
        }
        let of_entry = matches!(
            exit.exec.heap.object(edge.src).tys.first(),
            Some(Ty::External(_))
        );
        // A `weakref.finalize` is made of an object that somebody else has.
        if of_entry {
            continue;
        }
        let (place, dst, edge_src) = (edge.place, edge.dst, edge.src);
        if is_unreferable(exit, dst) {
            let Some(&Ty::Instance(class)) = exit.exec.heap.object(dst).tys.first() else {
                continue;
            };
            res.push(Hazard {
                kind: HazardKind::NotReferable,
                place,
                links: Vec::new(),
                class: Some(class),
            });
            continue;
        }
        let Some(referent) = referent(exit, idx) else {
            continue;
        };
        if matches!(referent, Referent::Instance(_)) && !is_meant_to_last(exit, idx) {
            continue;
        }
        if is_temporary(exit, dst) && !is_held(exit, dst) {
            let class = match referent {
                Referent::Instance(class) => Some(class),
                Referent::Method(func) => exit.exec.env.program.func_info(func).class,
                Referent::Lambda | Referent::Partial => None,
            };
            let at = match exit.exec.heap.kind(dst) {
                Kind::Function(func) => Place {
                    file: exit.exec.env.program.file_of(func),
                    range: exit.exec.function(func).range,
                },
                _ => exit.exec.heap.object(dst).place,
            };
            let inside = |it: Place| {
                let ir = exit.exec.function(exit.key.func);
                it.file == exit.exec.env.program.file_of(exit.key.func)
                    && ir.range.contains_range(it.range)
            };
            // A function that was called keeps what it knows of its argument, while that lives.
            let is_cache =
                exit.exec.container_of(edge_src) == Some(Container::WeakKeyDict) && !inside(place);
            if is_cache {
                continue;
            }
            // What is stored by a function that was called is the mistake of its caller.
            let place = if inside(place) { place } else { at };
            res.push(Hazard {
                kind: HazardKind::DeadReferent(referent),
                place,
                links: Vec::new(),
                class,
            });
        }
    }
}

/// Whether a weak reference to a new instance is one that somebody will use: a proxy, or something
/// that is stored. A reference that a function makes or returns is how one sees whether an object
/// dies. An instance that registers itself does not care who has it.
fn is_meant_to_last(exit: &Exit<'_>, edge: usize) -> bool {
    let heap = &exit.exec.heap;
    let edge = &heap.edges[edge];
    let made = heap.object(edge.dst).place;
    let at_once = made.file == edge.place.file && edge.place.range.contains_range(made.range);
    let is_stored = || {
        heap.edges.iter().any(|it| {
            it.strong && it.dst == edge.src && matches!(it.label, Label::Attr(_)) && !it.read
        })
    };
    at_once && (heap.kind(edge.src) != Kind::WeakRef || is_stored())
}

/// Whether an object is an instance for certain that has no room for weak references.
fn is_unreferable(exit: &Exit<'_>, obj: Obj) -> bool {
    let program = exit.exec.env.program;
    let object = exit.exec.heap.object(obj);
    let [Ty::Instance(class)] = object.tys.as_slice() else {
        return false;
    };
    let info = program.class_info(*class);
    let exact = match object.kind {
        Kind::Instance => true,
        // The receiver may be an instance of a subclass.
        Kind::Param(0) => info.subclasses.is_empty() && !info.is_abstract,
        _ => false,
    };
    exact && info.no_weakref && !info.has_unknown_base
}

/// What a weak reference refers to, if it is something that could be dead at once.
fn referent(exit: &Exit<'_>, edge: usize) -> Option<Referent> {
    let exec = &exit.exec;
    let edge = &exec.heap.edges[edge];
    let object = exec.heap.object(edge.dst);
    // A `WeakMethod` lives as long as the object.
    let is_weak_method = exec
        .heap
        .find_cell(edge.src, Label::Attr(known::METH_TYPE))
        .is_some();
    match object.kind {
        Kind::BoundMethod(_) if is_weak_method => None,
        Kind::BoundMethod(func) => Some(Referent::Method(func)),
        Kind::Function(func) => {
            let is_lambda = exec.function(func).kind == FunctionKind::Lambda;
            is_lambda.then_some(Referent::Lambda)
        }
        Kind::Holder => match object.tys.as_slice() {
            [Ty::External(name)] if name.as_str() == "functools.partial" => Some(Referent::Partial),
            _ => None,
        },
        Kind::Instance => match object.tys.as_slice() {
            [Ty::Instance(class)] if !exec.has_external_base(*class) => {
                Some(Referent::Instance(*class))
            }
            _ => None,
        },
        _ => None,
    }
}

/// Whether an object was made by an expression of the function whose value no variable gets.
fn is_temporary(exit: &Exit<'_>, obj: Obj) -> bool {
    let program = exit.exec.env.program;
    let ir = exit.exec.function(exit.key.func);
    let object = exit.exec.heap.object(obj);
    let own = program.file_of(exit.key.func);
    let made: Vec<Var> = match object.kind {
        Kind::Function(func) => {
            let file = program.file_of(func);
            let insts = ir.blocks.iter().flatten();
            let makes = insts.filter_map(|it| match it.op {
                Op::MakeFunction { dst, func: of, .. } if file == own => {
                    (program.func_id(file, of) == func).then_some(dst)
                }
                _ => None,
            });
            makes.collect()
        }
        _ if object.place.file != own => return false,
        _ => {
            let insts = ir.blocks.iter().flatten();
            let at = insts.filter(|it| it.range == object.place.range);
            let makes = at.filter_map(|it| match it.op {
                Op::LoadAttr { dst, .. } | Op::Call { dst, .. } | Op::CallMethod { dst, .. } => {
                    Some(dst)
                }
                _ => None,
            });
            makes.collect()
        }
    };
    let named = ir.vars.len() as u32;
    let is_kept = |it: &Var| {
        it.0 < named
            || ir.blocks.iter().flatten().any(|inst| match inst.op {
                Op::Move { src, .. } | Op::StoreCell { src, .. } | Op::StoreGlobal { src, .. } => {
                    src == *it
                }
                Op::Return { src } | Op::Yield { src, .. } => src == Some(*it),
                _ => false,
            })
    };
    !made.is_empty() && !made.iter().any(is_kept)
}

/// Whether anybody holds an object strongly, or may.
fn is_held(exit: &Exit<'_>, obj: Obj) -> bool {
    let heap = &exit.exec.heap;
    exit.exec.escaped.contains(&obj)
        || exit
            .returns
            .iter()
            .chain(&exit.yields)
            .any(|it| it.0 == obj)
        || heap.edges.iter().any(|it| it.strong && it.dst == obj)
}
