//! Reading references: those stored in this execution, and those that were there before it.
//!
//! What a symbolic object (a parameter, say) held when the function was called is read lazily:
//! reading `self.child` makes the object "`child` of `self`", and that it was read is itself a
//! reference, which stands until it is overwritten. This is the "abduction" of Infer's Pulse, cut
//! down to references.

use smallvec::SmallVec;

use super::exec::Exec;
use super::facts::{Slot, SlotKey};
use super::guard::Guard;
use super::object::{Kind, Label, Obj, Ty, Value};
use super::store::{Edge, join};
use crate::program::model::{Container, Place};
use crate::syntax::ir::Const;
use crate::syntax::name::known;

/// How many lazily read references in a row are followed.
const MAX_DEPTH: u8 = 6;
/// An object of unknown origin is taken to be this far away.
const OPAQUE_DEPTH: u8 = 3;

impl Exec<'_> {
    /// What `label` of the objects of `base` refers to.
    pub(crate) fn load(&mut self, base: &Value, label: Label, place: Place) -> Value {
        let mut res = Value::new();
        for &(obj, guard) in base {
            let part = self.load_one(obj, guard, label, place);
            join(&mut res, &part);
        }
        res
    }

    /// What `label` of one object refers to, when that object is meant under `guard`.
    pub(crate) fn load_one(&mut self, obj: Obj, guard: Guard, label: Label, place: Place) -> Value {
        if label == Label::Attr(known::TRACEBACK) {
            self.make_tracebacks(obj);
        }
        let symbolic = self.is_open(obj);
        if !symbolic && self.heap.find_cell(obj, label).is_none() {
            return Value::new();
        }
        let cell = self.heap.cell(obj, label);
        let mut res = self.heap.content(cell, guard);
        let unread = !self.heap.cells[cell as usize].initial_read;
        if symbolic
            && unread
            && self.heap.initial_stands(cell, guard)
            && let Some(initial) = self.initial(obj, label, place)
        {
            res.push((initial, guard));
        }
        res
    }

    /// Whether a label refers to exactly this value as it is. `x.items += more` stores again what
    /// is there; the reference remains the one that was stored first.
    pub(crate) fn holds_already(&mut self, obj: Obj, label: Label, value: &Value) -> bool {
        let here = self.heap.here();
        let (Some(cell), [(only, _)]) = (self.heap.find_cell(obj, label), value.as_slice()) else {
            return false;
        };
        let unread = self.is_open(obj)
            && !self.heap.cells[cell as usize].initial_read
            && self.heap.initial_stands(cell, here);
        let edges = self.heap.cells[cell as usize].edges.clone();
        let mut standing = edges
            .iter()
            .filter(|&&it| self.heap.stands(it, here).is_some());
        let (Some(&edge), None) = (standing.next(), standing.next()) else {
            return false;
        };
        let edge = &self.heap.edges[edge as usize];
        !unread
            && edge.dst == *only
            && edge.strong
            && edge.kills.is_empty()
            && self.heap.guards.implies(here, edge.guard)
    }

    /// Whether an object may hold more than is seen.
    pub(crate) fn is_open(&self, obj: Obj) -> bool {
        match self.heap.kind(obj) {
            // While a module's body runs, there is nothing in the module that it did not put there.
            Kind::Module(module) => {
                let body = self.frames.first().map(|it| it.file);
                let own = body.map(|it| self.env.program.module_of_file[it.0 as usize]);
                own != Some(module) || self.frames.first().is_some_and(|it| it.ir.parent.is_some())
            }
            kind => kind.is_symbolic(),
        }
    }

    /// Makes the object that a symbolic object's reference led to when the function was called.
    fn initial(&mut self, base: Obj, label: Label, place: Place) -> Option<Obj> {
        let depth = match self.heap.kind(base) {
            // Its traceback is made, not read.
            Kind::Caught if label == Label::Attr(known::TRACEBACK) => return None,
            Kind::Opaque | Kind::Caught => OPAQUE_DEPTH,
            _ => self.heap.object(base).depth + 1,
        };
        if depth > MAX_DEPTH {
            self.cut += 1;
            return None;
        }
        let (origin, tys) = self.slot_types(base, label);
        let obj = self.heap.alloc(Kind::Lazy { base, label }, place);
        let object = &mut self.heap.objects[obj.0 as usize];
        object.depth = depth;
        object.origin = origin;
        object.tys = tys;
        let strong = label != Label::Referent && !self.is_weak_slot(origin);
        let cell = self.heap.cell(base, label);
        // "Some element" is another object each time it is asked for.
        self.heap.cells[cell as usize].initial_read = label != Label::Elem;
        let kills = self.heap.cells[cell as usize].initial_kills.clone();
        let edge = Edge {
            src: base,
            label,
            dst: obj,
            guard: Guard::TRUE,
            kills,
            strong,
            read: true,
            place,
            order: 0,
        };
        self.heap.edges.push(edge);
        let edge = self.heap.edges.len() as u32 - 1;
        self.heap.cells[cell as usize].edges.push(edge);
        Some(obj)
    }

    fn is_weak_slot(&self, origin: Option<SlotKey>) -> bool {
        let stored = origin.map(|it| self.stored_in(it));
        stored.is_some_and(|it| it.weak && !it.strong)
    }

    /// The slot that a reference of a symbolic object is, and what the program keeps there.
    fn slot_types(&mut self, base: Obj, label: Label) -> (Option<SlotKey>, SmallVec<[Ty; 1]>) {
        let keys = self.slots_of(base, label);
        let known = keys.iter().find(|&&key| !self.slot_tys(key).is_empty());
        let origin = known.or(keys.first()).copied();
        let tys = known
            .map(|&key| self.slot_tys(key).iter().copied().collect())
            .unwrap_or_default();
        (origin, tys)
    }

    /// The slots that a reference can be: for an attribute, one per class of the MRO.
    pub(crate) fn slots_of(&self, base: Obj, label: Label) -> SmallVec<[SlotKey; 4]> {
        let mut res = SmallVec::new();
        let object = self.heap.object(base);
        match label {
            Label::Attr(name) => {
                for ty in &object.tys {
                    if let Ty::Instance(class) | Ty::ClassObject(class) = *ty {
                        let mro = &self.env.program.class_info(class).mro;
                        let slots = mro.iter().map(|&it| Slot::Attribute(it, name));
                        res.extend(slots.map(SlotKey::new));
                    }
                }
                if let Kind::Module(module) = object.kind {
                    res.push(SlotKey::new(Slot::Global(module, name)));
                }
            }
            Label::Attributes => {
                for ty in &object.tys {
                    if let Ty::Instance(class) = *ty {
                        let mro = &self.env.program.class_info(class).mro;
                        res.extend(mro.iter().map(|&it| SlotKey::of_all_attributes(it)));
                    }
                }
            }
            Label::Elem | Label::Key(_) => {
                res.extend(object.origin.and_then(SlotKey::elements));
                for ty in &object.tys {
                    if let Ty::Instance(class) = *ty {
                        let own =
                            SlotKey::new(Slot::Attribute(class, crate::syntax::Name::new("[]")));
                        res.push(own);
                    }
                }
            }
            Label::Local(name) => {
                if let Kind::Function(func) = object.kind {
                    let params = &self.function(func).params;
                    let idx = params.iter().position(|it| it.name == name);
                    res.extend(idx.map(|it| SlotKey::new(Slot::Param(func, it as u32))));
                }
            }
            Label::Content => {
                if let Kind::FreeCell(idx) = object.kind {
                    let frame = self.frames.first();
                    if let Some(cell) = frame.and_then(|it| it.ir.cells.get(idx as usize))
                        && let Some(owner) = cell.owner
                    {
                        let file = self.frames[0].file;
                        let owner = self.env.program.func_id(file, owner);
                        res.push(SlotKey::new(Slot::Captured(owner, cell.name)));
                    }
                }
                if let Kind::Lazy { base, label } = object.kind {
                    res.extend(self.captured_slot(base, label));
                }
            }
            _ => {}
        }
        res
    }

    /// The slot of a variable that a closure from outside captures.
    fn captured_slot(&self, closure: Obj, label: Label) -> Option<SlotKey> {
        let Label::Captured(name) = label else {
            return None;
        };
        let func = self
            .heap
            .object(closure)
            .tys
            .iter()
            .find_map(|ty| match *ty {
                Ty::Function(func) => Some(func),
                _ => None,
            })?;
        let program = self.env.program;
        let cells = &self.function(func).cells;
        let owner = cells.iter().find(|it| it.name == name)?.owner?;
        let owner = program.func_id(program.file_of(func), owner);
        Some(SlotKey::new(Slot::Captured(owner, name)))
    }

    /// The elements of containers under a key.
    pub(crate) fn load_key(&mut self, base: &Value, key: &Value, place: Place) -> Value {
        let mut res = Value::new();
        for &(obj, guard) in base {
            let (part, exact) = self.load_key_of(obj, guard, key, place);
            // An element that was there before is whichever the key meant.
            let is_own =
                |it: Obj| matches!(self.heap.kind(it), Kind::Lazy { base, .. } if base == obj);
            let part = match part.as_slice() {
                _ if exact => part,
                [(only, _)] if is_own(*only) => part,
                _ => self.heap.pick_one(part),
            };
            join(&mut res, &part);
        }
        res
    }

    /// Also tells whether the key says exactly which element is meant.
    fn load_key_of(&mut self, obj: Obj, guard: Guard, key: &Value, place: Place) -> (Value, bool) {
        if let Some(exact) = self.display_element(obj, guard, key) {
            return (exact, true);
        }
        let label = self.key_label(obj, key);
        let mut res = Value::new();
        if let Some(label) = label
            && self.heap.find_cell(obj, label).is_some()
        {
            res = self.load_one(obj, guard, label, place);
            if !res.is_empty() {
                return (res, true);
            }
        }
        let exact = label.is_some_and(|it| self.is_constant_key(it));
        if exact && let Some(found) = self.copied_element(obj, guard, key, place) {
            return (found, true);
        }
        for cell in self.heap.cells_of(obj) {
            let of = self.heap.cells[cell as usize].label;
            let may_be = match of {
                Label::Elem => true,
                Label::Key(other) => !label.is_some_and(|it| self.is_other_key(it, other)),
                _ => false,
            };
            if may_be && Some(of) != label {
                let part = self.heap.content(cell, guard);
                join(&mut res, &part);
            }
        }
        if self.is_open(obj) {
            let part = self.load_one(obj, guard, label.unwrap_or(Label::Elem), place);
            join(&mut res, &part);
        }
        (res, false)
    }

    /// What a dict holds under a constant key because it has been filled from mappings of the
    /// caller's: what those hold.
    fn copied_element(
        &mut self,
        copy: Obj,
        guard: Guard,
        key: &Value,
        place: Place,
    ) -> Option<Value> {
        let sources = self.copied.get(&copy)?.clone();
        let elements = self.heap.find_cell(copy, Label::Elem)?;
        if self.heap.content(elements, guard).is_empty() {
            return None;
        }
        let mut res = Value::new();
        for source in sources {
            if let Some(label) = self.key_label(source, key) {
                let part = self.load_one(source, guard, label, place);
                join(&mut res, &part);
            }
        }
        (!res.is_empty()).then_some(res)
    }

    /// The elements of a list that still is as its display `[a, b]` made it, in order.
    pub(crate) fn display_elements(
        &mut self,
        list: Obj,
        guard: Guard,
    ) -> Option<Vec<(Obj, Guard)>> {
        let count = *self.displays.get(&list)?;
        let cell = self.heap.find_cell(list, Label::Elem)?;
        let edges = self.heap.cells[cell as usize].edges.clone();
        let mut places: Vec<u32> = Vec::new();
        let mut res = Vec::new();
        for edge in edges {
            let standing = self.heap.stands(edge, guard)?;
            let edge = &self.heap.edges[edge as usize];
            if !edge.kills.is_empty() || places.contains(&edge.order) {
                return None;
            }
            places.push(edge.order);
            res.push((edge.dst, self.heap.guards.and(standing, guard)?));
        }
        (res.len() == count).then_some(res)
    }

    /// The element of a display at a constant position.
    fn display_element(&mut self, list: Obj, guard: Guard, key: &Value) -> Option<Value> {
        let [(key, _)] = key.as_slice() else {
            return None;
        };
        let Some(Const::Int(at)) = self.heap.as_constant(*key) else {
            return None;
        };
        let elements = self.display_elements(list, guard)?;
        let at = if at < 0 {
            at + elements.len() as i64
        } else {
            at
        };
        let element = elements.get(usize::try_from(at).ok()?)?;
        Some(smallvec::smallvec![*element])
    }

    /// All elements of one object, none chosen.
    pub(crate) fn elements_of(&mut self, obj: Obj, guard: Guard, place: Place) -> Value {
        self.elements_but(obj, guard, &[], place)
    }

    /// All elements of one object but those under some keys.
    pub(crate) fn elements_but(
        &mut self,
        obj: Obj,
        guard: Guard,
        taken: &[Obj],
        place: Place,
    ) -> Value {
        let mut res = Value::new();
        // What a mapping was filled with is not told apart by its keys any more.
        let is_mixed = !taken.is_empty() && self.copied.contains_key(&obj);
        for cell in self.heap.cells_of(obj) {
            let label = self.heap.cells[cell as usize].label;
            if matches!(label, Label::Key(key) if taken.contains(&key))
                || is_mixed && label == Label::Elem
            {
                continue;
            }
            if matches!(label, Label::Elem | Label::Key(_)) {
                let part = self.heap.content(cell, guard);
                join(&mut res, &part);
            }
        }
        if self.is_open(obj) {
            let part = self.load_one(obj, guard, Label::Elem, place);
            join(&mut res, &part);
        }
        res
    }

    /// The label of a key: told apart where the key is one constant or one object. Positions in
    /// a list shift once something is put into it or taken out; from then on they are not.
    pub(crate) fn key_label(&self, container: Obj, key: &Value) -> Option<Label> {
        let [(key, _)] = key.as_slice() else {
            return None;
        };
        if self.heap.as_constant(*key).is_some_and(|it| !it.is_exact()) {
            return None;
        }
        let positional = self
            .heap
            .object(container)
            .tys
            .iter()
            .any(|it| matches!(it, Ty::Container(Container::List | Container::Deque)));
        if positional
            && matches!(self.heap.kind(*key), Kind::Const(Const::Int(_)))
            && !self.is_as_given(container)
        {
            return None;
        }
        Some(Label::Key(*key))
    }

    /// Whether a key is known to be another one.
    fn is_other_key(&self, label: Label, other: Obj) -> bool {
        let Label::Key(key) = label else {
            return false;
        };
        match (self.constant_key(key), self.constant_key(other)) {
            (Some(key), Some(other)) => key != other,
            _ => false,
        }
    }

    /// The constant that a key is, by itself or as an attribute of a class.
    fn constant_key(&self, key: Obj) -> Option<Const> {
        match self.heap.kind(key) {
            Kind::Const(value) => value.is_exact().then_some(value),
            Kind::Lazy {
                base,
                label: Label::Attr(name),
            } => match self.heap.kind(base) {
                Kind::Class(class) => self.env.program.class_constant(class, name),
                _ => None,
            },
            _ => None,
        }
    }

    fn is_constant_key(&self, label: Label) -> bool {
        matches!(label, Label::Key(key) if self.heap.as_constant(key).is_some())
    }

    /// Stores elements under a key, as strongly as the container holds them.
    pub(crate) fn store_key(&mut self, base: &Value, key: &Value, value: &Value, place: Place) {
        self.heap.fill(base);
        for &(obj, guard) in base {
            let label = self.key_label(obj, key).unwrap_or(Label::Elem);
            let holder: Value = smallvec::smallvec![(obj, guard)];
            let (strong_key, strong) = self.strengths(obj);
            self.heap.store(&holder, label, value, place, strong);
            // What an array is indexed with, it does not hold.
            let is_dict = self.container_of(obj).is_some_and(|it| {
                !matches!(it, Container::List | Container::Deque | Container::Tuple)
            });
            let keys: Value = key
                .iter()
                .filter(|it| self.heap.as_constant(it.0).is_none())
                .copied()
                .collect();
            if is_dict && !keys.is_empty() {
                self.heap
                    .store(&holder, Label::DictKey, &keys, place, strong_key);
            }
        }
    }

    /// Adds elements.
    pub(crate) fn store_element(&mut self, base: &Value, value: &Value, place: Place) {
        self.heap.fill(base);
        for &(obj, guard) in base {
            let holder: Value = smallvec::smallvec![(obj, guard)];
            let (_, strong) = self.strengths(obj);
            self.heap.store(&holder, Label::Elem, value, place, strong);
        }
    }

    /// Whether a container is the caller's, and nothing was put into it or taken out here.
    fn is_as_given(&self, container: Obj) -> bool {
        let is_removed_from = self.popped.iter().any(|it| it.0 == container)
            || self.removed.iter().any(|it| it.0 == container);
        let elements = self.heap.find_cell(container, Label::Elem);
        let is_changed = elements.is_some_and(|it| {
            let cell = &self.heap.cells[it as usize];
            let is_stored = |it: &u32| !self.heap.edges[*it as usize].read;
            !cell.initial_kills.is_empty() || cell.edges.iter().any(is_stored)
        });
        self.is_open(container) && !is_removed_from && !is_changed
    }

    /// Whether a container holds its keys and its values strongly, whatever it may be of what is
    /// known of it.
    pub(crate) fn strengths(&self, obj: Obj) -> (bool, bool) {
        let (mut keys, mut values) = (true, true);
        for container in self.containers_of(obj) {
            match container {
                Container::WeakSet | Container::WeakValueDict => values = false,
                Container::WeakKeyDict => keys = false,
                _ => {}
            }
        }
        (keys, values)
    }

    /// The container that an object is.
    pub(crate) fn container_of(&self, obj: Obj) -> Option<Container> {
        self.containers_of(obj).next()
    }

    fn containers_of(&self, obj: Obj) -> impl Iterator<Item = Container> + '_ {
        let tys = self.heap.object(obj).tys.iter();
        tys.filter_map(|ty| match *ty {
            Ty::Container(container) => Some(container),
            Ty::Instance(class) => self.env.program.class_info(class).container,
            _ => None,
        })
    }
}
