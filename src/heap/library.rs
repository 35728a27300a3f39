//! What those parts of the standard library do that Python code cannot say.

use super::call::Args;
use super::exec::Exec;
use super::object::{Kind, Label, Obj, Ty, Value};
use super::store::join;
use crate::program::keeps_nothing;
use crate::program::model::{Container, Place};
use crate::syntax::Name;
use crate::syntax::ir::Const;
use crate::syntax::name::known;

impl Exec<'_> {
    /// Calls something outside the program.
    pub(crate) fn call_external(&mut self, name: Name, args: &Args, place: Place) -> Value {
        let text = name.as_str();
        let first = args.positional.first().cloned().unwrap_or_default();
        if let Some(container) = Self::builtin_container(text) {
            return self.make_container(container, args, place);
        }
        if let Some(res) = self.call_registrar(text, args, place) {
            return res;
        }
        match text {
            "sys.exc_info" => self.exc_info(place),
            "sys.exception" => self.handled_exception(),
            "sys._getframe" | "inspect.currentframe" if args.positional.is_empty() => {
                self.current_frame()
            }
            "inspect.stack" => self.stack(place),
            "traceback.clear_frames" => {
                self.clear_frames(&first);
                Value::new()
            }
            "weakref.ref" | "weakref.ReferenceType" => {
                self.weak(Kind::WeakRef, Ty::WeakRef, args, place)
            }
            "weakref.WeakMethod" => {
                let res = self.weak(Kind::WeakRef, Ty::WeakRef, args, place);
                // It refers to the object and the function, and makes a bound method of them.
                let ty = self.constant(Const::None);
                self.heap
                    .store(&res, Label::Attr(known::METH_TYPE), &ty, place, true);
                res
            }
            "weakref.proxy" => self.weak(Kind::Proxy, Ty::Proxy, args, place),
            "types.MethodType" => {
                let receiver = args.positional.get(1).cloned().unwrap_or_default();
                self.each(&first, |this, function| {
                    this.each(&receiver, |this, obj| {
                        this.bind_method(function, obj, place)
                    })
                })
            }
            "functools.partial" => self.partial(args, place),
            "functools.wraps" => {
                let res = self.holder(&[("wrapped", &first)], place);
                self.mark(&res, name)
            }
            "functools.update_wrapper" => {
                let wrapped = args.positional.get(1).cloned().unwrap_or_default();
                self.store_wrapped(&first, &wrapped, place);
                first
            }
            "functools.lru_cache"
            | "functools.cache"
            | "contextlib.contextmanager"
            | "functools.singledispatch"
            | "typing.cast"
            | "dataclasses.dataclass"
            | "copy.deepcopy"
                if text != "copy.deepcopy" =>
            {
                let value = if text == "typing.cast" {
                    args.positional.get(1)
                } else {
                    None
                };
                let res = value.cloned().unwrap_or(first);
                let decorates = res.iter().any(|it| {
                    matches!(
                        self.heap.kind(it.0),
                        Kind::Function(_) | Kind::Class(_) | Kind::BoundMethod(_)
                    )
                });
                if decorates || text == "typing.cast" {
                    return res;
                }
                let res = self.holder(&[], place);
                self.mark(&res, Name::new("identity"))
            }
            "copy.copy" | "dataclasses.replace" => self.shallow_copy(&first, args, place),
            "copy.deepcopy" => Value::new(),
            "heapq.heappush" | "bisect.insort" | "bisect.insort_left" | "bisect.insort_right" => {
                let item = args.positional.get(1).cloned().unwrap_or_default();
                self.store_element(&first, &item, place);
                Value::new()
            }
            "heapq.heappop" => {
                self.call_method(&first, Name::new("popleft"), &Args::default(), place)
            }
            "heapq.heapreplace" | "heapq.heappushpop" => {
                let res = self.call_method(&first, Name::new("popleft"), &Args::default(), place);
                let item = args.positional.get(1).cloned().unwrap_or_default();
                self.store_element(&first, &item, place);
                res
            }
            "itertools.chain"
            | "itertools.cycle"
            | "itertools.islice"
            | "itertools.tee"
            | "itertools.chain.from_iterable" => {
                let res = self.new_container(Container::List, place);
                for source in &args.positional {
                    self.add_all(source, &res, place);
                }
                res
            }
            "itertools.starmap"
            | "itertools.takewhile"
            | "itertools.dropwhile"
            | "itertools.filterfalse"
            | "itertools.accumulate"
            | "itertools.groupby" => {
                let mut held = Value::new();
                args.all().for_each(|it| join(&mut held, it));
                self.holder(&[("held", &held)], place)
            }
            "random.choice" => {
                let elements = self.iterate(&first, false, place);
                self.heap.pick(elements)
            }
            "contextlib.ExitStack" | "contextlib.AsyncExitStack" => {
                let res = self.holder(&[], place);
                self.mark(&res, name)
            }
            "argparse.Namespace" => {
                let res = self.holder(&[], place);
                for (name, value) in &args.keywords {
                    self.heap
                        .store(&res, Label::Attr(*name), value, place, true);
                }
                res
            }
            "collections.namedtuple" => {
                let fields = args.positional.get(1).cloned().unwrap_or_default();
                let res = self.holder(&[("fields", &fields)], place);
                self.mark(&res, name)
            }
            "object.__new__" | "dict.__new__" | "list.__new__" | "set.__new__"
            | "frozenset.__new__" | "tuple.__new__" | "str.__new__" | "bytes.__new__"
            | "int.__new__" | "float.__new__" => self.bare_instances(&first, place),
            "object.__setattr__" => {
                let name = args.positional.get(1).cloned().unwrap_or_default();
                let value = args.positional.get(2).cloned().unwrap_or_default();
                for &(obj, _) in &first {
                    self.store_named(obj, &name, &value, place);
                }
                Value::new()
            }
            "object.__delattr__" => {
                let name = args.positional.get(1).cloned().unwrap_or_default();
                if let Some(name) = self.constant_name(&name) {
                    self.delete_attr(&first, name, place);
                }
                Value::new()
            }
            "asyncio.run"
            | "asyncio.create_task"
            | "asyncio.ensure_future"
            | "asyncio.gather"
            | "asyncio.wait_for"
            | "asyncio.shield" => {
                if text.starts_with("asyncio.create") || text.starts_with("asyncio.ensure") {
                    return self.task(&first, place);
                }
                for coroutine in &args.positional {
                    self.escape_frames(coroutine);
                    self.awaited(coroutine, place);
                }
                let obj = self.heap.alloc(Kind::Opaque, place);
                self.heap.value(obj)
            }
            _ => self.outside(name, args, place),
        }
    }

    /// A call of something of which nothing is known.
    pub(super) fn outside(&mut self, name: Name, args: &Args, place: Place) -> Value {
        if !keeps_nothing(name.as_str()) {
            return self.unresolved(None, args, place);
        }
        let obj = self.heap.alloc(Kind::Opaque, place);
        self.heap.value(obj)
    }

    pub(super) fn mark(&mut self, value: &Value, name: Name) -> Value {
        if let Some(&(obj, _)) = value.first() {
            self.heap.objects[obj.0 as usize]
                .tys
                .push(Ty::External(name));
        }
        value.clone()
    }

    pub(super) fn weak(&mut self, kind: Kind, ty: Ty, args: &Args, place: Place) -> Value {
        let referent = args.positional.first().cloned().unwrap_or_default();
        let obj = self.heap.alloc_typed(kind, ty, place);
        let res = self.heap.value(obj);
        self.heap
            .store(&res, Label::Referent, &referent, place, false);
        if let Some(callback) = args.positional.get(1) {
            let label = Label::Attr(Name::new("__callback__"));
            self.heap.store(&res, label, callback, place, true);
        }
        res
    }

    pub(super) fn partial(&mut self, args: &Args, place: Place) -> Value {
        let function = args.positional.first().cloned().unwrap_or_default();
        let res = self.holder(&[("func", &function)], place);
        for (idx, value) in (0..).zip(args.positional.iter().skip(1)) {
            let key = self.heap.singleton(Kind::Const(Const::Int(idx)));
            self.heap.store(&res, Label::Key(key), value, place, true);
        }
        for (name, value) in &args.keywords {
            let key = self.heap.singleton(Kind::Const(Const::Str(*name)));
            self.heap.store(&res, Label::Key(key), value, place, true);
        }
        for more in &args.double_stars {
            self.copy_items(more, &res, place);
        }
        self.mark(&res, Name::new("functools.partial"))
    }

    /// Calls an object of a type outside the program.
    pub(crate) fn call_external_object(
        &mut self,
        obj: Obj,
        ty: Name,
        args: &Args,
        place: Place,
    ) -> Value {
        let here = self.heap.here();
        let held =
            |this: &mut Self, name: &str| this.load_stored(obj, Label::Attr(Name::new(name)), here);
        match ty.as_str() {
            "functools.partial" => {
                let function = held(self, "func");
                let mut all = Args::default();
                for cell in self.heap.cells_of(obj) {
                    if let Label::Key(key) = self.heap.cells[cell as usize].label {
                        let value = self.heap.content(cell, here);
                        match self.heap.as_constant(key) {
                            Some(Const::Int(_)) => all.positional.push(value),
                            Some(Const::Str(name)) => all.keywords.push((name, value)),
                            _ => {}
                        }
                    }
                }
                all.positional.extend(args.positional.iter().cloned());
                all.keywords.extend(args.keywords.iter().cloned());
                all.stars = args.stars.clone();
                all.double_stars = args.double_stars.clone();
                self.call(&function, &all, place)
            }
            "functools.wraps" => {
                let wrapped = held(self, "wrapped");
                let function = args.positional.first().cloned().unwrap_or_default();
                self.store_wrapped(&function, &wrapped, place);
                function
            }
            "weakref.finalize" => self.call_finalizer_handle(obj, place),
            "identity" => args.positional.first().cloned().unwrap_or_default(),
            "collections.namedtuple" => {
                let fields = held(self, "fields");
                self.named_tuple(&fields, args, place)
            }
            _ => self.unresolved(Some(obj), args, place),
        }
    }

    /// `functools.wraps` keeps the wrapped function as `__wrapped__`.
    pub(super) fn store_wrapped(&mut self, function: &Value, wrapped: &Value, place: Place) {
        let closures: Value = function
            .iter()
            .filter(|it| !self.heap.cells_of(it.0).is_empty())
            .copied()
            .collect();
        self.heap
            .store(&closures, Label::Attr(known::WRAPPED), wrapped, place, true);
    }

    pub(super) fn named_tuple(&mut self, fields: &Value, args: &Args, place: Place) -> Value {
        let names = self.field_names(fields);
        let tuple = self.tuple_of(&args.positional, place);
        for (name, value) in names.iter().zip(&args.positional) {
            self.heap
                .store(&tuple, Label::Attr(*name), value, place, true);
        }
        for (name, value) in &args.keywords {
            self.heap
                .store(&tuple, Label::Attr(*name), value, place, true);
            if let Some(idx) = names.iter().position(|it| it == name) {
                let key = Kind::Const(Const::Int(idx as i64));
                let key = self.heap.singleton(key);
                self.heap.store(&tuple, Label::Key(key), value, place, true);
            }
        }
        tuple
    }

    pub(super) fn field_names(&mut self, fields: &Value) -> Vec<Name> {
        let Some(&(obj, guard)) = fields.first() else {
            return Vec::new();
        };
        if let Some(Const::Str(text)) = self.heap.as_constant(obj) {
            let words = text.as_str().split([' ', ',']).filter(|it| !it.is_empty());
            return words.map(Name::new).collect();
        }
        let mut res = Vec::new();
        for cell in self.heap.cells_of(obj) {
            for (it, _) in self.heap.content(cell, guard) {
                if let Some(Const::Str(name)) = self.heap.as_constant(it) {
                    res.push(name);
                }
            }
        }
        res
    }

    pub(super) fn shallow_copy(&mut self, of: &Value, args: &Args, place: Place) -> Value {
        self.each(of, |this, obj| {
            let object = this.heap.object(obj).clone();
            let kind = match object.kind {
                Kind::Instance | Kind::Container(_) | Kind::Holder => object.kind,
                Kind::Const(_) => return this.heap.value(obj),
                _ => match object.tys.as_slice() {
                    [Ty::Instance(_)] => Kind::Instance,
                    [Ty::Container(container)] => Kind::Container(*container),
                    _ => return Value::new(),
                },
            };
            let new = this.heap.alloc(kind, place);
            this.heap.objects[new.0 as usize].tys = object.tys;
            let res = this.heap.value(new);
            let here = this.heap.here();
            for cell in this.heap.cells_of(obj) {
                let label = this.heap.cells[cell as usize].label;
                let content = this.heap.content(cell, here);
                this.heap
                    .store(&res, label, &content, place, label != Label::Referent);
            }
            for (name, value) in &args.keywords {
                this.heap
                    .store(&res, Label::Attr(*name), value, place, true);
            }
            res
        })
    }
}
