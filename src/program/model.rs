//! What the linked program consists of.

use std::path::PathBuf;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::modules::ModuleTree;
use super::scope::Scopes;
use super::stubs::StubFunctions;
use crate::syntax::Name;
use crate::syntax::ir::{self, ClassIdx, Const, FileIr, FunctionIdx, TypeExpr};
use crate::syntax::name::known;

/// A file of the program, in the order of its path.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FileId(pub u32);

/// A place in a source.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Place {
    /// The file.
    pub file: FileId,
    /// Byte offsets into the decoded text.
    pub range: ruff_text_size::TextRange,
}

/// A module.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ModuleId(pub u32);

/// A function of the program: [`FileIr::functions`] of all files in a row.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FuncId(pub u32);

/// A class of the program: [`FileIr::classes`] of all files in a row.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ClassId(pub u32);

/// Where a file comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// What the user asked to have checked: findings are reported here.
    Project,
    /// A library model, or a dependency that is followed: never reported.
    Library,
}

/// A parsed file on its way into the program.
#[derive(Debug)]
pub struct ParsedFile {
    /// Where it was read from.
    pub path: PathBuf,
    /// The path as messages show it.
    pub display: String,
    /// The dotted module name, `pkg.__init__` being `pkg`.
    pub module: Name,
    /// Whether it is an `__init__` file: relative imports start at the module itself.
    pub is_package: bool,
    /// Whether it is a stub (`.pyi`): it gives types and no behaviour.
    pub is_stub: bool,
    /// Where it comes from.
    pub origin: Origin,
    /// Its content; shared, so that it can outlive the program.
    pub ir: Arc<FileIr>,
}

/// The linked program.
#[derive(Debug, Default)]
pub struct Program {
    /// All files, sorted by path; models first.
    pub files: Vec<ParsedFile>,
    /// First [`FuncId`] of each file, and one past the last.
    pub function_base: Vec<u32>,
    /// First [`ClassId`] of each file, and one past the last.
    pub class_base: Vec<u32>,
    /// The file of each function.
    pub(super) file_of_function: Vec<FileId>,
    /// The file of each class.
    pub(super) file_of_class: Vec<FileId>,
    /// All modules, packages without a file included.
    pub modules: Vec<Module>,
    /// Modules by dotted name.
    pub module_by_name: FxHashMap<Name, ModuleId>,
    /// The module of each file. A stub and its source share one.
    pub module_of_file: Vec<ModuleId>,
    /// What was found out about each class.
    pub classes: Vec<ClassInfo>,
    /// What was found out about each function.
    pub functions: Vec<FuncInfo>,
    /// What names stand for in the scopes of functions and imports.
    pub(super) scopes: Scopes,
    /// Where submodules are found.
    pub(super) tree: ModuleTree,
    /// Which functions of stubs describe which of sources.
    pub(super) stub_functions: StubFunctions,
}

/// A module of the program.
#[derive(Debug, Default)]
pub struct Module {
    /// Its dotted name.
    pub name: Option<Name>,
    /// Its source; a stub's only if there is no other.
    pub file: Option<FileId>,
    /// The stub beside it.
    pub stub: Option<FileId>,
    /// What its names are bound to, as far as one binding can be told (the last one wins; a name
    /// bound to different kinds of things is a [`Binding::Variable`]).
    pub namespace: FxHashMap<Name, Binding>,
}

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Binding {
    /// A function of the program.
    Function(FuncId),
    /// A class of the program.
    Class(ClassId),
    /// A module of the program.
    Module(ModuleId),
    /// A variable of a module: its value is whatever the module's code stores.
    Variable(ModuleId, Name),
    /// Something outside the program, by its full dotted name (`weakref.ref`, `threading`).
    External(Name),
    /// A builtin (`list`, `len`).
    Builtin(Name),
    /// Nothing is known.
    Unknown,
}

/// A class, linked.
#[derive(Debug, Default, Clone)]
pub struct ClassInfo {
    /// C3 linearization, itself first, classes of the program only.
    pub mro: Box<[ClassId]>,
    /// Some base (of a base) is not part of the program nor a known builtin.
    pub has_unknown_base: bool,
    /// Dotted names of bases outside the program, in MRO order (`dict`, `threading.Thread`).
    pub external_bases: Vec<Name>,
    /// The container that instances are (`class Scope(dict)`), if any.
    pub container: Option<Container>,
    /// The class whose `__del__` its instances run, and the method.
    pub finalizer: Option<(ClassId, FuncId)>,
    /// Known direct subclasses, sorted.
    pub subclasses: Vec<ClassId>,
    /// Its own attributes.
    pub members: FxHashMap<Name, Member>,
    /// Fields of a generated `__init__`, base classes' first, if it has one.
    pub generated_init: Option<Vec<Field>>,
    /// `typing.Protocol`, `ABC` with abstract methods left: not instantiated itself.
    pub is_abstract: bool,
    /// Instances cannot be weakly referenced: `__slots__` without `__weakref__` all the way up.
    pub no_weakref: bool,
    /// The names of its metaclass, if it is a class of the program.
    pub metaclass: Option<ClassId>,
}

