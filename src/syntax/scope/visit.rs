//! What each statement, expression and pattern means for the scopes.

use ruff_python_ast::{self as ast, Expr, Pattern, Stmt};
use smallvec::SmallVec;

use super::collect::{Collector, Work};
use super::{ScopeId, ScopeKind, Symbol, parameters};
use crate::syntax::name::known;

impl<'a> Collector<'a, '_> {
    pub(super) fn statement(&mut self, stmt: &'a Stmt, scope: ScopeId) {
        match stmt {
            Stmt::FunctionDef(def) => self.function_def(def, scope),
            Stmt::ClassDef(class) => self.class_def(class, scope),
            Stmt::Return(it) => self.exprs(it.value.as_deref(), scope),
            Stmt::Delete(it) => self.exprs(&it.targets, scope),
            Stmt::TypeAlias(it) => self.expr(&it.name, scope),
            Stmt::Assign(it) => {
                self.exprs(&it.targets, scope);
                self.expr(&it.value, scope);
            }
            Stmt::AugAssign(it) => {
                self.expr(&it.target, scope);
                self.expr(&it.value, scope);
            }
            Stmt::AnnAssign(it) => {
                self.expr(&it.target, scope);
                self.exprs(it.value.as_deref(), scope);
            }
            Stmt::For(it) => {
                self.exprs([&*it.target, &*it.iter], scope);
                self.suite(&it.body, scope);
                self.suite(&it.orelse, scope);
            }
            Stmt::While(it) => {
                self.expr(&it.test, scope);
                self.suite(&it.body, scope);
                self.suite(&it.orelse, scope);
            }
            Stmt::If(it) => {
                self.expr(&it.test, scope);
                self.suite(&it.body, scope);
                for clause in &it.elif_else_clauses {
                    self.exprs(&clause.test, scope);
                    self.suite(&clause.body, scope);
                }
            }
            Stmt::With(it) => {
                for item in &it.items {
                    self.expr(&item.context_expr, scope);
                    self.exprs(item.optional_vars.as_deref(), scope);
                }
                self.suite(&it.body, scope);
            }
            Stmt::Match(it) => self.match_statement(it, scope),
            Stmt::Raise(it) => {
                self.exprs(it.exc.as_deref(), scope);
                self.exprs(it.cause.as_deref(), scope);
            }
            Stmt::Try(it) => self.try_statement(it, scope),
            Stmt::Assert(it) => {
                self.expr(&it.test, scope);
                self.exprs(it.msg.as_deref(), scope);
            }
            Stmt::Import(it) => self.import(&it.names, scope),
            Stmt::ImportFrom(it) => self.import(&it.names, scope),
            Stmt::Global(it) => self.declare(&it.names, scope, Symbol::GLOBAL),
            Stmt::Nonlocal(it) => self.declare(&it.names, scope, Symbol::NONLOCAL),
            Stmt::Expr(it) => self.expr(&it.value, scope),
            Stmt::Pass(_) | Stmt::Break(_) | Stmt::Continue(_) | Stmt::IpyEscapeCommand(_) => {}
        }
    }

    fn function_def(&mut self, def: &'a ast::StmtFunctionDef, scope: ScopeId) {
        self.bind(&def.name, scope, Symbol::BOUND);
        self.exprs(def.decorator_list.iter().map(|it| &it.expression), scope);
        let inner = self.open(ScopeKind::Function, scope, &def.node_index);
        self.parameters(&def.parameters, scope, inner);
        if let Some(inner) = inner {
            for param in def.type_params.iter().flat_map(|it| &it.type_params) {
                self.bind(param.name(), inner, Symbol::BOUND);
            }
            self.suite(&def.body, inner);
        }
    }

    fn parameters(&mut self, list: &'a ast::Parameters, outer: ScopeId, inner: Option<ScopeId>) {
        for (_, parameter, default) in parameters(list) {
            self.exprs(default, outer);
            if let Some(inner) = inner {
                self.bind(&parameter.name, inner, Symbol::BOUND | Symbol::PARAM);
            }
        }
    }

    fn class_def(&mut self, class: &'a ast::StmtClassDef, scope: ScopeId) {
        self.bind(&class.name, scope, Symbol::BOUND);
        self.exprs(class.decorator_list.iter().map(|it| &it.expression), scope);
        self.exprs(class.bases(), scope);
        self.exprs(class.keywords().iter().map(|it| &it.value), scope);
        if let Some(inner) = self.open(ScopeKind::Class, scope, &class.node_index) {
            self.scopes.scopes[inner.0 as usize].private = Some(&class.name);
            self.suite(&class.body, inner);
        }
    }

    fn match_statement(&mut self, it: &'a ast::StmtMatch, scope: ScopeId) {
        self.expr(&it.subject, scope);
        for case in &it.cases {
            self.work.push((Work::Pattern(&case.pattern), scope));
            self.exprs(case.guard.as_deref(), scope);
            self.suite(&case.body, scope);
        }
    }

    fn try_statement(&mut self, it: &'a ast::StmtTry, scope: ScopeId) {
        self.suite(&it.body, scope);
        for ast::ExceptHandler::ExceptHandler(handler) in &it.handlers {
            self.exprs(handler.type_.as_deref(), scope);
            if let Some(name) = &handler.name {
                self.bind(name, scope, Symbol::BOUND);
            }
            self.suite(&handler.body, scope);
        }
        self.suite(&it.orelse, scope);
        self.suite(&it.finalbody, scope);
    }

    fn import(&mut self, names: &'a [ast::Alias], scope: ScopeId) {
        for alias in names {
            let bound: &'a str = alias.asname.as_ref().unwrap_or(&alias.name);
            let root = bound.split('.').next().unwrap_or(bound);
            if root != "*" {
                self.bind(root, scope, Symbol::BOUND);
            }
        }
    }

    fn declare(&mut self, names: &'a [ast::Identifier], scope: ScopeId, flag: u8) {
        if scope == ScopeId::MODULE {
            return;
        }
        for text in names {
            self.bind(text, scope, flag);
            let name = self.scopes.intern(scope, text, self.names);
            if flag == Symbol::GLOBAL {
                self.scopes.scopes[scope.0 as usize].globals.push(name);
            } else {
                self.record_use(name, scope);
            }
        }
    }

    pub(super) fn pattern(&mut self, pattern: &'a Pattern, scope: ScopeId) {
        let mut all = |patterns: &'a [Pattern]| {
            let patterns = patterns.iter().map(|it| (Work::Pattern(it), scope));
            self.work.extend(patterns);
        };
        let bound = match pattern {
            Pattern::MatchValue(it) => return self.expr(&it.value, scope),
            Pattern::MatchSingleton(_) => None,
            Pattern::MatchSequence(it) => {
                all(&it.patterns);
                None
            }
            Pattern::MatchOr(it) => {
                all(&it.patterns);
                None
            }
            Pattern::MatchMapping(it) => {
                all(&it.patterns);
                self.exprs(&it.keys, scope);
                it.rest.as_ref()
            }
            Pattern::MatchClass(it) => {
                all(&it.arguments.patterns);
                let keywords = it.arguments.keywords.iter();
                let keywords = keywords.map(|it| (Work::Pattern(&it.pattern), scope));
                self.work.extend(keywords);
                self.expr(&it.cls, scope);
                None
            }
            Pattern::MatchStar(it) => it.name.as_ref(),
            Pattern::MatchAs(it) => {
                if let Some(pattern) = &it.pattern {
                    self.work.push((Work::Pattern(pattern), scope));
                }
                it.name.as_ref()
            }
        };
        if let Some(name) = bound {
            self.bind(name, scope, Symbol::BOUND);
        }
    }

    pub(super) fn expression(&mut self, expr: &'a Expr, scope: ScopeId) {
        match expr {
            Expr::Name(it) => self.name(it, scope),
            Expr::BoolOp(it) => self.exprs(&it.values, scope),
            Expr::Named(it) => {
                self.expr(&it.value, scope);
                match &*it.target {
                    Expr::Name(name) => self.bind_walrus(name, scope),
                    other => self.expr(other, scope),
                }
            }
            Expr::BinOp(it) => self.exprs([&*it.left, &*it.right], scope),
            Expr::UnaryOp(it) => self.expr(&it.operand, scope),
            Expr::Lambda(it) => self.lambda(it, scope),
            Expr::If(it) => self.exprs([&*it.test, &*it.body, &*it.orelse], scope),
            Expr::Dict(it) => {
                for item in &it.items {
                    self.exprs(&item.key, scope);
                    self.expr(&item.value, scope);
                }
            }
            Expr::Set(it) => self.exprs(&it.elts, scope),
            Expr::List(it) => self.exprs(&it.elts, scope),
            Expr::Tuple(it) => self.exprs(&it.elts, scope),
            Expr::ListComp(it) => {
                self.comprehension(&it.node_index, &it.generators, [&*it.elt], scope);
            }
            Expr::SetComp(it) => {
                self.comprehension(&it.node_index, &it.generators, [&*it.elt], scope);
            }
            Expr::DictComp(it) => {
                let parts = it.key.as_deref().into_iter().chain([&*it.value]);
                self.comprehension(&it.node_index, &it.generators, parts, scope);
            }
            Expr::Generator(it) => self.generator(it, scope),
            Expr::Await(it) => self.expr(&it.value, scope),
            Expr::Yield(it) => {
                self.mark_generator(scope);
                self.exprs(it.value.as_deref(), scope);
            }
            Expr::YieldFrom(it) => {
                self.mark_generator(scope);
                self.expr(&it.value, scope);
            }
            Expr::Compare(it) => {
                self.expr(&it.left, scope);
                self.exprs(&it.comparators, scope);
            }
            Expr::Call(it) => {
                self.expr(&it.func, scope);
                self.exprs(&it.arguments.args, scope);
                self.exprs(it.arguments.keywords.iter().map(|it| &it.value), scope);
            }
            Expr::FString(it) => self.interpolations(it.value.elements(), scope),
            Expr::TString(it) => self.interpolations(it.value.elements(), scope),
            Expr::Attribute(it) => self.expr(&it.value, scope),
            Expr::Subscript(it) => self.exprs([&*it.value, &*it.slice], scope),
            Expr::Starred(it) => self.expr(&it.value, scope),
            Expr::Slice(it) => {
                let bounds = [&it.lower, &it.upper, &it.step];
                self.exprs(bounds.into_iter().filter_map(|it| it.as_deref()), scope);
            }
            Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::IpyEscapeCommand(_) => {}
        }
    }

    fn lambda(&mut self, it: &'a ast::ExprLambda, scope: ScopeId) {
        let inner = self.open(ScopeKind::Function, scope, &it.node_index);
        if let Some(parameters) = &it.parameters {
            self.parameters(parameters, scope, inner);
        }
        if let Some(inner) = inner {
            self.expr(&it.body, inner);
        }
    }

    fn generator(&mut self, it: &'a ast::ExprGenerator, scope: ScopeId) {
        if let Some(first) = it.generators.first() {
            self.expr(&first.iter, scope);
        }
        if let Some(inner) = self.open(ScopeKind::Generator, scope, &it.node_index) {
            let flags = Symbol::BOUND | Symbol::PARAM;
            self.bind(known::DOT_ZERO.as_str(), inner, flags);
            self.generators(&it.generators, inner);
            self.expr(&it.elt, inner);
        }
    }

    fn comprehension(
        &mut self,
        node: &'a ast::AtomicNodeIndex,
        generators: &'a [ast::Comprehension],
        parts: impl IntoIterator<Item = &'a Expr>,
        scope: ScopeId,
    ) {
        if let Some(first) = generators.first() {
            self.expr(&first.iter, scope);
        }
        if let Some(inner) = self.open(ScopeKind::Comprehension, scope, node) {
            self.generators(generators, inner);
            self.exprs(parts, inner);
        }
    }

    /// Everything of the `for` clauses but the first iterable, which the outer scope evaluates.
    fn generators(&mut self, generators: &'a [ast::Comprehension], scope: ScopeId) {
        for (idx, generator) in generators.iter().enumerate() {
            self.expr(&generator.target, scope);
            self.exprs(&generator.ifs, scope);
            if idx > 0 {
                self.expr(&generator.iter, scope);
            }
        }
    }

    fn interpolations(
        &mut self,
        elements: impl Iterator<Item = &'a ast::InterpolatedStringElement>,
        scope: ScopeId,
    ) {
        let mut pending: SmallVec<[&'a ast::InterpolatedElement; 4]> = elements
            .filter_map(ast::InterpolatedStringElement::as_interpolation)
            .collect();
        while let Some(it) = pending.pop() {
            self.expr(&it.expression, scope);
            if let Some(spec) = &it.format_spec {
                pending.extend(spec.elements.interpolations());
            }
        }
    }

    fn mark_generator(&mut self, mut scope: ScopeId) {
        while self.scopes.get(scope).kind == ScopeKind::Comprehension {
            scope = self.scopes.get(scope).parent;
        }
        self.scopes.scopes[scope.0 as usize].is_generator = true;
    }
}
