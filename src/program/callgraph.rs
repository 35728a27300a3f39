//! The approximate call graph, and the order that it gives.
//!
//! It only has to say which functions should be looked at first: an edge too many makes a
//! component larger, an edge too few makes a call unresolved. So it takes what names, annotations
//! and constructor calls tell in one walk over each function, and no more.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::edges::{AttributeCall, FileEdges};
use super::model::{ClassId, FileId, FuncId, Member, Origin, Program, TypeRef};
use super::scc::Graph;
use crate::syntax::Name;

/// A method call on an unknown object is taken for one of a method of that name if there are at
/// most so many.
const MAX_NAMESAKES: usize = 3;

/// At most so many subclasses are searched for overriding methods.
const MAX_SUBCLASSES: usize = 256;

/// All functions, module bodies included, in waves: a function is in a later wave than those that
/// it calls, except for the ones that call it in turn, with which it forms a component. Members
/// of components are sorted, components of a wave by their first members.
pub fn order(program: &Program) -> Vec<Vec<Vec<FuncId>>> {
    CallGraph::of(program).order()
}

/// Who may call whom.
#[derive(Debug)]
pub struct CallGraph {
    all: Graph,
    /// Without the calls that are told by nothing but the method's name.
    known: Graph,
}

impl CallGraph {
    /// The call graph of a program.
    pub fn of(program: &Program) -> Self {
        Calls::of(program).graph(program)
    }

    /// The functions that a function is known to call.
    pub(crate) fn callees(&self, func: FuncId) -> impl Iterator<Item = FuncId> {
        self.known.targets(func.0).iter().map(|&it| FuncId(it))
    }

    /// The functions that call other functions, or are called by others, than in another graph of
    /// the same functions.
    pub(crate) fn differences(&self, other: &Self) -> FxHashSet<FuncId> {
        let changed = self.known.differences(&other.known);
        changed.into_iter().map(FuncId).collect()
    }

    /// Who is known to be called by whom: the targets of a function are its callers.
    pub(crate) fn callers(&self) -> Graph {
        self.known.reversed()
    }

    /// As [`order`].
    pub fn order(&self) -> Vec<Vec<Vec<FuncId>>> {
        self.order_of(|_| true)
    }

    /// The order of some functions, as if there were no others.
    pub(crate) fn order_of(&self, chosen: impl Fn(FuncId) -> bool) -> Vec<Vec<Vec<FuncId>>> {
        let component = |nodes: Vec<u32>| nodes.into_iter().map(FuncId).collect();
        let levels = self.all.levels_of(|it| chosen(FuncId(it)));
        let level = |level: Vec<Vec<u32>>| level.into_iter().map(component).collect();
        levels.into_iter().map(level).collect()
    }
}

/// What each file adds to the call graph.
pub(crate) struct Calls {
    index: Namesakes,
    files: Vec<FileCalls>,
    types: AttributeTypes,
}

/// What one file adds.
struct FileCalls {
    own: FileEdges,
    /// Caller and callee: the calls that [`FileEdges::attribute_calls`] come to.
    through_attributes: FileTargets,
}

/// Calls by caller and callee, and those that are told by nothing but the method's name.
#[derive(Default, PartialEq, Eq)]
struct FileTargets {
    edges: Vec<(u32, u32)>,
    guesses: Vec<(u32, u32)>,
}

impl Calls {
    /// Walks over all functions of a program.
    pub(crate) fn of(program: &Program) -> Self {
        let index = Namesakes::of(program);
        let own: Vec<FileEdges> = (0..program.files.len() as u32)
            .into_par_iter()
            .map(|file| FileEdges::collect(program, &index, FileId(file)))
            .collect();
        let types = AttributeTypes::of(own.iter().flat_map(|it| &it.stores).copied());
        let files = own.into_par_iter().map(|own| FileCalls {
            through_attributes: types.resolve(program, &index, &own.attribute_calls),
            own,
        });
        Self {
            files: files.collect(),
            index,
            types,
        }
    }

    /// The graph that they make.
    pub(crate) fn graph(&self, program: &Program) -> CallGraph {
        let functions = program.functions.len() as u32;
        let files = self.files.iter();
        let known = files.flat_map(|it| [it.own.edges.as_slice(), &it.through_attributes.edges]);
        let known: Vec<_> = known.collect();
        let files = self.files.iter();
        let guesses =
            files.flat_map(|it| [it.own.guesses.as_slice(), &it.through_attributes.guesses]);
        let all: Vec<_> = known.iter().copied().chain(guesses).collect();
        let (all, known) = rayon::join(
            || Graph::new(functions, &all),
            || Graph::new(functions, &known),
        );
        CallGraph { all, known }
    }

    /// Walks over a file again, whose functions have other bodies than before; whether the graph
    /// is another now.
    pub(crate) fn update(&mut self, program: &Program, file: FileId) -> bool {
        let own = FileEdges::collect(program, &self.index, file);
        let Some(slot) = self.files.get_mut(file.0 as usize) else {
            return false;
        };
        let old = std::mem::replace(&mut slot.own, own);
        if old.stores == slot.own.stores {
            let calls = &slot.own.attribute_calls;
            let resolved = self.types.resolve(program, &self.index, calls);
            let before = std::mem::replace(&mut slot.through_attributes, resolved);
            return before != slot.through_attributes
                || old.edges != slot.own.edges
                || old.guesses != slot.own.guesses;
        }
        let stores = self.files.iter().flat_map(|it| &it.own.stores);
        self.types = AttributeTypes::of(stores.copied());
        let Self { index, types, .. } = self;
        self.files.par_iter_mut().for_each(|it| {
            it.through_attributes = types.resolve(program, index, &it.own.attribute_calls);
        });
        true
    }
}

