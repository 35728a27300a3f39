//! `match` statements.

use ruff_python_ast::{self as ast, Expr, Pattern};
use ruff_text_size::{Ranged, TextRange};
use thin_vec::thin_vec;

use super::Lowerer;
use super::builder::Value;
use super::cond::{all, any};
use crate::syntax::ir::{Arm, Cond, Const, Op, Var};
use crate::syntax::name::Name;

/// The names that a pattern binds, once it matches.
type Captures = Vec<(Name, Value, TextRange)>;

impl<'a> Lowerer<'a> {
    /// `match subject: case ...`
    pub(super) fn match_statement(&mut self, it: &'a ast::StmtMatch) {
        let subject = self.operand(&it.subject);
        let arms = it.cases.iter().map(|case| self.case(case, subject));
        let arms = arms.collect();
        let otherwise = self.f.empty();
        self.emit(Op::Branch { arms, otherwise }, it.range);
    }

    fn case(&mut self, case: &'a ast::MatchCase, subject: Var) -> Arm {
        let mut captures = Captures::new();
        let mut cond = Cond::Unknown;
        let test = self.block(|this| {
            cond = this.pattern(&case.pattern, subject, &mut captures);
            if let Some(guard) = &case.guard {
                // The guard sees what the pattern has bound, even where it then fails.
                this.capture(std::mem::take(&mut captures));
                let pattern = std::mem::replace(&mut cond, Cond::Unknown);
                cond = all(vec![pattern, this.cond(guard)]);
            }
        });
        let body = self.block(|this| {
            this.capture(captures);
            this.suite(&case.body);
        });
        Arm { test, cond, body }
    }

    fn capture(&mut self, captures: Captures) {
        for (name, value, range) in captures {
            self.store(name, value, range);
        }
    }

    /// When `subject` matches `pattern`. What the pattern looks at is loaded.
    fn pattern(&mut self, pattern: &'a Pattern, subject: Var, captures: &mut Captures) -> Cond {
        self.nested(|this| match pattern {
            Pattern::MatchValue(it) => this.value_pattern(&it.value, subject),
            Pattern::MatchSingleton(it) => this.singleton(it.value, subject),
            Pattern::MatchSequence(it) => this.sequence(it, subject, captures),
            Pattern::MatchMapping(it) => this.mapping(it, subject, captures),
            Pattern::MatchClass(it) => this.class_pattern(it, subject, captures),
            Pattern::MatchStar(_) => Cond::Always(true),
            Pattern::MatchAs(it) => {
                let cond = match &it.pattern {
                    Some(inner) => this.pattern(inner, subject, captures),
                    None => Cond::Always(true),
                };
                if let Some(name) = &it.name {
                    captures.push((this.intern(name), Value::Var(subject), name.range));
                }
                cond
            }
            Pattern::MatchOr(it) => this.alternatives(it, subject, captures),
        })
        .unwrap_or(Cond::Unknown)
    }

    fn value_pattern(&mut self, value: &'a Expr, subject: Var) -> Cond {
        match self.eval(value, None) {
            Value::Const(Const::Opaque) => Cond::Unknown,
            value => Cond::Equal(subject, self.f.var(value)),
        }
    }

    fn singleton(&mut self, value: ast::Singleton, subject: Var) -> Cond {
        let value = match value {
            ast::Singleton::None => return Cond::IsNone(subject),
            ast::Singleton::True => Const::Bool(true),
            ast::Singleton::False => Const::Bool(false),
        };
        Cond::Same(subject, self.f.var(Value::Const(value)))
    }

    fn sequence(
        &mut self,
        it: &'a ast::PatternMatchSequence,
        subject: Var,
        captures: &mut Captures,
    ) -> Cond {
        let mut star = None;
        let mut targets = Vec::with_capacity(it.patterns.len());
        for (pattern, idx) in it.patterns.iter().zip(0..) {
            if pattern.is_match_star() {
                star.get_or_insert(idx);
            }
            targets.push(self.f.temp());
        }
        self.emit(
            Op::Unpack {
                src: subject,
                targets: targets.as_slice().into(),
                star,
            },
            it.range,
        );
        let mut conds = vec![Cond::Unknown];
        for (pattern, var) in it.patterns.iter().zip(targets) {
            match pattern {
                Pattern::MatchStar(star) => {
                    if let Some(name) = &star.name {
                        captures.push((self.intern(name), Value::Var(var), name.range));
                    }
                }
                _ => conds.push(self.pattern(pattern, var, captures)),
            }
        }
        all(conds)
    }

    fn mapping(
        &mut self,
        it: &'a ast::PatternMatchMapping,
        subject: Var,
        captures: &mut Captures,
    ) -> Cond {
        let mut conds = vec![Cond::Unknown];
        for (key, pattern) in it.keys.iter().zip(&it.patterns) {
            let key = self.operand(key);
            let dst = self.f.temp();
            let base = subject;
            self.emit(Op::LoadItem { dst, base, key }, pattern.range());
            conds.push(self.pattern(pattern, dst, captures));
        }
        if let Some(rest) = &it.rest {
            let dst = self.f.temp();
            let entries = thin_vec![(None, subject)];
            self.emit(Op::Dict { dst, entries }, rest.range);
            captures.push((self.intern(rest), Value::Var(dst), rest.range));
        }
        all(conds)
    }

    fn class_pattern(
        &mut self,
        it: &'a ast::PatternMatchClass,
        subject: Var,
        captures: &mut Captures,
    ) -> Cond {
        let class = self.operand(&it.cls);
        let mut conds = vec![Cond::IsInstance(subject, class)];
        for pattern in &it.arguments.patterns {
            // Which attribute this is only `__match_args__` knows; of a builtin it is the object.
            let var = if self.is_self_matching(&it.cls) {
                subject
            } else {
                self.f.var(Value::OPAQUE)
            };
            conds.push(self.pattern(pattern, var, captures));
        }
        for keyword in &it.arguments.keywords {
            let name = self.intern(&keyword.attr);
            let dst = self.f.temp();
            let base = subject;
            self.emit(Op::LoadAttr { dst, base, name }, keyword.range);
            conds.push(self.pattern(&keyword.pattern, dst, captures));
        }
        all(conds)
    }

    /// Whether `C(x)` binds the whole object.
    fn is_self_matching(&self, class: &Expr) -> bool {
        const SELF_MATCHING: [&str; 11] = [
            "bool",
            "bytearray",
            "bytes",
            "dict",
            "float",
            "frozenset",
            "int",
            "list",
            "set",
            "str",
            "tuple",
        ];
        SELF_MATCHING
            .into_iter()
            .any(|builtin| self.is_builtin(class, builtin))
    }

    fn alternatives(
        &mut self,
        it: &'a ast::PatternMatchOr,
        subject: Var,
        captures: &mut Captures,
    ) -> Cond {
        let mut conds = Vec::with_capacity(it.patterns.len());
        for pattern in &it.patterns {
            let mut bound = Captures::new();
            conds.push(self.pattern(pattern, subject, &mut bound));
            // Which alternative it was that bound the name is not known.
            let bound = bound.into_iter();
            captures.extend(bound.map(|(name, _, range)| (name, Value::OPAQUE, range)));
        }
        any(conds)
    }
}
