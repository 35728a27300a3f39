//! What the variables of a function stand for where they were read by name: `gc.disable`.

use rustc_hash::FxHashMap;

use crate::program::model::{Binding, FuncId, Program};
use crate::syntax::ir::{Arg, Const, Op, Var};

/// The names and constants that variables of one function hold.
pub(super) struct Values {
    bindings: FxHashMap<Var, Binding>,
    constants: FxHashMap<Var, Const>,
    /// The operands of `|`.
    joined: FxHashMap<Var, (Var, Var)>,
}

impl Values {
    /// Reads a function.
    pub(super) fn of(program: &Program, func: FuncId) -> Self {
        let mut this = Self {
            bindings: FxHashMap::default(),
            constants: FxHashMap::default(),
            joined: FxHashMap::default(),
        };
        let file = program.file_of(func);
        for inst in program.function(func).blocks.iter().flatten() {
            match inst.op {
                Op::LoadGlobal { dst, name } | Op::LoadClassName { dst, name, .. } => {
                    this.bindings.insert(dst, program.global(file, name));
                }
                Op::Import {
                    dst: Some(dst),
                    import,
                } => {
                    let binding = program.import_binding(file, import);
                    this.bindings.insert(dst, binding);
                }
                Op::LoadAttr { dst, base, name } => {
                    if let Some(&base) = this.bindings.get(&base) {
                        let binding = program.attribute_of(base, name);
                        this.bindings.insert(dst, binding);
                    }
                }
                Op::Move { dst, src } => {
                    if let Some(&binding) = this.bindings.get(&src) {
                        this.bindings.insert(dst, binding);
                    }
                    if let Some(&constant) = this.constants.get(&src) {
                        this.constants.insert(dst, constant);
                    }
                }
                Op::Const { dst, value } => {
                    this.constants.insert(dst, value);
                }
                Op::Binary {
                    dst, left, right, ..
                } => {
                    this.joined.insert(dst, (left, right));
                }
                _ => {}
            }
        }
        this
    }

    /// The full name of what a variable holds, if it is something of a library.
    pub(super) fn dotted(&self, var: Var) -> Option<&'static str> {
        match *self.bindings.get(&var)? {
            Binding::External(name) => Some(name.as_str()),
            _ => None,
        }
    }

    /// The constant that a variable holds.
    pub(super) fn constant(&self, var: Var) -> Option<Const> {
        self.constants.get(&var).copied()
    }

    /// Whether a value, or an operand of it, fulfils a condition.
    pub(super) fn any_part(&self, var: Var, is: &dyn Fn(Var) -> bool) -> bool {
        is(var)
            || self.joined.get(&var).is_some_and(|&(left, right)| {
                // An operand was computed before: this ends.
                left != var && right != var && (self.any_part(left, is) || self.any_part(right, is))
            })
    }

    /// What an instruction calls, by its full name, and the arguments.
    pub(super) fn call<'a>(&self, program: &Program, op: &'a Op) -> Option<(String, &'a [Arg])> {
        match op {
            Op::Call { callee, args, .. } => Some((self.dotted(*callee)?.to_owned(), args)),
            Op::CallMethod {
                recv, name, args, ..
            } => {
                let base = *self.bindings.get(recv)?;
                match program.attribute_of(base, *name) {
                    Binding::External(name) => Some((name.as_str().to_owned(), args)),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}
