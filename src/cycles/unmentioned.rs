//! Functions of a script that nothing mentions.
//!
//! Nobody imports a script (a module that runs itself): what it defines and never mentions by name
//! is not run. In other modules it is an interface for others.

use rustc_hash::FxHashSet;

use crate::program::model::{FileId, FuncId, Program};
use crate::syntax::Name;
use crate::syntax::ir::{FileIr, FunctionKind, Op};
use crate::syntax::name::known;

/// The functions that are certainly not run.
#[derive(Debug, Default)]
pub(super) struct Unmentioned {
    functions: FxHashSet<FuncId>,
}

impl Unmentioned {
    /// Looks through the scripts of a program.
    pub(super) fn of(program: &Program) -> Self {
        let mut functions = FxHashSet::default();
        let files = (0..).map(FileId).zip(&program.files);
        for (file, parsed) in files.filter(|(_, it)| is_script(&it.ir)) {
            let mentioned = mentioned(&parsed.ir);
            for (idx, function) in (0..).zip(&parsed.ir.functions) {
                let name = function.name;
                let named = function.kind == FunctionKind::Def && !is_special(name);
                if named && !mentioned.contains(&name) && function.decorators.iter().all(is_inert) {
                    functions.insert(FuncId(program.function_base[file.0 as usize] + idx));
                }
            }
        }
        Self { functions }
    }

    /// Whether a function is certainly not run.
    pub(super) fn contains(&self, func: FuncId) -> bool {
        self.functions.contains(&func)
    }
}

/// Whether a module looks at its own `__name__`, to run itself.
fn is_script(ir: &FileIr) -> bool {
    let body = ir.functions.first();
    body.is_some_and(|body| {
        let mut ops = body.blocks.iter().flatten().map(|it| &it.op);
        ops.any(|it| {
            matches!(
                it,
                Op::LoadGlobal {
                    name: known::NAME_DUNDER,
                    ..
                }
            )
        })
    })
}

/// Every name that a file reads, calls or spells out in a string.
fn mentioned(ir: &FileIr) -> FxHashSet<Name> {
    let mut res = FxHashSet::default();
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
            _ => {}
        }
    }
    res
}

/// Methods that the interpreter calls by itself.
fn is_special(name: Name) -> bool {
    name.as_str().starts_with("__")
}

fn is_inert(decorator: &crate::syntax::ir::Decorator) -> bool {
    let last = decorator.path.last().map(|it| it.as_str());
    matches!(last, Some("staticmethod" | "classmethod"))
}
