//! When a caller knows more than a summary: what class an argument has, which function a callback
//! is. Then the function is executed in place of the call.

use smallvec::SmallVec;

use super::exec::Exec;
use super::guard::Choice;
use super::object::{Kind, Label, Obj, Ty, Value};
use super::summary::{Summary, SummaryKey};
use crate::program::model::{ClassId, Constructor, FuncId, Member, MethodKind};
use crate::syntax::Name;
use crate::syntax::ir::Const;
use crate::syntax::name::known;

impl Exec<'_> {
    /// Whether the caller knows something that the summary had to leave open.
    pub(super) fn knows_more(
        &mut self,
        summary: &Summary,
        closure: Option<Obj>,
        bound: &[Value],
    ) -> bool {
        let open = summary.undecided.iter().any(|&(obj, method)| {
            let found = self.peek(summary, obj, closure, bound, 0);
            found.iter().any(|&it| {
                let makes = method == known::CALL && summary.asks_results;
                self.is_telling(it, method) || makes && self.makes_instance(it)
            })
        });
        open || summary.choices.iter().any(|it| match it {
            Choice::Class { of, candidates } => {
                let found = self.peek(summary, *of, closure, bound, 0);
                found.iter().any(|&it| {
                    let tys = self.tys(it);
                    !tys.is_empty() && !tys.iter().all(|ty| candidates.contains(ty))
                })
            }
            _ => false,
        })
    }

    /// Whether it is known what a method of an object (or a call of it) does, and that is something.
    pub(super) fn is_telling(&self, obj: Obj, method: Name) -> bool {
        let kind = self.heap.kind(obj);
        if method == known::EMPTY {
            return match kind {
                Kind::Const(value) => matches!(value, Const::Str(_)),
                Kind::Opaque | Kind::Param(_) | Kind::Lazy { .. } | Kind::FreeCell(_) => false,
                _ => true,
            };
        }
        if method == known::CALL {
            match kind {
                Kind::Function(func) | Kind::BoundMethod(func) => {
                    return self.does_something(func, None);
                }
                Kind::Class(class) => return self.constructs_something(class),
                Kind::BuiltinMethod(_) | Kind::WeakRef => return true,
                _ => {}
            }
        }
        self.tys(obj).iter().any(|ty| match *ty {
            Ty::Instance(class) => match self.env.program.lookup(class, method) {
                Some((_, &Member::Method(func, _))) => self.does_something(func, Some(class)),
                Some(_) => false,
                None => self.env.program.class_info(class).container.is_some(),
            },
            Ty::ClassObject(class) if method == known::CALL => self.constructs_something(class),
            Ty::Function(func) if method == known::CALL => self.does_something(func, None),
            Ty::Container(_) => matches!(
                method.as_str(),
                "add" | "update" | "put" | "put_nowait" | "union" | "copy" | "__setitem__"
            ),
            Ty::WeakRef => method == known::CALL,
            Ty::External(_) => kind == Kind::Holder,
            _ => false,
        })
    }

    pub(super) fn does_something(&self, func: FuncId, receiver: Option<ClassId>) -> bool {
        let program = self.env.program;
        let key = SummaryKey {
            func,
            receiver: self.env.variants.receiver(program, func, receiver),
        };
        let ir = self.function(func);
        ir.is_generator || ir.is_async || self.summary(key).is_some_and(|it| it.is_telling())
    }

    pub(super) fn constructs_something(&self, class: ClassId) -> bool {
        match self.env.program.constructor(class) {
            Constructor::Method(_, func) => self.does_something(func, Some(class)),
            Constructor::Generated(_) => true,
            // Which class it is matters for what its methods do, and for what delays a finalizer.
            Constructor::None => !self.env.program.class_info(class).members.is_empty(),
        }
    }

    /// Whether calling an object makes an instance that has methods.
    fn makes_instance(&self, obj: Obj) -> bool {
        let program = self.env.program;
        let is_method = |it: &Member| matches!(it, Member::Method(_, MethodKind::Instance));
        self.tys(obj).iter().any(|ty| match *ty {
            Ty::ClassObject(class) => {
                let mut mro = program.class_info(class).mro.iter();
                mro.any(|&it| program.class_info(it).members.values().any(is_method))
            }
            _ => false,
        })
    }

    /// The objects that an object of a summary is for this caller, as far as that can be told
    /// without reading anything new.
    pub(super) fn peek(
        &mut self,
        summary: &Summary,
        obj: Obj,
        closure: Option<Obj>,
        bound: &[Value],
        depth: u32,
    ) -> SmallVec<[Obj; 4]> {
        let here = self.heap.here();
        match summary.objects[obj.0 as usize].kind {
            Kind::Param(idx) => bound
                .get(idx as usize)
                .map(|it| it.iter().map(|it| it.0).collect())
                .unwrap_or_default(),
            Kind::Lazy { base, label } if depth < 6 => {
                let bases = self.peek(summary, base, closure, bound, depth + 1);
                let mut res = SmallVec::new();
                for base in bases {
                    match label {
                        Label::Elem | Label::Key(_) => {
                            for cell in self.heap.cells_of(base) {
                                let of = self.heap.cells[cell as usize].label;
                                if matches!(of, Label::Elem | Label::Key(_)) {
                                    res.extend(self.heap.content(cell, here).iter().map(|it| it.0));
                                }
                            }
                        }
                        Label::DictKey => {
                            for cell in self.heap.cells_of(base) {
                                if let Label::Key(key) = self.heap.cells[cell as usize].label {
                                    res.push(key);
                                }
                            }
                        }
                        label => {
                            if let Some(cell) = self.heap.find_cell(base, label) {
                                res.extend(self.heap.content(cell, here).iter().map(|it| it.0));
                            }
                        }
                    }
                }
                res
            }
            Kind::FreeCell(idx) => {
                let Some(closure) = closure else {
                    return SmallVec::new();
                };
                let Kind::Function(func) = self.heap.kind(closure) else {
                    return SmallVec::new();
                };
                let name = self
                    .function(func)
                    .cells
                    .get(idx as usize)
                    .map(|it| it.name);
                let cell = name.and_then(|it| self.heap.find_cell(closure, Label::Captured(it)));
                match cell {
                    Some(cell) => self
                        .heap
                        .content(cell, here)
                        .iter()
                        .map(|it| it.0)
                        .collect(),
                    None => SmallVec::new(),
                }
            }
            _ => SmallVec::new(),
        }
    }
}
