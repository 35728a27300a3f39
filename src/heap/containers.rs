//! Builtin containers: what their methods store, give back and cut.

use super::call::Args;
use super::exec::Exec;
use super::object::{Kind, Label, Obj, Role, Ty, Value};
use super::store::join;
use crate::program::model::{Container, Place};
use crate::syntax::Name;
use crate::syntax::ir::Const;

impl Exec<'_> {
    /// A method of a builtin container (or of something that is used like one).
    pub(crate) fn container_method(
        &mut self,
        recv: Obj,
        name: Name,
        args: &Args,
        place: Place,
    ) -> Value {
        if self.is_tuple(recv) && !matches!(name.as_str(), "__getitem__" | "__iter__" | "__init__")
        {
            return Value::new();
        }
        let this = self.heap.value(recv);
        let first = args.positional.first().cloned().unwrap_or_default();
        let second = args.get(1, "default").cloned().unwrap_or_default();
        match name.as_str() {
            "append" | "appendleft" | "add" | "put" | "put_nowait" => {
                self.store_element(&this, &first, place);
            }
            "insert" => self.store_element(&this, &second, place),
            "extend" | "extendleft" | "update" | "__ior__" | "__init__" => {
                for more in &args.positional {
                    self.add_all(more, &this, place);
                }
                for (key, value) in &args.keywords {
                    let key = self.constant(Const::Str(*key));
                    self.store_key(&this, &key, value, place);
                }
                for more in &args.double_stars {
                    self.copy_items(more, &this, place);
                }
            }
            "setdefault" => return self.setdefault(recv, &first, &second, place),
            "get" => {
                let mut res = self.load_key(&this, &first, place);
                join(&mut res, &second);
                return res;
            }
            "__getitem__" => return self.load_key(&this, &first, place),
            "__setitem__" => self.store_key(&this, &first, &second, place),
            "pop" | "popleft" | "popitem" | "get_nowait" => {
                return self.pop(recv, name, args, place);
            }
            "remove" | "discard" => self.remove(recv, &first),
            "__delitem__" => self.delete_key(recv, &first),
            "clear" => {
                self.observe_removal(recv);
                let here = self.heap.here();
                self.cut_elements(recv, here);
            }
            "difference_update" | "symmetric_difference_update" => {
                for less in &args.positional {
                    let elements = self.iterate(less, false, place);
                    self.remove(recv, &elements);
                }
            }
            // What stays is not told apart from what goes.
            "intersection_update" => {
                self.observe_removal(recv);
                let here = self.heap.here();
                self.cut_elements(recv, here);
            }
            "copy" | "__copy__" | "union" | "difference" | "intersection" | "__or__" => {
                let res = self.new_like(recv, place);
                self.copy_items(&this, &res, place);
                for other in &args.positional {
                    match name.as_str() {
                        "union" => self.add_all(other, &res, place),
                        "difference" => self.leave_out(other, &res, place),
                        _ => {}
                    }
                }
                return res;
            }
            "values" | "elements" | "__iter__" | "__reversed__" => {
                let res = self.new_container(Container::List, place);
                let here = self.heap.here();
                let elements = self.elements_of(recv, here, place);
                self.heap.store(&res, Label::Elem, &elements, place, true);
                return res;
            }
            "items" | "most_common" => return self.items(recv, place),
            "keys" => {
                let res = self.new_container(Container::List, place);
                let keys = self.keys_of(recv, place);
                self.store_element(&res, &keys, place);
                return res;
            }
            _ => {}
        }
        Value::new()
    }

    /// Takes the elements of an iterable out of a new container again.
    pub(super) fn leave_out(&mut self, less: &Value, from: &Value, place: Place) {
        let elements = self.iterate(less, false, place);
        let here = self.heap.here();
        for &(container, _) in from {
            self.remove_under(container, &elements, here);
        }
    }

    /// Whether an object is a tuple, which nobody changes.
    fn is_tuple(&self, obj: Obj) -> bool {
        matches!(
            self.heap.object(obj).tys.as_slice(),
            [Ty::Container(Container::Tuple)]
        )
    }

    fn new_like(&mut self, obj: Obj, place: Place) -> Value {
        let container = self.container_of(obj).unwrap_or(Container::List);
        self.new_container(container, place)
    }

    /// `container(iterable, **more)`
    pub(crate) fn fill_container(
        &mut self,
        obj: Obj,
        container: Container,
        args: &Args,
        place: Place,
    ) {
        let this = self.heap.value(obj);
        let mut sources = args.positional.iter();
        if container == Container::DefaultDict
            && let Some(factory) = sources.next()
        {
            let label = Label::Attr(Name::new("default_factory"));
            self.heap.store(&this, label, factory, place, true);
        }
        for source in sources.take(1) {
            self.add_all(source, &this, place);
        }
        for (key, value) in &args.keywords {
            if !matches!(key.as_str(), "maxlen" | "key") {
                let key = self.constant(Const::Str(*key));
                self.store_key(&this, &key, value, place);
            }
        }
        for more in &args.double_stars {
            self.copy_items(more, &this, place);
        }
    }

    /// Adds the elements of an iterable; to a dict, its items or pairs.
    pub(crate) fn add_all(&mut self, source: &Value, target: &Value, place: Place) {
        if source.iter().any(|it| !self.heap.is_surely_empty(it.0)) || source.is_empty() {
            self.heap.fill(target);
        }
        let target_is_dict = target.iter().any(|it| {
            matches!(
                self.container_of(it.0),
                Some(
                    Container::Dict
                        | Container::DefaultDict
                        | Container::WeakValueDict
                        | Container::WeakKeyDict
                )
            )
        });
        let saved = self.heap.here();
        for &(obj, guard) in source {
            let Some(path) = self.heap.guards.and(saved, guard) else {
                continue;
            };
            self.heap.go(path);
            let one = self.heap.value(obj);
            let source_is_dict = matches!(
                self.container_of(obj),
                Some(Container::Dict | Container::DefaultDict)
            );
            if target_is_dict
                && (source_is_dict
                    || self.container_of(obj).is_none()
                        && !matches!(self.heap.kind(obj), Kind::Suspended(_)))
            {
                self.copy_items(&one, target, place);
            } else if target_is_dict {
                let pairs = self.iterate(&one, false, place);
                let pairs = self
                    .heap
                    .choose(pairs, |_| super::guard::Choice::Element { in_loop: 0 });
                self.add_pairs(&pairs, target, place);
            } else {
                let known = self.heap.objects.len();
                let elements = self.iterate(&one, false, place);
                self.take_all(&elements, known);
                self.store_element(target, &elements, place);
            }
        }
        self.heap.go(saved);
        self.exhaust(source);
    }

    /// Notes that elements read just now (there were `known` objects before) are all there are.
    fn take_all(&mut self, elements: &Value, known: usize) {
        for &(obj, _) in elements {
            let object = &mut self.heap.objects[obj.0 as usize];
            let is_element = matches!(
                object.kind,
                Kind::Lazy {
                    label: Label::Elem,
                    ..
                }
            );
            if is_element && obj.0 as usize >= known {
                object.role = Role::Every;
            }
        }
    }

    fn add_pairs(&mut self, pairs: &Value, target: &Value, place: Place) {
        let [zero, one] = [0, 1].map(|it| {
            let key = self.heap.singleton(Kind::Const(Const::Int(it)));
            self.heap.value(key)
        });
        let key = self.load_key(pairs, &zero, place);
        let value = self.load_key(pairs, &one, place);
        self.store_key(target, &key, &value, place);
    }

    /// Copies elements and items with their keys.
    pub(crate) fn copy_items(&mut self, source: &Value, target: &Value, place: Place) {
        if source.iter().any(|it| !self.heap.is_surely_empty(it.0)) || source.is_empty() {
            self.heap.fill(target);
        }
        let saved = self.heap.here();
        for &(obj, guard) in source {
            let Some(path) = self.heap.guards.and(saved, guard) else {
                continue;
            };
            self.heap.go(path);
            for cell in self.heap.cells_of(obj) {
                let label = self.heap.cells[cell as usize].label;
                let strong = label != Label::Referent;
                if matches!(label, Label::Elem | Label::Key(_) | Label::DictKey) {
                    let here = self.heap.here();
                    let content = self.heap.content(cell, here);
                    self.heap.store(target, label, &content, place, strong);
                }
            }
            if self.is_open(obj) {
                let here = self.heap.here();
                let more = self.load_one(obj, here, Label::Elem, place);
                self.heap.store(target, Label::Elem, &more, place, true);
                self.note_copy(obj, target);
            }
        }
        self.heap.go(saved);
    }

    /// Notes that containers made here have been filled from one of the caller's.
    pub(super) fn note_copy(&mut self, source: Obj, copies: &Value) {
        for &(copy, _) in copies {
            if matches!(self.heap.kind(copy), Kind::Container(_)) {
                self.copied.entry(copy).or_default().push(source);
            }
        }
    }

    fn setdefault(&mut self, recv: Obj, key: &Value, default: &Value, place: Place) -> Value {
        let this = self.heap.value(recv);
        self.heap.fill(&this);
        let label = self.key_label(recv, key);
        let mut res = match label.and_then(|it| self.heap.find_cell(recv, it)) {
            None if self.is_open(recv) => self.load_key(&this, key, place),
            // A key that was not seen before is taken to be a new one.
            None => Value::new(),
            Some(_) => self.load_key(&this, key, place),
        };
        if res.is_empty() || self.is_open(recv) {
            self.store_if_missing(recv, key, default, place);
            join(&mut res, default);
            res = self.heap.pick(res);
        }
        res
    }

    /// The keys of a dict: objects that are stored as such, and constants.
    pub(crate) fn keys_of(&mut self, obj: Obj, place: Place) -> Value {
        let here = self.heap.here();
        let mut res = self.load_one(obj, here, Label::DictKey, place);
        for cell in self.heap.cells_of(obj) {
            if let Label::Key(key) = self.heap.cells[cell as usize].label
                && self.heap.as_constant(key).is_some()
                && !self.heap.content(cell, here).is_empty()
            {
                join(&mut res, &smallvec::smallvec![(key, here)]);
            }
        }
        res
    }

    fn items(&mut self, recv: Obj, place: Place) -> Value {
        let res = self.new_container(Container::List, place);
        let here = self.heap.here();
        let keys = self.keys_of(recv, place);
        let elements = self.elements_of(recv, here, place);
        let this = self.next_loop();
        self.note_turns(&elements, this);
        let [zero, one] = [0, 1].map(|it| self.heap.singleton(Kind::Const(Const::Int(it))));
        let pair_of = |this: &mut Self, key: &Value, element: &Value| {
            let pair = this.new_container(Container::Tuple, place);
            this.heap.store(&pair, Label::Key(zero), key, place, true);
            this.heap
                .store(&pair, Label::Key(one), element, place, true);
            this.store_element(&res, &pair, place);
        };
        let mut paired = Value::new();
        for cell in self.heap.cells_of(recv) {
            if let Label::Key(key) = self.heap.cells[cell as usize].label
                && self.heap.as_constant(key).is_some()
            {
                let content = self.heap.content(cell, here);
                let key = self.heap.value(key);
                pair_of(self, &key, &content);
                paired.extend(content);
            }
        }
        for element in elements.iter().filter(|it| !paired.contains(it)) {
            pair_of(self, &keys, &smallvec::smallvec![*element]);
        }
        res
    }

    /// A container of a type by its builtin name.
    pub(crate) fn builtin_container(name: &str) -> Option<Container> {
        Some(match name {
            "list" | "collections.UserList" => Container::List,
            "tuple" => Container::Tuple,
            "set" | "frozenset" => Container::Set,
            "dict"
            | "collections.OrderedDict"
            | "collections.Counter"
            | "collections.UserDict"
            | "types.MappingProxyType" => Container::Dict,
            "collections.defaultdict" => Container::DefaultDict,
            "collections.deque" => Container::Deque,
            "weakref.WeakSet" => Container::WeakSet,
            "weakref.WeakValueDictionary" => Container::WeakValueDict,
            "weakref.WeakKeyDictionary" => Container::WeakKeyDict,
            _ => return None,
        })
    }
}