/// Methods by their names.
pub(super) struct Namesakes(FxHashMap<Name, SmallVec<[FuncId; MAX_NAMESAKES + 1]>>);

impl Namesakes {
    fn of(program: &Program) -> Self {
        let mut methods: FxHashMap<_, SmallVec<_>> = FxHashMap::default();
        let functions = program.files.iter().flat_map(|it| {
            let is_project = it.origin == Origin::Project;
            it.ir.functions.iter().map(move |it| (it, is_project))
        });
        for (id, (function, is_project)) in (0_u32..).zip(functions) {
            let is_stub = program.functions[id as usize].is_stub;
            if function.class.is_some() && !is_stub && is_project {
                let same = methods.entry(function.name).or_default();
                if same.len() <= MAX_NAMESAKES {
                    same.push(FuncId(id));
                }
            }
        }
        Self(methods)
    }

    /// The methods that a call on an unknown object may reach.
    pub(super) fn get(&self, name: Name) -> &[FuncId] {
        match self.0.get(&name) {
            Some(methods) if methods.len() <= MAX_NAMESAKES => methods,
            _ => &[],
        }
    }
}

/// What classes the attributes of instances hold, by the constructor calls that are stored there.
struct AttributeTypes(FxHashMap<(ClassId, Name), SmallVec<[ClassId; 2]>>);

impl AttributeTypes {
    fn of(stores: impl Iterator<Item = (ClassId, Name, ClassId)>) -> Self {
        let mut types: FxHashMap<_, SmallVec<_>> = FxHashMap::default();
        for (class, name, value) in stores {
            let values = types.entry((class, name)).or_default();
            if !values.contains(&value) {
                values.push(value);
            }
        }
        Self(types)
    }

    /// What calls of methods of attributes come to.
    fn resolve(
        &self,
        program: &Program,
        index: &Namesakes,
        calls: &[AttributeCall],
    ) -> FileTargets {
        let mut res = FileTargets::default();
        for call in calls {
            let mut edge = |to: FuncId| res.edges.push((call.from.0, to.0));
            if !self.targets(program, call, &mut edge) && call.by_name {
                let namesakes = index.get(call.method).iter();
                res.guesses.extend(namesakes.map(|it| (call.from.0, it.0)));
            }
        }
        res
    }

    /// The methods that `self.attribute.method()` may reach; whether there is one.
    fn targets(
        &self,
        program: &Program,
        call: &AttributeCall,
        edge: &mut impl FnMut(FuncId),
    ) -> bool {
        let mut found = false;
        for &owner in &program.class_info(call.class).mro {
            for &class in self.0.get(&(owner, call.attribute)).into_iter().flatten() {
                found |= dispatch(program, class, call.method, edge);
            }
            if let Some(class) = annotated(program, owner, call.attribute) {
                found |= dispatch_any(program, class, call.method, edge);
            }
        }
        found
    }
}

/// The class that the annotation of an attribute in a class body names.
fn annotated(program: &Program, owner: ClassId, attribute: Name) -> Option<ClassId> {
    if !program.class_info(owner).members.contains_key(&attribute) {
        return None;
    }
    let members = &program.class(owner).members;
    let member = members.iter().rev().find(|it| it.name == attribute)?;
    let file = program.file_of_class(owner);
    let annotation = member.annotation.as_ref()?;
    single_class(program.resolve_type(file, None, Some(owner), annotation))
}

/// The class, if a type is a single one.
pub(super) fn single_class(type_ref: TypeRef) -> Option<ClassId> {
    match type_ref {
        TypeRef::Instance(class) => Some(class),
        _ => None,
    }
}

/// The function that `object.name()`, or reading `object.name`, runs on an instance of exactly
/// `class`; whether there is such an attribute.
pub(super) fn dispatch(
    program: &Program,
    class: ClassId,
    name: Name,
    edge: &mut impl FnMut(FuncId),
) -> bool {
    let member = program.lookup(class, name).map(|(_, member)| member);
    member.is_some_and(|member| run(program, member, edge))
}

/// As [`dispatch`], for an instance of `class` or of a class that inherits from it.
pub(super) fn dispatch_any(
    program: &Program,
    class: ClassId,
    name: Name,
    edge: &mut impl FnMut(FuncId),
) -> bool {
    let mut found = dispatch(program, class, name, edge);
    let mut left = MAX_SUBCLASSES;
    let mut stack: Vec<&[ClassId]> = vec![&program.class_info(class).subclasses];
    while let Some(subclasses) = stack.pop() {
        let take = subclasses.len().min(left);
        left -= take;
        for &subclass in &subclasses[..take] {
            let info = program.class_info(subclass);
            if let Some(member) = info.members.get(&name) {
                found |= run(program, member, edge);
            }
            stack.push(&info.subclasses);
        }
    }
    found
}

/// What calling or reading an attribute runs; whether that is known.
fn run(program: &Program, member: &Member, edge: &mut impl FnMut(FuncId)) -> bool {
    match *member {
        Member::Method(func, _) => edge(func),
        Member::Property { getter, .. } => getter.into_iter().for_each(edge),
        Member::Class(class) => construct(program, class, edge),
        Member::Value | Member::Declared => return false,
    }
    true
}

/// What calling a class runs.
pub(super) fn construct(program: &Program, class: ClassId, edge: &mut impl FnMut(FuncId)) {
    use crate::syntax::name::known::{INIT, NEW, POST_INIT};
    for name in [NEW, INIT, POST_INIT] {
        if let Some((_, Member::Method(func, _))) = program.lookup(class, name) {
            edge(*func);
        }
    }
}
