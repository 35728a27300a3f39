//! Functions of a script that nothing mentions.
//!
//! Nobody imports a script (a module that runs itself, and is not part of a package): what it
//! defines and never mentions by name is not run. In other modules it is an interface for others.

use rustc_hash::FxHashSet;

use crate::program::model::{FileId, FuncId, Program};
use crate::syntax::Name;
use crate::syntax::ir::{FileIr, Function, FunctionIdx, FunctionKind, Op};

/// The functions of a file that are certainly not run.
pub(crate) fn unmentioned(program: &Program, file: FileId) -> Vec<FuncId> {
    let ir = &program.files[file.0 as usize].ir;
    if !ir.is_script || in_package(program, file) {
        return Vec::new();
    }
    let (mentioned, prefixes) = mentioned(ir);
    let functions = (0..).map(FunctionIdx).zip(&ir.functions);
    let is_unmentioned = |function: &Function| {
        let name = function.name;
        let named = function.kind == FunctionKind::Def && !is_special(name);
        let begun = |it: &Name| name.as_str().starts_with(it.as_str());
        named
            && !mentioned.contains(&name)
            && !prefixes.iter().any(begun)
            && function.decorators.iter().all(is_inert)
    };
    functions
        .filter(|(_, it)| is_unmentioned(it))
        .map(|(idx, _)| program.func_id(file, idx))
        .collect()
}

/// Whether a file is a module of a package: others import it, even if it can run itself.
fn in_package(program: &Program, file: FileId) -> bool {
    let module = program.module_of_file[file.0 as usize];
    let name = program.modules[module.0 as usize].name;
    name.is_some_and(|it| it.as_str().contains('.'))
}

/// Every name that a file reads, calls or spells out in a string, and the beginnings of names that
/// it spells out.
fn mentioned(ir: &FileIr) -> (FxHashSet<Name>, Vec<Name>) {
    let mut res = FxHashSet::default();
    let mut prefixes = Vec::new();
    for inst in ir.functions.iter().flat_map(|it| &it.blocks).flatten() {
        match inst.op {
            Op::LoadGlobal { name, .. }
            | Op::LoadAttr { name, .. }
            | Op::CallMethod { name, .. }
            | Op::CallSuper { name, .. }
            | Op::LoadSuper { name, .. }
            | Op::StoreAttr { name, .. }
            | Op::LoadClassName { name, .. }
            | Op::Const {
                value: crate::syntax::ir::Const::Str(name),
                ..
            } => {
                res.insert(name);
            }
            Op::Const {
                value: crate::syntax::ir::Const::Prefix(name),
                ..
            } => prefixes.push(name),
            _ => {}
        }
    }
    (res, prefixes)
}

/// Methods that the interpreter calls by itself.
fn is_special(name: Name) -> bool {
    name.as_str().starts_with("__")
}

fn is_inert(decorator: &crate::syntax::ir::Decorator) -> bool {
    let last = decorator.path.last().map(|it| it.as_str());
    matches!(last, Some("staticmethod" | "classmethod"))
}
