//! Calls: who is called, and how arguments reach parameters.

use smallvec::SmallVec;

use super::exec::Exec;
use super::facts::{Observed, Slot, SlotKey};
use super::guard::Choice;
use super::object::{Kind, Label, Obj, Ty, Value};
use super::store::join;
use super::suspended::Step;
use crate::program::model::{ClassId, Container, FuncId, Member, MethodKind, Place, Wrapper};
use crate::syntax::Name;
use crate::syntax::name::known;

/// The arguments of a call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Args {
    pub(crate) positional: Vec<Value>,
    /// From the first `*iterable` on: positional arguments and iterables (marked).
    pub(crate) stars: Vec<(Value, bool)>,
    pub(crate) keywords: Vec<(Name, Value)>,
    pub(crate) double_stars: Vec<Value>,
}

impl Args {
    /// Only positional ones.
    pub(crate) fn of(positional: impl IntoIterator<Item = Value>) -> Self {
        Self {
            positional: positional.into_iter().collect(),
            ..Self::default()
        }
    }

    /// With one more in front.
    pub(crate) fn with_first(&self, first: Value) -> Self {
        let mut res = self.clone();
        res.positional.insert(0, first);
        res
    }

    /// The argument at a position or of a name.
    pub(crate) fn get(&self, idx: usize, name: &str) -> Option<&Value> {
        self.positional.get(idx).or_else(|| {
            self.keywords
                .iter()
                .find(|(it, _)| it.as_str() == name)
                .map(|(_, value)| value)
        })
    }

    /// All values that are passed, in whatever way.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Value> {
        self.positional
            .iter()
            .chain(self.stars.iter().map(|it| &it.0))
            .chain(self.keywords.iter().map(|it| &it.1))
            .chain(&self.double_stars)
    }
}

