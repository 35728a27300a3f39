//! `def` and `class` statements with their decorators, and `super()`.

use super::call::Args;
use super::exec::Exec;
use super::object::{Kind, Label, Obj, Ty, Value};
use crate::program::model::{ClassId, Member, MethodKind, Place, Wrapper};
use crate::syntax::Name;
use crate::syntax::ir::{ClassIdx, FunctionIdx, Var};
use crate::syntax::name::known;

/// Nested functions of which an execution follows what their decorators do with them.
const MAX_DECORATED: u32 = 16;

impl Exec<'_> {
    pub(super) fn make_function(
        &mut self,
        func: FunctionIdx,
        defaults: &[(u32, Var)],
        place: Place,
    ) -> Value {
        let file = self.frame().file;
        let id = self.env.program.func_id(file, func);
        let ir = self.function(id);
        let captures = ir.cells.iter().any(|it| it.owner.is_some());
        let mut defaults: Vec<(Name, Value)> = defaults
            .iter()
            .filter_map(|&(idx, var)| Some((ir.params.get(idx as usize)?.name, self.get(var))))
            .collect();
        defaults.retain(|(_, it)| it.iter().any(|it| self.heap.as_constant(it.0).is_none()));
        let obj = if captures || !defaults.is_empty() {
            self.heap
                .alloc_typed(Kind::Function(id), Ty::Function(id), place)
        } else {
            self.heap.singleton(Kind::Function(id))
        };
        let value = self.heap.value(obj);
        for cell in &ir.cells {
            if cell.owner.is_some() {
                let name = cell.name;
                let own = self.frame().ir.cells.iter().position(|it| it.name == name);
                let cell = own.and_then(|it| self.frame().cells.get(it)).cloned();
                let cell = cell.unwrap_or_default();
                self.heap
                    .store(&value, Label::Captured(name), &cell, place, true);
            }
        }
        for (name, default) in defaults {
            self.heap
                .store(&value, Label::Local(name), &default, place, true);
        }
        self.register_decorated(&value, id, place);
        self.decorate(value, id, place)
    }

    /// Applies decorators that are functions of the program, innermost first.
    ///
    /// What decorates a function of a module or a class is known before anything is executed. A
    /// nested one may be given to an object that only the heap knows (`@self.router.get("/")`).
    pub(super) fn decorate(
        &mut self,
        mut value: Value,
        func: crate::program::model::FuncId,
        place: Place,
    ) -> Value {
        let ir = self.function(func);
        let nested = ir.parent.is_some() && ir.class.is_none();
        let apart = match self.env.program.func_info(func).wrapper {
            Wrapper::Unknown => false,
            Wrapper::Plain if nested && self.decorated < MAX_DECORATED => true,
            _ => return value,
        };
        self.decorated += u32::from(apart);
        // Thirty key bindings must not use up what the rest of the function needs.
        let inlined = self.inlined;
        for decorator in ir.decorators.iter().rev() {
            let callee = self.get(decorator.value);
            let known = callee.iter().any(|it| {
                matches!(
                    self.heap.kind(it.0),
                    Kind::Function(_)
                        | Kind::Class(_)
                        | Kind::BoundMethod(_)
                        | Kind::BuiltinMethod(_)
                        | Kind::Holder
                        | Kind::Instance
                )
            });
            if known {
                let res = self.call(&callee, &Args::of([value.clone()]), place);
                let opaque = res.iter().all(|it| self.heap.kind(it.0) == Kind::Opaque);
                if !opaque {
                    value = res;
                }
            }
        }
        if apart {
            self.inlined = inlined;
        }
        value
    }

    pub(super) fn make_class(&mut self, class: ClassIdx, place: Place) -> Value {
        let id = self.class_id(class);
        let program = self.env.program;
        let obj = self.heap.singleton(Kind::Class(id));
        let value = self.heap.value(obj);
        // PEP 487: the nearest base's `__init_subclass__` is told of the new class.
        let base = program.lookup_after(id, Some(id), known::INIT_SUBCLASS);
        if let Some((_, &Member::Method(func, _))) = base {
            let args = Args::of([value.clone()]);
            self.call_function(func, None, Some(id), &args, place);
        }
        let ir = self.class(id);
        let mut res = value.clone();
        for decorator in ir.decorators.iter().rev() {
            let callee = self.get(decorator.value);
            let known = callee.iter().any(|it| {
                matches!(
                    self.heap.kind(it.0),
                    Kind::Function(_) | Kind::BoundMethod(_)
                )
            });
            if known {
                res = self.call(&callee, &Args::of([value.clone()]), place);
            }
        }
        if res
            .iter()
            .any(|it| matches!(self.heap.kind(it.0), Kind::Class(_)))
        {
            res
        } else {
            value
        }
    }

    pub(super) fn call_super(
        &mut self,
        class: ClassIdx,
        recv: &Value,
        name: Name,
        args: &Args,
        place: Place,
    ) -> Value {
        let after = self.class_id(class);
        self.each(recv, |this, obj| {
            let program = this.env.program;
            let of = this.receiver_class(obj).unwrap_or(after);
            let of = if program.is_subclass(of, after) {
                of
            } else {
                after
            };
            let receiver = this.heap.value(obj);
            match program.lookup_after(of, Some(after), name) {
                Some((_, &Member::Method(func, kind))) => {
                    let static_new = kind == MethodKind::Static || name == known::NEW;
                    let args = if static_new {
                        args.clone()
                    } else {
                        args.with_first(receiver)
                    };
                    this.call_function(func, None, Some(of), &args, place)
                }
                Some(_) => Value::new(),
                None => this.call_super_outside(obj, of, name, args, place),
            }
        })
    }

    /// `super().name(args)` that reaches a base outside the program, `object` at the latest.
    pub(super) fn call_super_outside(
        &mut self,
        obj: Obj,
        class: ClassId,
        name: Name,
        args: &Args,
        place: Place,
    ) -> Value {
        match name {
            known::NEW => {
                let of = args.positional.first();
                let of = of.map(|it| self.bare_instances(it, place));
                of.filter(|it| !it.is_empty())
                    .unwrap_or_else(|| self.new_instance(class, place))
            }
            known::INIT => {
                let fields = self.env.program.class_info(class).generated_init.is_some();
                if !fields {
                    self.initialize_outside(obj, class, args, place);
                }
                Value::new()
            }
            known::SETATTR => {
                if let [name, value] = args.positional.as_slice() {
                    self.store_named(obj, name, value, place);
                }
                Value::new()
            }
            known::DELATTR => {
                if let Some(name) = args.positional.first()
                    && let Some(name) = self.constant_name(name)
                {
                    let of = self.heap.value(obj);
                    self.delete_attr(&of, name, place);
                }
                Value::new()
            }
            known::CALL => match self.heap.kind(obj) {
                // `type.__call__` makes an instance.
                Kind::Class(class) => self.construct(class, args, place),
                _ => self.unresolved(Some(obj), args, place),
            },
            _ if self.container_of(obj).is_some() => self.container_method(obj, name, args, place),
            _ if self.has_external_base(class) => self.external_method(obj, name, args, place),
            _ => Value::new(),
        }
    }

    pub(super) fn load_super(
        &mut self,
        class: ClassIdx,
        recv: &Value,
        name: Name,
        place: Place,
    ) -> Value {
        let after = self.class_id(class);
        self.each(recv, |this, obj| {
            let program = this.env.program;
            let of = this.receiver_class(obj).unwrap_or(after);
            let of = if program.is_subclass(of, after) {
                of
            } else {
                after
            };
            match program.lookup_after(of, Some(after), name) {
                Some((_, &Member::Method(func, _))) => {
                    let function = this.heap.singleton(Kind::Function(func));
                    this.bind_method(function, obj, place)
                }
                Some((
                    _,
                    &Member::Property {
                        getter: Some(getter),
                        ..
                    },
                )) => {
                    let receiver = this.heap.value(obj);
                    this.call_function(getter, None, Some(of), &Args::of([receiver]), place)
                }
                _ => Value::new(),
            }
        })
    }

    /// `__set_name__` of a descriptor that a class body binds.
    pub(super) fn set_name(&mut self, class: &Value, name: Name, value: &Value, place: Place) {
        for &(obj, _) in value {
            if self.heap.kind(obj) == Kind::Instance && self.has_method(obj, known::SET_NAME) {
                let receiver = self.heap.value(obj);
                let text = self.constant(crate::syntax::ir::Const::Str(name));
                let args = Args::of([class.clone(), text]);
                self.call_method(&receiver, known::SET_NAME, &args, place);
            }
        }
    }
}
