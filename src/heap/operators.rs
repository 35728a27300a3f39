//! Operators that make containers of containers, or that classes define.

use super::call::Args;
use super::exec::Exec;
use super::object::Value;
use crate::program::model::{Container, Place};
use crate::syntax::Name;
use crate::syntax::ir::BinOp;

impl Exec<'_> {
    /// `left op right` where that makes a container of both.
    pub(crate) fn binary(&mut self, left: &Value, right: &Value, op: BinOp, place: Place) -> Value {
        let container = left
            .iter()
            .chain(right)
            .find_map(|it| self.container_of(it.0));
        let Some(container) = container else {
            return self.operator_method(left, right, op, place);
        };
        let res = self.new_container(container, place);
        if op == BinOp::Other {
            // Differences and intersections have elements of the left side only.
            self.copy_items(left, &res, place);
            return res;
        }
        self.copy_items(left, &res, place);
        if matches!(op, BinOp::Add | BinOp::Or) {
            self.copy_items(right, &res, place);
        }
        res
    }

    pub(super) fn operator_method(
        &mut self,
        left: &Value,
        right: &Value,
        op: BinOp,
        place: Place,
    ) -> Value {
        let name = match op {
            BinOp::Add => "__add__",
            BinOp::Or => "__or__",
            BinOp::Mult => "__mul__",
            BinOp::Other => return Value::new(),
        };
        let name = Name::new(name);
        self.each(left, |this, obj| {
            if this.has_method(obj, name) {
                let receiver = this.heap.value(obj);
                return this.call_method(&receiver, name, &Args::of([right.clone()]), place);
            }
            Value::new()
        })
    }

    /// `target op= source`: lists, sets and dicts are changed in place.
    pub(crate) fn augmented(
        &mut self,
        target: &Value,
        source: &Value,
        op: BinOp,
        place: Place,
    ) -> Value {
        self.each(target, |this, obj| {
            let one = this.heap.value(obj);
            let in_place = match op {
                BinOp::Add => "__iadd__",
                BinOp::Or => "__ior__",
                _ => "__isub__",
            };
            let in_place = Name::new(in_place);
            if this.has_method(obj, in_place) {
                return this.call_method(&one, in_place, &Args::of([source.clone()]), place);
            }
            let grows = matches!(op, BinOp::Add | BinOp::Or);
            let is_tuple = this.container_of(obj) == Some(Container::Tuple);
            if this.container_of(obj).is_some() && grows && !is_tuple {
                this.add_all(source, &one, place);
                return one;
            }
            if this.container_of(obj).is_some() && !is_tuple {
                // `-=` and `&=` take elements out.
                this.observe_removal(obj);
                let here = this.heap.here();
                this.cut_elements(obj, here);
                return one;
            }
            this.binary(&one, source, op, place)
        })
    }
}
