//! What tests decide, and what they tell about the heap in the arm that they open.

use smallvec::SmallVec;

use super::exec::Exec;
use super::guard::{Arms, Branch, Choice, Guard, Implied, Literal, Made, Test};
use super::object::{Kind, Label, Obj, Ty, Value};
use crate::program::model::{ClassId, Member};
use crate::syntax::Name;
use crate::syntax::ir::{Cond, Const, Var};

/// What marks an object of `functools.partial`.
const PARTIAL: &str = "functools.partial";

/// The choice that a condition makes.
pub(super) struct Asked {
    pub(super) branch: Branch,
    /// Whether it is what the condition denies that the branch tests.
    denies: bool,
    /// Whether the test of the branch says everything that the condition does.
    pub(super) says_all: bool,
}

impl Asked {
    /// A choice of which nothing else is known.
    pub(super) fn new(branch: Branch) -> Self {
        Self {
            branch,
            denies: false,
            says_all: false,
        }
    }

    /// Which arm of the branch is the one with this number in the code.
    pub(super) fn arm(&self, idx: usize) -> usize {
        if self.denies { 1 - idx.min(1) } else { idx }
    }
}

impl Exec<'_> {
    /// The choice that a condition with two arms makes: what `if x` stores, `if not x` finds as it
    /// was.
    pub(super) fn choose_arm(&mut self, cond: &Cond) -> Asked {
        let (mut cond, mut denies) = (cond, false);
        while let Cond::Not(inner) = cond {
            (cond, denies) = (inner, !denies);
        }
        let test = self.test_of(cond);
        if let Cond::Truthy(var) = *cond
            && test.is_none()
            && let Some((branch, is_other)) = self.decided_by(var)
        {
            return Asked {
                branch,
                denies: denies != is_other,
                says_all: false,
            };
        }
        let known = self.answer(cond).and_then(|it| *it);
        let branch = match (known, test) {
            (Some(known), _) => known,
            (None, Some(test)) if self.is_lasting(&test) => self.heap.guards.choose_by(test),
            (None, _) => self.heap.guards.choose(Choice::Flow(test)),
        };
        self.heap.guards.mark_two_arms(branch);
        if let Some(answer) = self.answer(cond) {
            *answer = Some(branch);
        }
        Asked {
            branch,
            denies,
            says_all: test.is_some() && *self.heap.guards.choice(branch) == Choice::Flow(test),
        }
    }

    /// The test that decides whether a variable is true, because it is in one arm of it, and is not
    /// in the other; and whether it is where the test does not hold.
    fn decided_by(&mut self, var: Var) -> Option<(Branch, bool)> {
        let value = self.get(var);
        let [(_, guard), _, ..] = value.as_slice() else {
            return None;
        };
        let last = *self.heap.guards.literals(*guard).last()?;
        let branch = last.branch;
        if !self.heap.guards.has_two_arms(branch) {
            return None;
        }
        let here = self.heap.here();
        let [first, second] = [0, 1].map(|arm| {
            let literal = self.heap.guards.literal(branch, arm);
            let path = self.heap.guards.and(here, literal)?;
            self.heap.go(path);
            let res = self.decide_each(var, Self::truthiness);
            self.heap.go(here);
            res
        });
        match (first?, second?) {
            (true, false) => Some((branch, false)),
            (false, true) => Some((branch, true)),
            _ => None,
        }
    }

    /// The branch on which the same was asked of a variable that was not bound again: it comes out
    /// as it did, whatever the variable holds. Containers fill and empty.
    fn answer(&mut self, cond: &Cond) -> Option<&mut Option<Branch>> {
        match *cond {
            Cond::Truthy(var) if !self.may_hold_container(var) => {
                Some(&mut self.answers(var).truth)
            }
            Cond::IsNone(var) => Some(&mut self.answers(var).noneness),
            _ => None,
        }
    }

    fn may_hold_container(&mut self, var: Var) -> bool {
        let value = self.get(var);
        value.iter().any(|it| self.container_of(it.0).is_some())
    }

    /// The outcome of a test that does not depend on any variable.
    pub(crate) fn constant_cond(&self, cond: &Cond) -> Option<bool> {
        match cond {
            Cond::Always(value) => Some(*value),
            Cond::Not(cond) => self.constant_cond(cond).map(|it| !it),
            _ => None,
        }
    }

    /// The outcome of a test, if the heap tells it.
    pub(crate) fn decide(&mut self, cond: &Cond) -> Option<bool> {
        match cond {
            Cond::Unknown => None,
            Cond::HasAttr(var, name) => {
                self.decide_each(*var, |this, obj| this.has_attribute(obj, *name))
            }
            Cond::Always(value) => Some(*value),
            Cond::Not(cond) => self.decide(cond).map(|it| !it),
            Cond::All(conds) => self.decide_all(conds, false),
            Cond::Any(conds) => self.decide_all(conds, true),
            Cond::Truthy(var) => self.decide_each(*var, Self::truthiness),
            Cond::IsNone(var) => self.decide_each(*var, Self::noneness),
            Cond::IsInstance(var, class) => match self.class_of_var(*class) {
                Some(class) => self.decide_each(*var, |this, obj| this.instance_of(obj, class)),
                None => {
                    if let Some(made) = self.made_class(*class) {
                        return self.decide_each(*var, |this, obj| this.is_made(obj, made));
                    }
                    let is_value = self.outside_class(*class)?;
                    self.decide_each(*var, |this, obj| this.outside_instance(obj, is_value))
                }
            },
            Cond::Same(a, b) => {
                let (a, b) = (self.get(*a), self.get(*b));
                let ([(a, _)], [(b, _)]) = (a.as_slice(), b.as_slice()) else {
                    return None;
                };
                self.sameness(*a, *b)
            }
            Cond::Equal(a, b) => {
                let (a, b) = (self.get(*a), self.get(*b));
                let ([(a, _)], [(b, _)]) = (a.as_slice(), b.as_slice()) else {
                    return None;
                };
                // Whatever is the same is equal.
                match self.sameness(*a, *b) {
                    Some(true) => Some(true),
                    _ => self.constants_equal(*a, *b),
                }
            }
        }
    }

    /// `stop` is what one operand needs to be to decide alone.
    fn decide_all(&mut self, conds: &[Cond], stop: bool) -> Option<bool> {
        let mut res = Some(!stop);
        for cond in conds {
            match self.decide(cond) {
                Some(value) if value == stop => return Some(stop),
                Some(_) => {}
                None => res = None,
            }
        }
        res
    }

    fn decide_each(
        &mut self,
        var: Var,
        test: impl Fn(&mut Self, Obj) -> Option<bool>,
    ) -> Option<bool> {
        let value = self.get(var);
        self.agree(&value, test)
    }

    /// The answer that holds for all of some objects, if there is one.
    pub(super) fn agree(
        &mut self,
        value: &[(Obj, Guard)],
        answer: impl Fn(&mut Self, Obj) -> Option<bool>,
    ) -> Option<bool> {
        let (&(first, _), others) = value.split_first()?;
        let res = answer(self, first)?;
        let same = |&(it, _): &(Obj, Guard)| answer(self, it) == Some(res);
        others.iter().all(same).then_some(res)
    }

    /// Whether an object is true.
    pub(crate) fn truthiness(&mut self, obj: Obj) -> Option<bool> {
        match self.heap.kind(obj) {
            Kind::Const(value) => match value {
                Const::None => Some(false),
                Const::Bool(value) => Some(value),
                Const::Int(value) => Some(value != 0),
                Const::Str(text) => Some(!text.as_str().is_empty()),
                Const::Bytes(text) => Some(!text.as_str().is_empty()),
                Const::Prefix(_) => Some(true),
                Const::Opaque => None,
            },
            Kind::Container(_) => {
                // Whether anything was ever put in decides only where nothing was.
                self.heap.is_surely_empty(obj).then_some(false)
            }
            Kind::Instance => match self.container_of(obj) {
                Some(_) => None,
                None => Some(true),
            },
            Kind::BoundMethod(_)
            | Kind::BuiltinMethod(_)
            | Kind::Function(_)
            | Kind::Class(_)
            | Kind::Module(_)
            | Kind::Suspended(_)
            | Kind::Traceback
            | Kind::Frame(_)
            | Kind::WeakRef => Some(true),
            _ => None,
        }
    }

    /// Whether an object is `None`.
    pub(crate) fn noneness(&mut self, obj: Obj) -> Option<bool> {
        match self.heap.kind(obj) {
            Kind::Const(Const::Opaque) => None,
            Kind::Const(value) => Some(value == Const::None),
            Kind::Param(0) if self.frames.len() == 1 && self.is_method() => Some(false),
            Kind::Param(_) | Kind::FreeCell(_) | Kind::Lazy { .. } | Kind::Opaque => None,
            _ => Some(false),
        }
    }

    fn is_method(&self) -> bool {
        self.env
            .program
            .func_info(self.frame().func)
            .class
            .is_some()
    }

    /// Whether an object is an instance of a class.
    pub(crate) fn instance_of(&mut self, obj: Obj, class: ClassId) -> Option<bool> {
        match self.heap.kind(obj) {
            Kind::Const(_) | Kind::Container(_) | Kind::BoundMethod(_) => Some(false),
            Kind::Instance => match self.heap.object(obj).tys.first() {
                Some(Ty::Instance(own)) => Some(self.env.program.is_subclass(*own, class)),
                _ => None,
            },
            _ => {
                let tys = &self.heap.object(obj).tys;
                let all = !tys.is_empty()
                    && tys.iter().all(|ty| match *ty {
                        Ty::Instance(own) => self.env.program.is_subclass(own, class),
                        _ => false,
                    });
                all.then_some(true)
            }
        }
    }

    /// `types.MethodType` and `types.FunctionType`, or what asks for them.
    fn made_class(&mut self, var: Var) -> Option<Made> {
        let value = self.get(var);
        let [(obj, _)] = value.as_slice() else {
            return None;
        };
        let Kind::External(name) = self.heap.kind(*obj) else {
            return None;
        };
        match name.as_str() {
            "types.MethodType" | "inspect.ismethod" => Some(Made::Method),
            "types.FunctionType" | "types.LambdaType" | "inspect.isfunction" => {
                Some(Made::Function)
            }
            _ => None,
        }
    }

    /// Whether an object is a function, or a bound method.
    pub(super) fn is_made(&self, obj: Obj, made: Made) -> Option<bool> {
        match self.heap.kind(obj) {
            Kind::BoundMethod(_) => Some(made == Made::Method),
            Kind::Function(_) => Some(made == Made::Function),
            Kind::Const(_)
            | Kind::Container(_)
            | Kind::Instance
            | Kind::BuiltinMethod(_)
            | Kind::Class(_)
            | Kind::Module(_) => Some(false),
            _ => None,
        }
    }

    /// Whether the class in a variable is outside the program, and such that nothing can be said
    /// to be an instance of it by its methods alone; and whether its instances hold nothing.
    fn outside_class(&mut self, var: Var) -> Option<bool> {
        let value = self.get(var);
        let [(obj, _)] = value.as_slice() else {
            return None;
        };
        match self.heap.kind(*obj) {
            Kind::Builtin(name) => match name.as_str() {
                "str" | "bytes" | "bytearray" | "int" | "float" | "complex" | "bool" | "range" => {
                    Some(true)
                }
                "object" | "type" => None,
                _ => Some(false),
            },
            Kind::External(name) => {
                let (module, last) = name.as_str().rsplit_once('.')?;
                if matches!(last, "ismethod" | "isfunction") {
                    return None;
                }
                let is_structural = matches!(module, "abc" | "typing" | "typing_extensions")
                    || module.starts_with("collections");
                (!is_structural).then_some(matches!(
                    name.as_str(),
                    "numbers.Number" | "numbers.Real" | "numbers.Integral" | "decimal.Decimal"
                ))
            }
            _ => None,
        }
    }

    /// Whether an object is an instance of some class outside the program, of which the instances
    /// hold nothing if it `is_value`.
    pub(super) fn outside_instance(&mut self, obj: Obj, is_value: bool) -> Option<bool> {
        let program = self.env.program;
        let is_own = |ty: &Ty| matches!(*ty, Ty::Instance(class) if program.is_all_own(class));
        match self.heap.kind(obj) {
            Kind::Const(Const::None) => is_value.then_some(false),
            Kind::Const(_) => None,
            Kind::Container(_)
            | Kind::BoundMethod(_)
            | Kind::Function(_)
            | Kind::Suspended(_)
            | Kind::Module(_)
            | Kind::WeakRef
                if is_value =>
            {
                Some(false)
            }
            Kind::Instance => {
                let tys = &self.heap.object(obj).tys;
                (!tys.is_empty() && tys.iter().all(is_own)).then_some(false)
            }
            _ => None,
        }
    }

    /// Whether an object has an attribute: its class gives it one, it was given one, or it is
    /// asked whether it is a bound method.
    pub(super) fn has_attribute(&self, obj: Obj, name: Name) -> Option<bool> {
        let here = self.heap.here();
        let is_given = |edge: &u32| {
            let edge = &self.heap.edges[*edge as usize];
            !edge.read && edge.kills.is_empty() && self.heap.guards.implies(here, edge.guard)
        };
        if let Some(cell) = self.heap.find_cell(obj, Label::Attr(name))
            && self.heap.cells[cell as usize].edges.iter().any(is_given)
        {
            return Some(true);
        }
        let is_partial = |ty: &Ty| matches!(ty, Ty::External(name) if name.as_str() == PARTIAL);
        if matches!(name.as_str(), "__self__" | "__func__") {
            match self.heap.kind(obj) {
                Kind::BoundMethod(_) => return Some(true),
                Kind::Function(_) => return Some(false),
                Kind::Holder if self.heap.object(obj).tys.iter().any(is_partial) => {
                    return Some(false);
                }
                _ => {}
            }
        }
        let tys = &self.heap.object(obj).tys;
        let by_class = |ty: &Ty| match *ty {
            Ty::Instance(class) => matches!(
                self.env.program.lookup(class, name),
                Some((
                    _,
                    Member::Method(..) | Member::Property { .. } | Member::Value
                ))
            ),
            _ => false,
        };
        (!tys.is_empty() && tys.iter().all(by_class)).then_some(true)
    }

    /// Whether two constants are equal.
    pub(super) fn constants_equal(&self, a: Obj, b: Obj) -> Option<bool> {
        let (a, b) = (self.heap.as_constant(a)?, self.heap.as_constant(b)?);
        (a.is_exact() && b.is_exact()).then_some(a == b)
    }

    /// Whether two objects are the same.
    pub(crate) fn sameness(&mut self, a: Obj, b: Obj) -> Option<bool> {
        let (kind, other) = (self.heap.kind(a), self.heap.kind(b));
        if a == b {
            let exact = !matches!(kind, Kind::Const(it) if !it.is_exact());
            return exact.then_some(true);
        }
        let (a, b) = (kind, other);
        match (a, b) {
            (Kind::Const(it), _) | (_, Kind::Const(it)) if !it.is_exact() => None,
            (Kind::Const(a), Kind::Const(b)) => Some(a == b),
            (a, b) if a.is_lasting() && b.is_lasting() => Some(a == b),
            (a, b) if a.is_fresh() || b.is_fresh() => Some(false),
            _ => None,
        }
    }

    fn class_of_var(&mut self, var: Var) -> Option<ClassId> {
        let value = self.get(var);
        let [(obj, _)] = value.as_slice() else {
            return None;
        };
        match self.heap.kind(*obj) {
            Kind::Class(class) => Some(class),
            _ => None,
        }
    }

    /// The test of one object that a condition is, for callers who know more of it.
    pub(crate) fn test_of(&mut self, cond: &Cond) -> Option<Test> {
        let single = |this: &mut Self, var: Var| match this.get(var).as_slice() {
            [(obj, _)] => Some(*obj),
            _ => None,
        };
        match cond {
            Cond::Truthy(var) => single(self, *var).map(Test::Truthy),
            Cond::IsNone(var) => single(self, *var).map(Test::IsNone),
            Cond::Same(a, b) => Some(Test::Same(single(self, *a)?, single(self, *b)?)),
            Cond::Equal(a, b) => {
                let (a, b) = (single(self, *a)?, single(self, *b)?);
                match (self.heap.as_constant(a), self.heap.as_constant(b)) {
                    (Some(_), None) => Some(Test::Equal(b, a)),
                    (None, Some(_)) => Some(Test::Equal(a, b)),
                    _ => None,
                }
            }
            Cond::IsInstance(var, class) => {
                let of = single(self, *var)?;
                match self.class_of_var(*class) {
                    Some(class) => Some(Test::IsInstance(of, class)),
                    None => match self.made_class(*class) {
                        Some(made) => Some(Test::IsMade(of, made)),
                        None => Some(Test::IsOutside(of, self.outside_class(*class)?)),
                    },
                }
            }
            Cond::HasAttr(var, name) => Some(Test::HasAttr(single(self, *var)?, *name)),
            _ => None,
        }
    }

    /// Notes in arms of a branch how tests come out that a condition is made of.
    pub(super) fn imply(&mut self, arms: Arms, cond: &Cond, holds: bool) {
        match cond {
            Cond::Not(cond) => self.imply(arms, cond, !holds),
            Cond::Any(conds) if holds => {
                if let Some((var, is_value)) = self.any_outside(conds) {
                    self.imply_each_of(arms, var, true, |it| Test::IsOutside(it, is_value));
                }
            }
            Cond::All(conds) if holds => {
                conds.iter().for_each(|it| self.imply(arms, it, holds));
            }
            Cond::Any(conds) => conds.iter().for_each(|it| self.imply(arms, it, holds)),
            Cond::All(_) | Cond::Unknown | Cond::Always(_) => {}
            Cond::IsNone(var) => self.imply_each_of(arms, *var, holds, Test::IsNone),
            Cond::Truthy(var) => match self.decided_by(*var) {
                Some((branch, is_other)) => {
                    let decided = Literal {
                        branch,
                        arm: u16::from(holds == is_other),
                    };
                    self.heap.guards.imply_all_of(arms, decided);
                }
                None => self.imply_each_of(arms, *var, holds, Test::Truthy),
            },
            Cond::HasAttr(var, name) => {
                self.imply_each_of(arms, *var, holds, |it| Test::HasAttr(it, *name));
            }
            Cond::IsInstance(var, class) => {
                if let Some(class) = self.class_of_var(*class) {
                    self.imply_each_of(arms, *var, holds, |it| Test::IsInstance(it, class));
                } else if let Some(made) = self.made_class(*class) {
                    self.imply_each_of(arms, *var, holds, |it| Test::IsMade(it, made));
                } else if let Some(is_value) = self.outside_class(*class) {
                    self.imply_each_of(arms, *var, holds, |it| Test::IsOutside(it, is_value));
                }
            }
            Cond::Same(a, b) => {
                let (a, b) = (self.get(*a), self.get(*b));
                self.imply_sameness(arms, &a, &b, holds);
            }
            Cond::Equal(..) => {
                if let Some(test) = self.test_of(cond) {
                    self.heap.guards.imply(Implied {
                        arms,
                        test,
                        holds,
                        of: Guard::TRUE,
                    });
                }
            }
        }
    }

    /// Notes in an arm that two values are the same object, or are not.
    pub(super) fn imply_sameness(&mut self, arms: Arms, a: &Value, b: &Value, holds: bool) {
        for &(one, under) in a {
            let others = b.iter().filter_map(|&(other, also)| {
                let of = self.heap.guards.and(under, also)?;
                Some((other, of))
            });
            let others: Value = others.collect();
            self.imply_for(arms, &others, holds, |it| Test::Same(one, it));
        }
    }

    fn imply_each_of(&mut self, arms: Arms, var: Var, holds: bool, test: impl Fn(Obj) -> Test) {
        let value = self.get(var);
        self.imply_for(arms, &value, holds, test);
    }

    fn imply_for(&mut self, arms: Arms, value: &Value, holds: bool, test: impl Fn(Obj) -> Test) {
        for &(obj, of) in value {
            let test = test(obj);
            // What holds on the way there is no news.
            let here = self.heap.here();
            let of = if self.heap.guards.implies(here, of) {
                Guard::TRUE
            } else {
                of
            };
            self.heap.guards.imply(Implied {
                arms,
                test,
                holds,
                of,
            });
        }
    }

    /// `isinstance(x, (str, int))`: an instance of one of several classes outside the program, and
    /// whether the instances of all of them hold nothing.
    fn any_outside(&mut self, conds: &[Cond]) -> Option<(Var, bool)> {
        let mut res: Option<(Var, bool)> = None;
        for cond in conds {
            let &Cond::IsInstance(var, class) = cond else {
                return None;
            };
            let is_value = self.outside_class(class)?;
            match &mut res {
                None => res = Some((var, is_value)),
                Some((known, all)) if *known == var => *all &= is_value,
                Some(_) => return None,
            }
        }
        res
    }

    /// Whether a test comes out the same as long as the function runs: containers fill and empty.
    pub(super) fn is_lasting(&self, test: &Test) -> bool {
        match *test {
            Test::Truthy(of) => self.container_of(of).is_none(),
            Test::HasAttr(..) => false,
            _ => true,
        }
    }

    /// Takes note that a condition holds (or does not) on the current path.
    pub(crate) fn assume(&mut self, cond: &Cond, holds: bool) {
        match (cond, holds) {
            (Cond::Not(cond), _) => self.assume(cond, !holds),
            (Cond::All(conds), true) | (Cond::Any(conds), false) => {
                conds.iter().for_each(|it| self.assume(it, holds));
            }
            (Cond::IsNone(var), true) => self.assume_nothing(*var, true),
            (Cond::Truthy(var), false) => self.assume_nothing(*var, false),
            (Cond::IsNone(var), false) => self.drop_objects(*var, |this, obj| {
                this.heap.as_constant(obj) == Some(Const::None)
            }),
            (Cond::Truthy(var), true) => {
                self.drop_objects(*var, |this, obj| this.truthiness(obj) == Some(false))
            }
            (Cond::IsInstance(var, class), holds) => {
                if self.excludes_exceptions(*class, holds) {
                    self.drop_exceptions(*var);
                } else if holds && let Some(class) = self.class_of_var(*class) {
                    self.narrow(*var, class);
                }
            }
            (Cond::Same(a, b), false) => {
                for (var, other) in [(*a, *b), (*b, *a)] {
                    self.drop_same(var, other);
                }
            }
            (Cond::Same(a, b), true) => {
                let other = self.get(*b);
                let is_object = |it: &(Obj, Guard)| self.heap.as_constant(it.0).is_none();
                if !other.is_empty() && other.iter().all(is_object) {
                    self.set(*a, other);
                }
            }
            _ => {}
        }
    }

    /// The variable is `None`, or at least false: it holds no object, and neither does the
    /// attribute that it was read from. A container that is false is empty.
    fn assume_nothing(&mut self, var: Var, is_none: bool) {
        let value = self.get(var);
        let here = self.heap.here();
        let mut kept = false;
        for &(obj, guard) in &value {
            if !is_none && self.container_of(obj).is_some() {
                kept = true;
                if let Some(under) = self.heap.guards.and(here, guard) {
                    self.cut_elements(obj, under);
                }
            }
        }
        if kept {
            return;
        }
        if let Some((base, label @ Label::Attr(_))) = self.origin(var) {
            let base = self.get(base);
            for (obj, guard) in base {
                if let Some(under) = self.heap.guards.and(here, guard)
                    && let Some(cell) = self.heap.find_cell(obj, label)
                {
                    self.heap.cut(cell, under);
                }
            }
        }
        let none = self.constant(Const::None);
        self.narrow_to(var, none);
    }

    fn drop_objects(&mut self, var: Var, unwanted: impl Fn(&mut Self, Obj) -> bool) {
        self.drop_values(var, |this, it| unwanted(this, it.0));
    }

    fn drop_values(&mut self, var: Var, unwanted: impl Fn(&mut Self, &(Obj, Guard)) -> bool) {
        let value = self.get(var);
        let kept: Value = value
            .iter()
            .filter(|it| !unwanted(self, it))
            .copied()
            .collect();
        if kept.len() < value.len() && !kept.is_empty() {
            self.narrow_to(var, kept);
        }
    }

    /// The variable does not hold the object that the other one holds. Where that is one of
    /// several, both hold the same one under the same choices.
    fn drop_same(&mut self, var: Var, other: Var) {
        let held = self.get(other);
        let is_single = held.len() == 1;
        let value = self.get(var);
        let guards = &self.heap.guards;
        let same: SmallVec<[(Obj, Guard); 2]> = value
            .into_iter()
            .filter(|&(obj, guard)| {
                let is_same =
                    |it: &(Obj, Guard)| it.0 == obj && (is_single || guards.implies(guard, it.1));
                self.heap.as_constant(obj).is_none() && held.iter().any(is_same)
            })
            .collect();
        self.drop_values(var, |_, it| same.contains(it));
    }

    fn narrow(&mut self, var: Var, class: ClassId) {
        let here = self.heap.here();
        for (obj, _) in self.get(var) {
            if self.heap.kind(obj).is_symbolic() {
                let object = &mut self.heap.objects[obj.0 as usize];
                object.narrowed.push((here, Ty::Instance(class)));
            }
        }
    }

    /// What an object is known to be on the current path.
    pub(crate) fn tys(&self, obj: Obj) -> SmallVec<[Ty; 2]> {
        let object = self.heap.object(obj);
        let here = self.heap.here();
        let narrowed = object
            .narrowed
            .iter()
            .rev()
            .find(|(guard, _)| self.heap.guards.implies(here, *guard));
        match narrowed {
            Some((_, ty @ Ty::Instance(class))) => {
                let fits = |it: &Ty| match *it {
                    Ty::Instance(own) => self.env.program.is_subclass(own, *class),
                    _ => false,
                };
                let kept: SmallVec<[Ty; 2]> =
                    object.tys.iter().filter(|it| fits(it)).copied().collect();
                if kept.is_empty() {
                    smallvec::smallvec![*ty]
                } else {
                    kept
                }
            }
            _ => object.tys.iter().copied().collect(),
        }
    }
}
