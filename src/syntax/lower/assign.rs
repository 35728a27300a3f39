//! Assignments and `del`.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};
use smallvec::SmallVec;

use super::Lowerer;
use super::builder::Value;
use super::expr::operator;
use crate::syntax::ir::{BinOp, Op, Var};

/// More targets than this are assigned through a tuple, as they are written.
const MAX_PAIRS: usize = 16;

impl<'a> Lowerer<'a> {
    /// `target = ... = value`
    pub(super) fn assign(&mut self, it: &'a ast::StmtAssign) {
        for target in &it.targets {
            self.note_binding(target, Some(&it.value), None, it.range);
        }
        match &*it.targets {
            [target] => self.assign_expr(target, &it.value, it.range),
            targets => {
                let value = self.eval(&it.value, None);
                for target in targets {
                    self.bind(target, value, target.range());
                }
            }
        }
    }

    /// `target: annotation = value`
    pub(super) fn ann_assign(&mut self, it: &'a ast::StmtAnnAssign) {
        let value = it.value.as_deref();
        self.note_binding(&it.target, value, Some(&it.annotation), it.range);
        if let Some(value) = value {
            self.assign_expr(&it.target, value, it.range);
        }
    }

    /// `target = value`, where `value` has not been evaluated yet.
    fn assign_expr(&mut self, target: &'a Expr, value: &'a Expr, range: TextRange) {
        if let Expr::Name(name) = target {
            let name = self.intern(&name.id);
            if let Some(dst) = self.local(name) {
                return self.eval_to(value, dst, range);
            }
            let value = self.eval(value, None);
            return self.store(name, value, range);
        }
        if let (Some(targets), Some(values)) = (elements(target), elements(value))
            && targets.len() == values.len()
            && targets.len() <= MAX_PAIRS
            && !targets.iter().chain(values).any(Expr::is_starred_expr)
        {
            return self.assign_each(targets, values);
        }
        let value = self.eval(value, None);
        self.bind(target, value, range);
    }

    /// `a, b = x, y`: no tuple is made that lives on.
    fn assign_each(&mut self, targets: &'a [Expr], values: &'a [Expr]) {
        let mut evaluated: SmallVec<[Value; 4]> = SmallVec::new();
        let mut rebound: SmallVec<[Var; 4]> = SmallVec::new();
        for target in targets {
            rebound.extend(self.local_target(target));
        }
        for value in values {
            let mut result = self.eval(value, None);
            // The value of a name that one of the targets rebinds first, as in `a, b = b, a`.
            if let Value::Var(src) = result
                && rebound.contains(&src)
            {
                let dst = self.f.temp();
                self.emit(Op::Move { dst, src }, value.range());
                result = Value::Var(dst);
            }
            evaluated.push(result);
        }
        for (target, value) in targets.iter().zip(evaluated) {
            self.bind(target, value, target.range());
        }
    }

    /// The variable that a target is, if it is an ordinary local name.
    pub(super) fn local_target(&mut self, target: &'a Expr) -> Option<Var> {
        match target {
            Expr::Name(name) => {
                let name = self.intern(&name.id);
                self.local(name)
            }
            _ => None,
        }
    }

    /// Binds a value to a target; `range` is what a finding shows.
    pub(super) fn bind(&mut self, target: &'a Expr, value: Value, range: TextRange) {
        match target {
            Expr::Name(name) if name.id.is_empty() => {}
            Expr::Name(name) => {
                let name = self.intern(&name.id);
                self.store(name, value, range);
            }
            Expr::Attribute(it) => {
                let src = self.f.var(value);
                let base = self.operand(&it.value);
                let name = self.intern(&it.attr);
                self.emit(Op::StoreAttr { base, name, src }, range);
            }
            Expr::Subscript(it) => {
                let src = self.f.var(value);
                let base = self.operand(&it.value);
                let op = match &*it.slice {
                    Expr::Slice(slice) => {
                        let whole = self.slice(slice);
                        Op::StoreSlice { base, src, whole }
                    }
                    key => {
                        let key = self.operand(key);
                        Op::StoreItem { base, key, src }
                    }
                };
                self.emit(op, range);
            }
            Expr::Starred(it) => {
                self.nested(|this| this.bind(&it.value, value, range));
            }
            Expr::Tuple(_) | Expr::List(_) => {
                self.nested(|this| this.unpack(elements(target).unwrap_or(&[]), value, range));
            }
            // Not a target: the parser has complained.
            _ => {}
        }
    }