impl Exec<'_> {
    /// `callee(args)`
    pub(crate) fn call(&mut self, callee: &Value, args: &Args, place: Place) -> Value {
        if callee.is_empty() {
            return self.unresolved(None, args, place);
        }
        self.each(callee, |this, obj| this.call_object(obj, args, place))
    }

    /// Calls one object.
    pub(crate) fn call_object(&mut self, callee: Obj, args: &Args, place: Place) -> Value {
        match self.heap.kind(callee) {
            Kind::Function(func) => self.call_function(func, Some(callee), None, args, place),
            Kind::BoundMethod(func) => {
                let here = self.heap.here();
                let label = Label::Attr(known::SELF_DUNDER);
                let receiver = self.load_one(callee, here, label, place);
                let closure = self.load_one(callee, here, Label::Attr(known::FUNC_DUNDER), place);
                let closure = closure.first().map(|it| it.0);
                self.each(&receiver, |this, obj| {
                    let value = this.heap.value(obj);
                    let class = this.receiver_class(obj);
                    this.call_function(func, closure, class, &args.with_first(value), place)
                })
            }
            Kind::BuiltinMethod(name) => {
                let here = self.heap.here();
                let label = Label::Attr(known::SELF_DUNDER);
                let receiver = self.load_one(callee, here, label, place);
                self.call_method(&receiver, name, args, place)
            }
            Kind::Class(class) => self.call_class(class, args, place),
            Kind::Builtin(name) => self.call_builtin(name, args, place),
            Kind::External(name) => self.call_external(name, args, place),
            Kind::WeakRef => {
                let here = self.heap.here();
                self.load_one(callee, here, Label::Referent, place)
            }
            Kind::Const(_) => Value::new(),
            _ => self.call_typed(callee, args, place),
        }
    }

    /// Calls an object of which only the type is known.
    fn call_typed(&mut self, callee: Obj, args: &Args, place: Place) -> Value {
        self.ask(callee);
        let tys = self.tys(callee);
        if tys.is_empty() {
            return self.unresolved(Some(callee), args, place);
        }
        self.for_each_type(callee, &tys, |this, ty| match ty {
            Ty::Instance(class) => match this.env.program.lookup(class, known::CALL) {
                Some((_, &Member::Method(func, _))) => {
                    let receiver = this.heap.value(callee);
                    this.call_function(func, None, Some(class), &args.with_first(receiver), place)
                }
                _ => this.unresolved(Some(callee), args, place),
            },
            Ty::ClassObject(class) => this.construct(class, args, place),
            Ty::Function(func) => this.call_function(func, Some(callee), None, args, place),
            Ty::WeakRef => {
                let here = this.heap.here();
                this.load_one(callee, here, Label::Referent, place)
            }
            Ty::External(name) => this.call_external_object(callee, name, args, place),
            _ => this.unresolved(Some(callee), args, place),
        })
    }

    /// Executes `f` for each type that an object may have, in arms that exclude each other.
    pub(crate) fn for_each_type(
        &mut self,
        obj: Obj,
        tys: &[Ty],
        mut f: impl FnMut(&mut Self, Ty) -> Value,
    ) -> Value {
        if let [only] = tys {
            return f(self, *only);
        }
        let candidates: SmallVec<[Ty; 2]> = tys.iter().copied().collect();
        let branch = self.heap.guards.choose(Choice::Class {
            of: obj,
            candidates,
        });
        let here = self.heap.here();
        let mut res = Value::new();
        // What all of them give does not depend on the choice.
        let mut common: Option<Obj> = None;
        let mut is_common = true;
        for (arm, &ty) in tys.iter().enumerate() {
            let part = self.in_arm(branch, arm, |this| f(this, ty));
            let literal = self.heap.guards.literal(branch, arm);
            let path = self.heap.guards.and(here, literal).unwrap_or(here);
            is_common &= match part.as_slice() {
                [(obj, guard)] => {
                    *common.get_or_insert(*obj) == *obj && self.heap.guards.implies(path, *guard)
                }
                _ => false,
            };
            join(&mut res, &part);
        }
        match common {
            Some(obj) if is_common => smallvec::smallvec![(obj, here)],
            _ => res,
        }
    }

    /// `recv.name(args)`
    pub(crate) fn call_method(
        &mut self,
        recv: &Value,
        name: Name,
        args: &Args,
        place: Place,
    ) -> Value {
        if recv.is_empty() {
            return self.unresolved(None, args, place);
        }
        self.each(recv, |this, obj| {
            this.call_method_of(obj, name, args, place)
        })
    }

    fn call_method_of(&mut self, recv: Obj, name: Name, args: &Args, place: Place) -> Value {
        match self.heap.kind(recv) {
            Kind::Const(_) => {
                // `", ".join(lines)`
                if let ("join", Some(all)) = (name.as_str(), args.positional.first()) {
                    self.exhaust(all);
                }
                return Value::new();
            }
            Kind::AttributeDict(of) => return self.attribute_dict_method(of, name, args, place),
            Kind::Proxy => {
                let here = self.heap.here();
                let referent = self.load_one(recv, here, Label::Referent, place);
                return self.call_method(&referent, name, args, place);
            }
            Kind::Suspended(_) => return self.suspended_method(recv, name, place),
            Kind::Function(_) if name == known::GET => {
                return self.bind_to_first(recv, args, place);
            }
            Kind::Module(_) | Kind::Class(_) | Kind::External(_) | Kind::Builtin(_) => {
                let callee = self.load_attr_of(recv, name, place);
                return self.call(&callee, args, place);
            }
            _ => {}
        }
        self.ask(recv);
        let tys = self.tys(recv);
        if tys.is_empty() {
            return self.call_untyped_method(recv, name, args, place);
        }
        self.for_each_type(recv, &tys, |this, ty| {
            this.call_method_typed(recv, ty, name, args, place)
        })
    }

    /// `function.__get__(receiver, class)`
    fn bind_to_first(&mut self, function: Obj, args: &Args, place: Place) -> Value {
        let receiver = args.positional.first().cloned().unwrap_or_default();
        self.each(&receiver, |this, obj| {
            this.bind_method(function, obj, place)
        })
    }

    fn call_method_typed(
        &mut self,
        recv: Obj,
        ty: Ty,
        name: Name,
        args: &Args,
        place: Place,
    ) -> Value {
        match ty {
            Ty::Instance(class) => {
                if Self::may_register(name) {
                    self.call_registering_method(recv, name, args, place);
                }
                let shadowed = self
                    .heap
                    .find_cell(recv, Label::Attr(name))
                    .is_some_and(|it| !self.heap.cells[it as usize].edges.is_empty());
                let member = self.env.program.lookup(class, name);
                match member {
                    Some((_, &Member::Method(func, kind))) if !shadowed => {
                        self.call_member(recv, class, func, kind, name, args, place)
                    }
                    None if !shadowed && self.container_of(recv).is_some() => {
                        self.container_method(recv, name, args, place)
                    }
                    None if !shadowed && self.has_external_base(class) => {
                        self.external_method(recv, name, args, place)
                    }
                    _ => {
                        let callee = self.load_attr_of(recv, name, place);
                        if callee.is_empty() {
                            return self.unresolved(Some(recv), args, place);
                        }
                        self.call(&callee, args, place)
                    }
                }
            }
            Ty::Container(_) => self.container_method(recv, name, args, place),
            Ty::ClassObject(class) => {
                let callee = self.class_attribute(recv, class, name, place);
                self.call(&callee, args, place)
            }
            Ty::External(_) => self.external_method(recv, name, args, place),
            Ty::Function(_) if name == known::GET => self.bind_to_first(recv, args, place),
            _ => self.call_untyped_method(recv, name, args, place),
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "all of them are what method lookup found"
    )]
    fn call_member(
        &mut self,
        recv: Obj,
        class: ClassId,
        func: FuncId,
        kind: MethodKind,
        name: Name,
        args: &Args,
        place: Place,
    ) -> Value {
        if self.needs_wrapper(func) {
            let callee = self.load_attr_of(recv, name, place);
            return self.call(&callee, args, place);
        }
        match kind {
            MethodKind::Static => self.call_function(func, None, None, args, place),
            MethodKind::Class => {
                let class_obj = self.heap.singleton(Kind::Class(class));
                let first = self.heap.value(class_obj);
                self.call_function(func, None, Some(class), &args.with_first(first), place)
            }
            MethodKind::Instance => {
                let first = self.heap.value(recv);
                let args = args.with_first(first);
                let overriding = self.overriding(recv, class, func, name);
                if let [only] = overriding.as_slice() {
                    return self.call_function(only.1, None, Some(only.0), &args, place);
                }
                let tys: SmallVec<[Ty; 4]> =
                    overriding.iter().map(|it| Ty::Instance(it.0)).collect();
                self.for_each_type(recv, &tys, |this, ty| {
                    let target = overriding.iter().find(|it| Ty::Instance(it.0) == ty);
                    match target {
                        Some(&(class, func)) => {
                            this.call_function(func, None, Some(class), &args, place)
                        }
                        None => Value::new(),
                    }
                })
            }
        }
    }

    /// The methods that a call can reach: the one found in the class, unless that is a stub (an
    /// abstract method), which stands for those of the subclasses.
    fn overriding(
        &self,
        recv: Obj,
        class: ClassId,
        func: FuncId,
        name: Name,
    ) -> SmallVec<[(ClassId, FuncId); 2]> {
        let program = self.env.program;
        let exact = self.heap.kind(recv) == Kind::Instance;
        if exact || !program.func_info(func).is_stub {
            return smallvec::smallvec![(class, func)];
        }
        let mut res = SmallVec::new();
        let mut todo: Vec<ClassId> = program.class_info(class).subclasses.clone();
        while let Some(sub) = todo.pop() {
            if res.len() >= 3 {
                break;
            }
            if let Some((_, &Member::Method(target, MethodKind::Instance))) =
                program.lookup(sub, name)
                && !program.func_info(target).is_stub
                && !res.iter().any(|it: &(ClassId, FuncId)| it.1 == target)
            {
                res.push((sub, target));
            }
            todo.extend(&program.class_info(sub).subclasses);
        }
        if res.is_empty() {
            res.push((class, func));
        }
        res.sort();
        res
    }

    /// Whether a class has a base that is not part of the program.
    pub(crate) fn has_external_base(&self, class: ClassId) -> bool {
        let info = self.env.program.class_info(class);
        info.has_unknown_base || !info.external_bases.is_empty()
    }

    /// Whether decorators have to be executed to know what a function has become.
    pub(crate) fn needs_wrapper(&self, func: FuncId) -> bool {
        self.env.program.func_info(func).wrapper == Wrapper::Unknown
    }

    /// The class to look up methods of the receiver in.
    pub(crate) fn receiver_class(&self, obj: Obj) -> Option<ClassId> {
        self.heap.object(obj).tys.iter().find_map(|ty| match *ty {
            Ty::Instance(class) | Ty::ClassObject(class) => Some(class),
            _ => None,
        })
    }

    /// A method of an object of unknown type. Some names are those of containers everywhere.
    fn call_untyped_method(&mut self, recv: Obj, name: Name, args: &Args, place: Place) -> Value {
        let here = self.heap.here();
        let stored = self.load_stored(recv, Label::Attr(name), here);
        if !stored.is_empty() {
            return self.call(&stored, args, place);
        }
        if self.heap.kind(recv).is_symbolic() {
            self.undecided.insert((recv, name));
        }
        if let Some(res) = self.call_registering_method(recv, name, args, place) {
            return res;
        }
        if self.heap.kind(recv).is_symbolic() {
            match name.as_str() {
                "append" | "appendleft" | "insert" | "extend" | "clear" | "remove" | "discard"
                    if self.names_result => {}
                "append" | "appendleft" | "insert" | "extend" | "setdefault" | "pop"
                | "popleft" | "popitem" | "clear" | "remove" | "discard" | "get" | "values"
                | "items" => {
                    return self.container_method(recv, name, args, place);
                }
                _ => {}
            }
        }
        match name.as_str() {
            "with_traceback" => self.with_traceback(recv, args, place),
            "set_exception" => self.set_exception(recv, args, place),
            // Whoever calls this by its name ends what was entered by its name.
            "__exit__" | "__aexit__" => {
                self.observe_exhausting(recv);
                self.advance(recv, Step::Last);
                self.unresolved(None, args, place)
            }
            // Of an event loop.
            "create_task" if matches!(args.positional.as_slice(), [it] if self.are_suspended(it)) => {
                self.task(&args.positional[0], place)
            }
            _ => self.unresolved(None, args, place),
        }
    }

    /// A call that nobody follows: it stores nothing, and gives back an object of its own.
    pub(crate) fn unresolved(&mut self, callee: Option<Obj>, args: &Args, place: Place) -> Value {
        if let Some(callee) = callee
            && self.heap.kind(callee).is_symbolic()
        {
            self.undecided.insert((callee, known::CALL));
        }
        self.escape(args);
        let obj = self.heap.alloc(Kind::Opaque, place);
        self.heap.value(obj)
    }

    /// Notes that the arguments are in the hands of code that is not followed.
    pub(crate) fn escape(&mut self, args: &Args) {
        for value in args.all() {
            for &(obj, _) in value {
                if self.heap.as_constant(obj).is_none() {
                    self.escaped.insert(obj);
                }
            }
        }
    }

    /// Notes that the type of an object would tell more.
    pub(crate) fn ask(&mut self, obj: Obj) {
        let object = self.heap.object(obj);
        if let Some(origin) = object.origin
            && object.kind.is_symbolic()
        {
            self.questions.push(origin);
        }
    }

    /// Calls a function of the program. A generator or coroutine function only makes the object
    /// that will run it.
    pub(crate) fn call_function(
        &mut self,
        func: FuncId,
        closure: Option<Obj>,
        receiver: Option<ClassId>,
        args: &Args,
        place: Place,
    ) -> Value {
        let ir = self.function(func);
        let bound = self.bind(func, closure, args, place);
        for (idx, value) in (0..).zip(&bound) {
            self.observe_value(SlotKey::new(Slot::Param(func, idx)), value);
        }
        if self.env.program.func_info(func).wrapper == Wrapper::Runner {
            self.invoke(func, closure, receiver, bound, place);
            let result = self.heap.alloc(Kind::Opaque, place);
            return self.heap.value(result);
        }
        if ir.is_generator || ir.is_async {
            return self.suspend(func, closure, &bound, place);
        }
        self.invoke(func, closure, receiver, bound, place).0
    }

    /// Tells the other executions what a slot holds.
    pub(crate) fn observe_value(&mut self, key: SlotKey, value: &Value) {
        for &(obj, _) in value {
            if let Some(what) = self.observation(obj) {
                self.observed.push((key, what));
                // What is handed on tells its type where it goes.
                if self.heap.object(obj).tys.is_empty() {
                    self.ask(obj);
                }
            }
        }
    }

    /// What there is to tell of an object.
    pub(crate) fn observation(&self, obj: Obj) -> Option<Observed> {
        let object = self.heap.object(obj);
        match object.kind {
            Kind::Const(_) => None,
            Kind::WeakRef => Some(Observed::Weak(Ty::WeakRef)),
            Kind::Proxy => Some(Observed::Weak(Ty::Proxy)),
            // Of a closure this tells which function it is; what it captures is read lazily.
            Kind::Function(_) => object.tys.first().map(|&ty| Observed::Strong(ty)),
            _ => match object.tys.as_slice() {
                [ty @ (Ty::WeakRef | Ty::Proxy)] => Some(Observed::Weak(*ty)),
                [ty] => Some(Observed::Strong(*ty)),
                _ => Some(Observed::StrongUnknown),
            },
        }
    }

    /// A new container.
    pub(crate) fn new_container(&mut self, container: Container, place: Place) -> Value {
        let kind = Kind::Container(container);
        let obj = self.heap.alloc_typed(kind, Ty::Container(container), place);
        self.heap.value(obj)
    }

    /// A new object that holds `value` under an attribute.
    pub(crate) fn holder(&mut self, held: &[(&str, &Value)], place: Place) -> Value {
        let obj = self.heap.alloc(Kind::Holder, place);
        let holder = self.heap.value(obj);
        for (name, value) in held {
            self.heap
                .store(&holder, Label::Attr(Name::new(name)), value, place, true);
        }
        holder
    }

    /// What was stored in this execution, nothing read lazily.
    pub(crate) fn load_stored(
        &mut self,
        obj: Obj,
        label: Label,
        guard: super::guard::Guard,
    ) -> Value {
        match self.heap.find_cell(obj, label) {
            Some(cell) => {
                let mut value = self.heap.content(cell, guard);
                value.retain(|it| !matches!(self.heap.kind(it.0), Kind::Lazy { .. }));
                value
            }
            None => Value::new(),
        }
    }
}
