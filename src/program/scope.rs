//! What names stand for, seen from a place in the program.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::bindings::Raw;
use super::known::{is_builtin, is_stdlib};
use super::model::{Binding, ClassId, FileId, FuncId, Member, ModuleId, Origin, Program};
use super::modules::first_component;
use super::resolve::{Star, exports, external, missing_attribute, only_external};
use crate::syntax::Name;
use crate::syntax::ir::{Cell, ClassIdx, FunctionIdx, MemberKind};

/// Star imports of star imports are followed through at most this many modules.
const MAX_STARS: usize = 64;

/// What names stand for in the scopes of functions, classes and imports; an entry for each file.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    /// What each import binds.
    pub(super) imports: Vec<Box<[Binding]>>,
    /// Where the star imports of the module body lead.
    pub(super) stars: Vec<Box<[Star]>>,
    /// Names bound to `def`, `class` and `import` in functions.
    pub(super) locals: Vec<FxHashMap<(FunctionIdx, Name), Raw>>,
    /// Imports in class bodies.
    pub(super) class_imports: Vec<FxHashMap<(ClassIdx, Name), u32>>,
    /// Bounds of type variables.
    pub(super) type_variables: Vec<FxHashMap<Name, Box<[Name]>>>,
}

impl Program {
    /// What an import statement anywhere in `file` binds ([`FileIr::imports`] by index).
    ///
    /// [`FileIr::imports`]: crate::syntax::ir::FileIr::imports
    pub fn import_binding(&self, file: FileId, import: u32) -> Binding {
        let imports = &self.scopes.imports[file.0 as usize];
        imports
            .get(import as usize)
            .copied()
            .unwrap_or(Binding::Unknown)
    }

    /// What `binding.name` is: a module's name or submodule, an attribute of something external,
    /// a nested class or a method of a class.
    pub fn attribute_of(&self, binding: Binding, name: Name) -> Binding {
        match binding {
            Binding::Module(module) => {
                if let Some(found) = self.module_name(module, name, &mut SmallVec::new()) {
                    return found;
                }
                match self.tree.submodule(&self.modules, module, name) {
                    Some(submodule) => Binding::Module(submodule),
                    None => self.missing_attribute(module, name),
                }
            }
            Binding::External(base) | Binding::Builtin(base) => external(base, name),
            Binding::Class(class) => match self.lookup(class, name) {
                Some((_, Member::Method(func, _))) => Binding::Function(*func),
                Some((_, Member::Class(class))) => Binding::Class(*class),
                _ => Binding::Unknown,
            },
            _ => Binding::Unknown,
        }
    }

    fn missing_attribute(&self, module: ModuleId, name: Name) -> Binding {
        let module = &self.modules[module.0 as usize];
        let stars = module.file.map(|it| &self.scopes.stars[it.0 as usize]);
        let outside = stars.and_then(|it| only_external(it.iter().copied()));
        missing_attribute(&self.files, module, outside, name)
    }

    /// What `name` is in the module scope of `file`: the module's own names, then those of its
    /// star imports, then the builtins.
    pub fn global(&self, file: FileId, name: Name) -> Binding {
        let module = self.module_of_file[file.0 as usize];
        if let Some(found) = self.module_name(module, name, &mut SmallVec::new()) {
            return found;
        }
        if is_builtin(name) {
            return Binding::Builtin(name);
        }
        match only_external(self.scopes.stars[file.0 as usize].iter().copied()) {
            Some(module) => external(module, name),
            None => Binding::Unknown,
        }
    }

    /// What a dotted name stands for in the body of class `class`, or else of function `scope`,
    /// or else of the module: through enclosing functions, but not enclosing classes, up to the
    /// module and the builtins. A local variable is [`Binding::Unknown`].
    pub fn resolve_path(
        &self,
        file: FileId,
        scope: Option<FuncId>,
        class: Option<ClassId>,
        path: &[Name],
    ) -> Binding {
        let Some((&first, rest)) = path.split_first() else {
            return Binding::Unknown;
        };
        let in_class = class.and_then(|class| self.class_name(class, first));
        let first = in_class.unwrap_or_else(|| {
            let scope = match (scope, class) {
                (Some(func), _) => Some(self.function_idx(func)),
                (None, Some(class)) => Some(self.class(class).function),
                (None, None) => None,
            };
            self.resolve_name(file, scope, first)
        });
        rest.iter()
            .fold(first, |base, &name| self.attribute_of(base, name))
    }

