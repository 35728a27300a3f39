//! Which functions name something that this analysis knows to hold objects for good.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use crate::program::model::{Binding, FuncId, Program};
use crate::syntax::Name;
use crate::syntax::ir::Op;

/// Whether a function names a registry of the process, a weak reference or container, or a thread:
/// such functions are executed whatever classes they have to do with. Cheap: it looks at names
/// alone.
pub(crate) fn mentions_root(program: &Program, func: FuncId) -> bool {
    let ir = program.function(func);
    let file = program.file_of(func);
    let named = |name: Name| match program.global(file, name) {
        Binding::External(full) => ROOTS.contains(&full),
        _ => false,
    };
    ir.blocks.iter().flatten().any(|it| match it.op {
        Op::LoadGlobal { name, .. } => named(name),
        Op::LoadAttr { name, .. } | Op::CallMethod { name, .. } => TELLING.contains(&name),
        Op::Import { import, .. } if ir.parent.is_some() => {
            match program.import_binding(file, import) {
                Binding::External(full) => ROOTS.contains(&full),
                _ => false,
            }
        }
        _ => false,
    })
}

/// Modules and functions outside the program, by their full names.
static ROOTS: LazyLock<FxHashSet<Name>> = LazyLock::new(|| {
    names(&[
        "weakref",
        "weakref.finalize",
        "weakref.ref",
        "weakref.proxy",
        "weakref.WeakSet",
        "weakref.WeakKeyDictionary",
        "weakref.WeakValueDictionary",
        "atexit",
        "atexit.register",
        "signal",
        "signal.signal",
    ])
});

/// Names of attributes and methods that are used for little else.
static TELLING: LazyLock<FxHashSet<Name>> = LazyLock::new(|| {
    names(&[
        "finalize",
        "WeakKeyDictionary",
        "WeakSet",
        "WeakValueDictionary",
    ])
});

fn names(texts: &[&str]) -> FxHashSet<Name> {
    texts.iter().map(|it| Name::new(it)).collect()
}
