//! What the whole program stores in an attribute, or passes for a parameter.
//!
//! A function sees only its own execution. Which class `self.pool` has when a method reads it is
//! known from the stores of all other functions: each execution contributes the stores and calls
//! that it saw, and the next round of executions reads the union. Declared types (annotations)
//! stand in where nothing was seen.

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::object::{NOWHERE, Ty};
use crate::program::model::{ClassId, FuncId, ModuleId, Place, Program, TypeRef};
use crate::syntax::Name;

/// A place in the program that holds objects.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) enum Slot {
    /// An attribute of the instances of a class, or of the class object.
    Attribute(ClassId, Name),
    /// A variable of a module.
    Global(ModuleId, Name),
    /// A parameter of a function.
    Param(FuncId, u32),
    /// A captured variable of a function.
    Captured(FuncId, Name),
}

/// A slot, or the elements of the container in it (and theirs).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct SlotKey {
    pub(crate) slot: Slot,
    /// 0 for what the slot holds, 1 for its elements, 2 for theirs.
    pub(crate) depth: u8,
}

impl SlotKey {
    /// The key of what a slot holds.
    pub(crate) fn new(slot: Slot) -> Self {
        Self { slot, depth: 0 }
    }

    /// The key of all attributes of the objects that have this one.
    pub(crate) fn all_attributes(self) -> Option<Self> {
        match self.slot {
            Slot::Attribute(class, _) => Some(Self::of_all_attributes(class)),
            _ => None,
        }
    }

    /// The key of all attributes of the instances of a class, as `obj.__dict__.clear()` clears
    /// them.
    pub(crate) fn of_all_attributes(class: ClassId) -> Self {
        Self::new(Slot::Attribute(class, Name::new("*")))
    }

    /// The key of the elements of what this key stands for.
    pub(crate) fn elements(self) -> Option<Self> {
        (self.depth < 2).then_some(Self {
            depth: self.depth + 1,
            ..self
        })
    }
}

/// One observation.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) enum Observed {
    /// An object of this type was stored by a strong reference.
    Strong(Ty),
    /// An object of unknown type was stored by a strong reference.
    StrongUnknown,
    /// Something that refers weakly was stored.
    Weak(Ty),
    /// What was there was cleared by this function.
    ClearedBy(FuncId),
    /// What was there was cleared by this finalizer, or by what it calls.
    ClearedAtEnd(FuncId),
    /// What was there was iterated over to its end by this function: a generator holds nothing
    /// any more.
    ExhaustedBy(FuncId),
}

/// What is known of a slot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Fact {
    /// The types of the objects, sorted.
    pub(crate) tys: SmallVec<[Ty; 2]>,
    /// Something strong was stored.
    pub(crate) strong: bool,
    /// Something weak was stored.
    pub(crate) weak: bool,
    /// There were more types than are told apart.
    pub(crate) many: bool,
    /// The first place (in the order of files) that stores something strong.
    pub(crate) stored_at: Option<Place>,
    /// The functions that clear it, sorted.
    pub(crate) cleared_by: SmallVec<[FuncId; 2]>,
    /// The finalizers that clear it, sorted.
    pub(crate) cleared_at_end: SmallVec<[FuncId; 1]>,
    /// The functions that iterate over it to its end, sorted.
    pub(crate) exhausted_by: SmallVec<[FuncId; 1]>,
    /// When something was learned for which some execution could turn out otherwise.
    news: SmallVec<[u32; 2]>,
    /// When what executions see of it became what it is; 0 if it always was.
    since: u32,
    /// What they saw before that, and since when.
    earlier: Vec<Earlier>,
}

/// What executions saw of a slot for some time.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Earlier {
    since: u32,
    tys: SmallVec<[Ty; 2]>,
    strong: bool,
    weak: bool,
    many: bool,
}

/// What is stored in a slot, as executions see it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Stored<'a> {
    pub(super) tys: &'a [Ty],
    pub(super) strong: bool,
    pub(super) weak: bool,
}

/// An attribute that holds instances of a class of the program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Attribute {
    pub(crate) holder: ClassId,
    pub(crate) name: Name,
    /// As in [`SlotKey`].
    pub(crate) depth: u8,
    pub(crate) held: ClassId,
    /// Where it is stored.
    pub(crate) place: Place,
}

/// More types than this are not told apart.
const MAX_TYS: usize = 4;

/// What annotations say.
#[derive(Debug, Default)]
pub(crate) struct Declared(FxHashMap<SlotKey, SmallVec<[Ty; 2]>>);