    /// The name under which Python knows a binding: of something outside the program, or of what
    /// is at the top of a module of the standard library or of another library (a model, say).
    pub fn dotted(&self, binding: Binding) -> Option<Cow<'static, str>> {
        let (file, name) = match binding {
            Binding::External(name) | Binding::Builtin(name) => {
                return Some(Cow::Borrowed(name.as_str()));
            }
            Binding::Function(func) => {
                let function = self.function(func);
                let at_top =
                    function.class.is_none() && function.parent.is_some_and(|it| it.0 == 0);
                (self.file_of(func), at_top.then_some(function.name)?)
            }
            Binding::Class(class) => {
                let ir = self.class(class);
                let at_top = ir.outer.is_none() && ir.function.0 == 0;
                (self.file_of_class(class), at_top.then_some(ir.name)?)
            }
            Binding::Variable(module, name) => (self.modules[module.0 as usize].file?, name),
            Binding::Module(_) | Binding::Unknown => return None,
        };
        let file = &self.files[file.0 as usize];
        let is_library = file.origin == Origin::Library || is_stdlib(first_component(file.module));
        is_library.then(|| Cow::Owned(format!("{}.{name}", file.module)))
    }

    /// What a name is in a function (none: the module).
    pub(super) fn resolve_name(
        &self,
        file: FileId,
        mut scope: Option<FunctionIdx>,
        name: Name,
    ) -> Binding {
        let functions = &self.files[file.0 as usize].ir.functions;
        while let Some(idx) = scope.filter(|it| it.0 != 0) {
            if let Some(raw) = self.scopes.locals[file.0 as usize].get(&(idx, name)) {
                return self.local(file, raw);
            }
            let Some(function) = functions.get(idx.0 as usize) else {
                break;
            };
            if function.globals.contains(&name) {
                break;
            }
            let is_cell = |it: &Cell| it.name == name && it.owner.is_none();
            if function.vars.contains(&name) || function.cells.iter().any(is_cell) {
                return Binding::Unknown;
            }
            scope = function.parent;
        }
        self.global(file, name)
    }

    fn local(&self, file: FileId, raw: &Raw) -> Binding {
        match *raw {
            Raw::Function(func) => Binding::Function(self.func_id(file, func)),
            Raw::Class(class) => Binding::Class(self.class_id(file, class)),
            Raw::Import(import) => self.import_binding(file, import),
            Raw::Alias(_) => Binding::Unknown,
        }
    }

    /// A name that the body of a class binds to a class or an import.
    fn class_name(&self, class: ClassId, name: Name) -> Option<Binding> {
        let file = self.file_of_class(class);
        let key = (self.class_idx(class), name);
        if let Some(&import) = self.scopes.class_imports[file.0 as usize].get(&key) {
            return Some(self.import_binding(file, import));
        }
        let members = &self.class(class).members;
        match members.iter().rev().find(|it| it.name == name)?.kind {
            MemberKind::Class(class) => Some(Binding::Class(self.class_id(file, class))),
            _ => None,
        }
    }

    /// A name of a module, also through star imports.
    fn module_name(
        &self,
        module: ModuleId,
        name: Name,
        visited: &mut SmallVec<[ModuleId; 4]>,
    ) -> Option<Binding> {
        let info = &self.modules[module.0 as usize];
        if let Some(&found) = info.namespace.get(&name) {
            return Some(found);
        }
        let stars = &self.scopes.stars[info.file?.0 as usize];
        if stars.is_empty() || visited.len() >= MAX_STARS || visited.contains(&module) {
            return None;
        }
        visited.push(module);
        stars.iter().rev().find_map(|star| match *star {
            Star::Module(from) if exports(&self.files, &self.modules, from, name) => {
                self.module_name(from, name, visited)
            }
            _ => None,
        })
    }
}