    /// `a, *b = value`
    fn unpack(&mut self, targets: &'a [Expr], value: Value, range: TextRange) {
        let src = self.f.var(value);
        let mut star = None;
        let mut vars = Vec::with_capacity(targets.len());
        for (target, idx) in targets.iter().zip(0..) {
            let target = match target {
                Expr::Starred(it) => {
                    star.get_or_insert(idx);
                    &*it.value
                }
                _ => target,
            };
            let local = self.local_target(target).filter(|&it| it != src);
            vars.push(self.dst(local));
        }
        self.emit(
            Op::Unpack {
                src,
                targets: vars.as_slice().into(),
                star,
            },
            range,
        );
        for (target, var) in targets.iter().zip(vars) {
            self.bind(target, Value::Var(var), target.range());
        }
    }

    /// `target += value`
    pub(super) fn aug_assign(&mut self, it: &'a ast::StmtAugAssign) {
        let op = operator(it.op);
        let range = it.range;
        self.note_all(&it.target, &it.value, true);
        match &*it.target {
            Expr::Name(name) => {
                let name = self.intern(&name.id);
                let target = self.load(name, it.target.range());
                let src = self.operand(&it.value);
                let local = self.local(name);
                let dst = self.dst(local);
                self.emit_aug(dst, target, src, op, range);
                self.store(name, Value::Var(dst), range);
            }
            Expr::Attribute(attr) => {
                let base = self.operand(&attr.value);
                let name = self.intern(&attr.attr);
                let target = self.f.temp();
                let dst = target;
                self.emit(Op::LoadAttr { dst, base, name }, attr.range);
                let src = self.augmented(&it.value, target, op, range);
                self.emit(Op::StoreAttr { base, name, src }, range);
            }
            Expr::Subscript(item) => {
                let base = self.operand(&item.value);
                if let Expr::Slice(slice) = &*item.slice {
                    self.slice(slice);
                    return self.effects(&it.value);
                }
                let key = self.operand(&item.slice);
                let target = self.f.temp();
                let dst = target;
                self.emit(Op::LoadItem { dst, base, key }, item.range);
                let src = self.augmented(&it.value, target, op, range);
                self.emit(Op::StoreItem { base, key, src }, range);
            }
            _ => self.effects(&it.value),
        }
    }

    /// What becomes of `target` when `value` is added to it.
    fn augmented(&mut self, value: &'a Expr, target: Var, op: BinOp, range: TextRange) -> Var {
        let src = self.operand(value);
        let dst = self.f.temp();
        self.emit_aug(dst, target, src, op, range);
        dst
    }

    fn emit_aug(&mut self, dst: Var, target: Var, src: Var, op: BinOp, range: TextRange) {
        self.emit(
            Op::AugAssign {
                dst,
                target,
                src,
                op,
            },
            range,
        );
    }

    /// `del target`
    pub(super) fn delete(&mut self, target: &'a Expr, range: TextRange) {
        match target {
            Expr::Name(name) => {
                let name = self.intern(&name.id);
                self.delete_name(name, range);
            }
            Expr::Attribute(it) => {
                let base = self.operand(&it.value);
                let name = self.intern(&it.attr);
                self.emit(Op::DeleteAttr { base, name }, range);
            }
            Expr::Subscript(it) => {
                let base = self.operand(&it.value);
                let op = match &*it.slice {
                    Expr::Slice(slice) => {
                        let whole = self.slice(slice);
                        Op::DeleteSlice { base, whole }
                    }
                    key => {
                        let key = self.operand(key);
                        Op::DeleteItem { base, key }
                    }
                };
                self.emit(op, range);
            }
            Expr::Tuple(_) | Expr::List(_) => {
                self.nested(|this| {
                    for target in elements(target).unwrap_or(&[]) {
                        this.delete(target, target.range());
                    }
                });
            }
            _ => {}
        }
    }
}

/// The elements of a tuple or list display.
fn elements(expr: &Expr) -> Option<&[Expr]> {
    match expr {
        Expr::Tuple(it) => Some(&it.elts),
        Expr::List(it) => Some(&it.elts),
        _ => None,
    }
}
