//! Functions: their headers where they are made, their code when its turn comes.

use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::builder::{FunctionBuilder, Value};
use super::{Lowerer, Method};
use crate::syntax::annotation;
use crate::syntax::ir::{
    Cell, CellVar, ClassIdx, Decorator, Function, FunctionIdx, FunctionKind, List, MemberKind, Op,
    Param, ParamKind, Var,
};
use crate::syntax::name::{Name, known};
use crate::syntax::parse::SourceKind;
use crate::syntax::scope::{ScopeId, ScopeKind, Scopes, parameters};

/// A function whose code has not been lowered yet.
pub(super) struct Pending<'a> {
    pub(super) idx: FunctionIdx,
    pub(super) code: Code<'a>,
    pub(super) scope: ScopeId,
    pub(super) name: Name,
    pub(super) parent: FunctionIdx,
    /// The class in whose body the function stands.
    pub(super) class: Option<ClassIdx>,
    /// The class whose method the function is, or is nested in.
    pub(super) method: Option<ClassIdx>,
    pub(super) decorators: Vec<Decorator>,
}

/// The code of a function.
#[derive(Clone, Copy)]
pub(super) enum Code<'a> {
    Def(&'a ast::StmtFunctionDef),
    Lambda(&'a ast::ExprLambda),
    Generator(&'a ast::ExprGenerator),
}

impl<'a> Code<'a> {
    fn parameters(self) -> Option<&'a ast::Parameters> {
        match self {
            Code::Def(def) => Some(&def.parameters),
            Code::Lambda(lambda) => lambda.parameters.as_deref(),
            Code::Generator(_) => None,
        }
    }
}

impl<'a> Lowerer<'a> {
    /// A `def` statement: decorators, defaults, the function, its name.
    pub(super) fn function_def(&mut self, def: &'a ast::StmtFunctionDef) {
        let name = self.intern(&def.name);
        let range = def.name.range();
        let decorators = self.decorators(&def.decorator_list);
        let defaults = self.defaults(&def.parameters);
        let Some(scope) = Scopes::opened_by(def) else {
            self.ir.skipped_deep += 1;
            return;
        };
        // Its `__name__` is what the header says, even if the name that it is bound to is private.
        let own_name = self.names.intern(&def.name);
        let func = self.enqueue(Code::Def(def), scope, own_name);
        if let Some(pending) = self.queue.back_mut() {
            pending.decorators = decorators;
        }
        self.member(name, MemberKind::Function(func), None, range);
        let target = self.local(name);
        let dst = self.dst(target);
        self.emit(
            Op::MakeFunction {
                dst,
                func,
                defaults,
            },
            range,
        );
        self.store(name, Value::Var(dst), range);
    }

    /// A lambda; the value is a new function.
    pub(super) fn lambda(&mut self, lambda: &'a ast::ExprLambda, want: Option<Var>) -> Value {
        let defaults = match &lambda.parameters {
            Some(parameters) => self.defaults(parameters),
            None => List::new(),
        };
        let Some(scope) = Scopes::opened_by(lambda) else {
            self.ir.skipped_deep += 1;
            return Value::OPAQUE;
        };
        let func = self.enqueue(Code::Lambda(lambda), scope, Name::new("<lambda>"));
        let dst = self.dst(want);
        self.emit(
            Op::MakeFunction {
                dst,
                func,
                defaults,
            },
            lambda.range(),
        );
        Value::Var(dst)
    }

    /// Evaluates the defaults of parameters.
    fn defaults(&mut self, list: &'a ast::Parameters) -> List<(u32, Var)> {
        parameters(list)
            .zip(0..)
            .filter_map(|((_, _, default), idx)| Some((idx, self.operand(default?))))
            .collect()
    }

    /// Evaluates the decorators of a function or class.
    pub(super) fn decorators(&mut self, list: &'a [ast::Decorator]) -> Vec<Decorator> {
        list.iter()
            .map(|decorator| {
                let expr = &decorator.expression;
                let (callee, keywords) = match expr {
                    Expr::Call(call) => (&*call.func, self.constant_keywords(call)),
                    _ => (expr, Vec::new()),
                };
                Decorator {
                    path: self.dotted(callee),
                    called: expr.is_call_expr(),
                    keywords,
                    value: self.operand(expr),
                    range: expr.range(),
                }
            })
            .collect()
    }

    /// Lowers the code of a function whose turn it is.
    pub(super) fn pending_function(&mut self, pending: Pending<'a>) {
        let scope = pending.scope;
        let code = pending.code;
        let params = self.params(code, scope);
        self.enter_function(&pending, &params);
        let mut function = self.header(&pending);
        function.params = params;
        match code {
            Code::Def(def) => self.suite(&def.body),
            Code::Lambda(lambda) => {
                let src = Some(self.operand(&lambda.body));
                self.emit(Op::Return { src }, lambda.body.range());
            }
            Code::Generator(generator) => self.generator_code(generator),
        }
        let builder = std::mem::replace(
            &mut self.f,
            FunctionBuilder::new(FunctionIdx(0), Vec::new()),
        );
        (
            function.vars,
            function.var_count,
            function.cells,
            function.blocks,
        ) = builder.finish();
        self.ir.functions.push(function);
    }

    fn params(&mut self, code: Code<'a>, scope: ScopeId) -> Vec<Param> {
        self.scope = scope;
        if let Code::Generator(generator) = code {
            return vec![Param {
                name: known::DOT_ZERO,
                kind: ParamKind::PositionalOnly,
                has_default: false,
                const_default: None,
                annotation: None,
                range: generator.range(),
            }];
        }
        let list = code.parameters().into_iter().flat_map(parameters);
        list.map(|(kind, parameter, default)| Param {
            name: self.intern(&parameter.name),
            kind,
            has_default: default.is_some(),
            const_default: default.and_then(|it| self.literal(it)),
            annotation: self.annotation(parameter.annotation.as_deref()),
            range: parameter.range(),
        })
        .collect()
    }

    /// Starts a new builder, with a variable or cell for every name of the function.
    fn enter_function(&mut self, pending: &Pending<'a>, params: &[Param]) {
        let scope = pending.scope;
        for (param, idx) in params.iter().zip(0..) {
            self.scopes.set_slot(scope, param.name, idx);
        }
        let mut vars: Vec<Name> = params.iter().map(|it| it.name).collect();
        let mut cells = Vec::new();
        for position in 0..self.scopes.get(scope).bound.len() {
            let Some(&name) = self.scopes.get(scope).bound.get(position) else {
                break;
            };
            match self.scopes.symbol(scope, name) {
                Some(symbol) if symbol.is_cell() => cells.push((name, symbol)),
                Some(symbol) if symbol.is_local() && !symbol.is_param() => {
                    self.scopes.set_slot(scope, name, vars.len() as u32);
                    vars.push(name);
                }
                _ => {}
            }
        }
        vars.shrink_to_fit();
        self.f = FunctionBuilder::new(pending.idx, vars);
        for (name, symbol) in cells {
            let cell = self.f.cell(Cell { name, owner: None });
            self.scopes.set_slot(scope, name, cell.0);
            if let Some(param) = params
                .get(symbol.slot as usize)
                .filter(|_| symbol.is_param())
            {
                let src = Var(symbol.slot);
                self.f.emit_first(Op::StoreCell { cell, src }, param.range);
            }
        }
        self.give_free_cells(scope);
        self.class = None;
        self.method = pending.method.map(|class| Method {
            class,
            first_param: params
                .first()
                .filter(|it| is_receiver(it))
                .map(|it| it.name),
        });
    }

    /// A cell for each name that the function captures, called as in the function that owns it.
    fn give_free_cells(&mut self, scope: ScopeId) {
        for position in 0..self.scopes.get(scope).free.len() {
            let Some(&name) = self.scopes.get(scope).free.get(position) else {
                break;
            };
            let Some(owner_scope) = self.scopes.symbol(scope, name).map(|it| it.owner) else {
                continue;
            };
            let owner = self.running_function(owner_scope);
            let slot = self.scopes.symbol(owner_scope, name).map(|it| it.slot);
            let cell_name = slot
                .zip(self.ir.functions.get(owner.0 as usize))
                .and_then(|(slot, function)| function.cells.get(slot as usize))
                .map_or(name, |cell| cell.name);
            let CellVar(slot) = self.f.cell(Cell {
                name: cell_name,
                owner: Some(owner),
            });
            self.scopes.set_slot(scope, name, slot);
        }
    }

    /// The function in which the code of a scope runs.
    fn running_function(&self, mut scope: ScopeId) -> FunctionIdx {
        loop {
            let it = self.scopes.get(scope);
            if it.kind.is_function() || it.kind == ScopeKind::Module {
                return self
                    .functions
                    .get(&scope)
                    .copied()
                    .unwrap_or(FunctionIdx(0));
            }
            scope = it.parent;
        }
    }

    fn header(&mut self, pending: &Pending<'a>) -> Function {
        let scope = self.scopes.get(pending.scope);
        let mut function = Function {
            name: pending.name,
            kind: FunctionKind::Def,
            is_async: false,
            is_generator: scope.is_generator,
            class: pending.class,
            parent: Some(pending.parent),
            range: TextRange::default(),
            name_range: TextRange::default(),
            params: Vec::new(),
            returns: None,
            decorators: pending.decorators.clone(),
            vars: Vec::new(),
            var_count: 0,
            cells: Vec::new(),
            globals: scope.globals.clone(),
            blocks: Vec::new(),
            is_stub: false,
        };
        match pending.code {
            Code::Def(def) => {
                function.is_async = def.is_async;
                function.range = def.range();
                function.name_range = def.name.range();
                function.returns = self.annotation(def.returns.as_deref());
                function.is_stub = self.kind == SourceKind::Stub
                    || is_abstract(&pending.decorators)
                    || is_stub_body(&def.body);
            }
            Code::Lambda(lambda) => {
                function.kind = FunctionKind::Lambda;
                function.range = lambda.range();
                let keyword = ruff_text_size::TextSize::of("lambda");
                function.name_range = TextRange::at(lambda.start(), keyword);
            }
            Code::Generator(generator) => {
                function.kind = FunctionKind::GeneratorExpression;
                function.is_generator = true;
                function.is_async = generator.generators.iter().any(|it| it.is_async);
                function.range = generator.range();
                function.name_range = generator.range();
            }
        }
        function
    }

    /// Reduces an annotation to a type.
    pub(super) fn annotation(
        &mut self,
        expr: Option<&'a Expr>,
    ) -> Option<crate::syntax::ir::TypeExpr> {
        expr.map(annotation::type_expr)
    }
}

/// Whether `super()` takes its object from this first parameter.
fn is_receiver(param: &Param) -> bool {
    matches!(param.kind, ParamKind::PositionalOnly | ParamKind::Normal)
        && param.name != known::DOT_ZERO
}

/// Whether a decorator says that nobody runs this version of the function.
fn is_abstract(decorators: &[Decorator]) -> bool {
    decorators.iter().any(|decorator| {
        let last = decorator.path.last().map(|it| it.as_str());
        matches!(
            last,
            Some("abstractmethod" | "overload" | "abstractproperty")
        )
    })
}

/// Whether a body is a doc string alone, `...`, or `raise NotImplementedError`, after a doc
/// string or not. `pass` is what an ordinary method says that has nothing to do.
fn is_stub_body(body: &[Stmt]) -> bool {
    let mut rest = body;
    let is_doc = |stmt: &Stmt| match stmt {
        Stmt::Expr(it) => it.value.is_string_literal_expr(),
        _ => false,
    };
    if let [doc, after @ ..] = body
        && is_doc(doc)
    {
        rest = after;
    }
    match rest {
        [] => !body.is_empty(),
        [Stmt::Expr(it)] => it.value.is_ellipsis_literal_expr(),
        [Stmt::Raise(it)] => {
            let raised = match it.exc.as_deref() {
                Some(Expr::Call(call)) => Some(&*call.func),
                other => other,
            };
            matches!(raised, Some(Expr::Name(name)) if name.id == "NotImplementedError")
        }
        _ => false,
    }
}
