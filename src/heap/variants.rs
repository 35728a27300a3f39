//! For which classes an inherited method has to be executed anew.
//!
//! A method of a base class calls `self.make_child()`; which function that is depends on the class
//! of the receiver. A subclass that overrides nothing of what the method uses, directly or through
//! other methods, shares the execution of its base.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::program::model::{ClassId, FuncId, Member, Program};
use crate::syntax::Name;
use crate::syntax::ir::{Function, Op, Var};

/// Inherited methods of one class that are executed anew; more share the execution of the base.
const MAX_VARIANTS: usize = 80;
/// Classes for which one method is executed anew; so do more.
const MAX_CLASSES: u32 = 48;

/// What methods use of their receivers.
#[derive(Debug, Default)]
pub(crate) struct Variants {
    /// The names that each function reads from or calls on its first parameter, sorted.
    uses: Vec<Box<[Name]>>,
    /// The names that each function calls on `super()`, and the classes that they come after.
    supers: Vec<Box<[(ClassId, Name)]>>,
    /// Attributes that methods of a class store on their receiver.
    stores: FxHashSet<(ClassId, Name)>,
    /// The inherited methods that behave otherwise for a class.
    needed: FxHashSet<(FuncId, ClassId)>,
    /// How many were left out.
    pub(crate) cut: u32,
}

impl Variants {
    /// Looks through all methods.
    pub(crate) fn of(program: &Program) -> Self {
        let mut this = Self::default();
        for (func, info) in (0..).map(FuncId).zip(&program.functions) {
            let ir = program.function(func);
            let mut uses = Vec::new();
            let mut supers = Vec::new();
            if let Some(class) = info.class
                && !ir.params.is_empty()
            {
                for inst in ir.blocks.iter().flatten() {
                    match inst.op {
                        Op::LoadAttr {
                            base: Var(0), name, ..
                        }
                        | Op::CallMethod {
                            recv: Var(0), name, ..
                        } => uses.push(name),
                        Op::StoreAttr {
                            base: Var(0), name, ..
                        } => {
                            this.stores.insert((class, name));
                        }
                        Op::CallSuper { ref call, name, .. } => {
                            supers
                                .push((program.class_id(program.file_of(func), call.class), name));
                        }
                        Op::LoadSuper { class, name, .. } => {
                            supers.push((program.class_id(program.file_of(func), class), name));
                        }
                        _ => {}
                    }
                }
                Self::captured_uses(ir, &mut uses);
            }
            uses.sort();
            uses.dedup();
            this.uses.push(uses.into_boxed_slice());
            this.supers.push(supers.into_boxed_slice());
        }
        for (class, info) in (0..).map(ClassId).zip(&program.classes) {
            let fields = info.generated_init.iter().flatten();
            this.stores
                .extend(fields.filter(|it| !it.init_var).map(|it| (class, it.name)));
        }
        this.find_needed(program);
        this
    }

    /// A receiver that nested functions capture is read from its cell.
    fn captured_uses(ir: &Function, uses: &mut Vec<Name>) {
        let Some(receiver) = ir.params.first().map(|it| it.name) else {
            return;
        };
        let Some(cell) = ir.cells.iter().position(|it| it.name == receiver) else {
            return;
        };
        let mut from_cell = FxHashSet::default();
        for inst in ir.blocks.iter().flatten() {
            match inst.op {
                Op::LoadCell { dst, cell: of } if of.0 as usize == cell => {
                    from_cell.insert(dst);
                }
                Op::LoadAttr { base, name, .. } if from_cell.contains(&base) => uses.push(name),
                Op::CallMethod { recv, name, .. } if from_cell.contains(&recv) => uses.push(name),
                _ => {}
            }
        }
    }

    fn find_needed(&mut self, program: &Program) {
        let mut classes_of: FxHashMap<FuncId, u32> = FxHashMap::default();
        for class in (0..program.classes.len() as u32).map(ClassId) {
            let mro = &program.class_info(class).mro;
            if mro.len() < 2 {
                continue;
            }
            let mut known = FxHashMap::default();
            let mut count = 0;
            for &base in &mro[1..] {
                let mut methods: Vec<FuncId> = program
                    .class_info(base)
                    .members
                    .values()
                    .flat_map(member_functions)
                    .collect();
                methods.sort();
                for func in methods {
                    if self.differs(program, func, base, class, &mut known) {
                        count += 1;
                        let classes = classes_of.entry(func).or_default();
                        *classes += 1;
                        if count <= MAX_VARIANTS && *classes <= MAX_CLASSES {
                            self.needed.insert((func, class));
                        } else {
                            self.cut += 1;
                        }
                    }
                }
            }
        }
    }

    /// Whether a method of `base` behaves otherwise for `class`.
    fn differs(
        &self,
        program: &Program,
        func: FuncId,
        base: ClassId,
        class: ClassId,
        known: &mut FxHashMap<FuncId, bool>,
    ) -> bool {
        if let Some(&known) = known.get(&func) {
            return known;
        }
        // Recursive methods: they do not differ because of themselves.
        known.insert(func, false);
        let res = self.uses[func.0 as usize].iter().any(|&name| {
            let (here, there) = (program.lookup(base, name), program.lookup(class, name));
            match (here, there) {
                (Some((a, member)), Some((b, _))) if a == b => {
                    let own = |it| self.differs(program, it, a, class, known);
                    member_functions(member).into_iter().any(own)
                }
                (None, None) => false,
                _ => true,
            }
        });
        // With several bases, what comes after a class depends on the class of the receiver.
        let after = |it, (class, name)| match program.lookup_after(it, Some(class), name) {
            Some((owner, Member::Method(func, _))) => Some((owner, *func)),
            _ => None,
        };
        let res = res
            || self.supers[func.0 as usize].iter().any(|&target| {
                let (here, there) = (after(base, target), after(class, target));
                here != there
                    || there.is_some_and(|(owner, func)| {
                        self.differs(program, func, owner, class, known)
                    })
            });
        known.insert(func, res);
        res
    }

    /// The class to execute a method for: none if its own tells everything.
    pub(crate) fn receiver(
        &self,
        program: &Program,
        func: FuncId,
        class: Option<ClassId>,
    ) -> Option<ClassId> {
        let class = class?;
        let own = program.func_info(func).class?;
        (own != class && self.needed.contains(&(func, class))).then_some(class)
    }

    /// All methods and classes for which there is an execution of their own, sorted.
    pub(crate) fn all(&self) -> Vec<(FuncId, ClassId)> {
        let mut res: Vec<_> = self.needed.iter().copied().collect();
        res.sort();
        res
    }

    /// Whether some method of a class (or its bases) stores this attribute on its receiver.
    pub(crate) fn stores_attribute(&self, program: &Program, class: ClassId, name: Name) -> bool {
        program
            .class_info(class)
            .mro
            .iter()
            .any(|&it| self.stores.contains(&(it, name)))
    }
}

fn member_functions(member: &Member) -> smallvec::SmallVec<[FuncId; 3]> {
    match member {
        Member::Method(func, _) => smallvec::smallvec![*func],
        Member::Property {
            getter,
            setter,
            deleter,
            ..
        } => [getter, setter, deleter]
            .into_iter()
            .flatten()
            .copied()
            .collect(),
        _ => smallvec::SmallVec::new(),
    }
}
