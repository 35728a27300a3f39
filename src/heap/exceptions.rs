//! Exceptions on their way: from `raise` through the functions that they leave to the handler.
//!
//! A handler can be entered with an exception that the program is seen to raise in the `try`, or
//! else with one that nobody knows more of than the handler says. What the exception holds then is
//! made by [`super::frames`].

use smallvec::SmallVec;

use super::call::Args;
use super::exec::{Exec, Flow, Frame};
use super::frames::MAX_CAUGHT;
use super::guard::Guard;
use super::object::{Kind, Label, Obj, Ty, Value};
use crate::program::model::{Binding, ClassId, Place};
use crate::syntax::Name;
use crate::syntax::ir::{Arg, BlockId, Handler, Inst, Op, Var};
use crate::syntax::name::known;

/// An exception that was raised and not yet caught.
pub(crate) struct Raised {
    pub(super) exception: Obj,
    /// The path to the `raise`: what its frames hold on other paths it does not keep alive.
    guard: Guard,
    /// The functions it has left so far, from the one that raised on outwards.
    pub(super) frames: SmallVec<[Obj; 2]>,
}

/// Functions that one execution executes in place for the exceptions that they raise.
const MAX_RAISING: u32 = 8;

impl<'a> Exec<'a> {
    /// Executes a handler. Its name is unbound however it is left (`SETUP_CLEANUP` in CPython's
    /// `Python/codegen.c`).
    pub(super) fn handle(&mut self, handler: &'a Handler, raised: &[Raised]) -> Flow {
        let path = self.heap.here();
        let exception = self.catch(handler, raised);
        let innermost = exception.first().copied();
        self.frame_mut().trace.handling.extend(innermost);
        self.set(handler.exception, exception);
        let flow = self.block(handler.body);
        if innermost.is_some() {
            self.frame_mut().trace.handling.pop();
        }
        let after = self.heap.here();
        if let Some(unbind) = self.last_of(handler.body)
            && matches!(
                unbind.op,
                Op::Delete { .. } | Op::DeleteCell { .. } | Op::DeleteGlobal { .. }
            )
        {
            self.heap.go(path);
            self.simple(unbind);
            self.heap.go(after);
        }
        flow
    }

