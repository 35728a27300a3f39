//! What tests decide, and what they tell about the heap in the arm that they open.

use super::exec::Exec;
use super::guard::{Guard, Implied, Literal, Test};
use super::object::{Kind, Label, Obj, Ty};
use crate::program::model::{ClassId, Member};
use crate::syntax::Name;
use crate::syntax::ir::{Cond, Const, Var};

impl Exec<'_> {
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
                let value = self.get(*var);
                let has = |it: &(Obj, Guard)| self.surely_has(it.0, *name);
                (!value.is_empty() && value.iter().all(has)).then_some(true)
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
        let mut res = None;
        for (obj, _) in value {
            let this = test(self, obj)?;
            if res.is_some_and(|it| it != this) {
                return None;
            }
            res = Some(this);
        }
        res
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
                let module = name.as_str().rsplit_once('.').map(|it| it.0)?;
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

    /// Whether an object has an attribute, because its class gives it one.
    pub(super) fn surely_has(&self, obj: Obj, name: Name) -> bool {
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
        !tys.is_empty() && tys.iter().all(by_class)
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
                    None => Some(Test::IsOutside(of, self.outside_class(*class)?)),
                }
            }
            Cond::HasAttr(var, name) => Some(Test::HasAttr(single(self, *var)?, *name)),
            Cond::Not(cond) => match **cond {
                Cond::IsNone(var) => single(self, var).map(Test::NotNone),
                Cond::Truthy(var) => single(self, var).map(Test::Falsy),
                _ => None,
            },
            _ => None,
        }
    }

    /// Notes in an arm of a branch how tests come out that its condition is made of.
    pub(super) fn imply(&mut self, arm: Literal, cond: &Cond, holds: bool) {
        match cond {
            Cond::Not(cond) => self.imply(arm, cond, !holds),
            Cond::Any(conds) if holds => {
                if let Some((var, is_value)) = self.any_outside(conds) {
                    self.imply_each_of(arm, var, true, |it| Test::IsOutside(it, is_value));
                }
            }
            Cond::All(conds) if holds => {
                conds.iter().for_each(|it| self.imply(arm, it, holds));
            }
            Cond::Any(conds) => conds.iter().for_each(|it| self.imply(arm, it, holds)),
            Cond::All(_) | Cond::Unknown | Cond::Always(_) => {}
            Cond::IsNone(var) => self.imply_each_of(arm, *var, holds, Test::IsNone),
            Cond::Truthy(var) => self.imply_each_of(arm, *var, holds, Test::Truthy),
            Cond::HasAttr(var, name) => {
                self.imply_each_of(arm, *var, holds, |it| Test::HasAttr(it, *name));
            }
            Cond::IsInstance(var, class) => {
                if let Some(class) = self.class_of_var(*class) {
                    self.imply_each_of(arm, *var, holds, |it| Test::IsInstance(it, class));
                } else if let Some(is_value) = self.outside_class(*class) {
                    self.imply_each_of(arm, *var, holds, |it| Test::IsOutside(it, is_value));
                }
            }
            Cond::Same(..) | Cond::Equal(..) => {
                if let Some(test) = self.test_of(cond) {
                    self.heap.guards.imply(Implied {
                        arm,
                        test,
                        holds,
                        of: Guard::TRUE,
                    });
                }
            }
        }
    }

    fn imply_each_of(&mut self, arm: Literal, var: Var, holds: bool, test: impl Fn(Obj) -> Test) {
        for (obj, of) in self.get(var) {
            let test = test(obj);
            // What holds on the way there is no news.
            let here = self.heap.here();
            let of = if self.heap.guards.implies(here, of) {
                Guard::TRUE
            } else {
                of
            };
            self.heap.guards.imply(Implied {
                arm,
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
            Test::Truthy(of) | Test::Falsy(of) => self.container_of(of).is_none(),
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
                    if let [(other, _)] = self.get(other).as_slice()
                        && self.heap.as_constant(*other).is_none()
                    {
                        let other = *other;
                        self.drop_objects(var, |_, obj| obj == other);
                    }
                }
            }
            (Cond::Same(a, b), true) => {
                let other = self.get(*b);
                if other.len() == 1 && self.heap.as_constant(other[0].0).is_none() {
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
        let origin = self.origin(var);
        let none = self.constant(Const::None);
        self.set(var, none);
        if let Some((base, label)) = origin {
            self.set_origin(var, base, label);
        }
    }

    fn drop_objects(&mut self, var: Var, unwanted: impl Fn(&mut Self, Obj) -> bool) {
        let value = self.get(var);
        let kept: super::object::Value = value
            .iter()
            .filter(|it| !unwanted(self, it.0))
            .copied()
            .collect();
        if kept.len() < value.len() && !kept.is_empty() {
            let origin = self.origin(var);
            self.set(var, kept);
            if let Some((base, label)) = origin {
                self.set_origin(var, base, label);
            }
        }
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
    pub(crate) fn tys(&self, obj: Obj) -> smallvec::SmallVec<[Ty; 2]> {
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
                let kept: smallvec::SmallVec<[Ty; 2]> =
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
