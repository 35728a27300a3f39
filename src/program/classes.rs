//! Links classes: bases, method resolution order, and what follows from them.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::decorators::Role;
use super::known::{self, Known};
use super::model::{
    Binding, ClassId, ClassInfo, Container, FileId, FuncId, Member, Program, constant,
};
use super::mro::linearize;
use crate::syntax::Name;
use crate::syntax::ir::{self, Const, TypeExpr};
use crate::syntax::name::known as names;

/// What the header of a class says, resolved.
#[derive(Debug, Default)]
pub(super) struct Header {
    /// Bases in the program.
    pub(super) bases: SmallVec<[ClassId; 2]>,
    /// Other bases that have a name.
    external: SmallVec<[Name; 2]>,
    has_unknown_base: bool,
    container: Option<Container>,
    metaclass: Option<ClassId>,
    is_protocol: bool,
    /// Its metaclass is `abc.ABCMeta`, which refuses to instantiate abstract classes.
    is_abc: bool,
    pub(super) is_named_tuple: bool,
}

impl Program {
    /// What a dotted name in the header of a class stands for.
    pub(super) fn resolve_in_header(
        &self,
        file: FileId,
        class: &ir::Class,
        path: &[Name],
    ) -> Binding {
        let outer = class.outer.map(|it| self.class_id(file, it));
        let scope = Some(self.func_id(file, class.function));
        self.resolve_path(file, scope, outer, path)
    }
}

/// Resolves the header of every class.
pub(super) fn headers(program: &Program) -> Vec<Header> {
    (0..program.classes.len() as u32)
        .into_par_iter()
        .map(|id| header(program, ClassId(id)))
        .collect()
}

fn header(program: &Program, id: ClassId) -> Header {
    let file = program.file_of_class(id);
    let class = program.class(id);
    let mut header = Header {
        // The classes of the library are what their names say, also where their source is read.
        container: program
            .dotted(Binding::Class(id))
            .and_then(|it| known::container(&it)),
        ..Header::default()
    };
    for base in &class.bases {
        let (TypeExpr::Name(path, _) | TypeExpr::Subscript(path, _, _)) = base else {
            header.has_unknown_base = true;
            continue;
        };
        header.add_base(program, id, program.resolve_in_header(file, class, path));
    }
    for (name, value) in &class.keywords {
        if let (&names::METACLASS, TypeExpr::Name(path, _)) = (name, value) {
            let binding = program.resolve_in_header(file, class, path);
            if let Binding::Class(metaclass) = binding {
                header.metaclass = Some(metaclass);
            }
            header.is_abc |= program
                .dotted(binding)
                .is_some_and(|it| it == "abc.ABCMeta");
        }
    }
    header
}

impl Header {
    fn add_base(&mut self, program: &Program, class: ClassId, binding: Binding) {
        let dotted = program.dotted(binding);
        if let Some(dotted) = dotted.as_deref() {
            self.is_abc |= dotted == "abc.ABC";
            match known::canonical(dotted) {
                "Protocol" => self.is_protocol = true,
                "NamedTuple" => self.is_named_tuple = true,
                _ => {}
            }
        }
        match binding {
            Binding::Class(base) if base != class => self.bases.push(base),
            _ => match dotted {
                Some(dotted) => {
                    self.container = self.container.or(known::container(&dotted));
                    self.has_unknown_base |= !known::is_known_base(&dotted);
                    if dotted != "object" {
                        self.external.push(Name::new(&dotted));
                    }
                }
                None => self.has_unknown_base = true,
            },
        }
    }
}

/// All classes, bases before the classes that inherit from them. A base that inherits from the
/// class itself (files that shadow each other's names) is dropped from its header.
pub(super) fn bases_first(headers: &mut [Header]) -> Vec<ClassId> {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        New,
        Open,
        Done,
    }
    let mut states = vec![State::New; headers.len()];
    let mut order = Vec::with_capacity(headers.len());
    for start in 0..headers.len() {
        let mut stack = vec![(start, 0)];
        while let Some((class, next)) = stack.last_mut() {
            if *next == 0 && states[*class] == State::Done {
                stack.pop();
                continue;
            }
            states[*class] = State::Open;
            let header = &mut headers[*class];
            match header.bases.get(*next).map(|it| it.0 as usize) {
                Some(base) if states[base] == State::Open => {
                    header.bases.remove(*next);
                    header.has_unknown_base = true;
                }
                Some(base) => {
                    *next += 1;
                    if states[base] == State::New {
                        stack.push((base, 0));
                    }
                }
                None => {
                    states[*class] = State::Done;
                    order.push(ClassId(*class as u32));
                    stack.pop();
                }
            }
        }
    }
    order
}

/// Computes the order of resolution of each class, and who inherits from whom.
pub(super) fn link_bases(program: &mut Program, headers: &[Header], order: &[ClassId]) {
    for &class in order {
        let bases = &headers[class.0 as usize].bases;
        let mro = linearize(class, bases, |it| &program.classes[it.0 as usize].mro);
        program.classes[class.0 as usize].mro = mro;
    }
    for (class, header) in (0..).map(ClassId).zip(headers) {
        for base in &header.bases {
            let subclasses = &mut program.classes[base.0 as usize].subclasses;
            if subclasses.last() != Some(&class) {
                subclasses.push(class);
            }
        }
    }
}

/// What a class inherits, besides attributes.
pub(super) struct Inheritance {
    has_unknown_base: bool,
    external_bases: Vec<Name>,
    container: Option<Container>,
    metaclass: Option<ClassId>,
    finalizer: Option<(ClassId, FuncId)>,
    no_weakref: bool,
}

