//! The instructions that are not control flow.

use super::exec::Exec;
use super::facts::{Slot, SlotKey};
use super::object::{Kind, Label, Value};
use super::store::join;
use crate::program::model::{Binding, ClassId, Container, Place};
use crate::syntax::Name;
use crate::syntax::ir::{ClassIdx, Display, Inst, Op, Var};

impl<'a> Exec<'a> {
    /// Executes an instruction that only moves references.
    pub(crate) fn simple(&mut self, inst: &'a Inst) {
        let place = self.place(inst);
        match &inst.op {
            Op::Const { dst, value } => {
                let value = self.constant(*value);
                self.set(*dst, value);
            }
            Op::Move { dst, src } => {
                let value = self.get(*src);
                let origin = self.origin(*src);
                self.set(*dst, value);
                if let Some((base, label)) = origin {
                    self.set_origin(*dst, base, label);
                }
            }
            Op::Delete { var } => self.set(*var, Value::new()),
            Op::LoadCell { .. } | Op::StoreCell { .. } | Op::DeleteCell { .. } => {
                self.cell_inst(&inst.op, place);
            }
            Op::LoadGlobal { .. }
            | Op::StoreGlobal { .. }
            | Op::DeleteGlobal { .. }
            | Op::LoadClassName { .. }
            | Op::StoreClassName { .. }
            | Op::Import { .. } => self.name_inst(&inst.op, place),
            Op::LoadAttr { dst, base, name } => {
                let of = self.get(*base);
                let value = self.load_attr(&of, *name, place);
                self.set(*dst, value);
                self.set_origin(*dst, *base, Label::Attr(*name));
            }
            Op::StoreAttr { base, name, src } => {
                let (base, value) = (self.get(*base), self.get(*src));
                self.store_attr(&base, *name, &value, place);
            }
            Op::DeleteAttr { base, name } => {
                let base = self.get(*base);
                self.delete_attr(&base, *name, place);
            }
            Op::LoadItem { .. }
            | Op::StoreItem { .. }
            | Op::DeleteItem { .. }
            | Op::LoadSlice { .. }
            | Op::StoreSlice { .. }
            | Op::DeleteSlice { .. } => self.item_inst(&inst.op, place),
            Op::Call { dst, callee, args } => {
                let args = self.args(args);
                let callee = self.get(*callee);
                let value = self.call(&callee, &args, place);
                self.set(*dst, value);
            }
            Op::CallMethod {
                dst,
                recv,
                name,
                args,
            } => {
                let args = self.args(args);
                let recv = self.get(*recv);
                self.names_result = (dst.0 as usize) < self.frame().ir.vars.len();
                let value = self.call_method(&recv, *name, &args, place);
                self.names_result = false;
                self.set(*dst, value);
            }
            Op::CallSuper { dst, name, call } => {
                let args = self.args(&call.args);
                let recv = self.get(call.recv);
                let value = self.call_super(call.class, &recv, *name, &args, place);
                self.set(*dst, value);
            }
            Op::LoadSuper {
                dst,
                class,
                recv,
                name,
            } => {
                let recv = self.get(*recv);
                let value = self.load_super(*class, &recv, *name, place);
                self.set(*dst, value);
            }
            Op::Collection {
                dst,
                kind,
                elements,
            } => {
                let value = self.collection(*kind, elements, place);
                self.set(*dst, value);
            }
            Op::Dict { dst, entries } => {
                let dict = self.new_container(Container::Dict, place);
                if !entries.is_empty() {
                    self.heap.fill(&dict);
                }
                for (key, value) in entries {
                    let value = self.get(*value);
                    match key {
                        Some(key) => {
                            let key = self.get(*key);
                            self.store_key(&dict, &key, &value, place);
                        }
                        None => self.copy_items(&value, &dict, place),
                    }
                }
                self.set(*dst, dict);
            }
            Op::ComprehensionAdd { target, key, value } => {
                let (target, value) = (self.get(*target), self.get(*value));
                match key {
                    Some(key) => {
                        let key = self.get(*key);
                        self.store_key(&target, &key, &value, place);
                    }
                    None => self.store_element(&target, &value, place),
                }
            }
            Op::MakeFunction {
                dst,
                func,
                defaults,
            } => {
                let value = self.make_function(*func, defaults, place);
                self.set(*dst, value);
            }
            Op::EnterClass { class } => {
                let class = self.class_id(*class);
                self.frame_mut().classes.push(class);
            }
            Op::MakeClass { dst, class, .. } => {
                let value = self.make_class(*class, place);
                self.set(*dst, value);
            }
            Op::Unpack { src, targets, star } => {
                let value = self.get(*src);
                self.unpack(&value, targets, *star, place);
            }
            Op::Yield { dst, src } => {
                self.note_held();
                if let Some(src) = src {
                    let value = self.get(*src);
                    join(&mut self.frame_mut().yields, &value);
                }
                self.set(*dst, Value::new());
            }
            Op::YieldFrom { dst, src } => {
                let value = self.get(*src);
                let elements = self.iterate(&value, false, place);
                join(&mut self.frame_mut().yields, &elements);
                self.set(*dst, Value::new());
            }
            Op::Await { dst, src } => {
                let value = self.get(*src);
                let value = self.awaited(&value, place);
                self.set(*dst, value);
            }
            Op::AugAssign {
                dst,
                target,
                src,
                op,
            } => {
                let (target, source) = (self.get(*target), self.get(*src));
                let value = self.augmented(&target, &source, *op, place);
                self.set(*dst, value);
            }
            Op::Binary {
                dst,
                left,
                right,
                op,
            } => {
                let (left, right) = (self.get(*left), self.get(*right));
                let value = self.binary(&left, &right, *op, place);
                self.set(*dst, value);
            }
            // Control flow is not executed here.
            _ => {}
        }
    }

