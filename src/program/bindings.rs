//! What the names of one file are bound to, before anything outside the file is known.

use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

use super::walk::walk;
use crate::syntax::Name;
use crate::syntax::ir::{
    Arg, ClassIdx, Const, FileIr, Function, FunctionIdx, FunctionKind, Op, Var,
};

/// One thing that a name is bound to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Raw {
    Function(FunctionIdx),
    Class(ClassIdx),
    /// An index into [`FileIr::imports`].
    Import(u32),
    /// `name = a.b`
    Alias(Box<[Name]>),
}

/// What a name of the module is bound to.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Bound {
    /// The alternatives: several where branches exclude each other or a `try` has a fallback.
    pub(super) candidates: SmallVec<[Raw; 1]>,
    /// It is assigned some other value in a way that is not a mere fallback.
    pub(super) reassigned: bool,
}

/// What the names of a file are bound to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct FileBindings {
    /// The module's names.
    pub(super) module: FxHashMap<Name, Bound>,
    /// `from m import *` in the module body: indices into [`FileIr::imports`].
    pub(super) stars: Vec<u32>,
    /// Names bound to `def`, `class` and `import` in functions.
    pub(super) locals: FxHashMap<(FunctionIdx, Name), Raw>,
    /// Names bound to imports in class bodies.
    pub(super) class_imports: FxHashMap<(ClassIdx, Name), u32>,
    /// `T = TypeVar("T", bound=a.b)`, and `Alias = a.b[X]`, which is an `a.b` in annotations.
    pub(super) type_variables: FxHashMap<Name, Box<[Name]>>,
}

impl FileBindings {
    /// Collects what a file binds.
    pub(super) fn of(ir: &FileIr) -> Self {
        let mut bindings = Self::default();
        if let Some(body) = ir.functions.first() {
            bindings.add_module_body(body);
        }
        // Only `global` lets another function bind a name of the module.
        for function in ir
            .functions
            .iter()
            .skip(1)
            .filter(|it| !it.globals.is_empty())
        {
            bindings.add_global_stores(function);
        }
        bindings.add_locals(ir);
        for (idx, import) in (0..).zip(&ir.imports) {
            match (import.bound, import.class) {
                (None, None) if import.scope.0 == 0 => bindings.stars.push(idx),
                (Some(name), Some(class)) => {
                    bindings.class_imports.insert((class, name), idx);
                }
                _ => {}
            }
        }
        bindings
    }

    fn add_module_body(&mut self, body: &Function) {
        let mut traces = Traces::of(body);
        walk(body, |inst, conditional| {
            traces.step(&inst.op);
            if let Op::StoreGlobal { name, src } = inst.op {
                if let Trace::TypeVariable(bound) | Trace::Item(bound) = traces.get(src) {
                    self.type_variables
                        .extend(traces.path(bound).map(|path| (name, path)));
                }
                let bound = self.module.entry(name).or_default();
                bound.store(traces.value(src), conditional);
            }
        });
    }

    fn add_global_stores(&mut self, function: &Function) {
        let mut traces = Traces::of(function);
        walk(function, |inst, _| {
            traces.step(&inst.op);
            if let Op::StoreGlobal { name, src } = inst.op {
                let bound = self.module.entry(name).or_default();
                match traces.value(src) {
                    // `global np; import numpy as np`: an import that is put off.
                    Value::Known(raw @ Raw::Import(_)) => bound.candidates.push(raw),
                    Value::None => {}
                    _ => bound.reassigned = true,
                }
            }
        });
    }

    fn add_locals(&mut self, ir: &FileIr) {
        for (idx, function) in (0..).map(FunctionIdx).zip(&ir.functions) {
            let is_def = function.kind == FunctionKind::Def && function.class.is_none();
            if let Some(parent) = function.parent.filter(|it| it.0 != 0 && is_def) {
                self.locals
                    .insert((parent, function.name), Raw::Function(idx));
            }
        }
        for (idx, class) in (0..).map(ClassIdx).zip(&ir.classes) {
            if class.function.0 != 0 && class.outer.is_none() {
                self.locals
                    .insert((class.function, class.name), Raw::Class(idx));
            }
        }
        for (idx, import) in (0..).zip(&ir.imports) {
            if let (Some(name), None) = (import.bound, import.class)
                && import.scope.0 != 0
            {
                let key = (import.scope, name);
                self.locals.entry(key).or_insert(Raw::Import(idx));
            }
        }
    }
}