    fn last_of(&self, block: BlockId) -> Option<&'a Inst> {
        self.frame().ir.blocks.get(block.0 as usize)?.last()
    }

    /// The exception in a handler: one that was seen to be raised, or any other.
    fn catch(&mut self, handler: &Handler, raised: &[Raised]) -> Value {
        let place = Place {
            file: self.frame().file,
            range: handler.range,
        };
        let here = self.heap.here();
        let mut value = Value::new();
        for it in raised {
            if !self.catches(handler, it.exception) || value.iter().any(|of| of.0 == it.exception) {
                continue;
            }
            if let Some(guard) = self.heap.guards.and(here, it.guard) {
                value.push((it.exception, guard));
                self.note_caught(it.exception, guard, place, it.frames.clone());
            }
        }
        if value.is_empty() {
            let exception = self.heap.alloc(Kind::Caught, place);
            let class = self.caught_class(handler);
            self.heap.objects[exception.0 as usize].tys.extend(class);
            self.note_caught(exception, here, place, SmallVec::new());
            return self.heap.value(exception);
        }
        self.heap.pick(value)
    }

    /// Whether a handler catches an exception, as far as that is known.
    fn catches(&self, handler: &Handler, exception: Obj) -> bool {
        if handler.types.is_empty() {
            return true;
        }
        let program = self.env.program;
        handler.types.iter().any(|path| {
            let caught = self.class_at(path);
            match (self.heap.object(exception).tys.first(), caught) {
                (_, Binding::Builtin(known::BASE_EXCEPTION | known::EXCEPTION)) => true,
                (Some(Ty::Instance(own)), Binding::Class(base)) => program.is_subclass(*own, base),
                (Some(Ty::Instance(own)), Binding::Builtin(base)) => {
                    program.class_info(*own).external_bases.contains(&base)
                }
                (Some(Ty::External(own)), Binding::Builtin(base)) => *own == base,
                _ => false,
            }
        })
    }

    fn class_at(&self, path: &[Name]) -> Binding {
        let Some((&first, rest)) = path.split_first() else {
            return Binding::Unknown;
        };
        let program = self.env.program;
        let first = program.global(self.frame().file, first);
        rest.iter()
            .fold(first, |of, &name| program.attribute_of(of, name))
    }

    /// What is known of the class of an exception that a handler catches.
    fn caught_class(&self, handler: &Handler) -> Option<Ty> {
        let [path] = &*handler.types else {
            return None;
        };
        match self.class_at(path) {
            Binding::Class(class) => Some(Ty::Instance(class)),
            _ => None,
        }
    }

    /// Whether an object is no exception where `isinstance(it, class)` has this outcome.
    pub(super) fn excludes_exceptions(&mut self, class: Var, holds: bool) -> bool {
        let value = self.get(class);
        let [(class, _)] = value.as_slice() else {
            return false;
        };
        let Kind::Builtin(name) = self.heap.kind(*class) else {
            return false;
        };
        let is_any = matches!(name, known::EXCEPTION | known::BASE_EXCEPTION);
        let is_type = name.as_str().starts_with(|it: char| it.is_lowercase());
        if holds {
            is_type && name != known::OBJECT
        } else {
            is_any
        }
    }

    /// What a variable holds on this path is no exception.
    pub(super) fn drop_exceptions(&mut self, var: Var) {
        let value = self.get(var);
        let is_exception = |it: &Obj| {
            let object = self.heap.object(*it);
            let by_type = object.tys.iter().any(|ty| match *ty {
                Ty::Instance(class) => self.is_exception(class),
                Ty::External(name) => name.as_str().ends_with("Error"),
                _ => false,
            });
            object.kind == Kind::Caught || by_type
        };
        let kept: Value = value
            .iter()
            .filter(|it| !is_exception(&it.0))
            .copied()
            .collect();
        if kept.len() < value.len() {
            self.set(var, kept);
        }
    }

    /// Whether a class of the program is one of exceptions.
    pub(super) fn is_exception(&self, class: ClassId) -> bool {
        let bases = &self.env.program.class_info(class).external_bases;
        let is_one = |it: &&str| it.ends_with("Error") || it.ends_with("Exception");
        bases.iter().map(|it| it.as_str()).any(|it| is_one(&it))
    }

    /// `raise exc from cause`
    pub(super) fn raise(&mut self, exc: Option<Var>, cause: Option<Var>, place: Place) {
        let context = self.frame().trace.handling.last().copied();
        let raised = match exc {
            Some(exc) => self.get(exc),
            None => context.into_iter().collect(),
        };
        let context = context.map(|it| it.0);
        let here = self.heap.here();
        let cause = cause.map(|it| self.get(it)).unwrap_or_default();
        let caught = self.is_catching();
        self.raises |= !caught;
        for (exception, of) in raised {
            let (kind, value) = (self.heap.kind(exception), self.heap.value(exception));
            if !matches!(kind, Kind::Instance | Kind::Holder | Kind::Caught) {
                continue;
            }
            if let Some(context) = context.filter(|&it| it != exception) {
                let label = Label::Attr(Name::new("__context__"));
                let context = self.heap.value(context);
                self.heap.store(&value, label, &context, place, true);
            }
            if !cause.is_empty() {
                let label = Label::Attr(Name::new("__cause__"));
                self.heap.store(&value, label, &cause, place, true);
            }
            if caught
                && self.raised.len() < MAX_CAUGHT
                && let Some(guard) = self.heap.guards.and(here, of)
            {
                self.raised.push(Raised {
                    exception,
                    guard,
                    frames: SmallVec::new(),
                });
            }
        }
    }

    /// Exceptions that no handler catches go on to the next `try`.
    pub(super) fn raise_on(&mut self, handlers: &[Handler], raised: Vec<Raised>) {
        if self.is_catching() {
            for it in raised {
                if !handlers
                    .iter()
                    .any(|handler| self.catches(handler, it.exception))
                {
                    self.raised.push(it);
                }
            }
        }
    }

    /// Whether it matters which frames an exception goes through that a call raises: a handler
    /// around the call does something with the exception.
    pub(super) fn follows_raising(&self) -> bool {
        self.inlined_raising < MAX_RAISING
            && self.frames.iter().any(|frame| {
                let handlers = frame.tries.iter().flat_map(|it| it.iter());
                handlers.into_iter().any(|it| frame.uses(it.exception))
            })
    }

    /// `sys.exc_info()`: the exception being handled, with its traceback.
    pub(super) fn exc_info(&mut self, place: Place) -> Value {
        let Some(&(exception, _)) = self.frame().trace.handling.last() else {
            let obj = self.heap.alloc(Kind::Opaque, place);
            return self.heap.value(obj);
        };
        let here = self.heap.here();
        let traceback = self.load_one(exception, here, Label::Attr(known::TRACEBACK), place);
        let exception = self.heap.value(exception);
        self.tuple_of(&[Value::new(), exception, traceback], place)
    }

    /// `sys.exception()`
    pub(super) fn handled_exception(&mut self) -> Value {
        match self.frame().trace.handling.last() {
            Some(&(exception, _)) => self.heap.value(exception),
            None => Value::new(),
        }
    }

    /// `exception.with_traceback(tb)`
    pub(super) fn with_traceback(&mut self, exception: Obj, args: &Args, place: Place) -> Value {
        let value = self.heap.value(exception);
        let traceback = args.positional.first().cloned().unwrap_or_default();
        let label = Label::Attr(known::TRACEBACK);
        self.heap.store(&value, label, &traceback, place, true);
        value
    }

    /// `future.set_exception(exception)`
    pub(super) fn set_exception(&mut self, future: Obj, args: &Args, place: Place) -> Value {
        let value = self.heap.value(future);
        let exception = args.positional.first().cloned().unwrap_or_default();
        let label = Label::Attr(Name::new("_exception"));
        self.heap.store(&value, label, &exception, place, true);
        Value::new()
    }
}

impl Frame<'_> {
    /// Whether something is done with a variable's value that may keep it.
    fn uses(&self, var: Var) -> bool {
        let uses = |op: &Op| match op {
            Op::Move { src, .. } | Op::StoreCell { src, .. } | Op::StoreAttr { src, .. } => {
                *src == var
            }
            Op::StoreItem { src, .. } => *src == var,
            Op::LoadAttr { base, name, .. } => *base == var && *name == known::TRACEBACK,
            Op::Call { args, .. } | Op::CallMethod { args, .. } => args
                .iter()
                .any(|it| matches!(it, Arg::Positional(arg) | Arg::Keyword(_, arg) if *arg == var)),
            Op::Collection { elements, .. } => elements.iter().any(|it| it.0 == var),
            Op::Dict { entries, .. } => entries.iter().any(|it| it.1 == var),
            _ => false,
        };
        self.ir.blocks.iter().flatten().any(|it| uses(&it.op))
    }
}
