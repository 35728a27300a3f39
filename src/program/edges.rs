//! The calls that one file's functions make, as far as one walk over each of them tells.

use super::callgraph::{Namesakes, construct, dispatch, dispatch_any, single_class};
use super::model::{Binding, ClassId, FileId, FuncId, Member, MethodKind, Program};
use super::walk::walk;
use crate::syntax::Name;
use crate::syntax::ir::{
    Arg, BinOp, CellVar, ClassIdx, Function, FunctionIdx, Op, ParamKind, TypeExpr, Var,
};
use crate::syntax::name::known;

/// What a file adds to the call graph.
#[derive(Default)]
pub(super) struct FileEdges {
    /// Caller and callee.
    pub(super) edges: Vec<(u32, u32)>,
    /// Calls that are told by nothing but the method's name.
    pub(super) guesses: Vec<(u32, u32)>,
    /// `self.name = C(...)`: the class of `self`, the name, and `C`.
    pub(super) stores: Vec<(ClassId, Name, ClassId)>,
    /// Calls whose target depends on such stores anywhere in the program.
    pub(super) attribute_calls: Vec<AttributeCall>,
}

/// `self.attribute.method()`
pub(super) struct AttributeCall {
    pub(super) from: FuncId,
    /// The class of `self`.
    pub(super) class: ClassId,
    pub(super) attribute: Name,
    pub(super) method: Name,
    /// Whether it may be any method of that name, if nothing better is known.
    pub(super) by_name: bool,
}

/// What is known of a value.
#[derive(Clone, Copy)]
enum Value {
    Unknown,
    /// A function, class or module.
    Binding(Binding),
    /// A new instance of a class.
    Exact(ClassId),
    /// An instance of the class or of one that inherits from it.
    Instance(ClassId),
    /// The class or one that inherits from it.
    ClassObject(ClassId),
    /// What an attribute of an instance holds.
    Attribute(ClassId, Name),
}

impl FileEdges {
    /// Walks over all functions of a file.
    pub(super) fn collect(program: &Program, index: &Namesakes, file: FileId) -> Self {
        let mut out = Self::default();
        let mut values = Vec::new();
        let mut cells = Vec::new();
        let functions = &program.files[file.0 as usize].ir.functions;
        for (idx, function) in (0..).map(FunctionIdx).zip(functions) {
            values.clear();
            values.resize(function.var_count as usize, Value::Unknown);
            cells.clear();
            cells.resize(function.cells.len(), Value::Unknown);
            let mut walker = Walker {
                program,
                index,
                file,
                id: program.func_id(file, idx),
                function,
                values: &mut values,
                cells: &mut cells,
                out: &mut out,
            };
            walker.bind_parameters();
            walk(function, |inst, _| walker.step(&inst.op));
        }
        for edges in [&mut out.edges, &mut out.guesses] {
            edges.sort_unstable();
            edges.dedup();
        }
        out
    }
}

struct Walker<'a> {
    program: &'a Program,
    index: &'a Namesakes,
    file: FileId,
    id: FuncId,
    function: &'a Function,
    values: &'a mut Vec<Value>,
    cells: &'a mut Vec<Value>,
    out: &'a mut FileEdges,
}

impl<'a> Walker<'a> {
    fn get(&self, var: Var) -> Value {
        self.values
            .get(var.0 as usize)
            .copied()
            .unwrap_or(Value::Unknown)
    }

    fn set(&mut self, var: Var, value: Value) {
        if let Some(slot) = self.values.get_mut(var.0 as usize) {
            *slot = value;
        }
    }

    /// A callback that adds edges from this function.
    fn edge(&mut self) -> (&'a Program, impl FnMut(FuncId)) {
        let from = self.id.0;
        let edges = &mut self.out.edges;
        (self.program, move |to: FuncId| edges.push((from, to.0)))
    }

    fn bind_parameters(&mut self) {
        for idx in 0..self.function.params.len() {
            let value = parameter(self.program, self.id, idx);
            self.set(Var(idx as u32), value);
        }
    }

