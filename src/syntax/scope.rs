//! Which name belongs to which scope: what CPython's `symtable` finds out.
//!
//! One pass collects bindings and uses, a second one follows every use outwards to find the names
//! that nested functions capture. The pass keeps its own work list instead of recursing, so any
//! depth of nesting is fine; only scopes nested in each other are limited, because every use has
//! to be followed through all of them. The scope that a node opens is left in its node index.

use ruff_python_ast::{self as ast, Expr, ExprContext, HasNodeIndex, NodeIndex, Stmt};
use rustc_hash::FxHashMap;

use super::ir::ParamKind;
use super::name::Name;
use super::names::NameCache;

mod collect;
mod visit;

/// Scopes nested deeper than this are not analyzed.
const MAX_SCOPE_DEPTH: u16 = 100;

/// A scope of the file; the module is the first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct ScopeId(u32);

impl ScopeId {
    /// The module's scope.
    pub(super) const MODULE: Self = Self(0);
}

/// What opens a scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ScopeKind {
    Module,
    Class,
    /// A `def` or a lambda.
    Function,
    /// A generator expression: a function, except that `:=` does not bind in it.
    Generator,
    /// A list, set or dict comprehension: private names, but run in place.
    Comprehension,
}

impl ScopeKind {
    /// Whether it is code of its own, with its own variables.
    pub(super) fn is_function(self) -> bool {
        matches!(self, Self::Function | Self::Generator)
    }
}

/// A scope.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    pub(super) kind: ScopeKind,
    /// The enclosing scope; the module's own is itself.
    pub(super) parent: ScopeId,
    /// The names bound here, parameters first, then in no particular but a fixed order.
    pub(super) bound: Vec<Name>,
    /// The names captured from enclosing functions.
    pub(super) free: Vec<Name>,
    /// The names declared `global`.
    pub(super) globals: Vec<Name>,
    /// Contains `yield`.
    pub(super) is_generator: bool,
    /// The class whose name mangles `__private` names here.
    private: Option<&'a str>,
    /// Names used here may be bound by an enclosing function, so uses must be recorded.
    encloses_uses: bool,
    depth: u16,
}

/// What is known of a name in a scope.
#[derive(Clone, Copy, Debug)]
pub(super) struct Symbol {
    flags: u8,
    /// Where the value is: a variable, or a cell if [`Symbol::is_cell`] or [`Symbol::is_free`].
    /// Given out by the lowering when it enters the scope.
    pub(super) slot: u32,
    /// The scope that binds a free name.
    pub(super) owner: ScopeId,
}

impl Symbol {
    const BOUND: u8 = 1;
    const GLOBAL: u8 = 1 << 1;
    const NONLOCAL: u8 = 1 << 2;
    const CELL: u8 = 1 << 3;
    const FREE: u8 = 1 << 4;
    const USED: u8 = 1 << 5;
    const WALRUS: u8 = 1 << 6;
    const PARAM: u8 = 1 << 7;

    /// Bound in this scope itself.
    pub(super) fn is_local(self) -> bool {
        self.flags & (Self::BOUND | Self::GLOBAL | Self::NONLOCAL) == Self::BOUND
    }

    /// Local, and captured by a nested function.
    pub(super) fn is_cell(self) -> bool {
        self.flags & Self::CELL != 0
    }

    /// A parameter.
    pub(super) fn is_param(self) -> bool {
        self.flags & Self::PARAM != 0
    }

    /// Captured from an enclosing function.
    pub(super) fn is_free(self) -> bool {
        self.flags & Self::FREE != 0
    }

    /// Declared `global`.
    pub(super) fn is_global(self) -> bool {
        self.flags & Self::GLOBAL != 0
    }

    /// Rebound in the middle of some expression, by `:=`.
    pub(super) fn is_walrus(self) -> bool {
        self.flags & Self::WALRUS != 0
    }
}

/// All scopes of a file.
#[derive(Debug)]
pub(super) struct Scopes<'a> {
    scopes: Vec<Scope<'a>>,
    symbols: FxHashMap<(ScopeId, Name), Symbol>,
}

impl<'a> Scopes<'a> {
    /// Analyzes a module.
    pub(super) fn analyze(body: &'a [Stmt], names: &mut NameCache<'a>) -> Self {
        collect::collect(body, names)
    }

    /// The scope with this id.
    pub(super) fn get(&self, id: ScopeId) -> &Scope<'a> {
        &self.scopes[id.0 as usize]
    }

    /// What is known of `name` in `scope` itself.
    pub(super) fn symbol(&self, scope: ScopeId, name: Name) -> Option<Symbol> {
        self.symbols.get(&(scope, name)).copied()
    }

    /// Notes where the value of a name is kept.
    pub(super) fn set_slot(&mut self, scope: ScopeId, name: Name, slot: u32) {
        if let Some(symbol) = self.symbols.get_mut(&(scope, name)) {
            symbol.slot = slot;
        }
    }

    /// The scope that `node` opens; [`None`] if it is nested too deeply.
    pub(super) fn opened_by(node: &impl HasNodeIndex) -> Option<ScopeId> {
        node.node_index().load().as_u32().map(ScopeId)
    }

    /// Interns `text` as it is spelled inside of `scope`: `__x` in class `C` is `_C__x`.
    pub(super) fn intern(&self, scope: ScopeId, text: &'a str, names: &mut NameCache<'a>) -> Name {
        match self.get(scope).private {
            Some(class) if is_private(text) => mangled(class, text),
            _ => names.intern(text),
        }
    }
}

/// Whether `name` is mangled in a class: `__x`, but neither `__x__` nor `__a.b`.
fn is_private(name: &str) -> bool {
    name.starts_with("__") && !name.ends_with("__") && !name.contains('.')
}

#[cold]
fn mangled(class: &str, name: &str) -> Name {
    let class = class.trim_start_matches('_');
    if class.is_empty() {
        Name::new(name)
    } else {
        Name::new(&format!("_{class}{name}"))
    }
}

/// The parameters of a function in the order in which they are numbered.
pub(super) fn parameters(
    parameters: &ast::Parameters,
) -> impl Iterator<Item = (ParamKind, &ast::Parameter, Option<&Expr>)> {
    fn plain(
        parameters: &[ast::ParameterWithDefault],
        kind: ParamKind,
    ) -> impl Iterator<Item = (ParamKind, &ast::Parameter, Option<&Expr>)> {
        parameters
            .iter()
            .map(move |it| (kind, &it.parameter, it.default.as_deref()))
    }
    let var_args = parameters.vararg.as_deref();
    let kw_args = parameters.kwarg.as_deref();
    plain(&parameters.posonlyargs, ParamKind::PositionalOnly)
        .chain(plain(&parameters.args, ParamKind::Normal))
        .chain(var_args.map(|it| (ParamKind::VarArgs, it, None)))
        .chain(plain(&parameters.kwonlyargs, ParamKind::KeywordOnly))
        .chain(kw_args.map(|it| (ParamKind::KwArgs, it, None)))
}

/// The scope's id as a node index.
fn node_index(id: ScopeId) -> NodeIndex {
    NodeIndex::from(id.0)
}

/// Whether a name in this context is assigned.
fn is_binding(ctx: ExprContext) -> bool {
    matches!(ctx, ExprContext::Store | ExprContext::Del)
}