impl Declared {
    /// Reads the annotations of a program.
    pub(crate) fn of(program: &Program) -> Self {
        let functions = program
            .functions
            .par_iter()
            .enumerate()
            .map(|(func, info)| {
                let func = FuncId(func as u32);
                let file = program.file_of(func);
                let params = (0..).zip(&program.function(func).params);
                let annotated = params.filter_map(|(idx, it)| Some((idx, it.annotation.as_ref()?)));
                annotated
                    .map(|(idx, annotation)| {
                        let ty = program.resolve_type(file, Some(func), info.class, annotation);
                        (SlotKey::new(Slot::Param(func, idx)), ty)
                    })
                    .collect::<Vec<_>>()
            });
        let classes = (0..program.classes.len() as u32)
            .into_par_iter()
            .map(|class| {
                let class = ClassId(class);
                let file = program.file_of_class(class);
                let members = program.class(class).members.iter();
                let annotated = members.filter_map(|it| Some((it.name, it.annotation.as_ref()?)));
                annotated
                    .map(|(name, annotation)| {
                        let ty = program.resolve_type(file, None, Some(class), annotation);
                        (SlotKey::new(Slot::Attribute(class, name)), ty)
                    })
                    .collect::<Vec<_>>()
            });
        let types: Vec<_> = functions.chain(classes).collect();
        let mut declared = Self::default();
        for (key, ty) in types.into_iter().flatten() {
            declared.declare(key, &ty);
        }
        declared
    }

    fn declare(&mut self, key: SlotKey, ty: &TypeRef) {
        let mut tys = SmallVec::new();
        let mut elements = Vec::new();
        flatten(ty, &mut tys, &mut elements);
        if !tys.is_empty() && tys.len() <= MAX_TYS {
            self.0.insert(key, tys);
        }
        if let Some(key) = key.elements() {
            match elements.as_slice() {
                [] => {}
                [one] => self.declare(key, one),
                _ => self.declare(key, &TypeRef::Union(elements)),
            }
        }
    }

    /// The types that a slot is declared to have.
    pub(crate) fn tys(&self, key: SlotKey) -> &[Ty] {
        self.0.get(&key).map_or(&[], |tys| tys)
    }
}

/// All facts.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    observed: FxHashMap<SlotKey, Fact>,
    declared: Arc<Declared>,
    holdings: FxHashMap<ClassId, Vec<(Place, ClassId)>>,
}

impl Facts {
    /// Nothing is observed yet.
    pub(crate) fn new(declared: Arc<Declared>) -> Self {
        Self {
            declared,
            ..Self::default()
        }
    }

    /// Expects about as many slots as others had.
    pub(crate) fn reserve(&mut self, slots: usize) {
        self.observed.reserve(slots);
    }

    /// How many slots something was observed of.
    pub(crate) fn len(&self) -> usize {
        self.observed.len()
    }

    /// Adds an observation that is made at some time.
    pub(crate) fn observe(
        &mut self,
        program: &Program,
        key: SlotKey,
        what: Observed,
        place: Place,
        now: u32,
    ) {
        let fact = self.observed.entry(key).or_default();
        if fact.since < now && fact.may_change(what) {
            fact.remember(now);
        }
        let strong = matches!(what, Observed::Strong(_) | Observed::StrongUnknown);
        if strong && place != NOWHERE {
            // What a library stores for the project is shown where the project calls it.
            let key = |it: &Place| (program.is_library(it.file), it.file, it.range.start());
            let first = fact.stored_at.get_or_insert(place);
            if key(&place) < key(first) {
                *first = place;
            }
        }
        let is_news = match what {
            Observed::Strong(ty) => {
                let news = !std::mem::replace(&mut fact.strong, true);
                fact.add(program, ty) || news
            }
            Observed::StrongUnknown => {
                fact.strong = true;
                false
            }
            Observed::Weak(ty) => {
                let news = !std::mem::replace(&mut fact.weak, true);
                fact.add(program, ty) || news
            }
            // No execution asks for these.
            Observed::ClearedBy(func) => insert(&mut fact.cleared_by, func),
            Observed::ClearedAtEnd(finalizer) => insert(&mut fact.cleared_at_end, finalizer),
            Observed::ExhaustedBy(func) => insert(&mut fact.exhausted_by, func),
        };
        if is_news && fact.news.last() != Some(&now) {
            fact.news.push(now);
        }
    }