    fn step(&mut self, op: &Op) {
        match *op {
            Op::Move { dst, src } | Op::Await { dst, src } => self.set(dst, self.get(src)),
            Op::LoadCell { dst, cell } => self.set(dst, self.cell(cell)),
            Op::StoreCell { cell, src } => {
                let value = self.get(src);
                if let Some(slot) = self.cells.get_mut(cell.0 as usize) {
                    *slot = value;
                }
            }
            Op::LoadGlobal { dst, name } => {
                self.set(dst, Value::Binding(self.program.global(self.file, name)));
            }
            Op::LoadClassName { dst, class, name } => {
                let class = self.program.class_id(self.file, class);
                let path = [name];
                let binding = self
                    .program
                    .resolve_path(self.file, None, Some(class), &path);
                self.set(dst, Value::Binding(binding));
            }
            Op::Import {
                dst: Some(dst),
                import,
            } => {
                let binding = self.program.import_binding(self.file, import);
                self.set(dst, Value::Binding(binding));
            }
            Op::MakeFunction { dst, func, .. } => {
                let func = self.program.func_id(self.file, func);
                self.edge().1(func);
                self.set(dst, Value::Binding(Binding::Function(func)));
            }
            Op::MakeClass { dst, class, .. } => {
                let class = self.program.class_id(self.file, class);
                self.set(dst, Value::Binding(Binding::Class(class)));
            }
            Op::LoadAttr { dst, base, name } => {
                let value = self.attribute(self.get(base), name);
                self.set(dst, value);
            }
            _ => self.step_call(op),
        }
    }

    /// Instructions that call something.
    fn step_call(&mut self, op: &Op) {
        match *op {
            Op::Call {
                dst,
                callee,
                ref args,
            } => {
                let value = self.call(self.get(callee), args);
                self.set(dst, value);
            }
            Op::CallMethod {
                dst, recv, name, ..
            } => {
                let value = self.call_method(self.get(recv), name);
                self.set(dst, value);
            }
            Op::CallSuper { name, ref call, .. } => self.super_method(call.class, name),
            Op::LoadSuper { class, name, .. } => self.super_method(class, name),
            Op::StoreAttr { base, name, src } => self.store_attribute(base, name, src),
            Op::DeleteAttr { base, name } => self.accessor(base, name, |member| match member {
                Member::Property { deleter, .. } => *deleter,
                _ => None,
            }),
            Op::LoadItem { base, .. } | Op::LoadSlice { base, .. } => {
                self.protocol(base, &[known::GETITEM]);
            }
            Op::StoreItem { base, .. } | Op::StoreSlice { base, .. } => {
                self.protocol(base, &[known::SETITEM]);
            }
            Op::DeleteItem { base, .. } | Op::DeleteSlice { base, .. } => {
                self.protocol(base, &[known::DELITEM]);
            }
            Op::Binary {
                left, right, op, ..
            } => {
                self.operator(left, op, &[BinOp::method]);
                self.operator(right, op, &[BinOp::reflected]);
            }
            Op::AugAssign { target, op, .. } => {
                self.operator(target, op, &[BinOp::in_place, BinOp::method]);
            }
            Op::For { iter, is_async, .. } => self.protocol(
                iter,
                if is_async {
                    &[known::AITER, known::ANEXT]
                } else {
                    &[known::ITER, known::NEXT]
                },
            ),
            Op::With {
                manager,
                entered,
                is_async,
                ..
            } => {
                let methods = if is_async {
                    &[known::AENTER, known::AEXIT]
                } else {
                    &[known::ENTER, known::EXIT]
                };
                self.protocol(manager, methods);
                // `__enter__` gives back the manager itself more often than not.
                self.set(entered, self.get(manager));
            }
            _ => {}
        }
    }

