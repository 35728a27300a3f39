//! Which function of a source each function of its stub describes.

use rustc_hash::FxHashMap;

use super::model::{FileId, FuncId, Program};
use crate::syntax::Name;
use crate::syntax::ir::{FileIr, FunctionIdx};

/// Functions of sources, and those of their stubs.
pub(super) type StubFunctions = FxHashMap<FuncId, FuncId>;

impl Program {
    /// The function whose header has the annotations for `func`: that of the stub beside the
    /// source, if `func` has none of its own, else `func` itself.
    pub fn annotated_function(&self, func: FuncId) -> FuncId {
        let function = self.function(func);
        let has_own =
            function.returns.is_some() || function.params.iter().any(|it| it.annotation.is_some());
        if has_own {
            return func;
        }
        self.stub_functions.get(&func).copied().unwrap_or(func)
    }
}

/// Pairs the functions of all sources that have a stub: functions of the module, and methods of
/// its classes.
pub(super) fn stub_functions(program: &Program) -> StubFunctions {
    let mut pairs = StubFunctions::default();
    for module in &program.modules {
        let (Some(source), Some(stub)) = (module.file, module.stub) else {
            continue;
        };
        if source == stub {
            continue;
        }
        let described: FxHashMap<_, _> = top_functions(program, stub).collect();
        for (key, func) in top_functions(program, source) {
            if let Some(&stub) = described.get(&key) {
                pairs.insert(func, stub);
            }
        }
    }
    pairs
}

/// Functions of the module and methods of its classes, by the class's name and their own. Of
/// overloads in a stub the last one counts.
fn top_functions(
    program: &Program,
    file: FileId,
) -> impl Iterator<Item = ((Option<Name>, Name), FuncId)> {
    let ir: &FileIr = &program.files[file.0 as usize].ir;
    let functions = (0..).map(FunctionIdx).zip(&ir.functions);
    functions.filter_map(move |(idx, function)| {
        if function.parent != Some(FunctionIdx(0)) {
            return None;
        }
        let class = function.class.and_then(|it| ir.classes.get(it.0 as usize));
        if class.is_some_and(|it| it.outer.is_some()) {
            return None;
        }
        let key = (class.map(|it| it.name), function.name);
        Some((key, program.func_id(file, idx)))
    })
}
