//! Which functions have to be executed to find the rings that delay a finalizer.
//!
//! A ring with a finalizer on it, or with one hanging off it, is built by code that has to do with
//! a class that has a finalizer: its methods, code that names it, classes whose methods do, and
//! their callers. Those functions are executed, and whatever they call. The rest of a program can
//! only have rings that nobody asked for.

use rustc_hash::{FxHashMap, FxHashSet};

use super::facts::{Facts, Slot, SlotKey};
use super::object::Ty;
use crate::program::CallGraph;
use crate::program::model::{Binding, ClassId, FileId, FuncId, Program};
use crate::syntax::Name;
use crate::syntax::ir::Op;

/// How many steps away from a class with a finalizer a class may be: one that names it, one that
/// names that one, ...
const MAX_CLASS_STEPS: u32 = 2;
/// How many callers up an owner is looked for.
const MAX_CALLER_STEPS: u32 = 2;

/// The functions to execute, by their number.
pub(crate) fn relevant(
    program: &Program,
    graph: &CallGraph,
    facts: &Facts,
    external: &FxHashSet<Name>,
) -> Vec<bool> {
    let mut roots = roots(program, facts, external);
    add_callers(program, graph, &mut roots);
    add_callees(graph, &mut roots);
    roots
}

/// Functions that have to do with a class that has a finalizer.
fn roots(program: &Program, facts: &Facts, external: &FxHashSet<Name>) -> Vec<bool> {
    let mentions = Mentions::of(program, facts);
    let mut classes = finalized(program, external);
    let mut roots = vec![false; program.functions.len()];
    let mut fresh: Vec<ClassId> = classes.iter().copied().collect();
    fresh.sort();
    for step in 0..=MAX_CLASS_STEPS {
        let mut next = Vec::new();
        for &class in &fresh {
            for &func in mentions.by_class.get(&class).into_iter().flatten() {
                roots[func.0 as usize] = true;
                if let Some(around) = program.func_info(func).class
                    && step < MAX_CLASS_STEPS
                    && classes.insert(around)
                {
                    next.push(around);
                }
            }
        }
        fresh = next;
    }
    for (func, info) in program.functions.iter().enumerate() {
        roots[func] |= info.class.is_some_and(|it| classes.contains(&it));
    }
    // A nested function belongs to the one around it.
    for func in (0..program.functions.len() as u32).map(FuncId) {
        let file = program.file_of(func);
        if let Some(parent) = program.function(func).parent
            && parent.0 != 0
        {
            roots[func.0 as usize] |= roots[program.func_id(file, parent).0 as usize];
        }
    }
    roots
}

/// Classes with a finalizer, and their bases, whose methods their instances run.
fn finalized(program: &Program, external: &FxHashSet<Name>) -> FxHashSet<ClassId> {
    let has = |info: &crate::program::model::ClassInfo| {
        info.finalizer.is_some() || info.external_bases.iter().any(|it| external.contains(it))
    };
    let classes = program.classes.iter().filter(|it| has(it));
    classes.flat_map(|it| it.mro.iter().copied()).collect()
}

/// Which functions name a class, or have a parameter of it.
struct Mentions {
    by_class: FxHashMap<ClassId, Vec<FuncId>>,
}

impl Mentions {
    fn of(program: &Program, facts: &Facts) -> Self {
        let mut by_name: FxHashMap<Name, Vec<ClassId>> = FxHashMap::default();
        for class in (0..program.classes.len() as u32).map(ClassId) {
            by_name
                .entry(program.class(class).name)
                .or_default()
                .push(class);
        }
        let mut by_class: FxHashMap<ClassId, Vec<FuncId>> = FxHashMap::default();
        for func in (0..program.functions.len() as u32).map(FuncId) {
            let ir = program.function(func);
            let file = program.file_of(func);
            let mut add = |class: ClassId| {
                let funcs = by_class.entry(class).or_default();
                if funcs.last() != Some(&func) {
                    funcs.push(func);
                }
            };
            for idx in 0..ir.params.len() as u32 {
                for ty in facts.tys(SlotKey::new(Slot::Param(func, idx))) {
                    if let Ty::Instance(class) | Ty::ClassObject(class) = *ty {
                        add(class);
                    }
                }
            }
            for inst in ir.blocks.iter().flatten() {
                match inst.op {
                    Op::LoadGlobal { name, .. } => {
                        if let Some(class) = class_named(program, file, name) {
                            add(class);
                        }
                    }
                    // `module.Class`: whichever module that is.
                    Op::LoadAttr { name, .. } | Op::CallMethod { name, .. } => {
                        by_name
                            .get(&name)
                            .into_iter()
                            .flatten()
                            .for_each(|&it| add(it));
                    }
                    Op::Import { import, .. } if ir.parent.is_some() => {
                        if let Binding::Class(class) = program.import_binding(file, import) {
                            add(class);
                        }
                    }
                    _ => {}
                }
            }
        }
        Self { by_class }
    }
}

fn class_named(program: &Program, file: FileId, name: Name) -> Option<ClassId> {
    match program.global(file, name) {
        Binding::Class(class) => Some(class),
        _ => None,
    }
}

/// Owners of what the functions make are among their callers.
fn add_callers(program: &Program, graph: &CallGraph, chosen: &mut [bool]) {
    for _ in 0..MAX_CALLER_STEPS {
        let before = chosen.to_vec();
        let mut changed = false;
        for func in (0..program.functions.len() as u32).map(FuncId) {
            if !before[func.0 as usize] && graph.callees(func).any(|it| before[it.0 as usize]) {
                chosen[func.0 as usize] = true;
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
}

/// Whatever is executed needs the summaries of what it calls.
fn add_callees(graph: &CallGraph, chosen: &mut [bool]) {
    let mut todo: Vec<FuncId> = (0..chosen.len() as u32)
        .filter(|&it| chosen[it as usize])
        .map(FuncId)
        .collect();
    while let Some(func) = todo.pop() {
        for callee in graph.callees(func) {
            if !std::mem::replace(&mut chosen[callee.0 as usize], true) {
                todo.push(callee);
            }
        }
    }
}
