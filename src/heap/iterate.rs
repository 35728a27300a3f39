//! Iteration and unpacking.

use smallvec::SmallVec;

use super::call::Args;
use super::exec::Exec;
use super::facts::Observed;
use super::object::{Kind, Label, Obj, Role, Ty, Value};
use super::suspended::Step;
use crate::program::model::{Container, Place};
use crate::syntax::Name;
use crate::syntax::ir::{Const, Var};
use crate::syntax::name::known;

impl Exec<'_> {
    /// The elements that iterating over a value gives, none chosen.
    pub(crate) fn iterate(&mut self, iter: &Value, is_async: bool, place: Place) -> Value {
        self.each(iter, |this, obj| this.iterate_one(obj, is_async, place))
    }

    fn iterate_one(&mut self, obj: Obj, is_async: bool, place: Place) -> Value {
        match self.heap.kind(obj) {
            Kind::Const(_) => Value::new(),
            Kind::Suspended(_) => {
                let (_, yields) = self.resume(obj, place);
                self.finish(obj);
                yields
            }
            Kind::AttributeDict(_) => Value::new(),
            _ => {
                let (iter, next) = if is_async {
                    (known::AITER, known::ANEXT)
                } else {
                    (known::ITER, known::NEXT)
                };
                if self.has_method(obj, iter) {
                    let receiver = self.heap.value(obj);
                    let iterator = self.call_method(&receiver, iter, &Args::default(), place);
                    return self.each(&iterator, |this, it| {
                        if this.has_method(it, next) {
                            let receiver = this.heap.value(it);
                            this.exhausting = true;
                            let res = this.call_method(&receiver, next, &Args::default(), place);
                            if is_async {
                                this.awaited(&res, place)
                            } else {
                                res
                            }
                        } else if it == obj {
                            this.plain_elements(it, true, place)
                        } else {
                            this.iterate_one(it, is_async, place)
                        }
                    });
                }
                if self.has_method(obj, known::GETITEM) {
                    let receiver = self.heap.value(obj);
                    let args = Args::of([Value::new()]);
                    return self.call_method(&receiver, known::GETITEM, &args, place);
                }
                self.plain_elements(obj, true, place)
            }
        }
    }

    /// Somebody takes all elements of an iterable. If it is a generator, it has come to its end. A
    /// generator that does so may wait somewhere on the way.
    pub(crate) fn exhaust(&mut self, iterables: &Value) {
        if self.frame().ir.is_generator {
            return;
        }
        for &(obj, _) in iterables {
            if self.container_of(obj).is_some() {
                continue;
            }
            self.advance(obj, Step::Last);
            let object = self.heap.object(obj);
            // Its own finalizer comes too late.
            let in_time = !self.frames.iter().any(|it| it.ir.name == known::DEL);
            if let (true, true, Some(origin)) = (in_time, object.kind.is_symbolic(), object.origin)
            {
                let func = self.frame().func;
                self.observed.push((origin, Observed::ExhaustedBy(func)));
            }
        }
    }

    /// The elements of a container; of a dict, its keys. An iterator may be brought to its end.
    fn plain_elements(&mut self, obj: Obj, exhausts: bool, place: Place) -> Value {
        let here = self.heap.here();
        let mapped = self.heap.object(obj).tys.iter().find_map(|ty| match ty {
            Ty::External(name) => Some(name.as_str()),
            _ => None,
        });
        if self.heap.kind(obj) == Kind::Holder
            && let Some("map" | "filter") = mapped
        {
            return self.mapped_elements(obj, mapped == Some("map"), place);
        }
        if self.heap.kind(obj) == Kind::Holder && mapped == Some("callable_iterator") {
            let callable = Label::Attr(Name::new("callable"));
            let callable = self.load_stored(obj, callable, here);
            let elements = self.call(&callable, &Args::default(), place);
            if exhausts {
                // `calliter_iternext` in CPython's Objects/iterobject.c drops the callable.
                self.finish(obj);
            }
            return elements;
        }
        match self.container_of(obj) {
            Some(
                Container::Dict
                | Container::DefaultDict
                | Container::WeakKeyDict
                | Container::WeakValueDict,
            ) => self.keys_of(obj, place),
            Some(_) => self.elements_of(obj, here, place),
            None if self
                .tys(obj)
                .iter()
                .any(|it| matches!(it, Ty::ClassObject(_))) =>
            {
                Value::new()
            }
            None => self.elements_of(obj, here, place),
        }
    }

    /// `a, *b, c = value`
    pub(crate) fn unpack(
        &mut self,
        value: &Value,
        targets: &[Var],
        star: Option<u32>,
        place: Place,
    ) {
        for (idx, &target) in (0u32..).zip(targets) {
            if star == Some(idx) {
                let list = self.new_container(Container::List, place);
                let others = targets.len() - 1;
                let elements = match self.display_rest(value, idx as usize, others) {
                    Some(rest) => rest,
                    None => self.rest(value, idx, place),
                };
                self.heap.store(&list, Label::Elem, &elements, place, true);
                self.set(target, list);
                continue;
            }
            // Positions after the star count from the end; what is there is not told apart.
            let exact = star.is_none_or(|star| idx < star);
            let element = self.each(value, |this, obj| this.element_at(obj, idx, exact, place));
            self.set(target, element);
        }
        for &(obj, _) in value {
            if matches!(self.heap.kind(obj), Kind::Suspended(_)) {
                self.finish(obj);
            }
        }
    }

    /// All elements but the first so many.
    pub(super) fn without_first(&mut self, value: &Value, first: u32, place: Place) -> Value {
        match self.display_rest(value, first as usize, first as usize) {
            Some(rest) => rest,
            None => self.rest(value, first, place),
        }
    }

    /// What a starred target takes: elements after so many.
    fn rest(&mut self, value: &Value, before: u32, place: Place) -> Value {
        let taken: SmallVec<[Obj; 2]> = (0..before)
            .map(|at| self.heap.singleton(Kind::Const(Const::Int(at.into()))))
            .collect();
        let read = self.heap.objects.len();
        let elements = self.each(value, |this, obj| {
            let made = matches!(this.heap.kind(obj), Kind::Suspended(_) | Kind::Holder);
            if made || this.has_method(obj, known::ITER) {
                return this.iterate_one(obj, false, place);
            }
            let here = this.heap.here();
            this.elements_but(obj, here, &taken, place)
        });
        for &(obj, _) in &elements {
            let object = &mut self.heap.objects[obj.0 as usize];
            if obj.0 as usize >= read && matches!(object.kind, Kind::Lazy { .. }) {
                object.role = Role::Rest(before, None);
            }
        }
        elements
    }

    /// What a starred target takes of a display: all but the first `before`, and as many less at
    /// the end as there are `others` after it.
    pub(super) fn display_rest(
        &mut self,
        value: &Value,
        before: usize,
        others: usize,
    ) -> Option<Value> {
        let [(list, guard)] = value.as_slice() else {
            return None;
        };
        let elements = self.display_elements(*list, *guard)?;
        let end = elements.len().checked_sub(others.checked_sub(before)?)?;
        Some(elements.get(before..end)?.iter().copied().collect())
    }

    fn element_at(&mut self, obj: Obj, idx: u32, exact: bool, place: Place) -> Value {
        match self.heap.kind(obj) {
            Kind::Const(_) => Value::new(),
            // Each element is another one that the body has made.
            Kind::Suspended(_) => {
                let (_, elements) = self.resume(obj, place);
                let here = self.heap.here();
                // The first round of its loop yields the first one.
                if exact && let Some(&it) = elements.get(idx as usize) {
                    let flow = self.heap.guards.flow(it.1);
                    if self.heap.guards.implies(here, flow) {
                        return smallvec::smallvec![it];
                    }
                }
                self.heap.pick(elements)
            }
            Kind::Holder => {
                let elements = self.iterate_one(obj, false, place);
                self.heap.pick(elements)
            }
            _ if exact && !self.has_method(obj, known::ITER) => {
                let key = self.heap.singleton(Kind::Const(Const::Int(idx.into())));
                let key = self.heap.value(key);
                let of = self.heap.value(obj);
                self.load_key(&of, &key, place)
            }
            _ => {
                let elements = self.iterate_one(obj, false, place);
                self.heap.pick(elements)
            }
        }
    }

    /// `next(iterator)`, which has a `default` or raises at the end.
    pub(crate) fn next_element(&mut self, iterator: &Value, default: bool, place: Place) -> Value {
        self.each(iterator, |this, obj| match this.heap.kind(obj) {
            Kind::Suspended(_) => this.next_of(obj, default, place),
            _ if this.has_method(obj, known::NEXT) => {
                let receiver = this.heap.value(obj);
                this.call_method(&receiver, known::NEXT, &Args::default(), place)
            }
            _ => {
                this.observe_exhausting(obj);
                this.advance(obj, Step::next(default));
                let elements = this.plain_elements(obj, false, place);
                this.heap.pick(elements)
            }
        })
    }

    /// Tells the others that a generator kept somewhere is being consumed here: whoever does that
    /// can bring it to its end, and then it holds nothing.
    pub(crate) fn observe_exhausting(&mut self, obj: Obj) {
        if let Some(origin) = self.heap.object(obj).origin {
            self.observe_cleared(origin);
        }
        if let Kind::Lazy { base, label } = self.heap.kind(obj) {
            self.observe_clearing(base, label);
        }
    }
}
