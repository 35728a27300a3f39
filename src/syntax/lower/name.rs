//! Reading, binding and deleting names.

use ruff_python_ast::ExprName;
use ruff_text_size::{Ranged, TextRange};

use super::Lowerer;
use super::builder::Value;
use crate::syntax::ir::{Cell, CellVar, ClassIdx, Op, Var};
use crate::syntax::name::Name;
use crate::syntax::scope::{ScopeId, ScopeKind, Symbol};

/// Where a name's value is kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    Local {
        var: Var,
        /// Another part of the expression that reads it may rebind it.
        unstable: bool,
    },
    Cell(CellVar),
    Global,
    Class(ClassIdx),
}

impl Place {
    fn of_symbol(symbol: Symbol) -> Self {
        if symbol.is_cell() || symbol.is_free() {
            Self::Cell(CellVar(symbol.slot))
        } else {
            Self::Local {
                var: Var(symbol.slot),
                unstable: symbol.is_walrus(),
            }
        }
    }
}

impl<'a> Lowerer<'a> {
    /// Where `name` is kept, seen from the current scope.
    pub(super) fn place(&self, name: Name) -> Place {
        let mut at = self.scope;
        loop {
            let scope = self.scopes.get(at);
            if scope.kind == ScopeKind::Module {
                return Place::Global;
            }
            let visible = at == self.scope || scope.kind != ScopeKind::Class;
            let symbol = self.scopes.symbol(at, name).filter(|_| visible);
            match (scope.kind, symbol) {
                (_, Some(symbol)) if symbol.is_global() => return Place::Global,
                (ScopeKind::Class, Some(symbol)) if symbol.is_local() => {
                    return self.class.map_or(Place::Global, Place::Class);
                }
                (ScopeKind::Comprehension, Some(symbol)) if symbol.is_local() => {
                    return Place::of_symbol(symbol);
                }
                (ScopeKind::Function | ScopeKind::Generator, Some(symbol))
                    if symbol.is_local() || symbol.is_free() =>
                {
                    return Place::of_symbol(symbol);
                }
                (ScopeKind::Function | ScopeKind::Generator, _) => return Place::Global,
                _ => at = scope.parent,
            }
        }
    }

    /// The variable that is the name, if the name is an ordinary local one.
    pub(super) fn local(&self, name: Name) -> Option<Var> {
        match self.place(name) {
            Place::Local { var, .. } => Some(var),
            _ => None,
        }
    }

    /// Reads a name in an expression.
    pub(super) fn load_name(&mut self, name: &'a ExprName) -> Value {
        if name.id.is_empty() {
            return Value::OPAQUE;
        }
        let range = name.range();
        let name = self.intern(&name.id);
        Value::Var(self.load(name, range))
    }

    /// Reads a name.
    pub(super) fn load(&mut self, name: Name, range: TextRange) -> Var {
        let place = self.place(name);
        if let Place::Local {
            var,
            unstable: false,
        } = place
        {
            return var;
        }
        let dst = self.f.temp();
        let op = match place {
            Place::Local { var: src, .. } => Op::Move { dst, src },
            Place::Cell(cell) => Op::LoadCell { dst, cell },
            Place::Global => Op::LoadGlobal { dst, name },
            Place::Class(class) => Op::LoadClassName { dst, class, name },
        };
        self.emit(op, range);
        dst
    }

    /// `name = value`
    pub(super) fn store(&mut self, name: Name, value: Value, range: TextRange) {
        let op = match self.place(name) {
            Place::Local { var, .. } => return self.set(var, value, range),
            Place::Cell(cell) => Op::StoreCell {
                cell,
                src: self.f.var(value),
            },
            Place::Global => Op::StoreGlobal {
                name,
                src: self.f.var(value),
            },
            Place::Class(class) => Op::StoreClassName {
                class,
                name,
                src: self.f.var(value),
            },
        };
        self.emit(op, range);
    }

    /// `del name`
    pub(super) fn delete_name(&mut self, name: Name, range: TextRange) {
        let op = match self.place(name) {
            Place::Local { var, .. } => Op::Delete { var },
            Place::Cell(cell) => Op::DeleteCell { cell },
            Place::Global => Op::DeleteGlobal { name },
            // What else can be done with a class is done by then; nothing depends on it.
            Place::Class(_) => return,
        };
        self.emit(op, range);
    }

    /// Gives the names that a comprehension binds their variables and cells in the current
    /// function.
    pub(super) fn give_slots(&mut self, scope: ScopeId) {
        for position in 0..self.scopes.get(scope).bound.len() {
            let Some(&name) = self.scopes.get(scope).bound.get(position) else {
                break;
            };
            let slot = match self.scopes.symbol(scope, name) {
                Some(symbol) if symbol.is_cell() => {
                    let name = self.fresh_cell_name(name);
                    self.f.cell(Cell { name, owner: None }).0
                }
                _ => self.f.temp().0,
            };
            self.scopes.set_slot(scope, name, slot);
        }
    }

    /// The name of a new cell: another one where a comprehension's variable is called like a
    /// variable of its function, because nested functions find their cells by name.
    fn fresh_cell_name(&self, name: Name) -> Name {
        let cells = &self.f.cells;
        if cells.iter().any(|it| it.name == name) {
            Name::new(&format!("{name}.{}", cells.len()))
        } else {
            name
        }
    }
}
