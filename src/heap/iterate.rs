//! Iteration and unpacking.

use super::call::Args;
use super::exec::Exec;
use super::object::{Kind, Label, Obj, Ty, Value};
use crate::program::model::{Container, Place};
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
                            let res = this.call_method(&receiver, next, &Args::default(), place);
                            if is_async {
                                this.awaited(&res, place)
                            } else {
                                res
                            }
                        } else if it == obj {
                            this.plain_elements(it, place)
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
                self.plain_elements(obj, place)
            }
        }
    }

    /// The elements of a container; of a dict, its keys.
    fn plain_elements(&mut self, obj: Obj, place: Place) -> Value {
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
                let elements = self.iterate(value, false, place);
                self.heap.store(&list, Label::Elem, &elements, place, true);
                self.set(target, list);
                continue;
            }
            // Positions after the star count from the end; what is there is not told apart.
            let exact = star.is_none_or(|star| idx < star);
            let element = self.each(value, |this, obj| this.element_at(obj, idx, exact, place));
            self.set(target, element);
        }
    }

    fn element_at(&mut self, obj: Obj, idx: u32, exact: bool, place: Place) -> Value {
        match self.heap.kind(obj) {
            Kind::Const(_) => Value::new(),
            Kind::Suspended(_) => {
                let elements = self.iterate_one(obj, false, place);
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
                this.advance(obj, default);
                let elements = this.plain_elements(obj, place);
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