    /// Whether something was learned of a slot in that time for which some execution could turn
    /// out otherwise.
    pub(super) fn changed_within(&self, key: SlotKey, time: Range<u32>) -> bool {
        let fact = self.get(key);
        fact.is_some_and(|it| it.news.iter().any(|it| time.contains(it)))
    }

    /// What was stored in a slot before a moment, as far as executions see it.
    pub(super) fn stored(&self, key: SlotKey, now: u32) -> Stored<'_> {
        let seen = self.get(key).and_then(|it| it.seen(now));
        let (tys, many, strong, weak) = seen.unwrap_or_default();
        Stored {
            tys: match tys {
                _ if many => &[],
                [] => self.declared.tys(key),
                tys => tys,
            },
            strong,
            weak,
        }
    }

    /// Forgets what was observed of a slot.
    pub(super) fn forget(&mut self, key: SlotKey) {
        self.observed.remove(&key);
    }

    /// The functions that clear a slot, by its name or with all others.
    pub(crate) fn cleared_by(&self, key: SlotKey) -> impl Iterator<Item = FuncId> {
        let keys = [Some(key), key.all_attributes()];
        let facts = keys.into_iter().flatten().filter_map(|it| self.get(it));
        facts.flat_map(|it| it.cleared_by.iter().copied())
    }

    /// What was observed of a slot.
    pub(crate) fn get(&self, key: SlotKey) -> Option<&Fact> {
        self.observed.get(&key)
    }

    /// Instances of which class an instance of `class` is seen to hold, for good and by itself:
    /// attributes of one type that nobody clears. With the place that stores it, sorted.
    pub(crate) fn held_by(&self, class: ClassId) -> &[(Place, ClassId)] {
        self.holdings.get(&class).map_or(&[], |it| it)
    }

    /// What is known of the attributes of classes, in no particular order: the class, the name and
    /// the depth as in [`SlotKey`].
    pub(crate) fn of_attributes(&self) -> impl Iterator<Item = (ClassId, Name, u8, &Fact)> {
        self.observed
            .iter()
            .filter_map(|(key, fact)| match key.slot {
                Slot::Attribute(class, name) => Some((class, name, key.depth, fact)),
                _ => None,
            })
    }

    /// Which class holds instances of which other one, strongly, sorted.
    pub(crate) fn attributes(&self) -> Vec<Attribute> {
        let mut res = Vec::new();
        for (key, fact) in &self.observed {
            let (Slot::Attribute(holder, name), Some(place)) = (key.slot, fact.stored_at) else {
                continue;
            };
            for ty in &fact.tys {
                if let Ty::Instance(held) = *ty
                    && !fact.weak
                {
                    res.push(Attribute {
                        holder,
                        name,
                        depth: key.depth,
                        held,
                        place,
                    });
                }
            }
        }
        res.extend(self.declared_attributes());
        res.sort_by_key(|it| {
            (
                it.holder,
                it.place.file,
                it.place.range.start(),
                it.held,
                it.depth,
            )
        });
        res
    }

    /// The same by annotations (`orders: list[Order] = []`), where something is stored of which
    /// nothing better is known.
    fn declared_attributes(&self) -> impl Iterator<Item = Attribute> {
        self.declared.0.iter().flat_map(|(&key, tys)| {
            let seen = self.observed.get(&key);
            let holder = self.observed.get(&SlotKey::new(key.slot));
            let known = seen.is_some_and(|it| it.weak || it.many || !it.tys.is_empty());
            let stored = seen.and_then(|it| it.stored_at);
            let place = stored.or_else(|| holder.filter(|it| !it.weak)?.stored_at);
            tys.iter()
                .filter_map(move |ty| match (key.slot, *ty, place) {
                    (Slot::Attribute(holder, name), Ty::Instance(held), Some(place)) if !known => {
                        Some(Attribute {
                            holder,
                            name,
                            depth: key.depth,
                            held,
                            place,
                        })
                    }
                    _ => None,
                })
        })
    }

    /// Sorts out what [`Facts::held_by`] answers, once all executions are done.
    pub(crate) fn index_holdings(&mut self) {
        self.holdings.clear();
        for (key, fact) in &self.observed {
            let Slot::Attribute(class, _) = key.slot else {
                continue;
            };
            let (Some(place), [Ty::Instance(held)]) = (fact.stored_at, fact.tys.as_slice()) else {
                continue;
            };
            if !fact.weak && self.cleared_by(*key).next().is_none() {
                self.holdings.entry(class).or_default().push((place, *held));
            }
        }
        for holdings in self.holdings.values_mut() {
            holdings.sort_by_key(|it| (it.0.file, it.0.range.start(), it.1));
        }
    }
}

