//! Displays, formatted strings and templates.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::Lowerer;
use super::builder::Value;
use crate::syntax::ir::{Const, Display, Op, Var};

/// Displays longer than this are tables of data: their constants are left out.
const LONG_DISPLAY: usize = 32;

impl<'a> Lowerer<'a> {
    /// `[a, *b]`, `(a, b)`, `{a, b}`
    pub(super) fn collection(
        &mut self,
        kind: Display,
        elements: &'a [Expr],
        range: TextRange,
        want: Option<Var>,
    ) -> Value {
        let is_long = elements.len() > LONG_DISPLAY;
        let mut vars = Vec::with_capacity(if is_long { 0 } else { elements.len() });
        for element in elements {
            let (expr, starred) = match element {
                Expr::Starred(it) => (&*it.value, true),
                _ => (element, false),
            };
            match plain(self.eval(expr, None)) {
                Value::Const(_) if is_long => {}
                value => vars.push((self.f.var(value), starred)),
            }
        }
        let dst = self.dst(want);
        self.emit(
            Op::Collection {
                dst,
                kind,
                elements: vars.into(),
            },
            range,
        );
        Value::Var(dst)
    }

    /// `{key: value, **more}`
    pub(super) fn dict(&mut self, it: &'a ast::ExprDict, want: Option<Var>) -> Value {
        let is_long = it.items.len() > LONG_DISPLAY;
        let mut entries = Vec::with_capacity(if is_long { 0 } else { it.items.len() });
        for item in &it.items {
            let key = item.key.as_ref().map(|it| self.eval(it, None));
            let value = plain(self.eval(&item.value, None));
            if is_long && matches!((key, value), (Some(Value::Const(_)), Value::Const(_))) {
                continue;
            }
            let key = key.map(|it| self.f.var(it));
            entries.push((key, self.f.var(value)));
        }
        let dst = self.dst(want);
        self.emit(
            Op::Dict {
                dst,
                entries: entries.into(),
            },
            it.range,
        );
        Value::Var(dst)
    }

    /// A t-string: it keeps the values that are interpolated.
    pub(super) fn template(&mut self, it: &'a ast::ExprTString, want: Option<Var>) -> Value {
        let mut elements = Vec::new();
        self.interpolations(it.value.elements(), &mut |this, expr| {
            elements.push((this.operand(expr), false));
        });
        let dst = self.dst(want);
        self.emit(
            Op::Collection {
                dst,
                kind: Display::Tuple,
                elements: elements.into(),
            },
            it.range(),
        );
        Value::Var(dst)
    }

    /// Gives every interpolated expression to `visit`, those in format specifications included.
    pub(super) fn interpolations(
        &mut self,
        elements: impl Iterator<Item = &'a ast::InterpolatedStringElement>,
        visit: &mut dyn FnMut(&mut Self, &'a Expr),
    ) {
        let mut specs = Vec::new();
        for element in elements.filter_map(ast::InterpolatedStringElement::as_interpolation) {
            visit(self, &element.expression);
            specs.extend(element.format_spec.as_deref());
            while let Some(spec) = specs.pop() {
                for element in spec.elements.interpolations() {
                    visit(self, &element.expression);
                    specs.extend(element.format_spec.as_deref());
                }
            }
        }
    }
}

/// An element of a display: which number or text it is does not matter.
fn plain(value: Value) -> Value {
    match value {
        Value::Const(Const::Int(_) | Const::Str(_) | Const::Bytes(_) | Const::Prefix(_)) => {
            Value::OPAQUE
        }
        _ => value,
    }
}
