//! The two passes over a module that find its scopes.

use ruff_python_ast::{self as ast, Expr, Pattern, Stmt};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::{MAX_SCOPE_DEPTH, Scope, ScopeId, ScopeKind, Scopes, Symbol};
use super::{is_binding, node_index};
use crate::syntax::name::Name;
use crate::syntax::names::NameCache;

/// Finds the scopes of a module, their names, and which of those are captured.
pub(super) fn collect<'a>(body: &'a [Stmt], names: &mut NameCache<'a>) -> Scopes<'a> {
    let mut collector = Collector {
        scopes: Scopes {
            scopes: vec![Scope {
                kind: ScopeKind::Module,
                parent: ScopeId::MODULE,
                bound: Vec::new(),
                free: Vec::new(),
                globals: Vec::new(),
                is_generator: false,
                private: None,
                encloses_uses: false,
                depth: 0,
            }],
            symbols: FxHashMap::default(),
        },
        names,
        uses: Vec::new(),
        work: Vec::new(),
    };
    collector.suite(body, ScopeId::MODULE);
    while let Some((work, scope)) = collector.work.pop() {
        match work {
            Work::Suite(suite) => {
                for stmt in suite {
                    collector.statement(stmt, scope);
                }
            }
            Work::Expr(expr) => collector.expression(expr, scope),
            Work::Pattern(pattern) => collector.pattern(pattern, scope),
        }
    }
    let Collector {
        mut scopes, uses, ..
    } = collector;
    for (scope, name) in uses {
        capture(&mut scopes, scope, name);
    }
    scopes
}

