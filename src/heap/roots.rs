//! Registries of the process: what is put there is held until somebody takes it out again, or
//! until the process ends.
//!
//! A registration is an object of its own, which holds the callback and its arguments:
//! `weakref.finalize._registry` (Lib/weakref.py), the list of `atexit` (Modules/atexitmodule.c),
//! `signal`'s handlers (Modules/signalmodule.c), `threading._active`, an event loop's handles, the
//! handlers of a logger.

use std::borrow::Cow;

use super::call::Args;
use super::exec::Exec;
use super::facts::{Slot, SlotKey};
use super::object::{Kind, Label, Obj, Root, Ty, Value};
use super::store::join;
use crate::program::model::{Binding, ClassId, FuncId, Place};
use crate::syntax::Name;
use crate::syntax::name::known;

/// The attribute under which a registration holds its callback.
pub(crate) const CALLBACK: &str = "func";
/// What the handle of a `weakref.finalize` is.
const FINALIZE: &str = "weakref.finalize";
/// What the handler of a signal is that was there before.
const FORMER_HANDLER: &str = "signal.former_handler";
/// The class of threads.
const THREAD: &str = "threading.Thread";

impl Root {
    /// The registry as people write it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Finalize => "weakref.finalize",
            Self::AtExit => "atexit",
            Self::Signal => "signal",
            Self::Thread => "running thread",
            Self::Timer => "waiting timer",
            Self::Loop => "event loop",
            Self::Logger => "logger",
        }
    }

    /// The slot that stands for what a registry holds of the instances of a class.
    pub(crate) fn slot(self, class: ClassId) -> SlotKey {
        let name = Name::new(&format!("<{}>", self.name()));
        SlotKey::new(Slot::Attribute(class, name))
    }
}