/// A container type that the heap knows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Container {
    /// `list`, `collections.UserList`
    List,
    /// `tuple`, `typing.NamedTuple`
    Tuple,
    /// `set`, `frozenset`
    Set,
    /// `dict`, `OrderedDict`, `Counter`, `UserDict`, `ChainMap`
    Dict,
    /// `collections.defaultdict`
    DefaultDict,
    /// `collections.deque`
    Deque,
    /// `weakref.WeakSet`
    WeakSet,
    /// `weakref.WeakValueDictionary`
    WeakValueDict,
    /// `weakref.WeakKeyDictionary`
    WeakKeyDict,
}

/// A field of a generated `__init__` (dataclass, `NamedTuple`, attrs, pydantic).
#[derive(Debug, Clone)]
pub struct Field {
    /// The attribute that it sets.
    pub name: Name,
    /// The parameter's name (attrs strips leading underscores).
    pub parameter: Name,
    /// Whether the generated `__init__` has a parameter for it.
    pub init: bool,
    /// Keyword-only.
    pub kw_only: bool,
    /// Whether it gets a copy of the collection that is passed, or of its default.
    pub copied: bool,
    /// Has a default or a factory.
    pub has_default: bool,
    /// `default_factory=Name` (or attrs' `factory=`): a dotted name.
    pub factory: Vec<Name>,
    /// The factory, if it is a lambda.
    pub factory_lambda: Option<FuncId>,
    /// The method that makes it (attrs' `@name.default`).
    pub default_method: Option<FuncId>,
    /// `InitVar`: passed to `__post_init__`, not stored.
    pub init_var: bool,
    /// Its annotation.
    pub annotation: Option<TypeExpr>,
    /// The class in whose body it stands.
    pub class: ClassId,
    /// Its line in the class body: an index into [`ir::Class::members`].
    pub member: u32,
}

/// An attribute of a class.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Member {
    /// A method.
    Method(FuncId, MethodKind),
    /// A property or cached property.
    Property {
        /// Reads.
        getter: Option<FuncId>,
        /// Writes.
        setter: Option<FuncId>,
        /// Deletes.
        deleter: Option<FuncId>,
        /// `functools.cached_property`: the value is stored on the instance under its name.
        cached: bool,
    },
    /// A nested class.
    Class(ClassId),
    /// A value: an attribute of the class object that its body stores.
    Value,
    /// Only annotated.
    Declared,
}

/// How a method binds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum MethodKind {
    /// Gets the instance.
    Instance,
    /// Gets the class.
    Class,
    /// Gets nothing.
    Static,
}

/// What decorators make of a function.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub enum Wrapper {
    /// None, or ones that give back the same function (`abstractmethod`, `overload`,
    /// `wraps(f)`, `functools.lru_cache`, `override`, `final`).
    #[default]
    Plain,
    /// `contextlib.contextmanager` or `asynccontextmanager`.
    ContextManager,
    /// Ones that run a generator and give back what it will come to
    /// (`twisted.internet.defer.inlineCallbacks`).
    Runner,
    /// Ones that have to be called to know (by the heap stage, with the value of the decorator).
    Unknown,
}

/// A function, linked.
#[derive(Debug, Default, Clone)]
pub struct FuncInfo {
    /// The class whose method it is.
    pub class: Option<ClassId>,
    /// How it binds, if it is a method.
    pub method_kind: Option<MethodKind>,
    /// What its decorators make of it.
    pub wrapper: Wrapper,
    /// Abstract, an overload, a protocol's method or in a stub: it stands for others.
    pub is_stub: bool,
}

impl Program {
    /// The file of a function.
    pub fn file_of(&self, func: FuncId) -> FileId {
        self.file_of_function[func.0 as usize]
    }

    /// The file of a class.
    pub fn file_of_class(&self, class: ClassId) -> FileId {
        self.file_of_class[class.0 as usize]
    }

    /// Whether a file is a library's: nothing is reported there, and what its code does is shown
    /// where the project calls it.
    pub fn is_library(&self, file: FileId) -> bool {
        let file = self.files.get(file.0 as usize);
        file.is_some_and(|it| it.origin == Origin::Library)
    }

    /// The IR of a function.
    pub fn function(&self, func: FuncId) -> &ir::Function {
        let file = self.file_of(func);
        let base = self.function_base[file.0 as usize];
        &self.files[file.0 as usize].ir.functions[(func.0 - base) as usize]
    }

