//! Finalizers that use a weak reference to the owner of their object. The object dies as its
//! owner does, and weak references to the owner are cleared before (PEP 442; `subtype_dealloc` in
//! Objects/typeobject.c): the reference gives `None` by then.

use rustc_hash::FxHashSet;

use super::hazards::{Hazard, HazardKind};
use crate::heap::evaluate::Exit;
use crate::heap::facts::Facts;
use crate::heap::object::{Kind, Label, Ty};
use crate::program::model::{ClassId, FuncId, Place, Program};
use crate::syntax::Name;
use crate::syntax::ir::{Cond, Function, Op, Var};

/// An attribute that holds a weak reference.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct WeakAttribute {
    pub(crate) holder: ClassId,
    pub(crate) name: Name,
    /// A `weakref.proxy`, which is used without a call.
    pub(crate) is_proxy: bool,
    /// What it refers to.
    pub(crate) owner: ClassId,
    /// Where it is stored.
    pub(crate) place: Place,
}

/// The weak references that an execution stores in attributes of instances.
pub(super) fn weak_attributes(exit: &Exit<'_>) -> Vec<WeakAttribute> {
    let heap = &exit.exec.heap;
    let class_of = |obj| match heap.object(obj).tys.as_slice() {
        [Ty::Instance(class)] => Some(*class),
        _ => None,
    };
    let mut res = Vec::new();
    for edge in heap.edges.iter().filter(|it| !it.read) {
        let kind = heap.kind(edge.dst);
        let Label::Attr(name) = edge.label else {
            continue;
        };
        if !matches!(kind, Kind::WeakRef | Kind::Proxy) {
            continue;
        }
        let referent = heap.find_cell(edge.dst, Label::Referent).and_then(|it| {
            let edge = heap.cells[it as usize].edges.first()?;
            class_of(heap.edges[*edge as usize].dst)
        });
        if let (Some(holder), Some(owner)) = (class_of(edge.src), referent) {
            res.push(WeakAttribute {
                holder,
                name,
                is_proxy: kind == Kind::Proxy,
                owner,
                place: edge.place,
            });
        }
    }
    res
}

/// The uses of such references in finalizers, where the owner is what holds the object.
pub(crate) fn used_in_finalizers(
    program: &Program,
    facts: &Facts,
    mut weak: Vec<WeakAttribute>,
) -> Vec<Hazard> {
    if weak.is_empty() {
        return Vec::new();
    }
    let held: FxHashSet<(ClassId, ClassId)> = facts
        .attributes()
        .iter()
        .map(|it| (it.holder, it.held))
        .collect();
    weak.sort_by_key(|it| (it.holder, it.name.as_str(), it.is_proxy, it.owner));
    weak.dedup_by_key(|it| (it.holder, it.name, it.is_proxy, it.owner));
    let mut res = Vec::new();
    for attribute in &weak {
        let info = program.class_info(attribute.holder);
        let Some((_, finalizer)) = info.finalizer else {
            continue;
        };
        let owners = &program.class_info(attribute.owner).mro;
        let is_held = owners
            .iter()
            .any(|&owner| info.mro.iter().any(|&it| held.contains(&(owner, it))));
        if !is_held {
            continue;
        }
        if let Some(place) = use_of(program, finalizer, attribute) {
            res.push(Hazard {
                kind: HazardKind::DeadOwner {
                    attribute: attribute.name,
                    owner: attribute.owner,
                },
                place,
                links: Vec::new(),
                class: Some(attribute.holder),
            });
        }
    }
    res
}

/// Where a finalizer uses what the reference gives, without a test.
fn use_of(program: &Program, finalizer: FuncId, attribute: &WeakAttribute) -> Option<Place> {
    let ir = program.function(finalizer);
    let insts = || ir.blocks.iter().flatten();
    // A handler is there for just this case.
    let has_handler =
        insts().any(|it| matches!(&it.op, Op::Try { handlers, .. } if !handlers.is_empty()));
    if has_handler {
        return None;
    }
    let owners = owners(ir, attribute);
    let is_tested = insts().any(|it| match &it.op {
        Op::Branch { arms, .. } => arms.iter().any(|it| tests(&it.cond, &owners)),
        Op::While { cond, .. } => tests(cond, &owners),
        _ => false,
    });
    if is_tested {
        return None;
    }
    let used = insts().find(|it| match it.op {
        Op::LoadAttr { base, .. } | Op::StoreAttr { base, .. } => owners.contains(&base),
        Op::CallMethod { recv, .. } => owners.contains(&recv),
        _ => false,
    })?;
    Some(Place {
        file: program.file_of(finalizer),
        range: used.range,
    })
}

/// The variables that hold the owner, or `None`.
fn owners(ir: &Function, attribute: &WeakAttribute) -> FxHashSet<Var> {
    let mut references: FxHashSet<Var> = FxHashSet::default();
    let mut res: FxHashSet<Var> = FxHashSet::default();
    for inst in ir.blocks.iter().flatten() {
        match inst.op {
            Op::LoadAttr {
                dst,
                base: Var(0),
                name,
            } if name == attribute.name => {
                if attribute.is_proxy {
                    res.insert(dst);
                } else {
                    references.insert(dst);
                }
            }
            Op::CallMethod {
                dst,
                recv: Var(0),
                name,
                ..
            } if name == attribute.name && !attribute.is_proxy => {
                res.insert(dst);
            }
            Op::Call { dst, callee, .. } if references.contains(&callee) => {
                res.insert(dst);
            }
            Op::Move { dst, src } => {
                if references.contains(&src) {
                    references.insert(dst);
                }
                if res.contains(&src) {
                    res.insert(dst);
                }
            }
            _ => {}
        }
    }
    res
}

fn tests(cond: &Cond, vars: &FxHashSet<Var>) -> bool {
    match cond {
        Cond::Truthy(it) | Cond::IsNone(it) | Cond::HasAttr(it, _) => vars.contains(it),
        Cond::Same(a, b) | Cond::Equal(a, b) | Cond::IsInstance(a, b) => {
            vars.contains(a) || vars.contains(b)
        }
        Cond::Not(it) => tests(it, vars),
        Cond::All(of) | Cond::Any(of) => of.iter().any(|it| tests(it, vars)),
        Cond::Unknown | Cond::Always(_) => false,
    }
}
