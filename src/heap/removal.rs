//! Taking elements out of containers.

use super::call::Args;
use super::exec::Exec;
use super::facts::SlotKey;
use super::guard::Guard;
use super::object::{Kind, Label, Obj, Role, Value};
use super::store::join;
use crate::program::model::{Container, Place};
use crate::syntax::Name;
use crate::syntax::ir::Const;
use crate::syntax::name::known;

impl Exec<'_> {
    pub(super) fn pop(&mut self, recv: Obj, name: Name, args: &Args, place: Place) -> Value {
        self.observe_removal(recv);
        let this = self.heap.value(recv);
        let here = self.heap.here();
        self.note_drain(recv);
        let is_list = !matches!(
            self.container_of(recv),
            Some(Container::Dict | Container::DefaultDict)
        );
        if let Some(key) = args.positional.first()
            && !is_list
        {
            let mut res = self.load_key(&this, key, place);
            self.delete_key(recv, key);
            if let Some(default) = args.get(1, "default") {
                join(&mut res, default);
            }
            return res;
        }
        if let Some(index) = args.positional.first()
            && name.as_str() == "pop"
            && !self.is_end(index)
        {
            let res = self.elements_of(recv, here, place);
            let res = self.heap.pick(res);
            self.cut_elements(recv, here);
            return res;
        }
        let first = name.as_str() == "popleft"
            || args.positional.first().is_some_and(|it| {
                it.iter()
                    .any(|it| self.heap.as_constant(it.0) == Some(Const::Int(0)))
            });
        if !self.is_open(recv)
            && let Some((edge, value)) = self.end_of(recv, first)
        {
            self.heap.cut_edge(edge, here);
            return value;
        }
        let own = self.own_ends(recv, first);
        if let (false, &[(edge, guard)]) = (first, own.as_slice())
            && self.heap.guards.implies(here, guard)
        {
            self.heap.cut_edge(edge, here);
            return smallvec::smallvec![(self.heap.edges[edge as usize].dst, guard)];
        }
        let res = self.elements_of(recv, here, place);
        let res = self.heap.pick(res);
        for (edge, _) in own {
            self.heap.cut_edge(edge, here);
        }
        self.take_found(recv, first, &res);
        self.pop_one(recv, first, here);
        if name.as_str() == "popitem" {
            let pair = self.new_container(Container::Tuple, place);
            let one = self.heap.singleton(Kind::Const(Const::Int(1)));
            self.heap.store(&pair, Label::Key(one), &res, place, true);
            return pair;
        }
        res
    }

    /// Whether an index means the first or the last element. Of any other, it is not known which
    /// one it means.
    fn is_end(&self, index: &Value) -> bool {
        let constants = index.iter().map(|it| self.heap.as_constant(it.0));
        let mut ends = constants.map(|it| matches!(it, Some(Const::Int(0 | -1))));
        !index.is_empty() && ends.all(|it| it)
    }

    /// Of the elements that this function has put into a container of the caller's, those that may
    /// be the first or the last one. The last one that it has put in for certain is the last of
    /// all; whether the first one is the first of all, only the caller knows.
    fn own_ends(&mut self, recv: Obj, first: bool) -> Vec<(u32, Guard)> {
        let mut res = Vec::new();
        let here = self.heap.here();
        let Some(cell) = self.heap.find_cell(recv, Label::Elem) else {
            return res;
        };
        if !self.is_open(recv) {
            return res;
        }
        let mut edges = self.heap.cells[cell as usize].edges.to_vec();
        edges.retain(|&it| !self.heap.edges[it as usize].read);
        edges.sort_by_key(|&it| self.heap.edges[it as usize].order);
        if !first {
            edges.reverse();
        }
        for edge in edges {
            if let Some(guard) = self.heap.stands(edge, here) {
                res.push((edge, guard));
                if self.heap.guards.implies(here, guard) {
                    break;
                }
            }
        }
        res
    }

    /// Takes elements that were found in a container of the caller's out of it. If that is the only
    /// time, the caller knows which one it was.
    fn take_found(&mut self, recv: Obj, first: bool, elements: &Value) {
        let here = self.heap.here();
        let once = !self.popped.iter().any(|it| it.0 == recv);
        for &(obj, guard) in elements {
            let object = &mut self.heap.objects[obj.0 as usize];
            let is_found = matches!(object.kind, Kind::Lazy { base, .. } if base == recv);
            if !is_found {
                continue;
            }
            if once && object.role == Role::Picked {
                object.role = Role::Popped { first };
            }
            self.cut_to(recv, &smallvec::smallvec![(obj, guard)], here);
        }
    }

    /// Takes the first or last element out of a container: which one that is, the caller may know.
    pub(crate) fn pop_one(&mut self, obj: Obj, first: bool, under: Guard) {
        self.note_drain(obj);
        if self.is_open(obj) {
            let flow = self.heap.guards.flow(under);
            self.popped.push((obj, first, flow));
            return;
        }
        match self.end_of(obj, first) {
            Some((edge, _)) => self.heap.cut_edge(edge, under),
            None => self.cut_elements(obj, under),
        }
    }

    /// The first or last element that was stored, if there are several and all are known.
    pub(super) fn end_of(&mut self, obj: Obj, first: bool) -> Option<(u32, Value)> {
        let here = self.heap.here();
        let cell = self.heap.find_cell(obj, Label::Elem)?;
        let mut standing = Vec::new();
        for idx in 0..self.heap.cells[cell as usize].edges.len() {
            let edge = self.heap.cells[cell as usize].edges[idx];
            if let Some(guard) = self.heap.stands(edge, here) {
                standing.push((self.heap.edges[edge as usize].order, edge, guard));
            }
        }
        if standing.len() < 2 {
            return None;
        }
        standing.sort();
        let &(_, edge, guard) = if first {
            standing.first()
        } else {
            standing.last()
        }?;
        let dst = self.heap.edges[edge as usize].dst;
        Some((edge, smallvec::smallvec![(dst, guard)]))
    }

    pub(super) fn remove(&mut self, recv: Obj, what: &Value) {
        self.observe_removal(recv);
        let here = self.heap.here();
        self.remove_under(recv, what, here);
    }

    /// Takes objects out of a container, whenever `under` holds.
    pub(crate) fn remove_under(&mut self, recv: Obj, what: &Value, under: Guard) {
        self.cut_to(recv, what, under);
        if self.is_open(recv) {
            let flow = self.heap.guards.flow(under);
            self.removed
                .extend(what.iter().map(|it| (recv, it.0, flow)));
        }
    }

    /// Cuts what refers to some of the elements of a container.
    fn cut_to(&mut self, recv: Obj, what: &Value, under: Guard) {
        for cell in self.heap.cells_of(recv) {
            let label = self.heap.cells[cell as usize].label;
            if !matches!(label, Label::Elem | Label::Key(_) | Label::DictKey) {
                continue;
            }
            for idx in 0..self.heap.cells[cell as usize].edges.len() {
                let edge = self.heap.cells[cell as usize].edges[idx];
                let dst = self.heap.edges[edge as usize].dst;
                if what.iter().any(|it| self.equals(it.0, dst)) {
                    self.heap.cut_edge(edge, under);
                }
            }
        }
    }

    /// Whether two objects are equal: bound methods are if function and object are the same.
    pub(super) fn equals(&self, a: Obj, b: Obj) -> bool {
        if a == b {
            return true;
        }
        // An entry of a registry is asked for by its callback.
        if let Some(callback) = self.callback_of(b) {
            return self.equals(a, callback);
        }
        let (Kind::BoundMethod(f), Kind::BoundMethod(g)) = (self.heap.kind(a), self.heap.kind(b))
        else {
            return false;
        };
        let receiver = |it| {
            let cell = self.heap.find_cell(it, Label::Attr(known::SELF_DUNDER))?;
            let edge = self.heap.cells[cell as usize].edges.first()?;
            Some(self.heap.edges[*edge as usize].dst)
        };
        f == g && receiver(a) == receiver(b)
    }

    /// `del container[key]`
    pub(crate) fn delete_key(&mut self, recv: Obj, key: &Value) {
        self.observe_removal(recv);
        let here = self.heap.here();
        if let Some(label) = self.key_label(recv, key)
            && let Some(cell) = self.heap.find_cell(recv, label)
            && !self.heap.cells[cell as usize].edges.is_empty()
        {
            self.heap.cut(cell, here);
            return;
        }
        self.cut_elements(recv, here);
    }

    /// Cuts all elements.
    pub(crate) fn cut_elements(&mut self, obj: Obj, under: Guard) {
        let elements = self.heap.cell(obj, Label::Elem);
        self.heap.cut(elements, under);
        for cell in self.heap.cells_of(obj) {
            if matches!(
                self.heap.cells[cell as usize].label,
                Label::Key(_) | Label::DictKey
            ) {
                self.heap.cut(cell, under);
            }
        }
    }

    /// Tells the others that this function takes elements out of a container.
    pub(crate) fn observe_removal(&mut self, obj: Obj) {
        let mut keys: Vec<SlotKey> = Vec::new();
        if let Some(key) = self.heap.object(obj).origin.and_then(SlotKey::elements) {
            keys.push(key);
        }
        if let Kind::Lazy { base, label } = self.heap.kind(obj) {
            keys.extend(
                self.slots_of(base, label)
                    .into_iter()
                    .filter_map(SlotKey::elements),
            );
        }
        keys.extend(self.slots_of(obj, Label::Elem));
        keys.extend(
            self.holding_slots(obj, 0)
                .into_iter()
                .filter_map(SlotKey::elements),
        );
        for key in keys {
            self.observe_cleared(key);
        }
    }

    /// The slots that a container made here is in.
    pub(super) fn holding_slots(&self, container: Obj, depth: u32) -> Vec<SlotKey> {
        let mut res = Vec::new();
        if depth > 2 || !self.heap.kind(container).is_fresh() {
            return res;
        }
        for &edge in self.heap.holding(container) {
            let edge = &self.heap.edges[edge as usize];
            match edge.label {
                Label::Attr(_) => res.extend(self.slots_of(edge.src, edge.label)),
                Label::Elem | Label::Key(_) => {
                    let held = self.heap.object(edge.src).origin;
                    let slots = self.holding_slots(edge.src, depth + 1);
                    res.extend(slots.into_iter().chain(held).filter_map(SlotKey::elements));
                }
                _ => {}
            }
        }
        res
    }
}
