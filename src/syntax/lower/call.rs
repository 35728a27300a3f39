//! Calls.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::Ranged;

use super::Lowerer;
use super::builder::Value;
use super::name::Place;
use crate::syntax::ir::{Arg, ClassIdx, Const, List, Op, SuperCall, Var};
use crate::syntax::name::{Name, known};

impl<'a> Lowerer<'a> {
    /// A call, `left` being the callee, or the receiver if a method is called.
    pub(super) fn call(&mut self, it: &'a ast::ExprCall, left: Value, want: Option<Var>) -> Value {
        let left = self.f.var(left);
        let args = self.args(&it.arguments);
        let dst = self.dst(want);
        let op = match &*it.func {
            Expr::Attribute(method) => Op::CallMethod {
                dst,
                recv: left,
                name: self.intern(&method.attr),
                args,
            },
            _ => Op::Call {
                dst,
                callee: left,
                args,
            },
        };
        self.emit(op, it.range());
        Value::Var(dst)
    }

    fn args(&mut self, arguments: &'a ast::Arguments) -> List<Arg> {
        let mut args = List::with_capacity(arguments.len());
        for arg in &arguments.args {
            args.push(match arg {
                Expr::Starred(it) => Arg::Star(self.operand(&it.value)),
                _ => Arg::Positional(self.operand(arg)),
            });
        }
        for keyword in &arguments.keywords {
            let value = self.operand(&keyword.value);
            args.push(match &keyword.arg {
                Some(name) => Arg::Keyword(self.intern(name), value),
                None => Arg::DoubleStar(value),
            });
        }
        args
    }

    /// The keyword arguments of a call that are constants.
    pub(super) fn constant_keywords(&mut self, call: &'a ast::ExprCall) -> Vec<(Name, Const)> {
        let keywords = call.arguments.keywords.iter();
        keywords
            .filter_map(|it| {
                let value = self.literal(&it.value)?;
                Some((self.intern(it.arg.as_ref()?), value))
            })
            .collect()
    }

    /// Whether `expr` is a name that means the builtin of that name, as far as this file tells.
    pub(super) fn is_builtin(&self, expr: &Expr, builtin: &str) -> bool {
        match expr {
            Expr::Name(name) => {
                name.id == builtin && self.place(Name::new(builtin)) == Place::Global
            }
            _ => false,
        }
    }

    /// Whether `expr` is `super()` or `super(C, self)`, in a class that we know.
    pub(super) fn is_super_call(&self, expr: &Expr) -> bool {
        match expr {
            Expr::Call(call) => {
                let names_super = matches!(&*call.func, Expr::Name(it) if it.id == "super");
                names_super && self.super_class(call).is_some()
            }
            _ => false,
        }
    }

    /// The class after which `super(...)` looks up names.
    fn super_class(&self, call: &ast::ExprCall) -> Option<ClassIdx> {
        if !call.arguments.keywords.is_empty() || !self.is_builtin(&call.func, "super") {
            return None;
        }
        let method = self.method?;
        match &*call.arguments.args {
            [] => method.first_param.map(|_| method.class),
            [class, _] if is_own_class(class) => Some(method.class),
            [Expr::Name(class), _] => self.enclosing_class(&class.id, method.class),
            _ => None,
        }
    }

    /// The class called `name` among `class` and those around it.
    fn enclosing_class(&self, name: &str, class: ClassIdx) -> Option<ClassIdx> {
        let mut at = Some(class);
        while let Some(idx) = at {
            let it = self.ir.classes.get(idx.0 as usize)?;
            if it.name.as_str() == name {
                return Some(idx);
            }
            at = it.outer;
        }
        None
    }

    /// `super().name` or `super().name(args)`.
    pub(super) fn super_access(&mut self, expr: &'a Expr, want: Option<Var>) -> Value {
        let (attribute, call) = match expr {
            Expr::Attribute(attribute) => (attribute, None),
            Expr::Call(call) => match &*call.func {
                Expr::Attribute(attribute) => (attribute, Some(call)),
                _ => return Value::OPAQUE,
            },
            _ => return Value::OPAQUE,
        };
        let Expr::Call(super_call) = &*attribute.value else {
            return Value::OPAQUE;
        };
        let Some(class) = self.super_class(super_call) else {
            return Value::OPAQUE;
        };
        let recv = match (&*super_call.arguments.args, self.method) {
            ([_, object], _) => self.operand(object),
            (_, Some(method)) => {
                let first = method.first_param.unwrap_or(known::SELF);
                self.load(first, super_call.range())
            }
            _ => return Value::OPAQUE,
        };
        let name = self.intern(&attribute.attr);
        let args = call.map(|it| self.args(&it.arguments));
        let dst = self.dst(want);
        let op = match args {
            Some(args) => Op::CallSuper {
                dst,
                name,
                call: Box::new(SuperCall { class, recv, args }),
            },
            None => Op::LoadSuper {
                dst,
                class,
                recv,
                name,
            },
        };
        self.emit(op, expr.range());
        Value::Var(dst)
    }
}

/// `__class__`, `type(self)` and `self.__class__` as the first argument of `super`. The last two
/// are wrong in a subclass, but mean the class that they stand in.
fn is_own_class(expr: &Expr) -> bool {
    match expr {
        Expr::Name(it) => it.id == "__class__",
        Expr::Attribute(it) => it.attr == *"__class__",
        Expr::Call(it) => matches!(&*it.func, Expr::Name(name) if name.id == "type"),
        _ => false,
    }
}
