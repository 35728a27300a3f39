//! Expressions.
//!
//! What an expression leaves is a [`Value`]; constants only become instructions where something
//! needs them in a variable. Chains that grow to the left (`a.b().c[0]`, `a + b + c`) are walked
//! in a loop, so their length costs no stack.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::{Ranged, TextRange};
use smallvec::SmallVec;

use super::builder::Value;
use super::cond::is_identity;
use super::{Lowerer, MAX_EXPR_DEPTH};
use crate::syntax::ir::{BinOp, Const, Display, Op, Var};
use crate::syntax::name::Name;

/// Longer strings, and such with white space, are nobody's attribute or key.
const MAX_NAME_LEN: usize = 64;
/// First elements that a slice leaves out, as far as that is told.
const MAX_FROM: u32 = 8;
/// Shorter beginnings of texts say too little of the name that they become.
const MIN_PREFIX: usize = 3;

impl<'a> Lowerer<'a> {
    /// Evaluates an expression to a variable.
    pub(super) fn operand(&mut self, expr: &'a Expr) -> Var {
        let value = self.eval(expr, None);
        self.f.var(value)
    }

    /// Evaluates an expression to a given variable.
    pub(super) fn eval_to(&mut self, expr: &'a Expr, dst: Var, range: TextRange) {
        let value = self.eval(expr, Some(dst));
        self.set(dst, value, range);
    }