/// Something that is still to be looked at.
pub(super) enum Work<'a> {
    Suite(&'a [Stmt]),
    Expr(&'a Expr),
    Pattern(&'a Pattern),
}

/// The pass that finds scopes, bindings and uses.
pub(super) struct Collector<'a, 'n> {
    pub(super) scopes: Scopes<'a>,
    pub(super) names: &'n mut NameCache<'a>,
    /// Names that an enclosing function may bind.
    uses: Vec<(ScopeId, Name)>,
    pub(super) work: Vec<(Work<'a>, ScopeId)>,
}

impl<'a> Collector<'a, '_> {
    pub(super) fn suite(&mut self, suite: &'a [Stmt], scope: ScopeId) {
        if !suite.is_empty() {
            self.work.push((Work::Suite(suite), scope));
        }
    }

    pub(super) fn expr(&mut self, expr: &'a Expr, scope: ScopeId) {
        match expr {
            Expr::Name(name) => self.name(name, scope),
            _ if expr.is_literal_expr() => {}
            _ => self.work.push((Work::Expr(expr), scope)),
        }
    }

    pub(super) fn exprs(&mut self, exprs: impl IntoIterator<Item = &'a Expr>, scope: ScopeId) {
        for expr in exprs {
            self.expr(expr, scope);
        }
    }

    pub(super) fn name(&mut self, name: &'a ast::ExprName, scope: ScopeId) {
        if is_binding(name.ctx) {
            self.bind(&name.id, scope, Symbol::BOUND);
        } else {
            self.use_name(&name.id, scope);
        }
    }

    pub(super) fn use_name(&mut self, text: &'a str, scope: ScopeId) {
        if self.scopes.get(scope).encloses_uses {
            let name = self.scopes.intern(scope, text, self.names);
            self.record_use(name, scope);
        }
    }

    pub(super) fn record_use(&mut self, name: Name, scope: ScopeId) {
        let symbol = self.symbol(name, scope);
        if symbol.flags & Symbol::USED == 0 {
            symbol.flags |= Symbol::USED;
            self.uses.push((scope, name));
        }
    }

    pub(super) fn symbol(&mut self, name: Name, scope: ScopeId) -> &mut Symbol {
        self.scopes.symbols.entry((scope, name)).or_insert(Symbol {
            flags: 0,
            slot: 0,
            owner: scope,
        })
    }

    /// Notes that `scope` binds `text`. What the module binds needs no note: it is global.
    pub(super) fn bind(&mut self, text: &'a str, scope: ScopeId, flags: u8) {
        if scope == ScopeId::MODULE || text.is_empty() {
            return;
        }
        let name = self.scopes.intern(scope, text, self.names);
        let symbol = self.symbol(name, scope);
        let before = symbol.flags;
        symbol.flags |= flags;
        if before & Symbol::BOUND == 0 && flags & Symbol::BOUND != 0 {
            self.scopes.scopes[scope.0 as usize].bound.push(name);
        }
    }

    /// `:=` binds in the innermost scope that is no comprehension.
    pub(super) fn bind_walrus(&mut self, name: &'a ast::ExprName, scope: ScopeId) {
        let mut target = scope;
        let mut captures = false;
        loop {
            let it = self.scopes.get(target);
            match it.kind {
                ScopeKind::Generator => captures = true,
                ScopeKind::Comprehension => {}
                _ => break,
            }
            target = it.parent;
        }
        self.bind(&name.id, target, Symbol::BOUND | Symbol::WALRUS);
        if captures {
            self.use_name(&name.id, scope);
        }
    }

    pub(super) fn open(
        &mut self,
        kind: ScopeKind,
        parent: ScopeId,
        node: &ast::AtomicNodeIndex,
    ) -> Option<ScopeId> {
        let outer = self.scopes.get(parent);
        let depth = outer.depth + 1;
        if depth > MAX_SCOPE_DEPTH {
            return None;
        }
        let private = outer.private;
        let encloses_uses = outer.encloses_uses || kind.is_function() && self.is_in_code(parent);
        let id = ScopeId(u32::try_from(self.scopes.scopes.len()).ok()?);
        self.scopes.scopes.push(Scope {
            kind,
            parent,
            bound: Vec::new(),
            free: Vec::new(),
            globals: Vec::new(),
            is_generator: false,
            private,
            encloses_uses,
            depth,
        });
        node.set(node_index(id));
        Some(id)
    }

    /// Whether some scope from `scope` outwards can have variables that a function captures.
    fn is_in_code(&self, mut scope: ScopeId) -> bool {
        loop {
            let it = self.scopes.get(scope);
            match it.kind {
                ScopeKind::Function | ScopeKind::Generator | ScopeKind::Comprehension => {
                    return true;
                }
                ScopeKind::Module => return false,
                ScopeKind::Class => scope = it.parent,
            }
        }
    }
}

/// Follows a use of `name` in `scope` to the scope that binds it. If that takes us out of a
/// function, the binding becomes a cell, and every function in between passes it on.
fn capture(scopes: &mut Scopes<'_>, scope: ScopeId, name: Name) {
    let mut crossed: SmallVec<[ScopeId; 8]> = SmallVec::new();
    let mut at = scope;
    let owner = loop {
        let it = scopes.get(at);
        // Class scopes are seen from the class body only.
        if at == scope || it.kind != ScopeKind::Class {
            match scopes.symbol(at, name) {
                Some(symbol) if symbol.is_global() => return,
                Some(symbol) if symbol.is_free() => break symbol.owner,
                Some(symbol) if symbol.is_local() => break at,
                _ => {}
            }
        }
        match it.kind {
            ScopeKind::Module => return,
            ScopeKind::Function | ScopeKind::Generator => crossed.push(at),
            ScopeKind::Class | ScopeKind::Comprehension => {}
        }
        at = it.parent;
    };
    if crossed.is_empty() {
        return;
    }
    if let Some(symbol) = scopes.symbols.get_mut(&(owner, name)) {
        symbol.flags |= Symbol::CELL;
    }
    for through in crossed {
        let symbol = scopes.symbols.entry((through, name)).or_insert(Symbol {
            flags: 0,
            slot: 0,
            owner,
        });
        symbol.owner = owner;
        symbol.flags |= Symbol::FREE;
        scopes.scopes[through.0 as usize].free.push(name);
    }
}