/// Gathers what each class inherits along its MRO.
pub(super) fn inheritance(program: &Program, headers: &[Header]) -> Vec<Inheritance> {
    let of = |class: &ClassInfo| {
        let mro = || class.mro.iter().map(|it| &headers[it.0 as usize]);
        let mut external_bases: Vec<Name> = Vec::new();
        for &name in mro().flat_map(|it| &it.external) {
            if !external_bases.contains(&name) {
                external_bases.push(name);
            }
        }
        let has_unknown_base = mro().any(|it| it.has_unknown_base);
        Inheritance {
            has_unknown_base,
            container: mro().find_map(|it| it.container),
            metaclass: mro().find_map(|it| it.metaclass),
            finalizer: finalizer(program, class),
            no_weakref: !has_unknown_base && no_weakref(program, class, &external_bases),
            external_bases,
        }
    };
    program.classes.par_iter().map(of).collect()
}

impl Inheritance {
    /// Stores it.
    pub(super) fn put(self, info: &mut ClassInfo) {
        info.has_unknown_base = self.has_unknown_base;
        info.external_bases = self.external_bases;
        info.container = self.container;
        info.metaclass = self.metaclass;
        info.finalizer = self.finalizer;
        info.no_weakref = self.no_weakref;
    }
}

/// The `__del__` that instances run: the first in the MRO, if it is a method (`__del__ = None`
/// takes it away).
fn finalizer(program: &Program, class: &ClassInfo) -> Option<(ClassId, FuncId)> {
    let (owner, member) = class
        .mro
        .iter()
        .find_map(|&it| Some((it, program.class_info(it).members.get(&names::DEL)?)))?;
    match member {
        Member::Method(func, _) => Some((owner, *func)),
        _ => None,
    }
}

/// Whether instances have no room for weak references. Every class adds it (`tp_weaklistoffset`
/// in `type_new_slots`) unless it has `__slots__` without `__weakref__`, or its instances are of
/// variable size (`tuple`, `int`, `bytes`).
fn no_weakref(program: &Program, class: &ClassInfo, external_bases: &[Name]) -> bool {
    let is_var_sized = |it: &Name| {
        matches!(
            known::canonical(it.as_str()),
            "tuple" | "Tuple" | "NamedTuple" | "int" | "bool" | "bytes"
        )
    };
    if external_bases.iter().any(is_var_sized) {
        return true;
    }
    // These have no `__weakref__` of their own, unlike `set` or `collections.deque`.
    let adds_none = |it: &Name| {
        matches!(
            known::canonical(it.as_str()),
            "list" | "List" | "dict" | "Dict" | "Generic" | "Protocol" | "abc.ABC"
        )
    };
    external_bases.iter().all(adds_none) && class.mro.iter().all(|&it| !adds_weakref(program, it))
}

fn adds_weakref(program: &Program, class: ClassId) -> bool {
    match &program.class(class).slots {
        Some(slots) => slots.iter().any(|it| it.as_str() == "__weakref__"),
        // A field of this name is a slot like any other.
        None if program
            .class(class)
            .members
            .iter()
            .any(|it| it.name.as_str() == "__weakref__") =>
        {
            true
        }
        None => !program.class_decorators(class).any(|(known, decorator)| {
            let is = |name| constant(&decorator.keywords, name) == Some(Const::Bool(true));
            let is_not = |name| constant(&decorator.keywords, name) == Some(Const::Bool(false));
            match known {
                // PEP 681's `slots=True` makes a class without `__weakref__` unless asked to.
                Known::Dataclass => is("slots") && !is("weakref_slot"),
                // attrs makes slots by default in its new interface, always with `__weakref__`.
                Known::AttrsNew => !is_not("slots") && is_not("weakref_slot"),
                Known::AttrsOld => is("slots") && is_not("weakref_slot"),
                _ => false,
            }
        }),
    }
}

/// Which classes are not instantiated themselves: protocols, and ABCs that lack a method.
pub(super) fn abstract_classes(
    program: &Program,
    headers: &[Header],
    order: &[ClassId],
    is_abstract_function: impl Fn(FuncId) -> bool,
) -> Vec<bool> {
    let mut result = vec![false; headers.len()];
    // Names of abstract methods; most classes have none.
    let mut missing: FxHashMap<ClassId, Vec<Name>> = FxHashMap::default();
    for &class in order {
        let header = &headers[class.0 as usize];
        let info = program.class_info(class);
        let inherited = header
            .bases
            .iter()
            .filter_map(|it| missing.get(it))
            .flatten();
        let own = program.class(class).members.iter().map(|it| &it.name);
        let mut names: Vec<Name> = inherited
            .chain(own)
            .copied()
            .filter(|&name| {
                let found = program.lookup(class, name).map(|(_, member)| member);
                found
                    .and_then(implementation)
                    .is_some_and(&is_abstract_function)
            })
            .collect();
        names.sort_unstable();
        names.dedup();
        let is_abc = || info.mro.iter().any(|it| headers[it.0 as usize].is_abc);
        result[class.0 as usize] = header.is_protocol || !names.is_empty() && is_abc();
        if !names.is_empty() {
            missing.insert(class, names);
        }
    }
    result
}

/// The function that tells whether an attribute is abstract.
fn implementation(member: &Member) -> Option<FuncId> {
    match *member {
        Member::Method(func, _) => Some(func),
        Member::Property {
            getter,
            setter,
            deleter,
            ..
        } => getter.or(setter).or(deleter),
        _ => None,
    }
}

/// Whether a function stands for others: in a protocol, abstract, an overload.
pub(super) fn stands_for_others(headers: &[Header], class: Option<ClassId>, role: &Role) -> bool {
    role.is_abstract
        || role.is_overload
        || class.is_some_and(|it| headers[it.0 as usize].is_protocol)
}
