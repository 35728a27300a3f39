//! Subscripts, and the `__dict__` of objects, whose items are attributes.

use smallvec::SmallVec;

use super::call::Args;
use super::exec::Exec;
use super::guard::Guard;
use super::object::{Kind, Label, Obj, Ty, Value};
use super::store::{Edge, join};
use crate::program::model::{Container, Place};
use crate::syntax::Name;
use crate::syntax::ir::Const;
use crate::syntax::name::known;

impl Exec<'_> {
    /// `base[key]`
    pub(crate) fn load_item(&mut self, base: &Value, key: &Value, place: Place) -> Value {
        self.each(base, |this, obj| match this.heap.kind(obj) {
            Kind::Const(_) | Kind::External(_) | Kind::Builtin(_) => Value::new(),
            // `Generic[T]` is still the class.
            Kind::Class(_) => this.heap.value(obj),
            Kind::AttributeDict(of) => match this.constant_name(key) {
                Some(name) => {
                    let here = this.heap.here();
                    this.load_one(of, here, Label::Attr(name), place)
                }
                None => Value::new(),
            },
            _ if this.has_method(obj, known::GETITEM) => {
                let receiver = this.heap.value(obj);
                this.call_method(&receiver, known::GETITEM, &Args::of([key.clone()]), place)
            }
            _ => {
                let of = this.heap.value(obj);
                let mut found = this.load_key(&of, key, place);
                if found.is_empty() || this.is_open(obj) {
                    let made = this.missing(obj, key, place);
                    join(&mut found, &made);
                }
                found
            }
        })
    }

    /// What `defaultdict` and `__missing__` make for a key that is not there.
    pub(crate) fn missing(&mut self, obj: Obj, key: &Value, place: Place) -> Value {
        if self.has_method(obj, known::MISSING) {
            let receiver = self.heap.value(obj);
            return self.call_method(&receiver, known::MISSING, &Args::of([key.clone()]), place);
        }
        if self.container_of(obj) != Some(Container::DefaultDict) {
            return Value::new();
        }
        let here = self.heap.here();
        let label = Label::Attr(Name::new("default_factory"));
        let factory = self.load_stored(obj, label, here);
        let value = if factory.is_empty() && self.is_open(obj) {
            Value::new()
        } else {
            self.call(&factory, &Args::default(), place)
        };
        self.store_if_missing(obj, key, &value, place);
        value
    }

    /// Stores under a key without taking away what may be there: what was there stays, what was
    /// not is stored, and both are looked at.
    pub(crate) fn store_if_missing(&mut self, obj: Obj, key: &Value, value: &Value, place: Place) {
        let label = self.key_label(obj, key).unwrap_or(Label::Elem);
        let (_, strong) = self.strengths(obj);
        let here = self.heap.here();
        let order = self.heap.tick();
        for &(dst, guard) in value {
            if let Some(guard) = self.heap.guards.and(here, guard) {
                self.heap.add_edge(Edge {
                    src: obj,
                    label,
                    dst,
                    guard,
                    kills: SmallVec::new(),
                    strong,
                    read: false,
                    place,
                    order,
                });
            }
        }
    }

    /// The type of what a `defaultdict` makes.
    pub(crate) fn default_made(&mut self, obj: Obj) -> Option<Ty> {
        let label = Label::Attr(Name::new("default_factory"));
        let cell = self.heap.find_cell(obj, label)?;
        let factory = self.heap.content(cell, Guard::TRUE);
        match self.heap.kind(factory.first()?.0) {
            Kind::Builtin(name) => Self::builtin_container(name.as_str()).map(Ty::Container),
            Kind::Class(class) => Some(Ty::Instance(class)),
            _ => None,
        }
    }

    /// The attribute name that a constant key is.
    pub(crate) fn constant_name(&self, key: &Value) -> Option<Name> {
        match key.as_slice() {
            [(obj, _)] => match self.heap.as_constant(*obj) {
                Some(Const::Str(name)) => Some(name),
                _ => None,
            },
            _ => None,
        }
    }

    /// `base[key] = value`
    pub(crate) fn store_item(&mut self, base: &Value, key: &Value, value: &Value, place: Place) {
        self.each(base, |this, obj| {
            match this.heap.kind(obj) {
                Kind::Const(_) | Kind::External(_) | Kind::Builtin(_) => {}
                Kind::AttributeDict(of) => this.store_named(of, key, value, place),
                _ if this.has_method(obj, known::SETITEM) => {
                    let receiver = this.heap.value(obj);
                    let args = Args::of([key.clone(), value.clone()]);
                    this.call_method(&receiver, known::SETITEM, &args, place);
                }
                _ => {
                    // Whether it keeps the key depends on what it is.
                    if key.iter().any(|it| this.heap.as_constant(it.0).is_none()) {
                        this.ask(obj);
                    }
                    let of = this.heap.value(obj);
                    this.store_key(&of, key, value, place);
                }
            }
            Value::new()
        });
    }

    /// Stores an attribute whose name is a value. Under which name is not always known; that
    /// something is stored, is.
    pub(crate) fn store_named(&mut self, obj: Obj, name: &Value, value: &Value, place: Place) {
        if name.is_empty() {
            return self.store_unnamed(obj, None, value, place);
        }
        let saved = self.heap.here();
        for &(it, guard) in name {
            let Some(path) = self.heap.guards.and(saved, guard) else {
                continue;
            };
            self.heap.go(path);
            match self.heap.as_constant(it) {
                Some(Const::Str(name)) => self.store_plain(obj, name, value, place),
                _ => {
                    if self.heap.kind(it).is_symbolic() {
                        self.undecided.insert((it, known::EMPTY));
                    }
                    self.store_unnamed(obj, Some(it), value, place);
                }
            }
        }
        self.heap.go(saved);
    }

    fn store_unnamed(&mut self, obj: Obj, name: Option<Obj>, value: &Value, place: Place) {
        if self.is_clearing(value) && self.is_any_name(name) {
            return self.clear_attributes(obj);
        }
        let base = self.heap.value(obj);
        let label = Label::Unnamed;
        if value.iter().any(|it| self.heap.as_constant(it.0).is_none()) {
            self.heap.store(&base, label, value, place, true);
        } else {
            let here = self.heap.here();
            let cell = self.heap.cell(obj, label);
            self.heap.cut(cell, here);
        }
    }

    /// Deletes an attribute whose name is a value.
    pub(crate) fn delete_named(&mut self, of: &Value, name: &Value, place: Place) {
        if name.is_empty() && self.is_any_name(None) {
            self.clear_attributes_of(of);
        }
        self.each(name, |this, it| {
            match this.heap.as_constant(it) {
                Some(Const::Str(name)) => this.delete_attr(of, name, place),
                _ if this.is_any_name(Some(it)) => this.clear_attributes_of(of),
                _ => {}
            }
            Value::new()
        });
    }

    /// Whether a name is one of several that come up in a loop (`for name in list(vars(obj))`):
    /// what is cleared under one of them counts as cleared under all.
    fn is_any_name(&self, name: Option<Obj>) -> bool {
        let is_element = |it: Obj| {
            matches!(
                self.heap.kind(it),
                Kind::Lazy {
                    label: Label::Elem,
                    ..
                }
            )
        };
        self.is_in_loop() && name.is_none_or(is_element)
    }

    fn clear_attributes_of(&mut self, of: &Value) {
        self.each(of, |this, obj| {
            this.clear_attributes(obj);
            Value::new()
        });
    }

    /// Clears all attributes of an object.
    fn clear_attributes(&mut self, obj: Obj) {
        self.observe_clearing(obj, Label::Attributes);
        for cell in self.heap.cells_of(obj) {
            let label = self.heap.cells[cell as usize].label;
            if matches!(label, Label::Attr(_)) {
                self.observe_clearing(obj, label);
            }
        }
        let here = self.heap.here();
        self.cut_attributes(obj, here);
    }

    /// Cuts all attributes, whenever `under` holds.
    pub(crate) fn cut_attributes(&mut self, obj: Obj, under: Guard) {
        for cell in self.heap.cells_of(obj) {
            let label = self.heap.cells[cell as usize].label;
            if matches!(label, Label::Attr(_) | Label::Unnamed) {
                self.heap.cut(cell, under);
            }
        }
        if self.is_open(obj) {
            let all = self.heap.cell(obj, Label::Attributes);
            self.heap.cut(all, under);
        }
    }

    /// `del base[key]`
    pub(crate) fn delete_item(&mut self, base: &Value, key: &Value, place: Place) {
        self.each(base, |this, obj| {
            match this.heap.kind(obj) {
                Kind::Const(_) => {}
                Kind::AttributeDict(of) => {
                    if let Some(name) = this.constant_name(key) {
                        let of = this.heap.value(of);
                        this.delete_attr(&of, name, place);
                    }
                }
                _ if this.has_method(obj, known::DELITEM) => {
                    let receiver = this.heap.value(obj);
                    this.call_method(&receiver, known::DELITEM, &Args::of([key.clone()]), place);
                }
                _ => this.delete_key(obj, key),
            }
            Value::new()
        });
    }

    /// Methods of `obj.__dict__` and `vars(obj)`.
    pub(crate) fn attribute_dict_method(
        &mut self,
        of: Obj,
        name: Name,
        args: &Args,
        place: Place,
    ) -> Value {
        let first = args.positional.first().cloned().unwrap_or_default();
        let second = args.positional.get(1).cloned().unwrap_or_default();
        match name.as_str() {
            "update" => {
                for (name, value) in &args.keywords {
                    self.store_plain(of, *name, value, place);
                }
                for source in args.positional.iter().chain(&args.double_stars) {
                    self.update_attributes(of, source, place);
                }
            }
            "__setitem__" => self.store_named(of, &first, &second, place),
            "setdefault" => {
                self.store_named(of, &first, &second, place);
                return second;
            }
            "get" | "__getitem__" => {
                if let Some(name) = self.constant_name(&first) {
                    let here = self.heap.here();
                    return self.load_one(of, here, Label::Attr(name), place);
                }
            }
            "pop" => {
                if let Some(name) = self.constant_name(&first) {
                    let here = self.heap.here();
                    let res = self.load_one(of, here, Label::Attr(name), place);
                    let of = self.heap.value(of);
                    self.delete_attr(&of, name, place);
                    return res;
                }
            }
            "clear" => self.clear_attributes(of),
            _ => {}
        }
        Value::new()
    }

    pub(super) fn update_attributes(&mut self, of: Obj, source: &Value, place: Place) {
        for &(dict, guard) in source {
            let (from, is_attributes) = match self.heap.kind(dict) {
                Kind::AttributeDict(from) => (from, true),
                _ => (dict, false),
            };
            if self.is_open(from) {
                self.undecided.insert((from, known::EMPTY));
            }
            if is_attributes {
                self.copy_attributes(from, of, guard, place);
                continue;
            }
            for cell in self.heap.cells_of(dict) {
                if let Label::Key(key) = self.heap.cells[cell as usize].label
                    && let Some(Const::Str(name)) = self.heap.as_constant(key)
                {
                    let content = self.heap.content(cell, guard);
                    self.store_plain(of, name, &content, place);
                }
            }
        }
    }

    pub(super) fn copy_attributes(&mut self, from: Obj, to: Obj, guard: Guard, place: Place) {
        for cell in self.heap.cells_of(from) {
            if let Label::Attr(name) = self.heap.cells[cell as usize].label {
                let content = self.heap.content(cell, guard);
                self.store_plain(to, name, &content, place);
            }
        }
    }
}
