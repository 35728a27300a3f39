//! Making instances: `__new__`, `__init__`, generated constructors.

use super::call::Args;
use super::exec::Exec;
use super::facts::{Observed, Slot, SlotKey};
use super::object::{Kind, Label, Obj, Ty, Value};
use super::store::join;
use crate::program::model::{ClassId, Constructor, Container, Field, Member, Place};
use crate::syntax::Name;
use crate::syntax::ir::Const;
use crate::syntax::name::known;

impl Exec<'_> {
    /// `class(args)`, which is up to the metaclass.
    pub(crate) fn call_class(&mut self, class: ClassId, args: &Args, place: Place) -> Value {
        let program = self.env.program;
        let meta = program.class_info(class).metaclass;
        if let Some(meta) = meta
            && let Some((_, &Member::Method(func, _))) = program.lookup(meta, known::CALL)
        {
            let class_obj = self.heap.singleton(Kind::Class(class));
            let first = self.heap.value(class_obj);
            return self.call_function(func, None, Some(meta), &args.with_first(first), place);
        }
        self.construct(class, args, place)
    }

    /// What `type.__call__` does: `__new__` and `__init__`.
    pub(crate) fn construct(&mut self, class: ClassId, args: &Args, place: Place) -> Value {
        let program = self.env.program;
        let mut instances = match program.lookup(class, known::NEW) {
            Some((_, &Member::Method(func, _))) => {
                let class_obj = self.heap.singleton(Kind::Class(class));
                let first = self.heap.value(class_obj);
                self.call_function(func, None, Some(class), &args.with_first(first), place)
            }
            _ => self.new_instance(class, place),
        };
        // `__init__` runs only on what is an instance of the class.
        instances.retain(|it| self.heap.as_constant(it.0).is_none());
        if instances.is_empty() {
            return instances;
        }
        self.each(&instances.clone(), |this, obj| {
            this.initialize(obj, class, args, place);
            Value::new()
        });
        instances
    }

    /// `object.__new__(cls)`, for each class.
    pub(crate) fn bare_instances(&mut self, classes: &Value, place: Place) -> Value {
        self.each(classes, |this, obj| {
            this.ask(obj);
            let tys = this.tys(obj);
            let is_class = |it: &Ty| matches!(it, Ty::ClassObject(_));
            if !tys.iter().any(is_class) {
                return Value::new();
            }
            this.for_each_type(obj, &tys, |this, ty| match ty {
                Ty::ClassObject(class) => this.new_instance(class, place),
                _ => Value::new(),
            })
        })
    }

    /// A new instance on which no code has run yet.
    pub(crate) fn new_instance(&mut self, class: ClassId, place: Place) -> Value {
        let obj = self
            .heap
            .alloc_typed(Kind::Instance, Ty::Instance(class), place);
        self.heap.value(obj)
    }

    /// Runs `__init__` on an instance.
    fn initialize(&mut self, obj: Obj, class: ClassId, args: &Args, place: Place) {
        let program = self.env.program;
        let receiver = self.heap.value(obj);
        if let Some(replaced) = self.replaced_constructor(class, place) {
            self.call(&replaced, &args.with_first(receiver), place);
            return;
        }
        match program.constructor(class) {
            Constructor::Method(_, func) => {
                self.call_function(func, None, Some(class), &args.with_first(receiver), place);
            }
            Constructor::Generated(of) => {
                let fields = program
                    .class_info(of)
                    .generated_init
                    .as_deref()
                    .unwrap_or_default();
                self.generated_init(obj, class, fields, args, place);
            }
            Constructor::None => self.initialize_outside(obj, class, args, place),
        }
    }

    /// The function that a class decorator has put in the place of `__init__`.
    fn replaced_constructor(&mut self, class: ClassId, place: Place) -> Option<Value> {
        let program = self.env.program;
        let decorated = |it: &ClassId| !self.class(*it).decorators.is_empty();
        let mro = &program.class_info(class).mro;
        let class = mro.iter().copied().find(decorated)?;
        let slot = SlotKey::new(Slot::Attribute(class, known::INIT));
        self.questions.push(slot);
        let class = self.heap.singleton(Kind::Class(class));
        let here = self.heap.here();
        let label = Label::Attr(known::INIT);
        let stored = self.load_stored(class, label, here);
        if !stored.is_empty() {
            return Some(stored);
        }
        let is_function = |it: &Ty| matches!(it, Ty::Function(_));
        self.slot_tys(slot)
            .iter()
            .any(is_function)
            .then(|| self.load_one(class, here, label, place))
    }

    /// The constructor of a base class outside the program: containers take elements.
    pub(crate) fn initialize_outside(
        &mut self,
        obj: Obj,
        class: ClassId,
        args: &Args,
        place: Place,
    ) {
        match self.env.program.class_info(class).container {
            Some(container) => self.fill_container(obj, container, args, place),
            // `BaseException.__init__` keeps its arguments.
            None if self.is_exception(class) => {
                let exception = self.heap.value(obj);
                let tuple = self.tuple_of(&args.positional, place);
                let label = Label::Attr(Name::new("args"));
                self.heap.store(&exception, label, &tuple, place, true);
            }
            None if self.has_external_base(class) => self.escape(args),
            None => {}
        }
    }

    /// What `dataclasses`, `NamedTuple`, attrs and pydantic write as `__init__`.
    fn generated_init(
        &mut self,
        obj: Obj,
        class: ClassId,
        fields: &[Field],
        args: &Args,
        place: Place,
    ) {
        let receiver = self.heap.value(obj);
        let mut positional = args.positional.iter();
        let mut init_vars = Vec::new();
        let in_order = fields.iter().filter(|it| !it.kw_only);
        let in_order: Vec<_> = in_order
            .chain(fields.iter().filter(|it| it.kw_only))
            .collect();
        for (idx, field) in (0..).zip(in_order) {
            let at = self.field_place(field, place);
            let passed = field
                .init
                .then(|| self.field_argument(field, args, &mut positional, place));
            let mut value = match passed.flatten() {
                Some(value) => value,
                None => self.field_default(field, class, &receiver, at),
            };
            if field.copied {
                value = self.shallow_copy(&value, &Args::default(), at);
            }
            if field.init_var {
                init_vars.push(value);
                continue;
            }
            // As the object comes into being, nothing is cleared.
            let before = self.observed.len();
            self.store_attr(&receiver, field.name, &value, at);
            let stored = self.observed.split_off(before);
            let is_kept = |it: &(_, Observed)| !matches!(it.1, Observed::ClearedBy(_));
            self.observed.extend(stored.into_iter().filter(is_kept));
            if self.env.program.class_info(class).container == Some(Container::Tuple) {
                let key = self.heap.singleton(Kind::Const(Const::Int(idx)));
                self.heap
                    .store(&receiver, Label::Key(key), &value, at, true);
            }
        }
        let post_init = [known::POST_INIT, known::ATTRS_POST_INIT]
            .into_iter()
            .find_map(|it| self.env.program.lookup(class, it));
        if let Some((_, &Member::Method(func, _))) = post_init {
            let args = Args::of(std::iter::once(receiver).chain(init_vars));
            self.call_function(func, None, Some(class), &args, place);
        }
    }

    /// The field's line, or the call, if the class is a library's.
    fn field_place(&self, field: &Field, call: Place) -> Place {
        let program = self.env.program;
        let file = program.file_of_class(field.class);
        if program.is_library(file) && !program.is_library(call.file) {
            return call;
        }
        let member = self.class(field.class).members.get(field.member as usize);
        member.map_or(call, |it| Place {
            file,
            range: it.range,
        })
    }

    fn field_argument<'v>(
        &mut self,
        field: &Field,
        args: &Args,
        positional: &mut impl Iterator<Item = &'v Value>,
        place: Place,
    ) -> Option<Value> {
        let by_name = |it: &&(Name, Value)| it.0 == field.parameter;
        if let Some((_, value)) = args.keywords.iter().find(by_name) {
            return Some(value.clone());
        }
        if !field.kw_only
            && let Some(value) = positional.next()
        {
            return Some(value.clone());
        }
        let key = self.constant(Const::Str(field.parameter));
        let mut res = Value::new();
        for dict in &args.double_stars {
            let part = self.load_key(dict, &key, place);
            join(&mut res, &part);
        }
        (!res.is_empty()).then_some(res)
    }

    fn field_default(
        &mut self,
        field: &Field,
        class: ClassId,
        receiver: &Value,
        place: Place,
    ) -> Value {
        let program = self.env.program;
        if let Some(method) = field.default_method {
            let args = Args::of([receiver.clone()]);
            return self.call_function(method, None, Some(class), &args, place);
        }
        if let Some(lambda) = field.factory_lambda {
            return self.call_function(lambda, None, None, &Args::default(), place);
        }
        if field.factory.is_empty() {
            let class = self.heap.singleton(Kind::Class(field.class));
            let here = self.heap.here();
            let value = self.load_one(class, here, Label::Attr(field.name), place);
            if value.is_empty() && field.has_default {
                return self.constant(Const::None);
            }
            return value;
        }
        let file = program.file_of_class(field.class);
        let mut path = field.factory.iter();
        let Some(&first) = path.next() else {
            return Value::new();
        };
        let mut binding = program.global(file, first);
        for &name in path {
            binding = program.attribute_of(binding, name);
        }
        let factory = self.binding(binding, place);
        self.call(&factory, &Args::default(), place)
    }
}
