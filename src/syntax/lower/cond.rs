//! Tests, and the expressions that choose between values.

use ruff_python_ast::{self as ast, BoolOp, CmpOp, Expr};
use ruff_text_size::Ranged;
use thin_vec::thin_vec;

use super::Lowerer;
use super::builder::Value;
use crate::syntax::ir::{Arm, Cond, Const, Op, Var};

/// How a comparison with a number asks whether `len(x)` is zero.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Emptiness {
    Empty,
    NotEmpty,
}

impl<'a> Lowerer<'a> {
    /// Evaluates a test.
    pub(super) fn cond(&mut self, expr: &'a Expr) -> Cond {
        match expr {
            Expr::Name(_) => self.truth(expr),
            _ => self
                .nested(|this| this.compound_cond(expr))
                .unwrap_or(Cond::Unknown),
        }
    }

    fn compound_cond(&mut self, expr: &'a Expr) -> Cond {
        match expr {
            Expr::UnaryOp(it) if it.op == ast::UnaryOp::Not => negate(self.cond(&it.operand)),
            Expr::BoolOp(it) => {
                let conds = it.values.iter().map(|it| self.cond(it)).collect();
                match it.op {
                    BoolOp::And => all(conds),
                    BoolOp::Or => any(conds),
                }
            }
            Expr::Compare(it) => self.comparison(it),
            Expr::Call(it) => self.call_cond(it).unwrap_or_else(|| self.truth(expr)),
            Expr::Attribute(it) if it.attr == *"TYPE_CHECKING" => Cond::Always(false),
            _ => self.truth(expr),
        }
    }

    /// Whether the value is true.
    fn truth(&mut self, expr: &'a Expr) -> Cond {
        if matches!(expr, Expr::Name(it) if it.id == "TYPE_CHECKING") {
            return Cond::Always(false);
        }
        truthy(self.eval(expr, None))
    }

    fn comparison(&mut self, it: &'a ast::ExprCompare) -> Cond {
        let ([op], [right]) = (&*it.ops, &*it.comparators) else {
            self.effects(&it.left);
            it.comparators.iter().for_each(|it| self.effects(it));
            return Cond::Unknown;
        };
        if let Some(cond) = self.length_cond(&it.left, *op, right) {
            return cond;
        }
        let positive = match op {
            CmpOp::Is | CmpOp::IsNot => self.identity(&it.left, right, true),
            CmpOp::In | CmpOp::NotIn if is_display_of_texts(right) => self.one_of(&it.left, right),
            CmpOp::Eq | CmpOp::NotEq if is_main(&it.left, right) || is_main(right, &it.left) => {
                self.ir.is_script = true;
                Cond::Always(true)
            }
            CmpOp::Eq | CmpOp::NotEq => self.identity(&it.left, right, false),
            _ => {
                self.effects(&it.left);
                self.effects(right);
                return Cond::Unknown;
            }
        };
        match op {
            CmpOp::IsNot | CmpOp::NotEq | CmpOp::NotIn => negate(positive),
            _ => positive,
        }
    }

    /// `name in ("a", "b")`
    fn one_of(&mut self, left: &'a Expr, display: &'a Expr) -> Cond {
        let left = self.eval(left, None);
        let conds = elements(display).iter().map(|it| {
            let right = self.eval(it, None);
            self.same_values(left, right, false)
        });
        any(conds.collect())
    }

    fn identity(&mut self, left: &'a Expr, right: &'a Expr, same: bool) -> Cond {
        let left = self.eval(left, None);
        let right = self.eval(right, None);
        self.same_values(left, right, same)
    }

    fn same_values(&mut self, left: Value, right: Value, same: bool) -> Cond {
        match (left, right) {
            (Value::Const(a), Value::Const(b)) => match (a, b) {
                (Const::Opaque | Const::Prefix(_), _) | (_, Const::Opaque | Const::Prefix(_)) => {
                    Cond::Unknown
                }
                _ => Cond::Always(a == b),
            },
            (Value::Var(var), Value::Const(Const::None))
            | (Value::Const(Const::None), Value::Var(var)) => Cond::IsNone(var),
            (Value::Const(Const::Opaque), _) | (_, Value::Const(Const::Opaque)) => Cond::Unknown,
            _ => {
                let (left, right) = (self.f.var(left), self.f.var(right));
                if same {
                    Cond::Same(left, right)
                } else {
                    Cond::Equal(left, right)
                }
            }
        }
    }