impl Fact {
    /// Whether executions may see something else after an observation.
    fn may_change(&self, what: Observed) -> bool {
        let is_new = |ty: &Ty| !self.many && !self.tys.contains(ty);
        match what {
            Observed::Strong(ty) => !self.strong || is_new(&ty),
            Observed::Weak(ty) => !self.weak || is_new(&ty),
            Observed::StrongUnknown => !self.strong,
            Observed::ClearedBy(_) | Observed::ClearedAtEnd(_) | Observed::ExhaustedBy(_) => false,
        }
    }

    /// Puts aside what was seen until now.
    fn remember(&mut self, now: u32) {
        if self.since > 0 {
            self.earlier.push(Earlier {
                since: self.since,
                tys: self.tys.clone(),
                strong: self.strong,
                weak: self.weak,
                many: self.many,
            });
        }
        self.since = now;
    }

    /// What executions saw before a moment: the types, whether there were too many, whether it was
    /// held strongly, whether weakly.
    fn seen(&self, now: u32) -> Option<(&[Ty], bool, bool, bool)> {
        if self.since < now {
            return Some((&self.tys, self.many, self.strong, self.weak));
        }
        let earlier = self.earlier.iter().rev().find(|it| it.since < now)?;
        Some((&earlier.tys, earlier.many, earlier.strong, earlier.weak))
    }

    /// Adds a type. Too many classes are replaced by the base that they share.
    fn add(&mut self, program: &Program, ty: Ty) -> bool {
        if self.many {
            return false;
        }
        if let Ty::Instance(class) = ty {
            let covered = |it: &Ty| match *it {
                Ty::Instance(base) => base != class && self.generalizes(program, base, class),
                _ => false,
            };
            if self.tys.iter().any(covered) {
                return false;
            }
        }
        let Err(at) = self.tys.binary_search(&ty) else {
            return false;
        };
        self.tys.insert(at, ty);
        if self.tys.len() > MAX_TYS {
            match common_base(program, &self.tys) {
                Some(base) => self.tys = smallvec::smallvec![Ty::Instance(base)],
                None => {
                    self.tys.clear();
                    self.many = true;
                }
            }
        }
        true
    }

    /// Whether `base` already stands for more than `MAX_TYS` of its subclasses.
    fn generalizes(&self, program: &Program, base: ClassId, class: ClassId) -> bool {
        self.tys.len() == 1
            && program.is_subclass(class, base)
            && program.class_info(base).subclasses.len() > MAX_TYS
    }
}

fn common_base(program: &Program, tys: &[Ty]) -> Option<ClassId> {
    let class = |ty: &Ty| match *ty {
        Ty::Instance(class) => Some(class),
        _ => None,
    };
    let (first, rest) = tys.split_first()?;
    let rest: Vec<ClassId> = rest.iter().map(class).collect::<Option<_>>()?;
    let mro = &program.class_info(class(first)?).mro;
    mro.iter()
        .copied()
        .find(|&base| rest.iter().all(|&it| program.is_subclass(it, base)))
}

/// Adds a function to a sorted list; that is no news for anybody.
fn insert<const N: usize>(functions: &mut SmallVec<[FuncId; N]>, func: FuncId) -> bool
where
    [FuncId; N]: smallvec::Array<Item = FuncId>,
{
    if let Err(at) = functions.binary_search(&func) {
        functions.insert(at, func);
    }
    false
}

/// The types that an annotation admits, and those of the elements if it is a container.
fn flatten(ty: &TypeRef, tys: &mut SmallVec<[Ty; 2]>, elements: &mut Vec<TypeRef>) {
    match ty {
        TypeRef::Instance(class) => tys.push(Ty::Instance(*class)),
        TypeRef::ClassObject(class) => tys.push(Ty::ClassObject(*class)),
        TypeRef::Container(container, of) => {
            tys.push(Ty::Container(*container));
            elements.extend(of.iter().cloned());
        }
        TypeRef::Union(of) => of.iter().for_each(|it| flatten(it, tys, elements)),
        TypeRef::External(name) => tys.push(match name.as_str() {
            "weakref.ref" | "weakref.ReferenceType" | "weakref.WeakMethod" => Ty::WeakRef,
            _ => Ty::External(*name),
        }),
        TypeRef::Plain | TypeRef::Unknown => {}
    }
}
