//! Imports, and the names that a module exports.

use ruff_python_ast::{self as ast, Expr};

use super::Lowerer;
use super::builder::Value;
use crate::syntax::ir::{Import, MemberKind, Op};
use crate::syntax::name::{Name, known};
use crate::syntax::scope::ScopeId;

impl<'a> Lowerer<'a> {
    /// `import a.b, c as d`
    pub(super) fn import(&mut self, it: &'a ast::StmtImport) {
        for alias in &it.names {
            let module = self.names.intern(&alias.name);
            let (bound, binds_root) = match &alias.asname {
                Some(name) => (self.intern(name), false),
                None => {
                    let root = alias.name.split('.').next().unwrap_or_default();
                    (self.intern(root), root.len() < alias.name.len())
                }
            };
            self.import_name(Import {
                bound: Some(bound),
                level: 0,
                module,
                member: None,
                binds_root,
                scope: self.f.idx,
                class: self.class_body(),
                range: alias.range,
            });
        }
    }

    /// `from ..a import b as c, d`
    pub(super) fn import_from(&mut self, it: &'a ast::StmtImportFrom) {
        let module = match &it.module {
            Some(module) => self.names.intern(module),
            None => known::EMPTY,
        };
        for alias in &it.names {
            let is_star = alias.name.as_str() == "*";
            let bound = alias.asname.as_ref().unwrap_or(&alias.name);
            let bound = (!is_star).then(|| self.intern(bound));
            let member = (!is_star).then(|| self.names.intern(&alias.name));
            self.import_name(Import {
                bound,
                level: it.level,
                module,
                member,
                binds_root: false,
                scope: self.f.idx,
                class: self.class_body(),
                range: alias.range,
            });
        }
    }

    fn import_name(&mut self, it: Import) {
        let (bound, range) = (it.bound, it.range);
        let import = self.ir.imports.len() as u32;
        self.ir.imports.push(it);
        let Some(name) = bound else {
            return self.emit(Op::Import { dst: None, import }, range);
        };
        self.member(name, MemberKind::some_value(), None, range);
        let local = self.local(name);
        let dst = self.dst(local);
        let op = Op::Import {
            dst: Some(dst),
            import,
        };
        self.emit(op, range);
        self.store(name, Value::Var(dst), range);
    }

    /// Takes note of `__all__ = [...]` and `__all__ += [...]`.
    pub(super) fn note_all(&mut self, target: &'a Expr, value: &'a Expr, extends: bool) {
        if self.scope != ScopeId::MODULE || !is_all(target) {
            return;
        }
        match (self.string_list(value), extends) {
            (Some(names), false) => self.ir.dunder_all = Some(names),
            (None, false) => self.ir.dunder_all = None,
            (Some(names), true) => self.export(names),
            (None, true) => {}
        }
    }

    /// Takes note of `__all__.extend([...])` and `__all__.append("...")`.
    pub(super) fn note_export(&mut self, statement: &'a Expr) {
        if self.scope != ScopeId::MODULE {
            return;
        }
        let Expr::Call(call) = statement else {
            return;
        };
        let (Expr::Attribute(method), [arg]) = (&*call.func, &*call.arguments.args) else {
            return;
        };
        if !is_all(&method.value) {
            return;
        }
        let names = match (method.attr.as_str(), arg) {
            ("extend", _) => self.string_list(arg),
            ("append", Expr::StringLiteral(it)) => Some(vec![self.names.intern(it.value.to_str())]),
            _ => None,
        };
        self.export(names.unwrap_or_default());
    }

    fn export(&mut self, names: Vec<Name>) {
        if let Some(all) = &mut self.ir.dunder_all {
            all.extend(names);
        }
    }

    /// The strings in a literal list, tuple or set.
    pub(super) fn string_list(&mut self, expr: &'a Expr) -> Option<Vec<Name>> {
        let elements = match expr {
            Expr::List(it) => &it.elts,
            Expr::Tuple(it) => &it.elts,
            Expr::Set(it) => &it.elts,
            _ => return None,
        };
        let strings = elements.iter().filter_map(|it| match it {
            Expr::StringLiteral(it) => Some(self.names.intern(it.value.to_str())),
            _ => None,
        });
        Some(strings.collect())
    }
}

fn is_all(expr: &Expr) -> bool {
    matches!(expr, Expr::Name(name) if name.id == "__all__")
}
