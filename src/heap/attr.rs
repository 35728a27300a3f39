//! Attributes, as the data model has them: properties, methods that bind, class attributes,
//! descriptors, `__getattr__` and `__setattr__`, `__dict__`.

use super::call::Args;
use super::exec::Exec;
use super::facts::SlotKey;
use super::object::{Kind, Label, Obj, Ty, Value};
use crate::program::model::{Binding, ClassId, FuncId, Member, MethodKind, Place};
use crate::syntax::Name;
use crate::syntax::ir::Const;
use crate::syntax::name::known;

/// Methods of builtin containers that somebody may want to keep as callbacks.
const CONTAINER_METHODS: &[&str] = &[
    "add",
    "append",
    "appendleft",
    "clear",
    "copy",
    "count",
    "discard",
    "extend",
    "extendleft",
    "get",
    "index",
    "insert",
    "items",
    "keys",
    "pop",
    "popitem",
    "popleft",
    "remove",
    "reverse",
    "setdefault",
    "sort",
    "update",
    "values",
    "__getitem__",
    "__setitem__",
    "__delitem__",
    "__contains__",
];

impl Exec<'_> {
    /// `base.name`
    pub(crate) fn load_attr(&mut self, base: &Value, name: Name, place: Place) -> Value {
        self.each(base, |this, obj| this.load_attr_of(obj, name, place))
    }

    /// `obj.name` for one object.
    pub(crate) fn load_attr_of(&mut self, obj: Obj, name: Name, place: Place) -> Value {
        let here = self.heap.here();
        match self.heap.kind(obj) {
            Kind::Const(_) => return Value::new(),
            Kind::Module(module) => {
                let binding = self.env.program.attribute_of(Binding::Module(module), name);
                return self.binding(binding, place);
            }
            Kind::External(of) | Kind::Builtin(of) => {
                let full = Name::new(&format!("{of}.{name}"));
                let obj = self.heap.singleton(Kind::External(full));
                return self.heap.value(obj);
            }
            Kind::Class(class) => return self.class_attribute(obj, class, name, place),
            Kind::Proxy => {
                let referent = self.load_one(obj, here, Label::Referent, place);
                return self.load_attr(&referent, name, place);
            }
            _ => {}
        }
        if name == known::DICT_DUNDER {
            let dict = self.heap.singleton(Kind::AttributeDict(obj));
            return self.heap.value(dict);
        }
        if name == known::CLASS {
            return match self.receiver_class(obj) {
                Some(class) => {
                    let class = self.heap.singleton(Kind::Class(class));
                    self.heap.value(class)
                }
                None => Value::new(),
            };
        }
        self.ask(obj);
        let tys = self.tys(obj);
        if tys.is_empty() || !tys.iter().any(|ty| self.is_special(*ty, name)) {
            return self.load_one(obj, here, Label::Attr(name), place);
        }
        self.for_each_type(obj, &tys, |this, ty| {
            this.typed_attribute(obj, ty, name, place)
        })
    }

    /// Whether reading the attribute is more than reading the instance's own.
    fn is_special(&self, ty: Ty, name: Name) -> bool {
        match ty {
            Ty::Instance(class) => {
                self.env.program.lookup(class, name).is_some()
                    || self.env.program.lookup(class, known::GETATTR).is_some()
                    || self.env.program.class_info(class).container.is_some()
            }
            Ty::ClassObject(_) | Ty::Container(_) | Ty::Proxy => true,
            _ => false,
        }
    }

    fn typed_attribute(&mut self, obj: Obj, ty: Ty, name: Name, place: Place) -> Value {
        let here = self.heap.here();
        let label = Label::Attr(name);
        match ty {
            Ty::ClassObject(class) => self.class_attribute(obj, class, name, place),
            Ty::Container(_) => self.builtin_method(obj, name, place),
            Ty::Proxy => {
                let referent = self.load_one(obj, here, Label::Referent, place);
                self.load_attr(&referent, name, place)
            }
            Ty::Instance(class) => {
                let member = self.env.program.lookup(class, name);
                match member {
                    Some((_, Member::Property { getter, cached, .. })) => {
                        let (getter, cached) = (*getter, *cached);
                        self.read_property(obj, class, name, getter, cached, place)
                    }
                    Some((owner, &Member::Method(func, kind))) => {
                        let own = self.load_stored(obj, label, here);
                        if own.is_empty() {
                            self.method(obj, class, owner, func, kind, name, place)
                        } else {
                            own
                        }
                    }
                    Some((_, &Member::Class(nested))) => {
                        let nested = self.heap.singleton(Kind::Class(nested));
                        self.heap.value(nested)
                    }
                    Some((owner, Member::Value)) => {
                        self.instance_or_class_value(obj, class, owner, name, place)
                    }
                    Some((_, Member::Declared)) => self.load_one(obj, here, label, place),
                    None => self.undeclared_attribute(obj, class, name, place),
                }
            }
            _ => self.load_one(obj, here, label, place),
        }
    }

    fn undeclared_attribute(
        &mut self,
        obj: Obj,
        class: ClassId,
        name: Name,
        place: Place,
    ) -> Value {
        let here = self.heap.here();
        let own = self.load_one(obj, here, Label::Attr(name), place);
        let stored = |key: &SlotKey| {
            let stored = self.stored_in(*key);
            stored.strong || stored.weak
        };
        let known_elsewhere = self.stores_attribute(class, name)
            || self.slots_of(obj, Label::Attr(name)).iter().any(stored);
        if own.iter().any(|it| self.heap.object(it.0).kind.is_fresh()) || known_elsewhere {
            return own;
        }
        if let Some((_, &Member::Method(func, _))) = self.env.program.lookup(class, known::GETATTR)
        {
            let receiver = self.heap.value(obj);
            let text = self.constant(Const::Str(name));
            let args = Args::of([receiver, text]);
            return self.call_function(func, None, Some(class), &args, place);
        }
        if own.is_empty() && self.env.program.class_info(class).container.is_some() {
            return self.builtin_method(obj, name, place);
        }
        own
    }

    /// A bound method of a container, as an object.
    fn builtin_method(&mut self, obj: Obj, name: Name, place: Place) -> Value {
        if !CONTAINER_METHODS.contains(&name.as_str()) {
            return Value::new();
        }
        let method = self.heap.alloc(Kind::BuiltinMethod(name), place);
        let method = self.heap.value(method);
        let receiver = self.heap.value(obj);
        self.heap.store(
            &method,
            Label::Attr(known::SELF_DUNDER),
            &receiver,
            place,
            true,
        );
        method
    }

    fn read_property(
        &mut self,
        obj: Obj,
        class: ClassId,
        name: Name,
        getter: Option<FuncId>,
        cached: bool,
        place: Place,
    ) -> Value {
        let Some(getter) = getter else {
            return Value::new();
        };
        let here = self.heap.here();
        if cached {
            let known = self.load_stored(obj, Label::Attr(name), here);
            if !known.is_empty() {
                return known;
            }
        }
        let receiver = self.heap.value(obj);
        let args = Args::of([receiver.clone()]);
        let value = self.call_function(getter, None, Some(class), &args, place);
        if cached {
            // functools.cached_property stores under the same name in the instance's __dict__.
            let made = value.first().map(|it| self.heap.object(it.0).clone());
            let place = match made {
                Some(object) if object.kind.is_fresh() => object.place,
                _ => place,
            };
            self.heap
                .store(&receiver, Label::Attr(name), &value, place, true);
        }
        value
    }

    /// A function found in a class, bound to what it was asked of.
    #[expect(
        clippy::too_many_arguments,
        reason = "all of them are what attribute lookup found"
    )]
    fn method(
        &mut self,
        obj: Obj,
        class: ClassId,
        owner: ClassId,
        func: FuncId,
        kind: MethodKind,
        name: Name,
        place: Place,
    ) -> Value {
        let function = if self.needs_wrapper(func) {
            let owner = self.heap.singleton(Kind::Class(owner));
            let here = self.heap.here();
            let wrapped = self.load_one(owner, here, Label::Attr(name), place);
            // Whether it binds shows once the class's body was executed.
            wrapped.iter().for_each(|it| self.ask(it.0));
            match wrapped.first() {
                Some(&(it, _)) if self.is_function(it) => it,
                Some(_) if kind == MethodKind::Instance => {
                    let found = self.get_through(&wrapped, obj, class, place);
                    return found.unwrap_or(wrapped);
                }
                Some(_) => return wrapped,
                None => self.heap.singleton(Kind::Function(func)),
            }
        } else {
            self.heap.singleton(Kind::Function(func))
        };
        let receiver = match kind {
            MethodKind::Static => return self.heap.value(function),
            MethodKind::Class => self.heap.singleton(Kind::Class(class)),
            MethodKind::Instance => obj,
        };
        self.bind_method(function, receiver, place)
    }

    /// Whether an object is a function, be it one that a decorator has made elsewhere.
    fn is_function(&self, obj: Obj) -> bool {
        let object = self.heap.object(obj);
        matches!(object.kind, Kind::Function(_)) || matches!(*object.tys, [Ty::Function(_)])
    }

    /// A bound method object.
    pub(crate) fn bind_method(&mut self, function: Obj, receiver: Obj, place: Place) -> Value {
        let by_type = self.tys(function).iter().find_map(|it| match *it {
            Ty::Function(func) => Some(func),
            _ => None,
        });
        let kind = match (self.heap.kind(function), by_type) {
            (Kind::Function(func), _) | (_, Some(func)) => Kind::BoundMethod(func),
            _ => Kind::BuiltinMethod(known::CALL),
        };
        let method = self.heap.alloc(kind, place);
        let method = self.heap.value(method);
        let receiver = self.heap.value(receiver);
        self.heap.store(
            &method,
            Label::Attr(known::SELF_DUNDER),
            &receiver,
            place,
            true,
        );
        // What a function captures is known where it was made, or read from there.
        let captures = !self.heap.cells_of(function).is_empty() || self.is_open(function);
        if captures {
            let function = self.heap.value(function);
            self.heap.store(
                &method,
                Label::Attr(known::FUNC_DUNDER),
                &function,
                place,
                true,
            );
        }
        method
    }

    /// An attribute that the class has a value for: a data descriptor, the instance's own, or the
    /// class's.
    fn instance_or_class_value(
        &mut self,
        obj: Obj,
        class: ClassId,
        owner: ClassId,
        name: Name,
        place: Place,
    ) -> Value {
        let here = self.heap.here();
        let label = Label::Attr(name);
        let class_obj = self.heap.singleton(Kind::Class(owner));
        let shared = self.load_one(class_obj, here, label, place);
        if let Some(found) = self.get_through(&shared, obj, class, place) {
            return found;
        }
        let mut own = self.load_stored(obj, label, here);
        if self.is_open(obj) && self.stores_attribute(class, name) {
            let lazily = self.load_one(obj, here, label, place);
            super::store::join(&mut own, &lazily);
        }
        if own.is_empty() { shared } else { own }
    }

    /// What the descriptor among the values of a class attribute gives for an instance.
    fn get_through(
        &mut self,
        shared: &Value,
        obj: Obj,
        class: ClassId,
        place: Place,
    ) -> Option<Value> {
        let (descriptor, get) = self.descriptor(shared, known::GET)?;
        let class_value = self.heap.singleton(Kind::Class(class));
        let [it, owner] = [obj, class_value].map(|it| self.heap.value(it));
        let args = Args::of([self.heap.value(descriptor.0), it, owner]);
        Some(self.call_function(get, None, Some(descriptor.1), &args, place))
    }

    /// An object among the values of a class attribute whose class has the given descriptor
    /// method.
    pub(super) fn descriptor(
        &mut self,
        value: &Value,
        method: Name,
    ) -> Option<((Obj, ClassId), FuncId)> {
        // What a class body stores may not be known yet.
        value.iter().for_each(|it| self.ask(it.0));
        value.iter().find_map(|&(obj, _)| {
            self.heap.object(obj).tys.iter().find_map(|ty| match *ty {
                Ty::Instance(class) => match self.env.program.lookup(class, method) {
                    Some((_, &Member::Method(func, _))) => Some(((obj, class), func)),
                    _ => None,
                },
                _ => None,
            })
        })
    }

    /// An attribute of a class object.
    pub(crate) fn class_attribute(
        &mut self,
        obj: Obj,
        class: ClassId,
        name: Name,
        place: Place,
    ) -> Value {
        let here = self.heap.here();
        let member = self.env.program.lookup(class, name);
        match member {
            Some((owner, &Member::Method(func, kind))) => match kind {
                MethodKind::Class => self.method(obj, class, owner, func, kind, name, place),
                _ => self.method(obj, class, owner, func, MethodKind::Static, name, place),
            },
            Some((_, &Member::Class(nested))) => {
                let nested = self.heap.singleton(Kind::Class(nested));
                self.heap.value(nested)
            }
            Some((owner, Member::Value | Member::Declared)) => {
                let owner = self.heap.singleton(Kind::Class(owner));
                self.load_one(owner, here, Label::Attr(name), place)
            }
            Some((_, Member::Property { .. })) => Value::new(),
            None => match self.metaclass_method(class, name) {
                Some(func) => {
                    let class_obj = self.heap.singleton(Kind::Class(class));
                    let function = self.heap.singleton(Kind::Function(func));
                    self.bind_method(function, class_obj, place)
                }
                None if name == known::NEW => {
                    let new = Kind::External(Name::new("object.__new__"));
                    let new = self.heap.singleton(new);
                    self.heap.value(new)
                }
                None => {
                    let class_obj = self.heap.singleton(Kind::Class(class));
                    self.load_one(class_obj, here, Label::Attr(name), place)
                }
            },
        }
    }

    fn metaclass_method(&self, class: ClassId, name: Name) -> Option<FuncId> {
        let meta = self.env.program.class_info(class).metaclass?;
        match self.env.program.lookup(meta, name) {
            Some((_, &Member::Method(func, MethodKind::Instance))) => Some(func),
            _ => None,
        }
    }

    /// What a name stands for, as an object.
    pub(crate) fn binding(&mut self, binding: Binding, place: Place) -> Value {
        let kind = match binding {
            Binding::Function(func) if self.needs_wrapper(func) => {
                let file = self.env.program.file_of(func);
                let module = self.env.program.module_of_file[file.0 as usize];
                let name = self.function(func).name;
                let module = self.heap.singleton(Kind::Module(module));
                let here = self.heap.here();
                let value = self.load_one(module, here, Label::Attr(name), place);
                if !value.is_empty() {
                    return value;
                }
                Kind::Function(func)
            }
            Binding::Function(func) => Kind::Function(func),
            Binding::Class(class) => Kind::Class(class),
            Binding::Module(module) => Kind::Module(module),
            Binding::External(name) => Kind::External(name),
            Binding::Builtin(name) => Kind::Builtin(name),
            Binding::Variable(module, name) => {
                let module = self.heap.singleton(Kind::Module(module));
                let here = self.heap.here();
                return self.load_one(module, here, Label::Attr(name), place);
            }
            Binding::Unknown => return Value::new(),
        };
        let obj = self.heap.singleton(kind);
        self.heap.value(obj)
    }
}
