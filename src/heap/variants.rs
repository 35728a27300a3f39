//! For which classes an inherited method has to be executed anew.
//!
//! A method of a base class calls `self.make_child()`; which function that is depends on the class
//! of the receiver. A subclass that overrides nothing of what the method uses, directly or through
//! other methods, shares the execution of its base.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::program::model::{ClassId, FileId, FuncId, Member, Program};
use crate::syntax::Name;
use crate::syntax::ir::{Function, FunctionIdx, Op, Var};

/// Inherited methods of one class that are executed anew; more share the execution of the base.
const MAX_VARIANTS: usize = 80;
/// Classes for which one method is executed anew; so do more.
const MAX_CLASSES: u32 = 48;

/// What methods use of their receivers.
#[derive(Debug, Default)]
pub(crate) struct Variants {
    files: Vec<FileUses>,
    /// Attributes that methods of a class store on their receiver, and how many files do so.
    stores: FxHashMap<(ClassId, Name), u32>,
    /// Attributes that generated methods store.
    fields: FxHashSet<(ClassId, Name)>,
    /// The inherited methods that behave otherwise for a class.
    needed: FxHashSet<(FuncId, ClassId)>,
    /// How many were left out.
    pub(crate) cut: u32,
}

/// What the methods of one file use of their receivers.
#[derive(Debug, Default, PartialEq, Eq)]
struct FileUses {
    functions: Vec<Uses>,
    /// Attributes that methods of a class store on their receiver.
    stores: FxHashSet<(ClassId, Name)>,
}

/// What one function uses of its receiver.
#[derive(Debug, Default, PartialEq, Eq)]
struct Uses {
    /// The names that it reads from or calls on its first parameter, sorted.
    names: Box<[Name]>,
    /// The names that it calls on `super()`, and the classes that they come after.
    supers: Box<[(ClassId, Name)]>,
}

/// What became of [`Variants`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Change {
    /// Nothing that an execution could ask for.
    None,
    /// At most the answers of [`Variants::stores_attribute`] are others.
    Stores,
    /// Other methods are executed anew.
    Needed,
}

impl Variants {
    /// Looks through all methods.
    pub(crate) fn of(program: &Program) -> Self {
        let files: Vec<FileUses> = (0..program.files.len() as u32)
            .into_par_iter()
            .map(|file| FileUses::of(program, FileId(file)))
            .collect();
        let mut this = Self::default();
        for stored in files.iter().flat_map(|it| &it.stores) {
            *this.stores.entry(*stored).or_default() += 1;
        }
        this.files = files;
        for (class, info) in (0..).map(ClassId).zip(&program.classes) {
            let fields = info.generated_init.iter().flatten();
            this.fields
                .extend(fields.filter(|it| !it.init_var).map(|it| (class, it.name)));
        }
        this.find_needed(program);
        this
    }

    /// Looks through a file again, whose functions have other bodies than before.
    pub(crate) fn update(&mut self, program: &Program, file: FileId) -> Change {
        let new = FileUses::of(program, file);
        let Some(slot) = self.files.get_mut(file.0 as usize) else {
            return Change::None;
        };
        let old = std::mem::replace(slot, new);
        for stored in &old.stores {
            if let Some(count) = self.stores.get_mut(stored) {
                *count -= 1;
            }
        }
        for stored in &slot.stores {
            *self.stores.entry(*stored).or_default() += 1;
        }
        let has_new_stores = old.stores != slot.stores;
        if old.functions != slot.functions {
            let before = std::mem::take(&mut self.needed);
            self.cut = 0;
            self.find_needed(program);
            if before != self.needed {
                return Change::Needed;
            }
        }
        if has_new_stores {
            Change::Stores
        } else {
            Change::None
        }
    }

    /// What a function uses.
    fn uses(&self, program: &Program, func: FuncId) -> Option<&Uses> {
        let file = self.files.get(program.file_of(func).0 as usize)?;
        file.functions.get(program.function_idx(func).0 as usize)
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
        let Some(uses) = self.uses(program, func) else {
            return false;
        };
        let res = uses.names.iter().any(|&name| {
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
            || uses.supers.iter().any(|&target| {
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

    fn stores_itself(&self, class: ClassId, name: Name) -> bool {
        let key = (class, name);
        self.stores.get(&key).is_some_and(|it| *it > 0) || self.fields.contains(&key)
    }

    /// Whether some method of a class (or its bases) stores this attribute on its receiver.
    pub(crate) fn stores_attribute(&self, program: &Program, class: ClassId, name: Name) -> bool {
        program
            .class_info(class)
            .mro
            .iter()
            .any(|&it| self.stores_itself(it, name))
    }
}

impl FileUses {
    fn of(program: &Program, file: FileId) -> Self {
        let mut this = Self::default();
        let functions = &program.files[file.0 as usize].ir.functions;
        for (idx, ir) in (0..).map(FunctionIdx).zip(functions) {
            let mut names = Vec::new();
            let mut supers = Vec::new();
            if let Some(class) = program.func_info(program.func_id(file, idx)).class
                && !ir.params.is_empty()
            {
                for inst in ir.blocks.iter().flatten() {
                    match inst.op {
                        Op::LoadAttr {
                            base: Var(0), name, ..
                        }
                        | Op::CallMethod {
                            recv: Var(0), name, ..
                        } => names.push(name),
                        Op::StoreAttr {
                            base: Var(0), name, ..
                        } => {
                            this.stores.insert((class, name));
                        }
                        Op::CallSuper { ref call, name, .. } => {
                            supers.push((program.class_id(file, call.class), name));
                        }
                        Op::LoadSuper { class, name, .. } => {
                            supers.push((program.class_id(file, class), name));
                        }
                        _ => {}
                    }
                }
                captured_uses(ir, &mut names);
            }
            names.sort();
            names.dedup();
            this.functions.push(Uses {
                names: names.into_boxed_slice(),
                supers: supers.into_boxed_slice(),
            });
        }
        this
    }
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
