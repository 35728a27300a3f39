//! Comprehensions, which run in place, and generator expressions, which are functions.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};
use thin_vec::thin_vec;

use super::Lowerer;
use super::builder::Value;
use super::cond::all;
use super::function::Code;
use crate::syntax::ir::{Arg, Arm, Display, List, Op, Var};
use crate::syntax::name::Name;
use crate::syntax::scope::{ScopeId, Scopes};

/// What the innermost `for` does with each item.
#[derive(Clone, Copy)]
enum Each<'a> {
    Add {
        target: Var,
        key: Option<&'a Expr>,
        value: &'a Expr,
    },
    Yield(&'a Expr),
}

impl<'a> Lowerer<'a> {
    /// `[... for ...]`, `{... for ...}`, `{...: ... for ...}`
    pub(super) fn comprehension(&mut self, expr: &'a Expr) -> Value {
        let range = expr.range();
        let (scope, generators, kind, key, value) = match expr {
            Expr::ListComp(it) => {
                let scope = Scopes::opened_by(it);
                (scope, &it.generators, Some(Display::List), None, &it.elt)
            }
            Expr::SetComp(it) => {
                let scope = Scopes::opened_by(it);
                (scope, &it.generators, Some(Display::Set), None, &it.elt)
            }
            Expr::DictComp(it) => {
                let scope = Scopes::opened_by(it);
                (scope, &it.generators, None, it.key.as_deref(), &it.value)
            }
            _ => return Value::OPAQUE,
        };
        let (Some(scope), Some((first, _))) = (scope, generators.split_first()) else {
            self.ir.skipped_deep += 1;
            return Value::OPAQUE;
        };
        let iter = self.operand(&first.iter);
        let target = self.f.temp();
        self.emit(new_container(target, kind), range);
        let each = Each::Add { target, key, value };
        self.in_scope(scope, |this| {
            this.give_slots(scope);
            this.for_clauses(generators, iter, each, range);
        });
        Value::Var(target)
    }

    /// `(... for ...)`: a function, called with the first iterable.
    pub(super) fn generator(&mut self, it: &'a ast::ExprGenerator, want: Option<Var>) -> Value {
        let (Some(scope), Some(first)) = (Scopes::opened_by(it), it.generators.first()) else {
            self.ir.skipped_deep += 1;
            return Value::OPAQUE;
        };
        let iter = self.operand(&first.iter);
        let func = self.enqueue(Code::Generator(it), scope, Name::new("<genexpr>"));
        let callee = self.f.temp();
        let make = Op::MakeFunction {
            dst: callee,
            func,
            defaults: List::new(),
        };
        self.emit(make, it.range);
        let dst = self.dst(want);
        let args = thin_vec![Arg::Positional(iter)];
        self.emit(Op::Call { dst, callee, args }, it.range);
        Value::Var(dst)
    }

    /// The code of a generator expression.
    pub(super) fn generator_code(&mut self, it: &'a ast::ExprGenerator) {
        self.for_clauses(&it.generators, Var(0), Each::Yield(&it.elt), it.range);
    }

    /// The `for` and `if` clauses from the first of `clauses` inwards.
    fn for_clauses(
        &mut self,
        clauses: &'a [ast::Comprehension],
        iter: Var,
        each: Each<'a>,
        range: TextRange,
    ) {
        let Some((clause, inner)) = clauses.split_first() else {
            return;
        };
        let item = self.item_var(&clause.target, iter);
        let body = self.block(|this| {
            this.bind(&clause.target, Value::Var(item), clause.target.range());
            if clause.ifs.is_empty() {
                this.inside_for(inner, each, range);
            } else {
                this.filtered(clause, |this| this.inside_for(inner, each, range));
            }
        });
        let orelse = self.f.empty();
        self.emit(
            Op::For {
                item,
                iter,
                body,
                orelse,
                is_async: clause.is_async,
            },
            clause.range,
        );
    }

    fn inside_for(&mut self, clauses: &'a [ast::Comprehension], each: Each<'a>, range: TextRange) {
        if let Some(clause) = clauses.first() {
            self.nested(|this| {
                let iter = this.operand(&clause.iter);
                this.for_clauses(clauses, iter, each, range);
            });
            return;
        }
        match each {
            Each::Add { target, key, value } => {
                let key = key.map(|it| self.operand(it));
                let value = self.operand(value);
                self.emit(Op::ComprehensionAdd { target, key, value }, range);
            }
            Each::Yield(value) => {
                let src = Some(self.operand(value));
                let dst = self.f.temp();
                self.emit(Op::Yield { dst, src }, range);
            }
        }
    }

    /// What the `if`s of a clause let through.
    fn filtered(&mut self, clause: &'a ast::Comprehension, body: impl FnOnce(&mut Self)) {
        let mut conds = Vec::with_capacity(clause.ifs.len());
        let test = self.block(|this| {
            for expr in &clause.ifs {
                conds.push(this.cond(expr));
            }
        });
        let body = self.block(body);
        let otherwise = self.f.empty();
        let cond = all(conds);
        let arms = thin_vec![Arm { test, cond, body }];
        self.emit(Op::Branch { arms, otherwise }, clause.range);
    }

    /// Runs `go` within another scope of the current function.
    pub(super) fn in_scope(&mut self, scope: ScopeId, go: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.scope, scope);
        go(self);
        self.scope = outer;
    }
}

fn new_container(dst: Var, kind: Option<Display>) -> Op {
    match kind {
        Some(kind) => Op::Collection {
            dst,
            kind,
            elements: List::new(),
        },
        None => Op::Dict {
            dst,
            entries: List::new(),
        },
    }
}
