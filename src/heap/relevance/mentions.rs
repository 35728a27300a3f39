//! Which functions name a class.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::heap::facts::{Declared, Slot, SlotKey};
use crate::heap::object::Ty;
use crate::program::model::{Binding, ClassId, FileId, FuncId, Program};
use crate::syntax::Name;
use crate::syntax::ir::{FunctionIdx, Op};

/// The functions that name each class, or have a parameter of it.
pub(super) struct Mentions {
    by_name: FxHashMap<Name, Vec<ClassId>>,
    /// For each file, what its functions name, sorted.
    files: Vec<Vec<(ClassId, FuncId)>>,
    by_class: FxHashMap<ClassId, Vec<FuncId>>,
}

impl Mentions {
    pub(super) fn collect(program: &Program, declared: &Declared) -> Self {
        let mut by_name: FxHashMap<Name, Vec<ClassId>> = FxHashMap::default();
        for class in (0..program.classes.len() as u32).map(ClassId) {
            let same = by_name.entry(program.class(class).name).or_default();
            same.push(class);
        }
        let files: Vec<Vec<(ClassId, FuncId)>> = (0..program.files.len() as u32)
            .into_par_iter()
            .map(|file| in_file(program, declared, &by_name, FileId(file)))
            .collect();
        let mut by_class: FxHashMap<ClassId, Vec<FuncId>> = FxHashMap::default();
        for &(class, func) in files.iter().flatten() {
            by_class.entry(class).or_default().push(func);
        }
        Self {
            by_name,
            files,
            by_class,
        }
    }

    /// The functions that name a class, sorted.
    pub(super) fn of(&self, class: ClassId) -> &[FuncId] {
        self.by_class.get(&class).map_or(&[], |it| it)
    }

    /// Reads a file again, whose functions have other bodies than before. Gives the classes that
    /// are named elsewhere now.
    pub(super) fn update(
        &mut self,
        program: &Program,
        declared: &Declared,
        file: FileId,
    ) -> FxHashSet<ClassId> {
        let new = in_file(program, declared, &self.by_name, file);
        let mut changed = FxHashSet::default();
        let Some(old) = self.files.get_mut(file.0 as usize) else {
            return changed;
        };
        for (class, func) in &*old {
            if new.binary_search(&(*class, *func)).is_err() {
                let functions = self.by_class.entry(*class).or_default();
                functions.retain(|it| it != func);
                changed.insert(*class);
            }
        }
        for (class, func) in &new {
            let functions = self.by_class.entry(*class).or_default();
            if let Err(at) = functions.binary_search(func) {
                functions.insert(at, *func);
                changed.insert(*class);
            }
        }
        *old = new;
        changed
    }
}

/// The classes that the functions of a file name, sorted.
fn in_file(
    program: &Program,
    declared: &Declared,
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
            for ty in declared.tys(SlotKey::new(Slot::Param(func, idx))) {
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
