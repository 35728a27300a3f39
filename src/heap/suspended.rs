//! Generators, coroutines and context managers made of them.
//!
//! Calling a generator function makes an object whose frame holds the arguments. The body runs
//! when somebody iterates; once it ran to its end, the frame is gone and holds nothing.

use super::call::Args;
use super::exec::Exec;
use super::object::{Kind, Label, Obj, Ty, Value};
use crate::program::model::{FuncId, Member, Place, Wrapper};
use crate::syntax::Name;
use crate::syntax::ir::Const;
use crate::syntax::name::known;

/// How far a generator is run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Step {
    /// To its next `yield`.
    Next,
    /// To its next `yield`, or to its end.
    NextOrLast,
    /// To its end.
    Last,
}

impl Step {
    /// Asks for one more element, with a default for the case that there is none.
    pub(super) fn next(default: bool) -> Self {
        if default {
            Self::NextOrLast
        } else {
            Self::Next
        }
    }
}

/// Objects in the local variables of a waiting generator that are told apart.
const MAX_HELD: usize = 4;

impl Exec<'_> {
    /// Makes a generator or coroutine.
    pub(crate) fn suspend(
        &mut self,
        func: FuncId,
        closure: Option<Obj>,
        bound: &[Value],
        place: Place,
    ) -> Value {
        let obj = self.heap.alloc(Kind::Suspended(func), place);
        let res = self.heap.value(obj);
        let ir = self.function(func);
        for (param, value) in ir.params.iter().zip(bound) {
            self.heap
                .store(&res, Label::Local(param.name), value, place, true);
        }
        if let Some(closure) = closure {
            let here = self.heap.here();
            for cell in &ir.cells {
                if cell.owner.is_some() {
                    let label = Label::Captured(cell.name);
                    let content = self.load_one(closure, here, label, place);
                    self.heap.store(&res, label, &content, place, true);
                }
            }
        }
        res
    }

    /// Runs a generator or coroutine; gives what it returns and what it yields.
    pub(crate) fn resume(&mut self, obj: Obj, place: Place) -> (Value, Value) {
        let Kind::Suspended(func) = self.heap.kind(obj) else {
            return (Value::new(), Value::new());
        };
        let here = self.heap.here();
        let ir = self.function(func);
        let bound: Vec<Value> = ir
            .params
            .iter()
            .map(|it| self.load_one(obj, here, Label::Local(it.name), place))
            .collect();
        let receiver = bound.first().and_then(|it| it.first()).and_then(|it| {
            let class = self.env.program.func_info(func).class;
            class.and(self.receiver_class(it.0))
        });
        self.invoke(func, Some(obj), receiver, bound, place)
    }

    /// The frame of a finished generator is gone.
    pub(crate) fn finish(&mut self, obj: Obj) {
        let here = self.heap.here();
        for cell in self.heap.cells_of(obj) {
            self.heap.cut(cell, here);
        }
    }

    /// The event loop has the coroutines, and with them what their frames hold.
    pub(super) fn escape_frames(&mut self, coroutines: &Value) {
        for &(obj, guard) in coroutines {
            for cell in self.heap.cells_of(obj) {
                let held = self.heap.content(cell, guard);
                let held = held.iter().map(|it| it.0);
                self.escaped
                    .extend(held.filter(|&it| self.heap.as_constant(it).is_none()));
            }
        }
    }

    /// `asyncio.create_task(coroutine)`. The loop runs the coroutine, and a task that has come to
    /// its end has no frame any more; one whose coroutine loops for ever keeps it.
    pub(crate) fn task(&mut self, coroutines: &Value, place: Place) -> Value {
        self.escape_frames(coroutines);
        self.each(coroutines, |this, obj| {
            let coroutine = this.heap.value(obj);
            match this.heap.kind(obj) {
                Kind::Suspended(func) if this.is_endless(func) => {
                    this.resume(obj, place);
                    let task = this.holder(&[("_coro", &coroutine)], place);
                    this.mark(&task, Name::new("asyncio.Task"))
                }
                _ => {
                    this.awaited(&coroutine, place);
                    let task = this.heap.alloc(Kind::Opaque, place);
                    this.heap.value(task)
                }
            }
        })
    }

    /// Whether all of a value are generators or coroutines.
    pub(crate) fn are_suspended(&self, value: &Value) -> bool {
        !value.is_empty()
            && value
                .iter()
                .all(|it| matches!(self.heap.kind(it.0), Kind::Suspended(_)))
    }

    /// A task is cancelled: its coroutine ends. Whoever owns the attribute that holds the task
    /// breaks the ring by it.
    pub(crate) fn end_task(&mut self, task: Obj) {
        if let Some(origin) = self.heap.object(task).origin {
            self.observe_cleared(origin);
        }
        let here = self.heap.here();
        let cell = self.heap.cell(task, Label::Attr(Name::new("_coro")));
        self.heap.cut(cell, here);
    }

    /// `await value`
    pub(crate) fn awaited(&mut self, value: &Value, place: Place) -> Value {
        self.each(value, |this, obj| match this.heap.kind(obj) {
            Kind::Suspended(_) => {
                let (res, _) = this.resume(obj, place);
                this.finish(obj);
                res
            }
            Kind::Opaque | Kind::Lazy { .. } | Kind::Param(_) => this.heap.value(obj),
            _ => Value::new(),
        })
    }

    /// The function has ended: an object with a finalizer that nobody else holds dies at once, and
    /// its finalizer may break rings of others.
    pub(crate) fn drop_locals(&mut self) {
        let program = self.env.program;
        let mut dying = Vec::new();
        for (obj, object) in (0..).map(Obj).zip(&self.heap.objects) {
            if let (Kind::Instance, [Ty::Instance(class)]) = (object.kind, object.tys.as_slice())
                && let Some((_, finalizer)) = program.class_info(*class).finalizer
            {
                dying.push((obj, *class, finalizer));
            }
        }
        if dying.is_empty() {
            return;
        }
        let frame = self.frame();
        let mut held: rustc_hash::FxHashSet<Obj> = self.escaped.clone();
        held.extend(frame.returns.iter().chain(&frame.yields).map(|it| it.0));
        let standing = self
            .heap
            .edges
            .iter()
            .filter(|it| it.strong && it.kills.is_empty());
        held.extend(standing.map(|it| it.dst));
        for (obj, class, finalizer) in dying {
            if !held.contains(&obj) {
                let place = self.heap.object(obj).place;
                let receiver = self.heap.value(obj);
                self.call_function(finalizer, None, Some(class), &Args::of([receiver]), place);
            }
        }
    }

    /// Methods of generators and coroutines.
    pub(crate) fn suspended_method(&mut self, obj: Obj, name: Name, place: Place) -> Value {
        match name.as_str() {
            "close" | "throw" => {
                self.finish(obj);
                Value::new()
            }
            "send" | "asend" => {
                let (_, yields) = self.resume(obj, place);
                self.heap.pick(yields)
            }
            "__next__" | "__anext__" => self.next_of(obj, false, place),
            "__enter__" | "__aenter__" => self.resume(obj, place).1,
            "__exit__" | "__aexit__" => {
                self.finish(obj);
                Value::new()
            }
            "__iter__" | "__aiter__" | "__await__" => self.heap.value(obj),
            // A coroutine has no other methods: this is what something made of it, which runs it.
            _ => {
                self.escaped.insert(obj);
                Value::new()
            }
        }
    }

    /// One more element of a generator. Asked for in a loop, it comes to its end; with a default
    /// for the case that it `may_end`, nobody knows.
    pub(crate) fn next_of(&mut self, obj: Obj, may_end: bool, place: Place) -> Value {
        let (_, yields) = self.resume(obj, place);
        self.observe_exhausting(obj);
        self.advance(obj, Step::next(may_end));
        self.heap.pick(yields)
    }

    /// A generator is run on.
    pub(crate) fn advance(&mut self, obj: Obj, step: Step) {
        if self.heap.kind(obj).is_symbolic() {
            self.advanced.push((obj, step));
        } else if let Kind::Suspended(func) = self.heap.kind(obj) {
            let ends = step == Step::Last || self.is_in_loop() && !self.is_endless(func);
            if ends {
                self.finish(obj);
            } else if step == Step::Next {
                self.hold_locals(obj, func);
            }
        }
    }

    /// A generator that waits at a `yield` holds its local variables. Only objects of which the
    /// class is known matter: those that it made.
    fn hold_locals(&mut self, generator: Obj, func: FuncId) {
        let key = super::summary::SummaryKey {
            func,
            receiver: None,
        };
        self.used.push(key);
        let Some(summary) = self.summary(key).cloned() else {
            return;
        };
        let holder = self.heap.value(generator);
        for &(name, ty, place) in &summary.held {
            let obj = self.heap.alloc_typed(Kind::Instance, ty, place);
            let value = self.heap.value(obj);
            self.heap
                .store(&holder, Label::Local(name), &value, place, true);
        }
    }

    /// Notes what a generator's local variables hold while it waits at a `yield`.
    pub(super) fn note_held(&mut self) {
        if self.frames.len() != 1 || self.held.len() >= MAX_HELD {
            return;
        }
        let frame = self.frame();
        let locals = frame.ir.vars.iter().zip(&frame.vars);
        let mut held = Vec::new();
        for (&name, slot) in locals.skip(frame.ir.params.len()) {
            for &(obj, _) in &slot.value {
                let object = self.heap.object(obj);
                if let (Kind::Instance, [ty]) = (object.kind, object.tys.as_slice()) {
                    held.push((name, *ty, object.place));
                }
            }
        }
        for it in held {
            if !self.held.contains(&it) {
                self.held.push(it);
            }
        }
    }

    /// Whether a generator never comes to its end by itself.
    fn is_endless(&self, func: FuncId) -> bool {
        let key = super::summary::SummaryKey {
            func,
            receiver: None,
        };
        self.summary(key).is_some_and(|it| it.endless)
    }

    /// `with manager`: what `as` receives.
    pub(crate) fn enter(&mut self, manager: &Value, is_async: bool, place: Place) -> Value {
        self.each(manager, |this, obj| {
            if let Kind::Suspended(func) = this.heap.kind(obj) {
                let managed = this.env.program.func_info(func).wrapper == Wrapper::ContextManager;
                let (returned, yielded) = this.resume(obj, place);
                return if managed { yielded } else { returned };
            }
            let name = if is_async {
                known::AENTER
            } else {
                known::ENTER
            };
            if !this.has_method(obj, name) {
                // The context managers of the standard library give back themselves.
                return this.heap.value(obj);
            }
            let receiver = this.heap.value(obj);
            let res = this.call_method(&receiver, name, &Args::default(), place);
            if is_async {
                this.awaited(&res, place)
            } else {
                res
            }
        })
    }

    /// The end of a `with` block.
    pub(crate) fn exit(&mut self, manager: &Value, is_async: bool, place: Place) {
        self.each(manager, |this, obj| {
            if let Kind::Suspended(_) = this.heap.kind(obj) {
                this.finish(obj);
                return Value::new();
            }
            let name = if is_async { known::AEXIT } else { known::EXIT };
            let outside = this.tys(obj).iter().any(|it| matches!(it, Ty::External(_)));
            if outside || this.has_method(obj, name) {
                let receiver = this.heap.value(obj);
                let none = this.constant(Const::None);
                let args = Args::of([none.clone(), none.clone(), none]);
                let res = this.call_method(&receiver, name, &args, place);
                if is_async {
                    this.awaited(&res, place);
                }
            }
            Value::new()
        });
    }

    /// Whether a class of the program gives an object this method.
    pub(crate) fn has_method(&mut self, obj: Obj, name: Name) -> bool {
        if self.heap.object(obj).tys.is_empty() {
            self.ask(obj);
        }
        self.tys(obj).iter().any(|ty| match *ty {
            Ty::Instance(class) => {
                matches!(
                    self.env.program.lookup(class, name),
                    Some((_, Member::Method(..)))
                )
            }
            _ => false,
        })
    }
}