    /// `len(x) > 0` and its like.
    fn length_cond(&mut self, left: &'a Expr, op: CmpOp, right: &'a Expr) -> Option<Cond> {
        let (call, op, number) = match (left, right) {
            (Expr::Call(call), Expr::NumberLiteral(number)) => (call, op, number),
            (Expr::NumberLiteral(number), Expr::Call(call)) => (call, mirrored(op), number),
            _ => return None,
        };
        let ast::Number::Int(number) = &number.value else {
            return None;
        };
        let asks = match (op, number.as_u8()?) {
            (CmpOp::Gt | CmpOp::NotEq, 0) | (CmpOp::GtE, 1) => Emptiness::NotEmpty,
            (CmpOp::Eq | CmpOp::LtE, 0) | (CmpOp::Lt, 1) => Emptiness::Empty,
            _ => return None,
        };
        let [arg] = &*call.arguments.args else {
            return None;
        };
        if !self.is_builtin(&call.func, "len") || !call.arguments.keywords.is_empty() {
            return None;
        }
        let cond = truthy(self.eval(arg, None));
        Some(if asks == Emptiness::Empty {
            negate(cond)
        } else {
            cond
        })
    }

    /// Calls of builtins that say something of their argument.
    fn call_cond(&mut self, call: &'a ast::ExprCall) -> Option<Cond> {
        let asks = match &*call.func {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(attribute) => attribute.attr.as_str(),
            _ => return None,
        };
        if let ("ismethod" | "isfunction", [object]) = (asks, &*call.arguments.args)
            && call.arguments.keywords.is_empty()
        {
            // The heap knows whether they are those of `inspect`.
            let object = self.operand(object);
            return Some(Cond::IsInstance(object, self.operand(&call.func)));
        }
        let Expr::Name(name) = &*call.func else {
            return None;
        };
        let builtin = name.id.as_str();
        if !matches!(
            builtin,
            "isinstance" | "hasattr" | "len" | "bool" | "callable" | "issubclass"
        ) || !call.arguments.keywords.is_empty()
            || !self.is_builtin(&call.func, builtin)
        {
            return None;
        }
        match (builtin, &*call.arguments.args) {
            ("isinstance", [object, class]) => {
                let object = self.operand(object);
                Some(self.isinstance(object, class))
            }
            ("hasattr", [object, Expr::StringLiteral(attr)]) => {
                let object = self.operand(object);
                Some(Cond::HasAttr(
                    object,
                    self.names.intern(attr.value.to_str()),
                ))
            }
            ("len", [arg]) => Some(truthy(self.eval(arg, None))),
            ("bool", [arg]) => Some(self.cond(arg)),
            ("callable" | "issubclass" | "hasattr", args) => {
                args.iter().for_each(|it| self.effects(it));
                Some(Cond::Unknown)
            }
            _ => None,
        }
    }

    /// `isinstance(object, class)`, where `class` may be a tuple or a union of classes.
    fn isinstance(&mut self, object: Var, class: &'a Expr) -> Cond {
        let mut pending = vec![class];
        let mut conds = Vec::new();
        while let Some(class) = pending.pop() {
            match class {
                Expr::Tuple(it) => pending.extend(&it.elts),
                Expr::BinOp(it) if it.op == ast::Operator::BitOr => {
                    pending.extend([&*it.left, &*it.right]);
                }
                Expr::Name(_) | Expr::Attribute(_) => {
                    let class = self.operand(class);
                    conds.push(Cond::IsInstance(object, class));
                }
                _ => {
                    self.effects(class);
                    conds.push(Cond::Unknown);
                }
            }
        }
        any(conds)
    }

    /// `a if test else b`
    pub(super) fn conditional(&mut self, it: &'a ast::ExprIf, want: Option<Var>) -> Value {
        let dst = self.dst(want);
        let mut cond = Cond::Unknown;
        let test = self.block(|this| cond = this.cond(&it.test));
        let body = self.block(|this| this.eval_to(&it.body, dst, it.body.range()));
        let otherwise = self.block(|this| this.eval_to(&it.orelse, dst, it.orelse.range()));
        let arms = thin_vec![Arm { test, cond, body }];
        self.emit(Op::Branch { arms, otherwise }, it.range);
        Value::Var(dst)
    }

    /// What a test that is kept in a variable came out as: later tests of the variable say it
    /// again.
    pub(super) fn outcome(&mut self, test: &'a Expr, want: Option<Var>) -> Value {
        let dst = self.dst(want);
        let range = test.range();
        let mut cond = Cond::Unknown;
        let test = self.block(|this| cond = this.cond(test));
        let [body, otherwise] = [true, false]
            .map(|holds| self.block(|this| this.set(dst, Value::Const(Const::Bool(holds)), range)));
        let arms = thin_vec![Arm { test, cond, body }];
        self.emit(Op::Branch { arms, otherwise }, range);
        Value::Var(dst)
    }

