//! How arguments reach parameters.

use super::call::Args;
use super::exec::Exec;
use super::facts::{Slot, SlotKey};
use super::object::{Kind, Label, Obj, Value};
use crate::program::model::{Container, FuncId, Place};
use crate::syntax::Name;
use crate::syntax::ir::{Const, ParamKind};

/// Elements of a starred iterable that are told apart.
const MAX_SPREAD: i64 = 6;

impl Exec<'_> {
    /// A value for each parameter.
    pub(super) fn bind(
        &mut self,
        func: FuncId,
        closure: Option<Obj>,
        args: &Args,
        place: Place,
    ) -> Vec<Value> {
        let ir = self.function(func);
        let mut bound: Vec<Option<Value>> = vec![None; ir.params.len()];
        let mut positional = args.positional.iter();
        let mut rest: Vec<(Value, bool)> = Vec::new();
        for (idx, param) in ir.params.iter().enumerate() {
            if matches!(param.kind, ParamKind::PositionalOnly | ParamKind::Normal) {
                match positional.next() {
                    Some(value) => bound[idx] = Some(value.clone()),
                    None => break,
                }
            }
        }
        rest.extend(positional.map(|it| (it.clone(), false)));
        rest.extend(args.stars.iter().cloned());
        let by_name = |name: Name| {
            args.keywords
                .iter()
                .find(|(it, _)| *it == name)
                .map(|(_, value)| value.clone())
        };
        for (slot, param) in bound.iter_mut().zip(&ir.params) {
            let named = !matches!(
                param.kind,
                ParamKind::PositionalOnly | ParamKind::VarArgs | ParamKind::KwArgs
            );
            if slot.is_none() && named {
                *slot = by_name(param.name);
            }
        }
        if !args.stars.is_empty() {
            self.spread(ir, &mut bound, &mut rest, place);
        }
        if !args.double_stars.is_empty() {
            self.spread_names(ir, &mut bound, &args.double_stars, place);
        }
        let params = ir.params.iter().enumerate();
        params
            .zip(bound)
            .map(|((idx, param), value)| match param.kind {
                ParamKind::VarArgs => self.rest_tuple(&rest, place),
                ParamKind::KwArgs => self.rest_dict(ir, args, place),
                _ => value.unwrap_or_else(|| self.default(func, idx, param, closure, place)),
            })
            .collect()
    }

    pub(super) fn default(
        &mut self,
        func: FuncId,
        idx: usize,
        param: &crate::syntax::ir::Param,
        closure: Option<Obj>,
        place: Place,
    ) -> Value {
        if let Some(value) = param.const_default {
            return self.constant(value);
        }
        let here = self.heap.here();
        if let Some(closure) = closure {
            let held = self.load_one(closure, here, Label::Local(param.name), place);
            if !held.is_empty() {
                return held;
            }
        }
        if !param.has_default {
            return Value::new();
        }
        // The default was made where the function was: only its type is known here.
        let slot = SlotKey::new(Slot::Param(func, idx as u32));
        let obj = self.heap.alloc(Kind::Opaque, place);
        let known = self.slot_tys(slot);
        let object = &mut self.heap.objects[obj.0 as usize];
        object.origin = Some(slot);
        object.tys.extend(known.iter().copied());
        self.heap.value(obj)
    }

    /// Spreads `*iterables` over the positional parameters that are still free.
    pub(super) fn spread(
        &mut self,
        ir: &crate::syntax::ir::Function,
        bound: &mut [Option<Value>],
        rest: &mut Vec<(Value, bool)>,
        place: Place,
    ) {
        let mut supply: Vec<Value> = Vec::new();
        let mut tail = Vec::new();
        for (value, starred) in rest.drain(..) {
            if !starred {
                supply.push(value);
                continue;
            }
            for idx in 0..MAX_SPREAD {
                let key = self.constant(Const::Int(idx));
                let elements = self.load_key(&value, &key, place);
                if elements.is_empty() {
                    break;
                }
                supply.push(elements);
            }
            tail.push((value, true));
        }
        let mut supply = supply.into_iter();
        for (slot, param) in bound.iter_mut().zip(&ir.params) {
            if matches!(param.kind, ParamKind::PositionalOnly | ParamKind::Normal) && slot.is_none()
            {
                *slot = supply.next();
            }
        }
        rest.extend(supply.map(|it| (it, false)));
    }

    pub(super) fn spread_names(
        &mut self,
        ir: &crate::syntax::ir::Function,
        bound: &mut [Option<Value>],
        dicts: &[Value],
        place: Place,
    ) {
        for (slot, param) in bound.iter_mut().zip(&ir.params) {
            let named = matches!(param.kind, ParamKind::Normal | ParamKind::KeywordOnly);
            if slot.is_some() || !named {
                continue;
            }
            let key = self.constant(Const::Str(param.name));
            for dict in dicts {
                let value = self.load_key(dict, &key, place);
                if !value.is_empty() {
                    *slot = Some(value);
                }
            }
        }
    }

    pub(super) fn rest_tuple(&mut self, rest: &[(Value, bool)], place: Place) -> Value {
        let tuple = self.new_container(Container::Tuple, place);
        if !rest.is_empty() {
            self.heap.fill(&tuple);
        }
        for (idx, (value, starred)) in (0..).zip(rest) {
            if *starred {
                let elements = self.each(value, |this, obj| {
                    let here = this.heap.here();
                    this.elements_of(obj, here, place)
                });
                self.heap.store(&tuple, Label::Elem, &elements, place, true);
            } else {
                let key = self.heap.singleton(Kind::Const(Const::Int(idx)));
                self.heap.store(&tuple, Label::Key(key), value, place, true);
            }
        }
        tuple
    }

    pub(super) fn rest_dict(
        &mut self,
        ir: &crate::syntax::ir::Function,
        args: &Args,
        place: Place,
    ) -> Value {
        let dict = self.new_container(Container::Dict, place);
        if !args.keywords.is_empty() {
            self.heap.fill(&dict);
        }
        for (name, value) in &args.keywords {
            let taken = ir.params.iter().any(|it| {
                it.name == *name && matches!(it.kind, ParamKind::Normal | ParamKind::KeywordOnly)
            });
            if !taken {
                let key = self.heap.singleton(Kind::Const(Const::Str(*name)));
                self.heap.store(&dict, Label::Key(key), value, place, true);
            }
        }
        for more in &args.double_stars {
            self.copy_untaken(ir, more, &dict, place);
        }
        dict
    }

    /// Copies the items of `**more` that are no parameters.
    pub(super) fn copy_untaken(
        &mut self,
        ir: &crate::syntax::ir::Function,
        more: &Value,
        dict: &Value,
        place: Place,
    ) {
        let taken = |key: Option<Const>| match key {
            Some(Const::Str(name)) => ir.params.iter().any(|it| it.name == name),
            _ => false,
        };
        for &(obj, guard) in more {
            if self.is_open(obj) {
                let of: Value = smallvec::smallvec![(obj, guard)];
                let elements = self.load(&of, Label::Elem, place);
                self.heap.store(dict, Label::Elem, &elements, place, true);
                self.note_copy(obj, dict);
            }
            for cell in self.heap.cells_of(obj) {
                let label = self.heap.cells[cell as usize].label;
                let is_taken =
                    matches!(label, Label::Key(key) if taken(self.heap.as_constant(key)));
                if matches!(label, Label::Elem | Label::Key(_)) && !is_taken {
                    let content = self.heap.content(cell, guard);
                    self.heap.store(dict, label, &content, place, true);
                }
            }
        }
    }
}
