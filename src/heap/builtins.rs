//! What the builtins and those parts of the standard library do that Python code cannot say.

use super::call::Args;
use super::exec::Exec;
use super::object::{Kind, Label, Obj, Ty, Value};
use super::store::join;
use crate::program::model::{Container, Member, Place};
use crate::syntax::Name;
use crate::syntax::ir::Const;
use crate::syntax::name::known;

/// Methods with the same beginning of the name that are looked at.
const MAX_NAMED: usize = 6;

impl Exec<'_> {
    /// Calls a builtin.
    pub(crate) fn call_builtin(&mut self, name: Name, args: &Args, place: Place) -> Value {
        let first = args.positional.first().cloned().unwrap_or_default();
        let second = args.positional.get(1).cloned().unwrap_or_default();
        match name.as_str() {
            "iter" => self.iterator(&first, args, place),
            "next" => {
                let mut res = self.next_element(&first, args.positional.len() > 1, place);
                join(&mut res, &second);
                res
            }
            "map" | "filter" => self.lazy_map(name, args, place),
            "zip" => self.zip(args, place),
            "enumerate" => {
                let elements = self.iterate(&first, false, place);
                let this = self.next_loop();
                let elements = self.take_turns(elements, this, 0);
                let pair = self.tuple_of(&[Value::new(), elements], place);
                let res = self.new_container(Container::List, place);
                self.store_element(&res, &pair, place);
                res
            }
            "reversed" | "sorted" => {
                let res = self.new_container(Container::List, place);
                self.add_all(&first, &res, place);
                res
            }
            "max" | "min" => {
                let mut res = Value::new();
                if args.positional.len() > 1 {
                    args.positional.iter().for_each(|it| join(&mut res, it));
                } else {
                    res = self.iterate(&first, false, place);
                    self.exhaust(&first);
                }
                self.heap.pick(res)
            }
            "any" | "all" => {
                self.iterate(&first, false, place);
                Value::new()
            }
            "sum" => {
                self.exhaust(&first);
                Value::new()
            }
            "getattr" => self.getattr(&first, &second, args, place),
            "setattr" => {
                let value = args.positional.get(2).cloned().unwrap_or_default();
                self.setattr(&first, &second, &value, place);
                Value::new()
            }
            "delattr" => {
                self.delete_named(&first, &second, place);
                Value::new()
            }
            "vars" => self.each(&first, |this, obj| {
                let dict = this.heap.singleton(Kind::AttributeDict(obj));
                this.heap.value(dict)
            }),
            "type" if args.positional.len() == 1 => self.load_attr(&first, known::CLASS, place),
            "staticmethod" | "classmethod" => first,
            "object" => {
                let obj = self.heap.alloc(Kind::Opaque, place);
                self.heap.value(obj)
            }
            text => match Self::builtin_container(text) {
                Some(container) => self.make_container(container, args, place),
                None if text.ends_with("Error") || text.ends_with("Exception") => {
                    let args = args.positional.clone();
                    let tuple = self.tuple_of(&args, place);
                    let res = self.holder(&[("args", &tuple)], place);
                    self.mark(&res, name)
                }
                None => Value::new(),
            },
        }
    }

    pub(super) fn make_container(
        &mut self,
        container: Container,
        args: &Args,
        place: Place,
    ) -> Value {
        let res = self.new_container(container, place);
        if let Some(&(obj, _)) = res.first() {
            self.fill_container(obj, container, args, place);
        }
        res
    }

    /// A new tuple.
    pub(crate) fn tuple_of(&mut self, elements: &[Value], place: Place) -> Value {
        let tuple = self.new_container(Container::Tuple, place);
        self.heap.fill(&tuple);
        for (idx, element) in (0..).zip(elements) {
            let key = self.heap.singleton(Kind::Const(Const::Int(idx)));
            self.heap
                .store(&tuple, Label::Key(key), element, place, true);
        }
        tuple
    }

    fn iterator(&mut self, of: &Value, args: &Args, place: Place) -> Value {
        if args.positional.len() == 2 {
            // `iter(callable, sentinel)`
            let res = self.holder(&[("callable", of)], place);
            return self.mark(&res, Name::new("callable_iterator"));
        }
        self.each(of, |this, obj| {
            if matches!(this.heap.kind(obj), Kind::Suspended(_) | Kind::Const(_)) {
                return this.heap.value(obj);
            }
            let one = this.heap.value(obj);
            if this.has_method(obj, known::ITER) {
                return this.call_method(&one, known::ITER, &Args::default(), place);
            }
            let here = this.heap.here();
            let elements = this.elements_of(obj, here, place);
            let res = this.holder(&[("iterable", &one)], place);
            this.heap.store(&res, Label::Elem, &elements, place, true);
            res
        })
    }

    fn lazy_map(&mut self, name: Name, args: &Args, place: Place) -> Value {
        let function = args.positional.first().cloned().unwrap_or_default();
        let mut sources = Value::new();
        for source in args.positional.iter().skip(1) {
            join(&mut sources, source);
        }
        let res = self.holder(&[("function", &function), ("iterable", &sources)], place);
        if let Some(&(obj, _)) = res.first() {
            self.heap.objects[obj.0 as usize]
                .tys
                .push(Ty::External(name));
        }
        res
    }

    /// The elements of a `map` or `filter` object: the function is called as they are asked for.
    pub(crate) fn mapped_elements(&mut self, obj: Obj, is_map: bool, place: Place) -> Value {
        let here = self.heap.here();
        let [function, sources] = ["function", "iterable"].map(|it| Label::Attr(Name::new(it)));
        let function = self.load_stored(obj, function, here);
        let sources = self.load_stored(obj, sources, here);
        let elements = self.iterate(&sources, false, place);
        let results = self.call(&function, &Args::of([elements.clone()]), place);
        if is_map { results } else { elements }
    }

    fn zip(&mut self, args: &Args, place: Place) -> Value {
        // No object is in two columns of one row at once.
        let this = self.next_loop();
        let mut columns = Vec::new();
        for source in &args.positional {
            let elements = self.iterate(source, false, place);
            columns.push(self.take_turns(elements, this, usize::MAX));
        }
        let tuple = self.tuple_of(&columns, place);
        let res = self.new_container(Container::List, place);
        self.heap.store(&res, Label::Elem, &tuple, place, true);
        res
    }

    fn getattr(&mut self, of: &Value, name: &Value, args: &Args, place: Place) -> Value {
        let mut res = match self.constant_name(name) {
            Some(name) => self.load_attr(of, name, place),
            None => {
                self.undecide(name);
                let named = self.methods_named(of, name, place);
                if named.is_empty() {
                    let obj = self.heap.alloc(Kind::Opaque, place);
                    self.heap.value(obj)
                } else {
                    named
                }
            }
        };
        if let Some(default) = args.positional.get(2)
            && (res.is_empty() || self.constant_name(name).is_none())
        {
            join(&mut res, default);
            res = self.heap.pick(res);
        }
        res
    }

    /// The methods of which only the beginning of the name is known (`"visit_" + kind`): one of them
    /// is meant.
    fn methods_named(&mut self, of: &Value, name: &Value, place: Place) -> Value {
        let [(name, _)] = name.as_slice() else {
            return Value::new();
        };
        let Some(Const::Prefix(prefix)) = self.heap.as_constant(*name) else {
            return Value::new();
        };
        let program = self.env.program;
        let found = self.each(of, |this, obj| {
            let Some(class) = this.receiver_class(obj) else {
                return Value::new();
            };
            let mut names: Vec<Name> = Vec::new();
            for &base in &program.class_info(class).mro {
                let members = this.class(base).members.iter();
                names.extend(members.map(|it| it.name).filter(|it| {
                    it.as_str().starts_with(prefix.as_str())
                        && matches!(program.lookup(class, *it), Some((_, Member::Method(..))))
                }));
            }
            names.sort_by_key(|it| it.as_str());
            names.dedup();
            names.truncate(MAX_NAMED);
            let mut res = Value::new();
            for name in names {
                let method = this.load_attr_of(obj, name, place);
                join(&mut res, &method);
            }
            res
        });
        self.heap.pick(found)
    }

    fn setattr(&mut self, of: &Value, name: &Value, value: &Value, place: Place) {
        if name.is_empty() {
            self.each(of, |this, obj| {
                this.store_named(obj, name, value, place);
                Value::new()
            });
        }
        self.each(name, |this, it| {
            match this.heap.as_constant(it) {
                Some(Const::Str(name)) => this.store_attr(of, name, value, place),
                _ => {
                    let name = this.heap.value(it);
                    this.each(of, |this, obj| {
                        this.store_named(obj, &name, value, place);
                        Value::new()
                    });
                }
            }
            Value::new()
        });
    }

    fn undecide(&mut self, value: &Value) {
        for it in value {
            if self.heap.kind(it.0).is_symbolic() {
                self.undecided.insert((it.0, known::EMPTY));
            }
        }
    }

    /// A method of an instance of a class outside the program (or of a subclass of one).
    pub(crate) fn external_method(
        &mut self,
        recv: Obj,
        name: Name,
        args: &Args,
        place: Place,
    ) -> Value {
        let ty = self.heap.object(recv).tys.iter().find_map(|it| match *it {
            Ty::External(name) => Some(name),
            _ => None,
        });
        if let Some(res) = self.call_registering_method(recv, name, args, place) {
            return res;
        }
        match (ty.map_or("", Name::as_str), name.as_str()) {
            ("contextlib.ExitStack" | "contextlib.AsyncExitStack", method) => {
                self.exit_stack_method(recv, method, args, place)
            }
            (_, "with_traceback") => self.with_traceback(recv, args, place),
            ("asyncio.Task", "cancel") => {
                self.end_task(recv);
                Value::new()
            }
            (_, "set_exception") => self.set_exception(recv, args, place),
            (_, "create_task") if matches!(args.positional.as_slice(), [it] if self.are_suspended(it)) => {
                self.task(&args.positional[0], place)
            }
            _ => self.unresolved(Some(recv), args, place),
        }
    }

    fn exit_stack_method(&mut self, recv: Obj, method: &str, args: &Args, place: Place) -> Value {
        let this = self.heap.value(recv);
        let first = args.positional.first().cloned().unwrap_or_default();
        match method {
            "callback" | "push_async_callback" => {
                // What is put back as the stack is closed, is as good as put back.
                if let [(callee, _)] = first.as_slice()
                    && matches!(self.heap.kind(*callee), Kind::External(it) if it.as_str() == "signal.signal")
                {
                    let args = Args {
                        positional: args.positional[1..].into(),
                        ..Args::default()
                    };
                    self.call(&first, &args, place);
                    return first;
                }
                for value in args.all() {
                    self.heap.store(&this, Label::Elem, value, place, true);
                }
                first
            }
            "push" | "push_async_exit" => {
                self.heap.store(&this, Label::Elem, &first, place, true);
                first
            }
            "enter_context" | "enter_async_context" => {
                let is_async = method == "enter_async_context";
                self.heap.store(&this, Label::Elem, &first, place, true);
                self.enter(&first, is_async, place)
            }
            "close" | "aclose" | "__exit__" | "__aexit__" => {
                let here = self.heap.here();
                let elements = self.elements_of(recv, here, place);
                self.run_exits(&elements, place);
                self.observe_removal(recv);
                self.cut_elements(recv, here);
                Value::new()
            }
            "pop_all" => {
                let res = self.holder(&[], place);
                self.copy_items(&this, &res, place);
                let here = self.heap.here();
                self.observe_removal(recv);
                self.cut_elements(recv, here);
                let ty = Name::new("contextlib.ExitStack");
                self.mark(&res, ty)
            }
            "__enter__" | "__aenter__" => this,
            _ => Value::new(),
        }
    }

    /// What an exit stack does as it is closed: callbacks are called, managers are left.
    fn run_exits(&mut self, elements: &Value, place: Place) {
        self.each(elements, |this, obj| {
            let one = this.heap.value(obj);
            match this.heap.kind(obj) {
                Kind::Function(_) | Kind::BoundMethod(_) | Kind::BuiltinMethod(_) => {
                    this.call(&one, &Args::default(), place);
                }
                _ => this.exit(&one, false, place),
            }
            Value::new()
        });
    }
}