    fn cell_inst(&mut self, op: &Op, place: Place) {
        match op {
            Op::LoadCell { dst, cell } => {
                let cell = self
                    .frame()
                    .cells
                    .get(cell.0 as usize)
                    .cloned()
                    .unwrap_or_default();
                let value = self.load(&cell, Label::Content, place);
                self.set(*dst, value);
            }
            Op::StoreCell { cell, src } => {
                let value = self.get(*src);
                let frame = self.frame();
                let idx = cell.0 as usize;
                let name = frame.ir.cells.get(idx).map(|it| it.name);
                let cell = frame.cells.get(idx).cloned().unwrap_or_default();
                let func = frame.func;
                if let Some(name) = name {
                    self.observe_value(SlotKey::new(Slot::Captured(func, name)), &value);
                }
                self.heap.store(&cell, Label::Content, &value, place, true);
            }
            Op::DeleteCell { cell } => {
                let cell = self
                    .frame()
                    .cells
                    .get(cell.0 as usize)
                    .cloned()
                    .unwrap_or_default();
                self.heap
                    .store(&cell, Label::Content, &Value::new(), place, true);
            }
            _ => {}
        }
    }

    fn name_inst(&mut self, op: &Op, place: Place) {
        match op {
            Op::LoadGlobal { dst, name } => {
                let file = self.frame().file;
                let binding = self.env.program.global(file, *name);
                let value = self.binding(binding, place);
                self.set(*dst, value);
            }
            Op::StoreGlobal { name, src } => {
                let value = self.get(*src);
                let module = self.own_module();
                self.store_global(module, *name, &value, place);
            }
            Op::DeleteGlobal { name } => {
                let module = self.own_module();
                self.store_global(module, *name, &Value::new(), place);
            }
            Op::LoadClassName { dst, class, name } => {
                let value = self.class_name(*class, *name, place);
                self.set(*dst, value);
            }
            Op::StoreClassName { class, name, src } => {
                let value = self.get(*src);
                let class = self.class_id(*class);
                let class = self.heap.singleton(Kind::Class(class));
                let base = self.heap.value(class);
                self.heap
                    .store(&base, Label::Attr(*name), &value, place, true);
                self.set_name(&base, *name, &value, place);
            }
            Op::Import {
                dst: Some(dst),
                import,
            } => {
                let file = self.frame().file;
                let binding = self.env.program.import_binding(file, *import);
                let value = self.binding(binding, place);
                self.set(*dst, value);
            }
            _ => {}
        }
    }