    /// The IR of a class.
    pub fn class(&self, class: ClassId) -> &ir::Class {
        let file = self.file_of_class(class);
        let base = self.class_base[file.0 as usize];
        &self.files[file.0 as usize].ir.classes[(class.0 - base) as usize]
    }

    /// The global id of a function of a file.
    pub fn func_id(&self, file: FileId, func: FunctionIdx) -> FuncId {
        FuncId(self.function_base[file.0 as usize] + func.0)
    }

    /// The global id of a class of a file.
    pub fn class_id(&self, file: FileId, class: ClassIdx) -> ClassId {
        ClassId(self.class_base[file.0 as usize] + class.0)
    }

    /// What is known of a class.
    pub fn class_info(&self, class: ClassId) -> &ClassInfo {
        &self.classes[class.0 as usize]
    }

    /// What is known of a function.
    pub fn func_info(&self, func: FuncId) -> &FuncInfo {
        &self.functions[func.0 as usize]
    }

    /// The attribute `name` that instances of `class` find in the class or its bases, and where.
    pub fn lookup(&self, class: ClassId, name: Name) -> Option<(ClassId, &Member)> {
        self.lookup_after(class, None, name)
    }

    /// The constant that an attribute of a class is, if its body says so and binds it once.
    pub fn class_constant(&self, class: ClassId, name: Name) -> Option<Const> {
        let (owner, Member::Value) = self.lookup(class, name)? else {
            return None;
        };
        let mut members = self
            .class(owner)
            .members
            .iter()
            .filter(|it| it.name == name);
        match (&members.next()?.kind, members.next()) {
            (&ir::MemberKind::Value { constant, .. }, None) => constant.filter(|it| it.is_exact()),
            _ => None,
        }
    }

    /// As [`Program::lookup`], but only in the classes after `after` in the MRO (`super()`).
    pub fn lookup_after(
        &self,
        class: ClassId,
        after: Option<ClassId>,
        name: Name,
    ) -> Option<(ClassId, &Member)> {
        let mro = &self.class_info(class).mro;
        let skip = match after {
            Some(after) => mro.iter().position(|&it| it == after)? + 1,
            None => 0,
        };
        mro[skip..]
            .iter()
            .find_map(|&it| Some((it, self.class_info(it).members.get(&name)?)))
    }

    /// What initializes an instance of `class`: the first `__init__`, written or generated, in
    /// its MRO.
    pub fn constructor(&self, class: ClassId) -> Constructor {
        for &it in &self.class_info(class).mro {
            let info = self.class_info(it);
            match info.members.get(&known::INIT) {
                Some(&Member::Method(func, _)) => return Constructor::Method(it, func),
                Some(Member::Declared) | None => {}
                Some(_) => return Constructor::None,
            }
            if info.generated_init.is_some() {
                return Constructor::Generated(it);
            }
        }
        Constructor::None
    }

    /// The dotted name of a class: `pkg.db.Connection`, `pkg.db.make.<locals>.Local`.
    pub fn qualified_class(&self, class: ClassId) -> String {
        let file = self.file_of_class(class);
        let ir = &self.files[file.0 as usize].ir;
        let mut parts = Vec::new();
        push_class_name(ir, Some(self.class_idx(class)), &mut parts);
        self.join_qualified(file, parts)
    }

    /// The dotted name of a function: `pkg.db.Connection.close`, `pkg.db.make.<locals>.inner`,
    /// and `pkg.db` for a module body.
    pub fn qualified_function(&self, func: FuncId) -> String {
        let file = self.file_of(func);
        let ir = &self.files[file.0 as usize].ir;
        let mut parts = Vec::new();
        push_function_name(ir, Some(self.function_idx(func)), &mut parts);
        self.join_qualified(file, parts)
    }

    fn join_qualified(&self, file: FileId, mut parts: Vec<&'static str>) -> String {
        let module = self.files[file.0 as usize].module.as_str();
        if !module.is_empty() {
            parts.push(module);
        }
        parts.reverse();
        parts.join(".")
    }

    /// The index of a class in its file.
    pub fn class_idx(&self, class: ClassId) -> ClassIdx {
        let file = self.file_of_class(class);
        ClassIdx(class.0 - self.class_base[file.0 as usize])
    }

    /// The index of a function in its file.
    pub fn function_idx(&self, func: FuncId) -> FunctionIdx {
        let file = self.file_of(func);
        FunctionIdx(func.0 - self.function_base[file.0 as usize])
    }

    /// The functions of a file, in source order.
    pub fn functions_of(&self, file: FileId) -> impl Iterator<Item = FuncId> + use<> {
        let [first, end] = [file.0, file.0 + 1].map(|it| self.function_base[it as usize]);
        (first..end).map(FuncId)
    }

