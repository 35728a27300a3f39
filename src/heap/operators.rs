//! Operators that make containers of containers, or that classes define.

use super::call::Args;
use super::exec::Exec;
use super::object::{Obj, Ty, Value};
use crate::program::model::{Container, Place};
use crate::syntax::Name;
use crate::syntax::ir::BinOp;

impl Exec<'_> {
    /// `left op right`: the left operand's method, else what builtin containers do, else the right
    /// operand's reflected method.
    pub(crate) fn binary(&mut self, left: &Value, right: &Value, op: BinOp, place: Place) -> Value {
        if let Some(res) = self.operator_method(left, right, op, BinOp::method, place) {
            return res;
        }
        let operands = || left.iter().chain(right);
        let container = operands().find_map(|it| self.container_of(it.0));
        if let Some(container) = container {
            return self.combined(container, left, right, op, place);
        }
        self.operator_method(right, left, op, BinOp::reflected, place)
            .unwrap_or_default()
    }

    /// What an operator makes of builtin containers.
    fn combined(
        &mut self,
        container: Container,
        left: &Value,
        right: &Value,
        op: BinOp,
        place: Place,
    ) -> Value {
        let (takes_left, takes_right) = match op {
            BinOp::Add | BinOp::BitOr | BinOp::BitXor | BinOp::Mult => (true, true),
            // Differences and intersections have elements of the left side only.
            BinOp::Sub | BinOp::BitAnd => (true, false),
            _ => return Value::new(),
        };
        let res = self.new_container(container, place);
        for (takes, side) in [(takes_left, left), (takes_right, right)] {
            if takes {
                self.copy_items(side, &res, place);
            }
        }
        if op == BinOp::Sub {
            self.leave_out(right, &res, place);
        }
        res
    }

    /// Calls the method of an operator, if an object among `receiver` has it.
    fn operator_method(
        &mut self,
        receiver: &Value,
        operand: &Value,
        op: BinOp,
        name: fn(BinOp) -> Name,
        place: Place,
    ) -> Option<Value> {
        let is_instance = |it: &Ty| matches!(it, Ty::Instance(_));
        let instances = receiver
            .iter()
            .any(|it| self.heap.object(it.0).tys.iter().any(is_instance));
        if !instances {
            if op.is_rare_on_numbers() {
                self.note_operator(receiver, name(op));
            }
            return None;
        }
        let name = name(op);
        if !receiver.iter().any(|it| self.has_method(it.0, name)) {
            return None;
        }
        let args = Args::of([operand.clone()]);
        Some(self.each(receiver, |this, obj| {
            if !this.has_method(obj, name) {
                return Value::new();
            }
            let receiver = this.heap.value(obj);
            this.call_method(&receiver, name, &args, place)
        }))
    }

    /// Notes that what an operator does depends on the class of an object that is not known.
    fn note_operator(&mut self, operand: &Value, name: Name) {
        for &(obj, _) in operand {
            let object = self.heap.object(obj);
            if object.kind.is_symbolic() && object.tys.is_empty() {
                self.ask(obj);
                self.undecided.insert((obj, name));
            }
        }
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
            this.ask(obj);
            let one = this.heap.value(obj);
            if let Some(res) = this.operator_method(&one, source, op, BinOp::in_place, place) {
                return res;
            }
            match this.container_of(obj) {
                Some(Container::Tuple) | None => this.binary(&one, source, op, place),
                Some(_) => {
                    this.change_in_place(obj, source, op, place);
                    one
                }
            }
        })
    }

    fn change_in_place(&mut self, container: Obj, source: &Value, op: BinOp, place: Place) {
        match op {
            BinOp::Add | BinOp::BitOr | BinOp::BitXor => {
                let target = self.heap.value(container);
                self.add_all(source, &target, place);
            }
            BinOp::Sub | BinOp::BitAnd => {
                self.observe_removal(container);
                let here = self.heap.here();
                self.cut_elements(container, here);
            }
            // `list *= 2` repeats what is there.
            _ => {}
        }
    }
}