impl Bound {
    /// Notes a store in the module body, in the order of execution. A `def`, `class`, import or
    /// alias wins over fallbacks in other arms (`except ImportError: np = None`), and where it
    /// is executed in any case, over all that was before.
    fn store(&mut self, value: Value, conditional: bool) {
        match (value, conditional) {
            (Value::Known(raw), false) => {
                self.candidates = smallvec![raw];
                self.reassigned = false;
            }
            (Value::Known(raw), true) => self.candidates.push(raw),
            (Value::None, false) => self.reassigned |= !self.candidates.is_empty(),
            (Value::Other, false) => self.reassigned = true,
            (Value::None | Value::Other, true) => {}
        }
    }
}

/// What a store stores.
enum Value {
    Known(Raw),
    None,
    Other,
}

/// Where the value of a variable comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Trace {
    Unset,
    Other,
    None,
    Function(FunctionIdx),
    Class(ClassIdx),
    Import(u32),
    Global(Name),
    Attribute(Var, Name),
    /// A call of `TypeVar` with the given `bound`.
    TypeVariable(Var),
    /// `a[b]`
    Item(Var),
}

/// Where the values of a function's variables come from.
struct Traces(Vec<Trace>);

impl Traces {
    fn of(function: &Function) -> Self {
        Self(vec![Trace::Unset; function.var_count as usize])
    }

    fn get(&self, var: Var) -> Trace {
        self.0.get(var.0 as usize).copied().unwrap_or(Trace::Other)
    }

    /// A variable assigned twice holds a join.
    fn set(&mut self, var: Var, trace: Trace) {
        if let Some(slot) = self.0.get_mut(var.0 as usize) {
            *slot = if *slot == Trace::Unset {
                trace
            } else {
                Trace::Other
            };
        }
    }

    fn step(&mut self, op: &Op) {
        match *op {
            Op::Const { dst, value } => {
                let is_none = value == Const::None;
                self.set(dst, if is_none { Trace::None } else { Trace::Other });
            }
            Op::Move { dst, src } => self.set(dst, self.get(src)),
            Op::LoadGlobal { dst, name } => self.set(dst, Trace::Global(name)),
            Op::LoadAttr { dst, base, name } => self.set(dst, Trace::Attribute(base, name)),
            Op::LoadItem { dst, base, .. } => self.set(dst, Trace::Item(base)),
            Op::MakeFunction { dst, func, .. } => self.set(dst, Trace::Function(func)),
            Op::MakeClass { dst, class, .. } => self.set(dst, Trace::Class(class)),
            Op::Import {
                dst: Some(dst),
                import,
            } => self.set(dst, Trace::Import(import)),
            Op::Call {
                dst,
                callee,
                ref args,
            } => {
                let name = match self.get(callee) {
                    Trace::Global(name) | Trace::Attribute(_, name) => name,
                    _ => return,
                };
                self.set_type_variable(dst, name, args);
            }
            Op::CallMethod {
                dst,
                name,
                ref args,
                ..
            } => self.set_type_variable(dst, name, args),
            _ => {}
        }
    }

    fn set_type_variable(&mut self, dst: Var, callee: Name, args: &[Arg]) {
        let bound = args.iter().find_map(|arg| match *arg {
            Arg::Keyword(name, value) if name.as_str() == "bound" => Some(value),
            _ => None,
        });
        if let Some(bound) = bound
            && callee.as_str() == "TypeVar"
        {
            self.set(dst, Trace::TypeVariable(bound));
        }
    }

    /// The dotted name that a variable was read from.
    fn path(&self, mut var: Var) -> Option<Box<[Name]>> {
        let mut path: SmallVec<[Name; 4]> = SmallVec::new();
        // A chain cannot be longer than there are variables.
        for _ in 0..=self.0.len() {
            match self.get(var) {
                Trace::Global(name) => {
                    path.push(name);
                    path.reverse();
                    return Some(path.into_boxed_slice());
                }
                Trace::Attribute(base, name) => {
                    path.push(name);
                    var = base;
                }
                _ => return None,
            }
        }
        None
    }

    fn value(&self, var: Var) -> Value {
        match self.get(var) {
            Trace::None => Value::None,
            Trace::Function(func) => Value::Known(Raw::Function(func)),
            Trace::Class(class) => Value::Known(Raw::Class(class)),
            Trace::Import(import) => Value::Known(Raw::Import(import)),
            Trace::Global(_) | Trace::Attribute(..) => self
                .path(var)
                .map_or(Value::Other, |path| Value::Known(Raw::Alias(path))),
            Trace::Unset | Trace::Other | Trace::TypeVariable(_) | Trace::Item(_) => Value::Other,
        }
    }
}
