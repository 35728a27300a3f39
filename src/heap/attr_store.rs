//! Storing and deleting attributes, and what of it clears a reference.

use super::call::Args;
use super::exec::Exec;
use super::facts::{Observed, Slot, SlotKey};
use super::object::{Kind, Label, Obj, Ty, Value};
use crate::program::model::{ClassId, FuncId, Member, Place};
use crate::syntax::Name;
use crate::syntax::ir::Const;
use crate::syntax::name::known;

impl Exec<'_> {
    /// `base.name = value`
    pub(crate) fn store_attr(&mut self, base: &Value, name: Name, value: &Value, place: Place) {
        self.each(base, |this, obj| {
            this.store_attr_of(obj, name, value, place);
            Value::new()
        });
    }

    pub(super) fn store_attr_of(&mut self, obj: Obj, name: Name, value: &Value, place: Place) {
        let here = self.heap.here();
        match self.heap.kind(obj) {
            Kind::Const(_) | Kind::External(_) | Kind::Builtin(_) => return,
            Kind::Proxy => {
                let referent = self.load_one(obj, here, Label::Referent, place);
                return self.store_attr(&referent, name, value, place);
            }
            _ => {}
        }
        self.ask(obj);
        let tys = self.tys(obj);
        let special = tys.iter().any(|ty| match *ty {
            Ty::Instance(class) => self.intercepts_store(class, name, place),
            // The attribute is the referent's.
            Ty::Proxy => true,
            _ => false,
        });
        if !special {
            return self.store_plain(obj, name, value, place);
        }
        self.for_each_type(obj, &tys, |this, ty| {
            this.store_typed(obj, ty, name, value, place);
            Value::new()
        });
    }

    /// Whether storing the attribute is more than storing it in the instance.
    fn intercepts_store(&mut self, class: ClassId, name: Name, place: Place) -> bool {
        let program = self.env.program;
        if program.lookup(class, known::SETATTR).is_some() {
            return true;
        }
        match program.lookup(class, name) {
            Some((_, Member::Property { cached: false, .. })) => true,
            Some((owner, Member::Value)) => self.setting_descriptor(owner, name, place).is_some(),
            _ => false,
        }
    }

    /// The descriptor with a `__set__` that a class has for an attribute.
    fn setting_descriptor(
        &mut self,
        owner: ClassId,
        name: Name,
        place: Place,
    ) -> Option<((Obj, ClassId), FuncId)> {
        let here = self.heap.here();
        let owner = self.heap.singleton(Kind::Class(owner));
        let shared = self.load_one(owner, here, Label::Attr(name), place);
        self.descriptor(&shared, known::SET_DUNDER)
    }

    pub(super) fn store_typed(
        &mut self,
        obj: Obj,
        ty: Ty,
        name: Name,
        value: &Value,
        place: Place,
    ) {
        let class = match ty {
            Ty::Instance(class) => class,
            Ty::Proxy => {
                let here = self.heap.here();
                let referent = self.load_one(obj, here, Label::Referent, place);
                return self.store_attr(&referent, name, value, place);
            }
            _ => return self.store_plain(obj, name, value, place),
        };
        let program = self.env.program;
        let receiver = self.heap.value(obj);
        if let Some((_, &Member::Method(func, _))) = program.lookup(class, known::SETATTR)
            && self.frames.iter().filter(|it| it.func == func).count() == 0
        {
            let text = self.constant(Const::Str(name));
            let args = Args::of([receiver, text, value.clone()]);
            self.call_function(func, None, Some(class), &args, place);
            return;
        }
        match program.lookup(class, name) {
            Some((
                _,
                &Member::Property {
                    setter,
                    cached: false,
                    ..
                },
            )) => {
                if let Some(setter) = setter {
                    let args = Args::of([receiver, value.clone()]);
                    self.call_function(setter, None, Some(class), &args, place);
                }
            }
            Some((owner, Member::Value)) => match self.setting_descriptor(owner, name, place) {
                Some((descriptor, set)) => {
                    let of = self.heap.value(descriptor.0);
                    let args = Args::of([of, receiver, value.clone()]);
                    self.call_function(set, None, Some(descriptor.1), &args, place);
                }
                None => self.store_plain(obj, name, value, place),
            },
            _ => self.store_plain(obj, name, value, place),
        }
    }

    /// Stores in the instance itself.
    pub(crate) fn store_plain(&mut self, obj: Obj, name: Name, value: &Value, place: Place) {
        let base = self.heap.value(obj);
        let label = Label::Attr(name);
        if self.is_clearing(value) {
            self.observe_clearing(obj, label);
        }
        if self.is_new_and_empty(value) {
            self.observe_emptying(obj, label);
        }
        if !self.holds_already(obj, label, value) {
            self.heap.store(&base, label, value, place, true);
        }
    }

    pub(super) fn is_clearing(&self, value: &Value) -> bool {
        !value.is_empty()
            && value
                .iter()
                .all(|it| self.heap.as_constant(it.0) == Some(Const::None))
    }

    pub(super) fn is_new_and_empty(&self, value: &Value) -> bool {
        !value.is_empty() && value.iter().all(|it| self.heap.is_surely_empty(it.0))
    }

    /// Tells the others that this function clears what `label` of an object refers to, unless it
    /// does so as the object comes into being or goes.
    pub(crate) fn observe_clearing(&mut self, obj: Obj, label: Label) {
        for key in self.slots_of(obj, label) {
            self.observe_cleared(key);
        }
        if let Label::Attr(name) = label {
            let key = SlotKey::new(Slot::Global(self.module(), name));
            self.observe_cleared(key);
        }
    }

    pub(super) fn observe_emptying(&mut self, obj: Obj, label: Label) {
        for key in self.slots_of(obj, label) {
            if let Some(key) = key.elements() {
                self.observe_cleared(key);
            }
        }
    }

    /// Tells the others that this function clears a slot.
    pub(crate) fn observe_cleared(&mut self, key: SlotKey) {
        let program = self.env.program;
        let finalizer = self.frames.iter().find(|it| it.ir.name == known::DEL);
        if let Some(finalizer) = finalizer {
            let what = Observed::ClearedAtEnd(finalizer.func);
            self.observed.push((key, what));
            return;
        }
        // A `__setattr__` only does what the function wants that sets the attribute.
        let mut acting = self.frames.iter().rev();
        let acting = acting.find(|it| !program.is_called_by_statements(it.func));
        let begins_life = acting.is_some_and(|it| {
            matches!(
                it.ir.name,
                known::INIT | known::NEW | known::POST_INIT | known::ATTRS_POST_INIT
            ) && program.func_info(it.func).class.is_some()
        });
        if begins_life {
            return;
        }
        let func = acting.map_or(self.frame().func, |it| it.func);
        self.observed.push((key, Observed::ClearedBy(func)));
    }

    pub(super) fn module(&self) -> crate::program::model::ModuleId {
        self.env.program.module_of_file[self.frame().file.0 as usize]
    }

    /// `del base.name`
    pub(crate) fn delete_attr(&mut self, base: &Value, name: Name, place: Place) {
        self.each(base, |this, obj| {
            let class = this.receiver_class(obj);
            let member = class.and_then(|it| this.env.program.lookup(it, name));
            if let Some((
                _,
                &Member::Property {
                    deleter: Some(deleter),
                    ..
                },
            )) = member
            {
                let receiver = this.heap.value(obj);
                this.call_function(deleter, None, class, &Args::of([receiver]), place);
                return Value::new();
            }
            let label = Label::Attr(name);
            this.observe_clearing(obj, label);
            let here = this.heap.here();
            let cell = this.heap.cell(obj, label);
            this.heap.cut(cell, here);
            Value::new()
        });
    }
}
