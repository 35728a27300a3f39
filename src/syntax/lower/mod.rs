//! From the syntax tree to the reference IR.
//!
//! Functions wait in a queue until the one that contains them is finished, so nesting of
//! functions costs no stack; suites and expressions recurse, down to a fixed depth.

mod assign;
mod builder;
mod call;
mod class;
mod comprehension;
mod cond;
mod display;
mod expr;
mod function;
mod import;
mod name;
mod pattern;
mod stmt;

use std::collections::VecDeque;

use ruff_python_ast::Stmt;
use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

use self::builder::{FunctionBuilder, Value};
use self::function::{Code, Pending};
use super::ir::{BlockId, ClassIdx, FileIr, Function, FunctionIdx, FunctionKind, Op, Var};
use super::name::Name;
use super::names::NameCache;
use super::parse::SourceKind;
use super::scope::{ScopeId, ScopeKind, Scopes};

/// Expressions nested deeper than this are left out.
const MAX_EXPR_DEPTH: u32 = 120;
/// Statements nested deeper than this are left out.
const MAX_STMT_DEPTH: u32 = 100;

/// Lowers a module's statements into `functions`, `classes`, `imports` and `dunder_all` of a new
/// [`FileIr`].
pub(super) fn lower_module(text: &str, body: &[Stmt], kind: SourceKind) -> FileIr {
    let mut names = NameCache::default();
    let scopes = Scopes::analyze(body, &mut names);
    let range = TextRange::up_to(ruff_text_size::TextLen::text_len(text));
    let mut lowerer = Lowerer {
        kind,
        names,
        scopes,
        ir: FileIr::default(),
        queue: VecDeque::new(),
        next_function: 1,
        functions: FxHashMap::from_iter([(ScopeId::MODULE, FunctionIdx(0))]),
        f: FunctionBuilder::new(FunctionIdx(0), Vec::new()),
        scope: ScopeId::MODULE,
        class: None,
        method: None,
        expr_depth: 0,
        stmt_depth: 0,
    };
    lowerer.module(body, range);
    while let Some(pending) = lowerer.queue.pop_front() {
        lowerer.pending_function(pending);
    }
    let mut ir = lowerer.ir;
    ir.functions.shrink_to_fit();
    ir.classes.shrink_to_fit();
    ir.imports.shrink_to_fit();
    ir
}

struct Lowerer<'a> {
    kind: SourceKind,
    names: NameCache<'a>,
    scopes: Scopes<'a>,
    ir: FileIr,
    /// Functions that have been made but whose code has not been lowered yet.
    queue: VecDeque<Pending<'a>>,
    next_function: u32,
    /// The function that runs each scope's code, for the owners of cells.
    functions: FxHashMap<ScopeId, FunctionIdx>,
    /// The function that is being lowered.
    f: FunctionBuilder,
    /// The scope we are in: the function's, or that of a class body or comprehension in it.
    scope: ScopeId,
    /// The class whose body we are in, within the current function.
    class: Option<ClassIdx>,
    /// The method that the current function is or is nested in.
    method: Option<Method>,
    expr_depth: u32,
    stmt_depth: u32,
}

/// What `super()` needs to know.
#[derive(Clone, Copy)]
struct Method {
    class: ClassIdx,
    /// The first parameter of the current function, if it has one.
    first_param: Option<Name>,
}

impl<'a> Lowerer<'a> {
    fn module(&mut self, body: &'a [Stmt], range: TextRange) {
        self.suite(body);
        let builder = std::mem::replace(
            &mut self.f,
            FunctionBuilder::new(FunctionIdx(0), Vec::new()),
        );
        let (vars, var_count, cells, blocks) = builder.finish();
        self.ir.functions.push(Function {
            name: Name::new("<module>"),
            kind: FunctionKind::Module,
            is_async: false,
            is_generator: false,
            class: None,
            parent: None,
            range,
            name_range: TextRange::default(),
            params: Vec::new(),
            returns: None,
            decorators: Vec::new(),
            vars,
            var_count,
            cells,
            globals: Vec::new(),
            blocks,
            is_stub: false,
        });
    }

    fn emit(&mut self, op: Op, range: TextRange) {
        self.f.emit(op, range);
    }

    /// A block of what `fill` emits.
    fn block(&mut self, fill: impl FnOnce(&mut Self)) -> BlockId {
        let start = self.f.begin();
        fill(self);
        self.f.end(start)
    }

    /// The variable to write a result to: the one that is wanted, or a new one.
    fn dst(&mut self, want: Option<Var>) -> Var {
        want.unwrap_or_else(|| self.f.temp())
    }

    /// `dst = value`
    fn set(&mut self, dst: Var, value: Value, range: TextRange) {
        match value {
            Value::Var(src) if src == dst => {}
            Value::Var(src) => self.emit(Op::Move { dst, src }, range),
            Value::Const(value) => self.emit(Op::Const { dst, value }, range),
        }
    }

    /// Interns an identifier as it is spelled in the current scope.
    fn intern(&mut self, text: &'a str) -> Name {
        self.scopes.intern(self.scope, text, &mut self.names)
    }

    /// The class whose body the current statement stands in directly.
    fn class_body(&self) -> Option<ClassIdx> {
        match self.scopes.get(self.scope).kind {
            ScopeKind::Class => self.class,
            _ => None,
        }
    }

    /// Lets a function wait until the current one is finished.
    fn enqueue(&mut self, code: Code<'a>, scope: ScopeId, name: Name) -> FunctionIdx {
        let idx = FunctionIdx(self.next_function);
        self.next_function += 1;
        self.functions.insert(scope, idx);
        let class = match code {
            Code::Def(_) => self.class_body(),
            Code::Lambda(_) | Code::Generator(_) => None,
        };
        self.queue.push_back(Pending {
            idx,
            code,
            scope,
            name,
            parent: self.f.idx,
            class,
            method: self.class.or(self.method.map(|it| it.class)),
            decorators: Vec::new(),
        });
        idx
    }
}