    /// The functions whose `def` stands in the body of a class, in source order.
    pub fn methods_of(&self, class: ClassId) -> impl Iterator<Item = FuncId> {
        let file = self.file_of_class(class);
        let idx = self.class_idx(class);
        let functions = &self.files[file.0 as usize].ir.functions;
        (0..)
            .map(FunctionIdx)
            .zip(functions)
            .filter(move |(_, it)| it.class == Some(idx))
            .map(move |(it, _)| self.func_id(file, it))
    }

    /// The functions that are nested directly in a function, in source order.
    pub fn nested_in(&self, func: FuncId) -> impl Iterator<Item = FuncId> {
        let file = self.file_of(func);
        let idx = self.function_idx(func);
        let functions = &self.files[file.0 as usize].ir.functions;
        (0..)
            .map(FunctionIdx)
            .zip(functions)
            .filter(move |(_, it)| it.parent == Some(idx))
            .map(move |(it, _)| self.func_id(file, it))
    }

    /// Whether `class` is `base` or inherits from it.
    pub fn is_subclass(&self, class: ClassId, base: ClassId) -> bool {
        self.class_info(class).mro.contains(&base)
    }

    /// Whether an instance of `class`, or of a class that inherits from it, may be one of `other`.
    pub fn may_be(&self, class: ClassId, other: ClassId) -> bool {
        let mut todo = vec![class];
        let mut seen = FxHashSet::default();
        while let Some(class) = todo.pop() {
            if self.is_subclass(class, other) || self.class_info(class).has_unknown_base {
                return true;
            }
            if seen.insert(class) {
                todo.extend(&self.class_info(class).subclasses);
            }
        }
        false
    }

    /// Whether a function is a method that setting or deleting an attribute calls.
    pub fn is_called_by_statements(&self, func: FuncId) -> bool {
        self.func_info(func).class.is_some()
            && matches!(
                self.function(func).name.as_str(),
                "__setattr__" | "__delattr__" | "__set__" | "__delete__"
            )
    }

    /// Whether all classes that a class inherits from are the program's, those aside that only
    /// say what it is for.
    pub fn is_all_own(&self, class: ClassId) -> bool {
        let info = self.class_info(class);
        let says_something = |it: &Name| {
            !matches!(
                it.as_str(),
                "object" | "abc.ABC" | "typing.Generic" | "typing.Protocol"
            )
        };
        let foreign = |&it: &ClassId| {
            let info = self.class_info(it);
            info.has_unknown_base || info.external_bases.iter().any(says_something)
        };
        info.container.is_none() && !info.mro.iter().any(foreign)
    }
}

/// Pushes the parts of a class's `__qualname__` (PEP 3155), innermost first.
fn push_class_name(ir: &FileIr, mut class: Option<ClassIdx>, parts: &mut Vec<&'static str>) {
    let mut function = None;
    while let Some(it) = class.and_then(|idx| ir.classes.get(idx.0 as usize)) {
        parts.push(it.name.as_str());
        class = it.outer;
        function = Some(it.function);
    }
    if let Some(function) = function.filter(|it| it.0 != 0) {
        parts.push("<locals>");
        push_function_name(ir, Some(function), parts);
    }
}

/// As [`push_class_name`], for a function; nothing for the module body.
fn push_function_name(
    ir: &FileIr,
    mut function: Option<FunctionIdx>,
    parts: &mut Vec<&'static str>,
) {
    while let Some(idx) = function.filter(|it| it.0 != 0) {
        let Some(it) = ir.functions.get(idx.0 as usize) else {
            return;
        };
        parts.push(it.name.as_str());
        if it.class.is_some() {
            return push_class_name(ir, it.class, parts);
        }
        function = it.parent.filter(|it| it.0 != 0);
        if function.is_some() {
            parts.push("<locals>");
        }
    }
}

/// The class an annotation names, resolved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TypeRef {
    /// An instance of a class of the program.
    Instance(ClassId),
    /// `type[C]`.
    ClassObject(ClassId),
    /// A container, with the types of its elements (dicts: of their values).
    Container(Container, Vec<TypeRef>),
    /// One of several.
    Union(Vec<TypeRef>),
    /// A class outside the program, by its full dotted name.
    External(Name),
    /// `None`, numbers, strings and the like: holds no references.
    Plain,
    /// Nothing is known.
    Unknown,
}

/// Keyword constants of a decorator or a field call.
pub fn constant(keywords: &[(Name, Const)], name: &str) -> Option<Const> {
    keywords
        .iter()
        .find(|(it, _)| it.as_str() == name)
        .map(|(_, value)| *value)
}

/// What a call of a class runs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Constructor {
    /// This `__init__`.
    Method(ClassId, FuncId),
    /// The generated `__init__` of this class (a dataclass, `NamedTuple`, attrs).
    Generated(ClassId),
    /// None that is known.
    None,
}