    fn own_module(&self) -> crate::program::model::ModuleId {
        self.env.program.module_of_file[self.frame().file.0 as usize]
    }

    fn store_global(
        &mut self,
        module: crate::program::model::ModuleId,
        name: Name,
        value: &Value,
        place: Place,
    ) {
        let module_obj = self.heap.singleton(Kind::Module(module));
        let base = self.heap.value(module_obj);
        self.observe_value(SlotKey::new(Slot::Global(module, name)), value);
        self.heap
            .store(&base, Label::Attr(name), value, place, true);
    }

    fn class_name(&mut self, class: ClassIdx, name: Name, place: Place) -> Value {
        let id = self.class_id(class);
        let here = self.heap.here();
        let class_obj = self.heap.singleton(Kind::Class(id));
        let own = self.load_stored(class_obj, Label::Attr(name), here);
        if !own.is_empty() {
            return own;
        }
        let file = self.frame().file;
        match self.env.program.global(file, name) {
            Binding::Unknown => Value::new(),
            binding => self.binding(binding, place),
        }
    }

    fn item_inst(&mut self, op: &Op, place: Place) {
        match op {
            Op::LoadItem { dst, base, key } => {
                let (of, key) = (self.get(*base), self.get(*key));
                let value = self.load_item(&of, &key, place);
                self.set(*dst, value);
            }
            Op::StoreItem { base, key, src } => {
                let (base, key, value) = (self.get(*base), self.get(*key), self.get(*src));
                self.store_item(&base, &key, &value, place);
            }
            Op::DeleteItem { base, key } => {
                let (base, key) = (self.get(*base), self.get(*key));
                self.delete_item(&base, &key, place);
            }
            Op::LoadSlice { dst, base, from } => {
                let of = self.get(*base);
                let res = self.new_container(Container::List, place);
                self.heap.fill(&res);
                if *from == 0 {
                    self.copy_items(&of, &res, place);
                } else {
                    let rest = self.without_first(&of, *from, place);
                    self.store_element(&res, &rest, place);
                }
                self.drop_tracebacks(&res);
                self.set(*dst, res);
            }
            Op::StoreSlice { base, src, whole } => {
                let (base, value) = (self.get(*base), self.get(*src));
                if *whole {
                    self.empty(&base);
                }
                self.add_all(&value, &base, place);
            }
            Op::DeleteSlice { base, .. } => {
                let base = self.get(*base);
                self.empty(&base);
            }
            _ => {}
        }
    }

    fn empty(&mut self, base: &Value) {
        let here = self.heap.here();
        for &(obj, guard) in base {
            self.observe_removal(obj);
            if let Some(under) = self.heap.guards.and(here, guard) {
                self.cut_elements(obj, under);
            }
        }
    }

    fn collection(&mut self, kind: Display, elements: &[(Var, bool)], place: Place) -> Value {
        let container = match kind {
            Display::List => Container::List,
            Display::Tuple => Container::Tuple,
            Display::Set => Container::Set,
        };
        let res = self.new_container(container, place);
        if !elements.is_empty() {
            self.heap.fill(&res);
        }
        for (idx, &(element, starred)) in (0..).zip(elements) {
            let value = self.get(element);
            if starred {
                self.add_all(&value, &res, place);
            } else if container == Container::Tuple {
                let key = crate::syntax::ir::Const::Int(idx);
                let key = self.heap.singleton(Kind::Const(key));
                self.heap.store(&res, Label::Key(key), &value, place, true);
            } else {
                self.store_element(&res, &value, place);
            }
        }
        if container == Container::List && !elements.iter().any(|it| it.1) {
            self.displays
                .extend(res.first().map(|it| (it.0, elements.len())));
        }
        res
    }

    /// The class with this index in the current file.
    pub(crate) fn class_id(&self, class: ClassIdx) -> ClassId {
        self.env.program.class_id(self.frame().file, class)
    }
}
