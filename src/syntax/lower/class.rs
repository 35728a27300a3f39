//! Classes: their bodies run in place, what they say about their attributes is kept.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::Lowerer;
use super::builder::Value;
use crate::syntax::annotation;
use crate::syntax::ir::{Class, ClassIdx, Member, MemberKind, Op, TypeExpr};
use crate::syntax::name::{Name, known};
use crate::syntax::scope::Scopes;

impl<'a> Lowerer<'a> {
    /// A `class` statement.
    pub(super) fn class_def(&mut self, it: &'a ast::StmtClassDef) {
        let name = self.intern(&it.name);
        let name_range = it.name.range();
        let decorators = self.decorators(&it.decorator_list);
        let bases: Box<[_]> = it.bases().iter().map(|it| self.base(it)).collect();
        for keyword in it.keywords() {
            self.effects(&keyword.value);
        }
        let Some(scope) = Scopes::opened_by(it) else {
            self.ir.skipped_deep += 1;
            return;
        };
        let class = ClassIdx(self.ir.classes.len() as u32);
        let metadata = Class {
            name,
            outer: self.class_body(),
            function: self.f.idx,
            range: it.range,
            name_range,
            bases: self.types(it.bases()),
            keywords: self.keyword_types(it.keywords()),
            decorators,
            members: Vec::new(),
            slots: None,
        };
        self.member(name, MemberKind::Class(class), None, name_range);
        self.ir.classes.push(metadata);
        self.emit(Op::EnterClass { class }, name_range);
        let outer = self.class.replace(class);
        self.in_scope(scope, |this| this.suite(&it.body));
        self.class = outer;
        if let Some(class) = self.ir.classes.get_mut(class.0 as usize) {
            class.members.shrink_to_fit();
        }
        let local = self.local(name);
        let dst = self.dst(local);
        self.emit(
            Op::MakeClass {
                dst,
                class,
                bases: bases.into(),
            },
            name_range,
        );
        self.store(name, Value::Var(dst), name_range);
    }

    fn base(&mut self, expr: &'a Expr) -> crate::syntax::ir::Var {
        match expr {
            Expr::Starred(it) => self.operand(&it.value),
            // `Generic[T]`: what matters is the class before the bracket.
            Expr::Subscript(it) => self.operand(&it.value),
            _ => self.operand(expr),
        }
    }

    fn types(&mut self, bases: &'a [Expr]) -> Vec<TypeExpr> {
        bases.iter().map(annotation::type_expr).collect()
    }

    fn keyword_types(&mut self, keywords: &'a [ast::Keyword]) -> Vec<(Name, TypeExpr)> {
        keywords
            .iter()
            .filter_map(|it| {
                let name = self.intern(it.arg.as_ref()?);
                match annotation::type_expr(&it.value) {
                    it @ TypeExpr::Name(..) => Some((name, it)),
                    _ => None,
                }
            })
            .collect()
    }

    /// Notes an attribute of the class whose body we are in, if we are in one.
    pub(super) fn member(
        &mut self,
        name: Name,
        kind: MemberKind,
        annotation: Option<TypeExpr>,
        range: TextRange,
    ) {
        let Some(class) = self.class_body() else {
            return;
        };
        if let Some(class) = self.ir.classes.get_mut(class.0 as usize) {
            class.members.push(Member {
                name,
                kind,
                annotation,
                range,
            });
        }
    }

    /// Notes what a binding says beyond its effect: attributes of a class, `__slots__`, `__all__`.
    pub(super) fn note_binding(
        &mut self,
        target: &'a Expr,
        value: Option<&'a Expr>,
        annotation: Option<&'a Expr>,
        range: TextRange,
    ) {
        if let Some(value) = value {
            self.note_all(target, value, false);
        }
        let Some(class) = self.class_body() else {
            return;
        };
        match target {
            Expr::Name(name) => {
                let name = self.intern(&name.id);
                if name == known::SLOTS {
                    self.slots(class, value);
                }
                let kind = self.member_kind(value, annotation);
                let annotation = self.annotation(annotation);
                self.member(name, kind, annotation, range);
            }
            Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                for element in elts {
                    if let Expr::Name(name) = element {
                        let name = self.intern(&name.id);
                        let kind = MemberKind::some_value();
                        self.member(name, kind, None, element.range());
                    }
                }
            }
            _ => {}
        }
    }

    fn member_kind(&mut self, value: Option<&'a Expr>, annotation: Option<&'a Expr>) -> MemberKind {
        match value {
            Some(Expr::Name(name)) => MemberKind::Alias(self.intern(&name.id)),
            Some(Expr::Call(call)) => {
                let path = self.dotted(&call.func);
                if path.is_empty() {
                    return MemberKind::some_value();
                }
                let args = call.arguments.args.iter();
                let args = args.map(|it| self.dotted(it)).collect();
                let mut keywords = Vec::new();
                for keyword in &call.arguments.keywords {
                    if let Some(arg) = &keyword.arg {
                        let name = self.intern(arg);
                        keywords.push((name, self.dotted(&keyword.value)));
                    }
                }
                MemberKind::Call {
                    path,
                    args,
                    keywords,
                    constants: self.constant_keywords(call),
                }
            }
            value => MemberKind::Value {
                // Without a value and an annotation it is the target of a loop or the like.
                assigned: value.is_some() || annotation.is_none(),
                constant: value.and_then(|it| self.literal(it)),
            },
        }
    }

    fn slots(&mut self, class: ClassIdx, value: Option<&'a Expr>) {
        let names = match value {
            Some(Expr::StringLiteral(it)) => Some(vec![self.intern(it.value.to_str())]),
            Some(Expr::Dict(it)) => {
                Some(self.slot_names(it.items.iter().filter_map(|it| it.key.as_ref())))
            }
            Some(Expr::List(it)) => Some(self.slot_names(&it.elts)),
            Some(Expr::Tuple(it)) => Some(self.slot_names(&it.elts)),
            Some(Expr::Set(it)) => Some(self.slot_names(&it.elts)),
            _ => None,
        };
        if let Some(class) = self.ir.classes.get_mut(class.0 as usize) {
            class.slots = names;
        }
    }

    fn slot_names(&mut self, elements: impl IntoIterator<Item = &'a Expr>) -> Vec<Name> {
        let strings = elements.into_iter().filter_map(|it| match it {
            Expr::StringLiteral(it) => Some(it.value.to_str()),
            _ => None,
        });
        strings.map(|it| self.intern(it)).collect()
    }
}
