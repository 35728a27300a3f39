//! Tasks do not outlive `asyncio.run`: at its end it cancels those that are left.

use rustc_hash::{FxHashMap, FxHashSet};

use super::witness::Witness;
use crate::heap::object::Ty;
use crate::program::model::{Binding, FuncId, Program};
use crate::syntax::ir::Op;

/// Whether a ring goes through a task of an event loop that `asyncio.run` runs.
pub(super) fn ends_with_loop(
    program: &Program,
    callers: &FxHashMap<FuncId, Vec<FuncId>>,
    witness: &Witness,
) -> bool {
    let is_task = |ty: &Ty| matches!(ty, Ty::External(name) if name.as_str() == "asyncio.Task");
    let mut holders = witness.links.iter().flat_map(|it| &it.holder.tys);
    if !holders.any(is_task) {
        return false;
    }
    let mut seen = FxHashSet::default();
    let mut todo = vec![witness.seen_in];
    while let Some(func) = todo.pop() {
        if !seen.insert(func) {
            continue;
        }
        if runs_loop(program, func) {
            return true;
        }
        todo.extend(callers.get(&func).into_iter().flatten());
    }
    false
}

/// Whether a function calls `asyncio.run`.
fn runs_loop(program: &Program, func: FuncId) -> bool {
    let file = program.file_of(func);
    let insts = || program.function(func).blocks.iter().flatten();
    let is = |name, full: &str| match program.global(file, name) {
        Binding::External(it) => it.as_str() == full,
        _ => false,
    };
    insts().any(|it| {
        match it.op {
        Op::LoadGlobal { name, .. } => is(name, "asyncio.run"),
        Op::CallMethod { recv, name, .. } if name.as_str() == "run" => insts().any(|it| {
            matches!(it.op, Op::LoadGlobal { dst, name } if dst == recv && is(name, "asyncio"))
        }),
        _ => false,
    }
    })
}