    /// What `super().name` runs.
    fn super_method(&mut self, class: ClassIdx, name: Name) {
        let class = self.program.class_id(self.file, class);
        match self.program.lookup_after(class, Some(class), name) {
            Some((_, &Member::Method(func, _))) => self.edge().1(func),
            Some((_, &Member::Property { getter, .. })) => {
                getter.into_iter().for_each(self.edge().1);
            }
            _ => {}
        }
    }

    /// What a captured variable holds: what was stored here, else what its function binds it to.
    fn cell(&self, cell: CellVar) -> Value {
        let stored = self.cells.get(cell.0 as usize).copied();
        let (Some(Value::Unknown), Some(cell)) = (stored, self.function.cells.get(cell.0 as usize))
        else {
            return stored.unwrap_or(Value::Unknown);
        };
        let Some(owner) = cell.owner else {
            return Value::Unknown;
        };
        let functions = &self.program.files[self.file.0 as usize].ir.functions;
        let params = functions.get(owner.0 as usize).map(|it| &it.params);
        let position = params.and_then(|it| it.iter().position(|it| it.name == cell.name));
        match position {
            Some(idx) => {
                let owner = self.program.func_id(self.file, owner);
                parameter(self.program, owner, idx)
            }
            None => {
                let scope = Some(owner);
                Value::Binding(self.program.resolve_name(self.file, scope, cell.name))
            }
        }
    }

    fn attribute(&mut self, base: Value, name: Name) -> Value {
        let class = match base {
            Value::Binding(binding) => {
                return Value::Binding(self.program.attribute_of(binding, name));
            }
            Value::Exact(class) | Value::Instance(class) if name == known::CLASS => {
                return Value::ClassObject(class);
            }
            Value::Exact(class) | Value::Instance(class) | Value::ClassObject(class) => class,
            Value::Unknown | Value::Attribute(..) => return Value::Unknown,
        };
        let is_instance = !matches!(base, Value::ClassObject(_));
        match self.program.lookup(class, name) {
            Some((_, Member::Method(func, _))) => Value::Binding(Binding::Function(*func)),
            Some((_, Member::Class(class))) => Value::Binding(Binding::Class(*class)),
            Some((_, &Member::Property { getter, .. })) if is_instance => {
                let (program, mut edge) = self.edge();
                dispatch_any(program, class, name, &mut edge);
                drop(edge);
                getter.map_or(Value::Unknown, |it| self.returned(it))
            }
            _ if is_instance => Value::Attribute(class, name),
            _ => Value::Unknown,
        }
    }

    fn store_attribute(&mut self, base: Var, name: Name, src: Var) {
        self.accessor(base, name, |member| match member {
            Member::Property { setter, .. } => *setter,
            _ => None,
        });
        if let (Value::Instance(class), Value::Exact(value) | Value::Instance(value)) =
            (self.get(base), self.get(src))
        {
            self.out.stores.push((class, name, value));
        }
    }

    /// A part of a property of a known object.
    fn accessor(&mut self, base: Var, name: Name, part: impl Fn(&Member) -> Option<FuncId>) {
        if let Value::Exact(class) | Value::Instance(class) = self.get(base) {
            let member = self.program.lookup(class, name);
            if let Some(func) = member.and_then(|(_, member)| part(member)) {
                self.edge().1(func);
            }
        }
    }

    fn call(&mut self, callee: Value, args: &[Arg]) -> Value {
        match callee {
            Value::Binding(Binding::Function(func)) => {
                self.edge().1(func);
                self.returned(func)
            }
            Value::Binding(Binding::Class(class)) | Value::ClassObject(class) => {
                let (program, mut edge) = self.edge();
                construct(program, class, &mut edge);
                Value::Exact(class)
            }
            Value::Binding(Binding::Builtin(known::TYPE)) => match args {
                [Arg::Positional(object)] => self.attribute(self.get(*object), known::CLASS),
                _ => Value::Unknown,
            },
            Value::Binding(_) | Value::Unknown => Value::Unknown,
            Value::Exact(_) | Value::Instance(_) | Value::Attribute(..) => {
                self.method(callee, known::CALL, false);
                Value::Unknown
            }
        }
    }