impl Exec<'_> {
    /// Calls a function of a library that registers something or takes it out again; [`None`] if
    /// it is no such function.
    pub(super) fn call_registrar(
        &mut self,
        name: &str,
        args: &Args,
        place: Place,
    ) -> Option<Value> {
        let first = args.positional.first().cloned().unwrap_or_default();
        match name {
            FINALIZE => return Some(self.finalize(&first, args, place)),
            "atexit.register" => {
                let callback = args.get(0, "func").cloned().unwrap_or_default();
                let entry = self.registration(&callback, args, 1, place);
                self.register(Root::AtExit, None, &entry, place);
                return Some(callback);
            }
            "atexit.unregister" => self.unregister(Root::AtExit, &first),
            "signal.signal" => {
                let handler = args.positional.get(1).cloned().unwrap_or_default();
                self.observe_unregistering(Root::Signal, &Value::new());
                self.restore_handlers(&first, &handler);
                self.register(Root::Signal, Some(&first), &handler, place);
                return Some(self.former_handler(place));
            }
            "signal.getsignal" => return Some(self.former_handler(place)),
            "logging.getLogger" => {
                let logger = self.root(Root::Logger);
                return Some(logger);
            }
            "logging.root.addHandler" => self.register(Root::Logger, None, &first, place),
            "logging.root.removeHandler" => self.unregister(Root::Logger, &first),
            "logging.StreamHandler" => {
                let stream = args.get(0, "stream").cloned().unwrap_or_default();
                return Some(self.holder(&[("stream", &stream)], place));
            }
            _ => return None,
        }
        Some(Value::new())
    }

    /// Calls a method of an object outside the program, or of unknown type, that registers
    /// something; [`None`] if it is no such method.
    pub(super) fn call_registering_method(
        &mut self,
        recv: Obj,
        name: Name,
        args: &Args,
        place: Place,
    ) -> Option<Value> {
        let ty = self.outside_type(recv).unwrap_or_default();
        let first = args.positional.first().cloned().unwrap_or_default();
        match (&*ty, name.as_str()) {
            (FINALIZE, "detach") => self.forget(Root::Finalize, recv),
            ("logging.Logger", "addHandler" | "addFilter") => {
                self.register(Root::Logger, None, &first, place);
            }
            ("logging.Logger", "removeHandler" | "removeFilter") => {
                self.unregister(Root::Logger, &first);
            }
            ("logging.Logger", "getChild") => return Some(self.heap.value(recv)),
            ("threading.Thread", "start") => {
                self.start(Root::Thread, recv, "_target", place);
                return None;
            }
            ("threading.Thread", "join") => {
                self.forget(Root::Thread, recv);
                return None;
            }
            ("", "start") if self.is_thread(recv) => {
                let thread = self.heap.value(recv);
                self.register(Root::Thread, Some(&thread), &thread, place);
                return None;
            }
            ("", "join") if self.is_thread(recv) => {
                self.forget(Root::Thread, recv);
                return None;
            }
            ("threading.Timer", "start") => {
                self.start(Root::Timer, recv, "function", place);
                return None;
            }
            ("threading.Timer", "cancel") => {
                self.forget(Root::Timer, recv);
                return None;
            }
            ("", "call_soon" | "call_soon_threadsafe") => return self.call_soon(0, args, place),
            ("", "call_later" | "call_at") => return self.call_soon(1, args, place),
            ("asyncio.Handle" | "", "cancel") => {
                self.forget(Root::Loop, recv);
                return None;
            }
            ("", "add_reader" | "add_writer" | "add_signal_handler") => {
                let callback = args.positional.get(1).cloned().unwrap_or_default();
                let entry = self.registration(&callback, args, 2, place);
                self.register(Root::Loop, None, &entry, place);
            }
            ("", "remove_reader" | "remove_writer" | "remove_signal_handler") => {
                self.observe_unregistering(Root::Loop, &Value::new());
                let root = self.heap.singleton(Kind::Root(Root::Loop));
                let here = self.heap.here();
                self.cut_elements(root, here);
            }
            _ => return None,
        }
        Some(Value::new())
    }

    /// Whether a method of a class, of which the code is known, may register something besides.
    pub(super) fn may_register(name: Name) -> bool {
        matches!(name.as_str(), "start" | "join" | "cancel")
    }

    /// Calls the handle of a `weakref.finalize`: the callback runs, and is forgotten.
    pub(super) fn call_finalizer_handle(&mut self, handle: Obj, place: Place) -> Value {
        let root = self.heap.singleton(Kind::Root(Root::Finalize));
        let here = self.heap.here();
        let entry = self.load_stored_key(root, handle, here);
        self.forget(Root::Finalize, handle);
        self.each(&entry, |this, entry| {
            let here = this.heap.here();
            let label = Label::Attr(Name::new(CALLBACK));
            let callback = this.load_stored(entry, label, here);
            this.call(&callback, &Args::default(), place)
        })
    }

    /// `weakref.finalize(obj, func, *args, **kwargs)`. The handle does not hold the entry: the
    /// table does, until the object dies.
    fn finalize(&mut self, referent: &Value, args: &Args, place: Place) -> Value {
        let handle = self.holder(&[], place);
        let handle = self.mark(&handle, Name::new(FINALIZE));
        let callback = args.positional.get(1).cloned().unwrap_or_default();
        let entry = self.registration(&callback, args, 2, place);
        for of in [&handle, &entry] {
            self.heap.store(of, Label::Referent, referent, place, false);
        }
        self.register(Root::Finalize, Some(&handle), &entry, place);
        handle
    }

    /// The full name of the class of an object, if that is no class of the project.
    fn outside_type(&self, obj: Obj) -> Option<Cow<'static, str>> {
        self.heap.object(obj).tys.iter().find_map(|it| match *it {
            Ty::External(name) => Some(Cow::Borrowed(name.as_str())),
            Ty::Instance(class) => self.library_name(class),
            _ => None,
        })
    }

    fn library_name(&self, class: ClassId) -> Option<Cow<'static, str>> {
        let program = self.env.program;
        let is_library = program.is_library(program.file_of_class(class));
        is_library
            .then(|| program.dotted(Binding::Class(class)))
            .flatten()
    }

    /// Whether a class of the project makes a thread of it.
    fn is_thread(&self, obj: Obj) -> bool {
        self.receiver_class(obj).is_some_and(|it| {
            let info = self.env.program.class_info(it);
            let bases = info.external_bases.iter();
            bases.map(|it| it.as_str()).any(|it| it == THREAD)
                || info
                    .mro
                    .iter()
                    .skip(1)
                    .any(|&it| self.library_name(it).is_some_and(|it| it == THREAD))
        })
    }

    fn root(&mut self, root: Root) -> Value {
        let obj = self.heap.singleton(Kind::Root(root));
        self.heap.value(obj)
    }

    /// A new entry of a registry: a callback and its arguments, from `skip` on.
    fn registration(&mut self, callback: &Value, args: &Args, skip: usize, place: Place) -> Value {
        let entry = self.holder(&[(CALLBACK, callback)], place);
        let entry = self.mark(&entry, Name::new("registration"));
        let mut held = Value::new();
        for value in args.positional.iter().skip(skip) {
            join(&mut held, value);
        }
        for (_, value) in &args.keywords {
            join(&mut held, value);
        }
        for (value, starred) in &args.stars {
            if *starred {
                let elements = self.each(value, |this, obj| {
                    let here = this.heap.here();
                    this.elements_of(obj, here, place)
                });
                join(&mut held, &elements);
            } else {
                join(&mut held, value);
            }
        }
        for value in &args.double_stars {
            let elements = self.each(value, |this, obj| {
                let here = this.heap.here();
                this.elements_of(obj, here, place)
            });
            join(&mut held, &elements);
        }
        held.retain(|it| self.heap.as_constant(it.0).is_none());
        self.heap.store(&entry, Label::Elem, &held, place, true);
        entry
    }

    fn register(&mut self, root: Root, key: Option<&Value>, entry: &Value, place: Place) {
        let root = self.root(root);
        let label = match key.map(Value::as_slice) {
            Some([(key, _)]) => Label::Key(*key),
            _ => Label::Elem,
        };
        self.heap.store(&root, label, entry, place, true);
    }

    /// The handler of a signal that was there before, whatever that is.
    fn former_handler(&mut self, place: Place) -> Value {
        let before = self.heap.alloc(Kind::Opaque, place);
        let before = self.heap.value(before);
        self.mark(&before, Name::new(FORMER_HANDLER))
    }

    /// Where former handlers are put back, and nobody knows for which signals, that is for those
    /// that others were put in for.
    fn restore_handlers(&mut self, signal: &Value, handler: &Value) {
        let is_former =
            |it: &Ty| matches!(it, Ty::External(name) if name.as_str() == FORMER_HANDLER);
        let mut handlers = handler.iter().map(|it| &self.heap.object(it.0).tys);
        if handler.is_empty() || !handlers.all(|it| it.iter().any(is_former)) {
            return;
        }
        let root = self.heap.singleton(Kind::Root(Root::Signal));
        let is_known = match signal.as_slice() {
            [(key, _)] => self.heap.find_cell(root, Label::Key(*key)).is_some(),
            _ => false,
        };
        if !is_known {
            let here = self.heap.here();
            self.cut_elements(root, here);
        }
    }

    /// Takes a callback out of a registry.
    fn unregister(&mut self, root: Root, what: &Value) {
        self.observe_unregistering(root, what);
        let obj = self.heap.singleton(Kind::Root(root));
        let here = self.heap.here();
        self.remove_under(obj, what, here);
    }

    /// Takes out what is registered under a key.
    fn forget(&mut self, root: Root, key: Obj) {
        let of = self.heap.value(key);
        self.observe_unregistering(root, &of);
        let obj = self.heap.singleton(Kind::Root(root));
        let here = self.heap.here();
        let cell = self.heap.cell(obj, Label::Key(key));
        self.heap.cut(cell, here);
    }

    /// A thread (or timer) starts, and holds its function from now on.
    fn start(&mut self, root: Root, thread: Obj, function: &str, place: Place) {
        let here = self.heap.here();
        let target = self.load_one(thread, here, Label::Attr(Name::new(function)), place);
        let mut held = Value::new();
        for name in ["_args", "_kwargs"] {
            let part = self.load_one(thread, here, Label::Attr(Name::new(name)), place);
            let elements = self.each(&part, |this, obj| {
                let here = this.heap.here();
                this.elements_of(obj, here, place)
            });
            join(&mut held, &elements);
        }
        let entry = self.registration(
            &target,
            &Args::of(held.into_iter().map(|it| [it].into_iter().collect())),
            0,
            place,
        );
        let key = self.heap.value(thread);
        self.register(root, Some(&key), &entry, place);
    }

    /// `loop.call_later(delay, callback, *args)`: the loop holds the handle until it has run.
    fn call_soon(&mut self, at: usize, args: &Args, place: Place) -> Option<Value> {
        let callback = args.positional.get(at).cloned()?;
        let handle = self.holder(&[], place);
        let handle = self.mark(&handle, Name::new("asyncio.Handle"));
        let entry = self.registration(&callback, args, at + 1, place);
        self.register(Root::Loop, Some(&handle), &entry, place);
        Some(handle)
    }

    /// What is stored under a key in this execution.
    fn load_stored_key(&mut self, obj: Obj, key: Obj, guard: super::guard::Guard) -> Value {
        self.load_stored(obj, Label::Key(key), guard)
    }

    /// Tells the others that this function takes something out of a registry, for the class whose
    /// callback or handle it is, or whose method this is.
    fn observe_unregistering(&mut self, root: Root, what: &Value) {
        let mut classes: Vec<ClassId> = Vec::new();
        for &(obj, _) in what {
            let holder = match self.heap.kind(obj) {
                Kind::Lazy { base, .. } => Some(base),
                Kind::BoundMethod(_) => {
                    let cell = self.heap.find_cell(obj, Label::Attr(known::SELF_DUNDER));
                    let edge =
                        cell.and_then(|it| self.heap.cells[it as usize].edges.first().copied());
                    edge.map(|it| self.heap.edges[it as usize].dst)
                }
                _ => None,
            };
            classes.extend(holder.and_then(|it| self.receiver_class(it)));
        }
        let own: Option<FuncId> = self.frames.last().map(|it| it.func);
        classes.extend(own.and_then(|it| self.env.program.func_info(it).class));
        classes.sort();
        classes.dedup();
        for class in classes {
            self.observe_cleared(root.slot(class));
        }
    }

    /// The callback of an entry of a registry.
    pub(super) fn callback_of(&self, entry: Obj) -> Option<Obj> {
        let is_entry = self
            .heap
            .object(entry)
            .tys
            .iter()
            .any(|it| matches!(it, Ty::External(name) if name.as_str() == "registration"));
        if !is_entry {
            return None;
        }
        let cell = self
            .heap
            .find_cell(entry, Label::Attr(Name::new(CALLBACK)))?;
        let edge = self.heap.cells[cell as usize].edges.first()?;
        Some(self.heap.edges[*edge as usize].dst)
    }

    /// `@atexit.register` above a function.
    pub(super) fn register_decorated(&mut self, function: &Value, func: FuncId, place: Place) {
        let ir = self.function(func);
        for decorator in &ir.decorators {
            let value = self.get(decorator.value);
            let is_register = value.iter().any(|it| match self.heap.kind(it.0) {
                Kind::External(name) => name.as_str() == "atexit.register",
                _ => false,
            });
            if is_register {
                let args = Args::of([function.clone()]);
                let place = Place {
                    range: decorator.range,
                    ..place
                };
                self.call_registrar("atexit.register", &args, place);
            }
        }
    }
}