    /// Evaluates an expression for what it does, not for its value.
    pub(super) fn effects(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(_) => {}
            _ => {
                self.eval(expr, None);
            }
        }
    }

    /// Evaluates an expression. Where an instruction computes the result, it is written to
    /// `want`, if that is given.
    pub(super) fn eval(&mut self, expr: &'a Expr, want: Option<Var>) -> Value {
        if let Expr::Name(name) = expr {
            return self.load_name(name);
        }
        if let Some(value) = self.literal(expr) {
            return Value::Const(value);
        }
        self.nested(|this| this.compound(expr, want))
            .unwrap_or(Value::OPAQUE)
    }

    /// Goes one expression deeper, unless we are too deep already.
    pub(super) fn nested<T>(&mut self, go: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.expr_depth >= MAX_EXPR_DEPTH {
            self.ir.skipped_deep += 1;
            return None;
        }
        self.expr_depth += 1;
        let result = go(self);
        self.expr_depth -= 1;
        Some(result)
    }

    /// The constant that a literal is.
    pub(super) fn literal(&mut self, expr: &'a Expr) -> Option<Const> {
        Some(match expr {
            Expr::NoneLiteral(_) => Const::None,
            Expr::BooleanLiteral(it) => Const::Bool(it.value),
            Expr::NumberLiteral(it) => match &it.value {
                ast::Number::Int(int) => int.as_i64().map_or(Const::Opaque, Const::Int),
                _ => Const::Opaque,
            },
            Expr::UnaryOp(it) if it.op == ast::UnaryOp::USub => match &*it.operand {
                Expr::NumberLiteral(number) => match &number.value {
                    ast::Number::Int(int) => {
                        int.as_i64().map_or(Const::Opaque, |it| Const::Int(-it))
                    }
                    _ => Const::Opaque,
                },
                _ => return None,
            },
            Expr::StringLiteral(it) => self.string(it.value.to_str()),
            Expr::BytesLiteral(it) => {
                let bytes: SmallVec<[u8; 16]> = it.value.bytes().collect();
                match std::str::from_utf8(&bytes) {
                    Ok(text) if bytes.is_ascii() && bytes.len() <= MAX_NAME_LEN => {
                        Const::Bytes(Name::new(text))
                    }
                    _ => Const::Opaque,
                }
            }
            Expr::EllipsisLiteral(_) => Const::Opaque,
            _ => return None,
        })
    }

    /// A string that may name something; other texts are not worth keeping.
    fn string(&mut self, text: &'a str) -> Const {
        if text.len() <= MAX_NAME_LEN && !text.bytes().any(|it| it.is_ascii_whitespace()) {
            Const::Str(self.names.intern(text))
        } else {
            Const::Opaque
        }
    }

    fn compound(&mut self, expr: &'a Expr, want: Option<Var>) -> Value {
        match expr {
            Expr::Attribute(_) | Expr::Subscript(_) | Expr::Call(_) | Expr::BinOp(_) => {
                self.chain(expr, want)
            }
            Expr::BoolOp(it) => self.bool_op(it, want),
            Expr::If(it) => self.conditional(it, want),
            Expr::Named(it) => self.named(it),
            Expr::Lambda(it) => self.lambda(it, want),
            Expr::List(it) => self.collection(Display::List, &it.elts, it.range, want),
            Expr::Tuple(it) => self.collection(Display::Tuple, &it.elts, it.range, want),
            Expr::Set(it) => self.collection(Display::Set, &it.elts, it.range, want),
            Expr::Dict(it) => self.dict(it, want),
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) => self.comprehension(expr),
            Expr::Generator(it) => self.generator(it, want),
            Expr::TString(it) => self.template(it, want),
            Expr::Await(_) | Expr::Yield(_) | Expr::YieldFrom(_) => self.suspension(expr, want),
            Expr::Starred(it) => self.eval(&it.value, want),
            Expr::UnaryOp(it) => {
                self.effects(&it.operand);
                Value::OPAQUE
            }
            Expr::Compare(it) if want.is_some() && is_identity(it) => self.outcome(expr, want),
            Expr::Compare(it) => {
                self.effects(&it.left);
                it.comparators.iter().for_each(|it| self.effects(it));
                Value::OPAQUE
            }
            Expr::FString(it) => self.f_string(it),
            Expr::Slice(it) => {
                self.slice(it);
                Value::OPAQUE
            }
            _ => Value::OPAQUE,
        }
    }

    /// Attribute, item, call and operator, one after the other.
    fn chain(&mut self, expr: &'a Expr, want: Option<Var>) -> Value {
        let mut links: SmallVec<[&'a Expr; 8]> = SmallVec::new();
        let mut head = expr;
        while let Some(left) = self.left_operand(head) {
            links.push(head);
            head = left;
        }
        let head_want = want.filter(|_| links.is_empty());
        let mut value = match head {
            Expr::Attribute(_) | Expr::Call(_) => self.super_access(head, head_want),
            _ => self.eval(head, None),
        };
        while let Some(link) = links.pop() {
            let want = want.filter(|_| links.is_empty());
            value = self.link(link, value, want);
        }
        value
    }

    /// What is evaluated first in a link of a chain; [`None`] at its head.
    fn left_operand(&self, expr: &'a Expr) -> Option<&'a Expr> {
        match expr {
            Expr::Attribute(it) if !self.is_super_call(&it.value) => Some(&it.value),
            Expr::Subscript(it) => Some(&it.value),
            Expr::BinOp(it) => Some(&it.left),
            Expr::Call(it) => match &*it.func {
                Expr::Attribute(method) if self.is_super_call(&method.value) => None,
                Expr::Attribute(method) => Some(&method.value),
                callee => Some(callee),
            },
            _ => None,
        }
    }

    fn link(&mut self, link: &'a Expr, left: Value, want: Option<Var>) -> Value {
        match link {
            Expr::Attribute(it) => {
                let base = self.f.var(left);
                let name = self.intern(&it.attr);
                let dst = self.dst(want);
                self.emit(Op::LoadAttr { dst, base, name }, it.range);
                Value::Var(dst)
            }
            Expr::Subscript(it) => self.subscript(it, left, want),
            Expr::Call(it) => self.call(it, left, want),
            Expr::BinOp(it) => self.binary(it, left, want),
            _ => left,
        }
    }

    fn subscript(&mut self, it: &'a ast::ExprSubscript, left: Value, want: Option<Var>) -> Value {
        let base = self.f.var(left);
        let op = if let Expr::Slice(slice) = &*it.slice {
            let from = match slice.lower.as_deref().and_then(|it| self.literal(it)) {
                Some(Const::Int(from)) => u32::try_from(from).unwrap_or(0).min(MAX_FROM),
                _ => 0,
            };
            self.slice(slice);
            let dst = self.dst(want);
            Op::LoadSlice { dst, base, from }
        } else {
            let key = self.operand(&it.slice);
            let dst = self.dst(want);
            Op::LoadItem { dst, base, key }
        };
        let (Op::LoadSlice { dst, .. } | Op::LoadItem { dst, .. }) = op else {
            return Value::OPAQUE;
        };
        self.emit(op, it.range);
        Value::Var(dst)
    }

    /// Evaluates the bounds of a slice, and tells whether it has none: `[:]`.
    pub(super) fn slice(&mut self, slice: &'a ast::ExprSlice) -> bool {
        let bounds = [&slice.lower, &slice.upper, &slice.step];
        let mut whole = true;
        for bound in bounds.into_iter().flatten() {
            whole = false;
            self.effects(bound);
        }
        whole
    }

    fn binary(&mut self, it: &'a ast::ExprBinOp, left: Value, want: Option<Var>) -> Value {
        let op = operator(it.op);
        if is_text(&it.left) {
            self.effects(&it.right);
            return match op {
                BinOp::Add => self.prefix(left),
                BinOp::Mod => match &*it.left {
                    Expr::StringLiteral(text) => {
                        let text = text.value.to_str().split('%').next();
                        self.prefix_of(text.unwrap_or_default())
                    }
                    _ => Value::OPAQUE,
                },
                _ => Value::OPAQUE,
            };
        }
        let right = self.eval(&it.right, None);
        let holds = |value| matches!(value, Value::Var(_));
        if !(holds(left) || holds(right)) {
            return Value::OPAQUE;
        }
        let (left, right) = (self.f.var(left), self.f.var(right));
        let dst = self.dst(want);
        self.emit(
            Op::Binary {
                dst,
                left,
                right,
                op,
            },
            it.range,
        );
        Value::Var(dst)
    }

    /// What a text becomes when something is added to it.
    fn prefix(&mut self, text: Value) -> Value {
        match text {
            Value::Const(Const::Str(text) | Const::Prefix(text)) => self.prefix_of(text.as_str()),
            _ => Value::OPAQUE,
        }
    }

    /// A text of which the beginning is known, if that may be the beginning of a name.
    fn prefix_of(&mut self, text: &str) -> Value {
        let is_name = text.len() >= MIN_PREFIX
            && text
                .bytes()
                .all(|it| it.is_ascii_alphanumeric() || it == b'_');
        if is_name {
            Value::Const(Const::Prefix(Name::new(text)))
        } else {
            Value::OPAQUE
        }
    }

    /// `f"visit_{name}"`
    fn f_string(&mut self, it: &'a ast::ExprFString) -> Value {
        self.interpolations(it.value.elements(), &mut |this, it| this.effects(it));
        match it.value.elements().next() {
            Some(ast::InterpolatedStringElement::Literal(text)) => self.prefix_of(&text.value),
            _ => Value::OPAQUE,
        }
    }

    /// `(name := value)`
    fn named(&mut self, it: &'a ast::ExprNamed) -> Value {
        let value = self.eval(&it.value, None);
        if let Expr::Name(target) = &*it.target {
            let name = self.intern(&target.id);
            self.store(name, value, it.range);
        }
        value
    }

    fn suspension(&mut self, expr: &'a Expr, want: Option<Var>) -> Value {
        let value = match expr {
            Expr::Await(it) => Some(&*it.value),
            Expr::YieldFrom(it) => Some(&*it.value),
            Expr::Yield(it) => it.value.as_deref(),
            _ => None,
        };
        let src = value.map(|it| self.operand(it));
        let dst = self.dst(want);
        let op = match (expr, src) {
            (Expr::Await(_), Some(src)) => Op::Await { dst, src },
            (Expr::YieldFrom(_), Some(src)) => Op::YieldFrom { dst, src },
            (_, src) => Op::Yield { dst, src },
        };
        self.emit(op, expr.range());
        Value::Var(dst)
    }

    /// A dotted name; empty if the expression is none.
    pub(super) fn dotted(&mut self, expr: &'a Expr) -> Vec<Name> {
        let mut path = Vec::new();
        let mut at = expr;
        loop {
            match at {
                Expr::Attribute(it) => {
                    path.push(self.intern(&it.attr));
                    at = &it.value;
                }
                Expr::Name(it) if !it.id.is_empty() => {
                    path.push(self.intern(&it.id));
                    path.reverse();
                    path.shrink_to_fit();
                    return path;
                }
                _ => return Vec::new(),
            }
        }
    }
}

/// Whether the expression is a text.
fn is_text(expr: &Expr) -> bool {
    matches!(
        expr,
        Expr::StringLiteral(_) | Expr::FString(_) | Expr::BytesLiteral(_)
    )
}

/// The parser's operator.
pub(super) fn operator(op: ast::Operator) -> BinOp {
    match op {
        ast::Operator::Add => BinOp::Add,
        ast::Operator::Sub => BinOp::Sub,
        ast::Operator::Mult => BinOp::Mult,
        ast::Operator::MatMult => BinOp::MatMult,
        ast::Operator::Div => BinOp::Div,
        ast::Operator::Mod => BinOp::Mod,
        ast::Operator::Pow => BinOp::Pow,
        ast::Operator::LShift => BinOp::LShift,
        ast::Operator::RShift => BinOp::RShift,
        ast::Operator::BitOr => BinOp::BitOr,
        ast::Operator::BitXor => BinOp::BitXor,
        ast::Operator::BitAnd => BinOp::BitAnd,
        ast::Operator::FloorDiv => BinOp::FloorDiv,
    }
}