    fn call_method(&mut self, recv: Value, name: Name) -> Value {
        match recv {
            Value::Binding(Binding::Variable(..) | Binding::Unknown) | Value::Unknown => {
                self.any_method(name);
                Value::Unknown
            }
            Value::Binding(binding) => {
                let callee = self.program.attribute_of(binding, name);
                self.call(Value::Binding(callee), &[])
            }
            Value::Attribute(..) => {
                self.method(recv, name, true);
                Value::Unknown
            }
            Value::Exact(class) | Value::Instance(class) | Value::ClassObject(class) => {
                self.method(recv, name, true);
                match self.program.lookup(class, name) {
                    Some((_, &Member::Method(func, _))) => self.returned(func),
                    Some((_, &Member::Class(class))) => Value::Exact(class),
                    _ => Value::Unknown,
                }
            }
        }
    }

    /// Calls methods of the protocols behind `for`, `with` and `[]`.
    fn protocol(&mut self, object: Var, methods: &[Name]) {
        for &name in methods {
            self.method(self.get(object), name, false);
        }
    }

    /// Calls the methods of an operator.
    fn operator(&mut self, operand: Var, op: BinOp, methods: &[fn(BinOp) -> Name]) {
        if !matches!(self.get(operand), Value::Unknown) {
            for name in methods {
                self.protocol(operand, &[name(op)]);
            }
        }
    }

    /// Calls a method of a known object.
    fn method(&mut self, object: Value, name: Name, by_name: bool) {
        let from = self.id;
        let (program, mut edge) = self.edge();
        let found = match object {
            Value::Exact(class) => dispatch(program, class, name, &mut edge),
            Value::Instance(class) | Value::ClassObject(class) => {
                dispatch_any(program, class, name, &mut edge)
            }
            Value::Attribute(class, attribute) => {
                drop(edge);
                self.out.attribute_calls.push(AttributeCall {
                    from,
                    class,
                    attribute,
                    method: name,
                    by_name,
                });
                return;
            }
            Value::Binding(_) | Value::Unknown => return,
        };
        drop(edge);
        if !found && by_name {
            self.any_method(name);
        }
    }

    fn any_method(&mut self, name: Name) {
        let from = self.id.0;
        let edges = self.index.get(name).iter().map(|it| (from, it.0));
        self.out.guesses.extend(edges);
    }

    /// What a function gives back, by its annotation.
    fn returned(&self, func: FuncId) -> Value {
        let header = self.program.annotated_function(func);
        match &self.program.function(header).returns {
            Some(annotation) => annotated(self.program, func, header, annotation),
            None => Value::Unknown,
        }
    }
}

/// What a parameter holds: `self` or `cls`, or what its annotation says.
fn parameter(program: &Program, func: FuncId, idx: usize) -> Value {
    let info = program.func_info(func);
    if let (0, Some(class), Some(kind)) = (idx, info.class, info.method_kind) {
        match kind {
            MethodKind::Instance => return Value::Instance(class),
            MethodKind::Class => return Value::ClassObject(class),
            MethodKind::Static if program.function(func).name == known::NEW => {
                return Value::ClassObject(class);
            }
            MethodKind::Static => {}
        }
    }
    let header = program.annotated_function(func);
    let param = program.function(header).params.get(idx);
    match param.and_then(|it| Some((it.kind, it.annotation.as_ref()?))) {
        Some((ParamKind::VarArgs | ParamKind::KwArgs, _)) | None => Value::Unknown,
        Some((_, annotation)) => annotated(program, func, header, annotation),
    }
}

/// A value of the type that an annotation of `func` names; `header` is where it stands.
fn annotated(program: &Program, func: FuncId, header: FuncId, annotation: &TypeExpr) -> Value {
    let file = program.file_of(header);
    let scope = program.function(header).parent;
    let scope = scope.map(|it| program.func_id(file, it));
    let class = program.func_info(func).class;
    single_class(program.resolve_type(file, scope, class, annotation))
        .map_or(Value::Unknown, Value::Instance)
}
