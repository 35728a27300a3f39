//! Which functions name a class.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::heap::facts::{Facts, Slot, SlotKey};
use crate::heap::object::Ty;
use crate::program::model::{Binding, ClassId, FileId, FuncId, Program};
use crate::syntax::Name;
use crate::syntax::ir::{FunctionIdx, Op};

/// The functions that name each class, or have a parameter of it.
pub(super) struct Mentions {
    by_class: FxHashMap<ClassId, Vec<FuncId>>,
}

impl Mentions {
    pub(super) fn collect(program: &Program, facts: &Facts) -> Self {
        let mut by_name: FxHashMap<Name, Vec<ClassId>> = FxHashMap::default();
        for class in (0..program.classes.len() as u32).map(ClassId) {
            let same = by_name.entry(program.class(class).name).or_default();
            same.push(class);
        }
        let files: Vec<Vec<(ClassId, FuncId)>> = (0..program.files.len() as u32)
            .into_par_iter()
            .map(|file| in_file(program, facts, &by_name, FileId(file)))
            .collect();
        let mut by_class: FxHashMap<ClassId, Vec<FuncId>> = FxHashMap::default();
        for (class, func) in files.into_iter().flatten() {
            by_class.entry(class).or_default().push(func);
        }
        Self { by_class }
    }

    /// The functions that name a class, sorted.
    pub(super) fn of(&self, class: ClassId) -> &[FuncId] {
        self.by_class.get(&class).map_or(&[], |it| it)
    }
}

/// The classes that the functions of a file name, sorted.
fn in_file(
    program: &Program,
    facts: &Facts,
    by_name: &FxHashMap<Name, Vec<ClassId>>,
    file: FileId,
) -> Vec<(ClassId, FuncId)> {
    let mut res = Vec::new();
    if program.is_library(file) {
        return res;
    }
    let mut globals: FxHashMap<Name, Option<ClassId>> = FxHashMap::default();
    let mut seen: FxHashSet<ClassId> = FxHashSet::default();
    let functions = &program.files[file.0 as usize].ir.functions;
    for (idx, ir) in (0..).map(FunctionIdx).zip(functions) {
        let func = program.func_id(file, idx);
        for idx in 0..ir.params.len() as u32 {
            for ty in facts.tys(SlotKey::new(Slot::Param(func, idx))) {
                if let Ty::Instance(class) | Ty::ClassObject(class) = *ty {
                    seen.insert(class);
                }
            }
        }
        for inst in ir.blocks.iter().flatten() {
            match inst.op {
                Op::LoadGlobal { name, .. } => {
                    let class = globals
                        .entry(name)
                        .or_insert_with(|| class_named(program, file, name));
                    seen.extend(*class);
                }
                // `module.Class`: whichever module that is.
                Op::LoadAttr { name, .. } | Op::CallMethod { name, .. } => {
                    seen.extend(by_name.get(&name).into_iter().flatten());
                }
                Op::Import { import, .. } if ir.parent.is_some() => {
                    if let Binding::Class(class) = program.import_binding(file, import) {
                        seen.insert(class);
                    }
                }
                _ => {}
            }
        }
        res.extend(seen.drain().map(|it| (it, func)));
    }
    res.sort_unstable();
    res
}

fn class_named(program: &Program, file: FileId, name: Name) -> Option<ClassId> {
    match program.global(file, name) {
        Binding::Class(class) => Some(class),
        _ => None,
    }
}
