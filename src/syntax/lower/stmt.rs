//! Statements.

use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};
use thin_vec::thin_vec;

use super::builder::Value;
use super::{Lowerer, MAX_STMT_DEPTH};
use crate::syntax::ir::{Arm, BlockId, Cond, Handler, Op, Var};

impl<'a> Lowerer<'a> {
    /// A suite, in the current block.
    pub(super) fn suite(&mut self, suite: &'a [Stmt]) {
        if suite.is_empty() {
            return;
        }
        if self.stmt_depth >= MAX_STMT_DEPTH {
            self.ir.skipped_deep += 1;
            return;
        }
        self.stmt_depth += 1;
        for stmt in suite {
            self.statement(stmt);
        }
        self.stmt_depth -= 1;
    }

    /// A suite in a block of its own.
    fn suite_block(&mut self, suite: &'a [Stmt]) -> BlockId {
        self.block(|this| this.suite(suite))
    }

    fn statement(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Expr(it) => self.expression_statement(it),
            Stmt::Assign(it) => self.assign(it),
            Stmt::AnnAssign(it) => self.ann_assign(it),
            Stmt::AugAssign(it) => self.aug_assign(it),
            Stmt::Return(it) => {
                let src = it.value.as_deref().map(|it| self.operand(it));
                self.emit(Op::Return { src }, it.range);
            }
            Stmt::If(it) => self.if_statement(it),
            Stmt::FunctionDef(it) => self.function_def(it),
            Stmt::ClassDef(it) => self.class_def(it),
            Stmt::For(it) => self.for_statement(it),
            Stmt::While(it) => self.while_statement(it),
            Stmt::With(it) => self.with_statement(&it.items, it),
            Stmt::Try(it) => self.try_statement(it),
            Stmt::Match(it) => self.match_statement(it),
            Stmt::Import(it) => self.import(it),
            Stmt::ImportFrom(it) => self.import_from(it),
            Stmt::Raise(it) => {
                let exc = it.exc.as_deref().map(|it| self.operand(it));
                let cause = it.cause.as_deref().map(|it| self.operand(it));
                self.emit(Op::Raise { exc, cause }, it.range);
            }
            Stmt::Assert(it) => self.assert(it),
            Stmt::Delete(it) => {
                for target in &it.targets {
                    self.delete(target, target.range());
                }
            }
            Stmt::TypeAlias(it) => {
                let value = self.aliased_class(&it.value);
                self.bind(&it.name, value, it.range);
            }
            Stmt::Break(it) => self.emit(Op::Break, it.range),
            Stmt::Continue(it) => self.emit(Op::Continue, it.range),
            Stmt::Global(_) | Stmt::Nonlocal(_) | Stmt::Pass(_) | Stmt::IpyEscapeCommand(_) => {}
        }
    }

    /// What `type Alias = C[X]` says of the objects so annotated is that they are of class `C`.
    fn aliased_class(&mut self, value: &'a ast::Expr) -> Value {
        match value {
            ast::Expr::Subscript(it) => self.aliased_class(&it.value),
            ast::Expr::Name(_) | ast::Expr::Attribute(_) => self.eval(value, None),
            _ => Value::OPAQUE,
        }
    }

    fn expression_statement(&mut self, it: &'a ast::StmtExpr) {
        self.note_export(&it.value);
        self.effects(&it.value);
    }

    fn if_statement(&mut self, it: &'a ast::StmtIf) {
        let mut arms = Vec::with_capacity(it.elif_else_clauses.len() + 1);
        let mut otherwise = None;
        arms.push(self.arm(&it.test, &it.body));
        for clause in &it.elif_else_clauses {
            match &clause.test {
                Some(test) => arms.push(self.arm(test, &clause.body)),
                None => otherwise = Some(self.suite_block(&clause.body)),
            }
        }
        let otherwise = otherwise.unwrap_or_else(|| self.f.empty());
        let arms = arms.into();
        self.emit(Op::Branch { arms, otherwise }, it.range);
    }

    fn arm(&mut self, test: &'a Expr, body: &'a [Stmt]) -> Arm {
        let (test, cond) = self.test(test);
        let body = self.suite_block(body);
        Arm { test, cond, body }
    }

    /// A test in a block of its own.
    fn test(&mut self, expr: &'a Expr) -> (BlockId, Cond) {
        let mut cond = Cond::Unknown;
        let test = self.block(|this| cond = this.cond(expr));
        (test, cond)
    }

    fn while_statement(&mut self, it: &'a ast::StmtWhile) {
        let (test, cond) = self.test(&it.test);
        let body = self.suite_block(&it.body);
        let orelse = self.suite_block(&it.orelse);
        self.emit(
            Op::While {
                test,
                cond: Box::new(cond),
                body,
                orelse,
            },
            it.range,
        );
    }

    fn for_statement(&mut self, it: &'a ast::StmtFor) {
        let iter = self.operand(&it.iter);
        self.note_binding(&it.target, None, None, it.target.range());
        let item = self.item_var(&it.target, iter);
        let body = self.block(|this| {
            this.bind(&it.target, Value::Var(item), it.target.range());
            this.suite(&it.body);
        });
        let orelse = self.suite_block(&it.orelse);
        self.emit(
            Op::For {
                item,
                iter,
                body,
                orelse,
                is_async: it.is_async,
            },
            it.range,
        );
    }

    /// The variable in which a value for `target` arrives: the target itself, where that is an
    /// ordinary local name.
    pub(super) fn item_var(&mut self, target: &'a Expr, source: Var) -> Var {
        let local = self.local_target(target).filter(|&it| it != source);
        self.dst(local)
    }

    /// `with a as x, b as y: ...`: one in the other.
    fn with_statement(&mut self, items: &'a [ast::WithItem], it: &'a ast::StmtWith) {
        let Some((item, rest)) = items.split_first() else {
            return self.suite(&it.body);
        };
        if self.stmt_depth >= MAX_STMT_DEPTH {
            self.ir.skipped_deep += 1;
            return;
        }
        self.stmt_depth += 1;
        let manager = self.operand(&item.context_expr);
        let target = item.optional_vars.as_deref();
        let entered = match target {
            Some(target) => {
                self.note_binding(target, None, None, target.range());
                self.item_var(target, manager)
            }
            None => self.f.temp(),
        };
        let body = self.block(|this| {
            if let Some(target) = target {
                this.bind(target, Value::Var(entered), target.range());
            }
            this.with_statement(rest, it);
        });
        self.emit(
            Op::With {
                manager,
                entered,
                body,
                is_async: it.is_async,
            },
            item.range,
        );
        self.stmt_depth -= 1;
    }

    fn try_statement(&mut self, it: &'a ast::StmtTry) {
        let body = self.suite_block(&it.body);
        let handlers = it.handlers.iter().map(|it| {
            let ast::ExceptHandler::ExceptHandler(handler) = it;
            self.handler(handler)
        });
        let handlers = handlers.collect();
        let orelse = self.suite_block(&it.orelse);
        let finally = self.suite_block(&it.finalbody);
        self.emit(
            Op::Try {
                body,
                handlers,
                orelse,
                finally,
            },
            it.range,
        );
    }

    fn handler(&mut self, it: &'a ast::ExceptHandlerExceptHandler) -> Handler {
        let bound = it.name.as_ref().map(|name| (self.intern(name), name.range));
        let local = bound.and_then(|(name, _)| self.local(name));
        let exception = self.dst(local);
        let body = self.block(|this| {
            if let Some((name, range)) = bound {
                this.store(name, Value::Var(exception), range);
            }
            this.suite(&it.body);
            if let Some((name, range)) = bound {
                this.delete_name(name, range);
            }
        });
        let types = match it.type_.as_deref() {
            Some(Expr::Tuple(of)) => of.elts.iter().map(|it| self.dotted(it)).collect(),
            Some(of) => Box::from([self.dotted(of)]),
            None => Box::default(),
        };
        let name_end = it.name.as_ref().map(Ranged::end);
        let type_end = it.type_.as_deref().map(Ranged::end);
        let end = name_end.or(type_end);
        let range = match end {
            Some(end) => TextRange::new(it.start(), end),
            None => TextRange::at(it.start(), TextSize::of("except")),
        };
        Handler {
            exception,
            types,
            body,
            range,
        }
    }

    /// `assert test, message`: the message is evaluated where the test fails.
    fn assert(&mut self, it: &'a ast::StmtAssert) {
        let (test, cond) = self.test(&it.test);
        let body = self.f.empty();
        let otherwise = self.block(|this| {
            if let Some(message) = it.msg.as_deref() {
                this.effects(message);
            }
            let exc = Some(this.f.var(Value::OPAQUE));
            this.emit(Op::Raise { exc, cause: None }, it.range);
        });
        let arms = thin_vec![Arm { test, cond, body }];
        self.emit(Op::Branch { arms, otherwise }, it.range);
    }
}