    /// `a and b`, `a or b` as values.
    pub(super) fn bool_op(&mut self, it: &'a ast::ExprBoolOp, want: Option<Var>) -> Value {
        let Some((last, firsts)) = it.values.split_last() else {
            return Value::OPAQUE;
        };
        if it.values.iter().all(is_boolean) {
            it.values.iter().for_each(|it| self.effects(it));
            return Value::OPAQUE;
        }
        let dst = self.dst(want);
        let arms = firsts.iter().map(|operand| {
            let mut cond = Cond::Unknown;
            let mut value = Value::OPAQUE;
            let test = self.block(|this| {
                if is_boolean(operand) {
                    cond = this.cond(operand);
                } else {
                    value = this.eval(operand, None);
                    cond = truthy(value);
                }
            });
            if it.op == BoolOp::And {
                cond = negate(std::mem::replace(&mut cond, Cond::Unknown));
            }
            let body = self.block(|this| this.set(dst, value, operand.range()));
            Arm { test, cond, body }
        });
        let arms = arms.collect();
        let otherwise = self.block(|this| this.eval_to(last, dst, last.range()));
        self.emit(Op::Branch { arms, otherwise }, it.range);
        Value::Var(dst)
    }
}

/// Whether a value is true.
fn truthy(value: Value) -> Cond {
    match value {
        Value::Var(var) => Cond::Truthy(var),
        Value::Const(Const::None) => Cond::Always(false),
        Value::Const(Const::Bool(value)) => Cond::Always(value),
        Value::Const(Const::Int(value)) => Cond::Always(value != 0),
        Value::Const(Const::Str(text)) => Cond::Always(text != crate::syntax::name::known::EMPTY),
        Value::Const(Const::Bytes(text)) => Cond::Always(!text.as_str().is_empty()),
        Value::Const(Const::Prefix(_)) => Cond::Always(true),
        Value::Const(Const::Opaque) => Cond::Unknown,
    }
}

/// The opposite.
pub(super) fn negate(cond: Cond) -> Cond {
    match cond {
        Cond::Unknown => Cond::Unknown,
        Cond::Always(value) => Cond::Always(!value),
        Cond::Not(cond) => *cond,
        cond => Cond::Not(Box::new(cond)),
    }
}

/// All of the conditions.
pub(super) fn all(conds: Vec<Cond>) -> Cond {
    join(conds, true)
}

/// Any of the conditions.
pub(super) fn any(conds: Vec<Cond>) -> Cond {
    join(conds, false)
}

/// All conditions if `is_all`, else any of them. What always holds says nothing among all, and
/// everything among any; what never holds, the other way around.
fn join(conds: Vec<Cond>, is_all: bool) -> Cond {
    let mut parts = Vec::with_capacity(conds.len());
    let mut has_unknown = false;
    for cond in conds {
        match cond {
            Cond::Always(value) if value == is_all => {}
            Cond::Always(value) => return Cond::Always(value),
            Cond::Unknown => has_unknown = true,
            Cond::All(more) if is_all => parts.extend(more),
            Cond::Any(more) if !is_all => parts.extend(more),
            cond => parts.push(cond),
        }
    }
    if has_unknown {
        parts.push(Cond::Unknown);
    }
    match parts.len() {
        0 => Cond::Always(is_all),
        1 => parts.pop().unwrap_or(Cond::Unknown),
        _ if is_all => Cond::All(parts.into()),
        _ => Cond::Any(parts.into()),
    }
}

/// Longer displays are not told apart by their elements.
const MAX_TEXTS: usize = 12;

/// Whether an expression is a tuple, list or set of a few string literals.
fn is_display_of_texts(expr: &Expr) -> bool {
    let elements = elements(expr);
    let is_text = |it: &Expr| matches!(it, Expr::StringLiteral(_));
    (1..=MAX_TEXTS).contains(&elements.len()) && elements.iter().all(is_text)
}

fn elements(expr: &Expr) -> &[Expr] {
    match expr {
        Expr::Tuple(it) => &it.elts,
        Expr::List(it) => &it.elts,
        Expr::Set(it) => &it.elts,
        _ => &[],
    }
}

/// `a is b`, `a is not b`
pub(super) fn is_identity(it: &ast::ExprCompare) -> bool {
    matches!(&*it.ops, [CmpOp::Is | CmpOp::IsNot])
}

/// Whether an expression yields `True` or `False`, or something else that holds nothing.
fn is_boolean(expr: &Expr) -> bool {
    match expr {
        Expr::Compare(_) | Expr::BooleanLiteral(_) => true,
        Expr::UnaryOp(it) => it.op == ast::UnaryOp::Not,
        Expr::Call(it) => match &*it.func {
            Expr::Name(name) => {
                matches!(
                    name.id.as_str(),
                    "isinstance" | "hasattr" | "callable" | "issubclass"
                )
            }
            _ => false,
        },
        _ => false,
    }
}

/// `__name__ == "__main__"`
fn is_main(left: &Expr, right: &Expr) -> bool {
    matches!(left, Expr::Name(it) if it.id == "__name__")
        && matches!(right, Expr::StringLiteral(it) if it.value == *"__main__")
}

/// The comparison with its sides exchanged.
fn mirrored(op: CmpOp) -> CmpOp {
    match op {
        CmpOp::Lt => CmpOp::Gt,
        CmpOp::LtE => CmpOp::GtE,
        CmpOp::Gt => CmpOp::Lt,
        CmpOp::GtE => CmpOp::LtE,
        other => other,
    }
}
