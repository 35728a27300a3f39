//! Follows imports and aliases, while linking, from what each file binds to the final bindings.
//!
//! Every name is followed on its own, from the files' raw bindings: no result depends on which
//! name was asked for first, so modules are resolved in parallel.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::bindings::{Bound, FileBindings, Raw};
use super::known::{documented, is_builtin};
use super::model::{Binding, ClassId, FileId, FuncId, Module, ModuleId, Origin, ParsedFile};
use super::modules::{ModuleTree, absolute_name, first_component};
use crate::syntax::Name;
use crate::syntax::ir::{Import, MemberKind};

/// Chains of imports and aliases that are longer than this stay unknown.
const MAX_CHAIN: usize = 64;

/// What is being followed: a name that comes up again is in a circle of imports.
#[derive(Default)]
struct Trail(SmallVec<[(FileId, Option<Name>); 8]>);

impl Trail {
    /// Notes that `name` of `file` (its star imports: [`None`]) is followed; false if it was
    /// before.
    fn enter(&mut self, file: FileId, name: Option<Name>) -> bool {
        let new = self.0.len() < MAX_CHAIN && !self.0.contains(&(file, name));
        if new {
            self.0.push((file, name));
        }
        new
    }
}

/// What a star import gives names from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Star {
    /// A module of the program.
    Module(ModuleId),
    /// One outside, by its dotted name.
    External(Name),
}

/// Everything that following needs.
pub(super) struct Resolver<'a> {
    pub(super) files: &'a [ParsedFile],
    pub(super) modules: &'a [Module],
    pub(super) tree: &'a ModuleTree,
    pub(super) of_file: &'a [ModuleId],
    pub(super) bindings: &'a [FileBindings],
    pub(super) function_base: &'a [u32],
    pub(super) class_base: &'a [u32],
}

/// What an import's module part names.
enum Target {
    Module(ModuleId),
    External(Name),
    Unknown,
}

impl Resolver<'_> {
    /// The final bindings of each module's names.
    pub(super) fn namespaces(&self) -> Vec<FxHashMap<Name, Binding>> {
        self.modules
            .par_iter()
            .map(|module| {
                let mut names = FxHashMap::default();
                for file in [module.file, module.stub].into_iter().flatten() {
                    for (&name, bound) in &self.bindings[file.0 as usize].module {
                        // The source comes first; a stub adds what the source does not show.
                        names.entry(name).or_insert_with(|| {
                            let mut trail = Trail::default();
                            trail.enter(file, Some(name));
                            self.bound(file, name, bound, &mut trail)
                        });
                    }
                }
                names
            })
            .collect()
    }

    /// What each import of each file binds.
    pub(super) fn imports(&self) -> Vec<Box<[Binding]>> {
        (0..self.files.len() as u32)
            .into_par_iter()
            .map(|file| {
                let imports = self.files[file as usize].ir.imports.iter();
                imports
                    .map(|import| self.import(FileId(file), import, &mut Trail::default()))
                    .collect()
            })
            .collect()
    }

    /// Where the star imports of each file lead.
    pub(super) fn stars(&self) -> Vec<Box<[Star]>> {
        let all = (0..self.files.len() as u32).into_par_iter().map(FileId);
        all.map(|file| self.stars_of(file).collect()).collect()
    }

    fn stars_of(&self, file: FileId) -> impl DoubleEndedIterator<Item = Star> {
        let imports = &self.files[file.0 as usize].ir.imports;
        let stars = self.bindings[file.0 as usize].stars.iter();
        stars.filter_map(
            move |&idx| match self.target(file, imports.get(idx as usize)?) {
                Target::Module(module) => Some(Star::Module(module)),
                Target::External(name) => Some(Star::External(name)),
                Target::Unknown => None,
            },
        )
    }

    fn bound(&self, file: FileId, name: Name, bound: &Bound, trail: &mut Trail) -> Binding {
        let variable = Binding::Variable(self.of_file[file.0 as usize], name);
        if bound.reassigned {
            return variable;
        }
        let mut first = None;
        for raw in &bound.candidates {
            match (self.raw(file, raw, trail), raw) {
                (it @ (Binding::Function(_) | Binding::Class(_) | Binding::Module(_)), _) => {
                    return it;
                }
                // An alias has the value that the variable had then.
                (Binding::Variable(..) | Binding::Unknown, Raw::Alias(_)) => {}
                (it, _) => first = first.or(Some(it)),
            }
        }
        first.unwrap_or(variable)
    }

    fn raw(&self, file: FileId, raw: &Raw, trail: &mut Trail) -> Binding {
        match raw {
            Raw::Function(func) => {
                Binding::Function(FuncId(self.function_base[file.0 as usize] + func.0))
            }
            Raw::Class(class) => {
                Binding::Class(ClassId(self.class_base[file.0 as usize] + class.0))
            }
            Raw::Import(idx) => match self.files[file.0 as usize].ir.imports.get(*idx as usize) {
                Some(import) => self.import(file, import, trail),
                None => Binding::Unknown,
            },
            Raw::Alias(path) => match path.split_first() {
                Some((&first, rest)) => {
                    let first = self.global(file, first, trail);
                    rest.iter()
                        .fold(first, |base, &name| self.attribute(base, name, trail))
                }
                None => Binding::Unknown,
            },
        }
    }

    fn import(&self, file: FileId, import: &Import, trail: &mut Trail) -> Binding {
        if let Some(member) = import.member {
            return match self.target(file, import) {
                Target::Module(module) => self.attribute(Binding::Module(module), member, trail),
                Target::External(module) => external(module, member),
                Target::Unknown => Binding::Unknown,
            };
        }
        let dotted = if import.binds_root {
            first_component(import.module)
        } else {
            import.module
        };
        let found = self
            .tree
            .absolute(self.files, self.modules, file, import.module);
        let module = match found {
            Some(found) if import.binds_root => found.root,
            Some(found) => Some(found.module),
            None if import.binds_root => self
                .tree
                .absolute(self.files, self.modules, file, dotted)
                .map(|it| it.module),
            None => None,
        };
        module.map_or_else(|| Binding::External(documented(dotted)), Binding::Module)
    }

    /// The module of `from module import ...`.
    fn target(&self, file: FileId, import: &Import) -> Target {
        let (files, modules) = (self.files, self.modules);
        if import.level == 0 {
            return match self.tree.absolute(files, modules, file, import.module) {
                Some(found) => Target::Module(found.module),
                None => Target::External(documented(import.module)),
            };
        }
        let (level, dotted) = (import.level, import.module);
        match self.tree.relative(files, modules, file, level, dotted) {
            Some(module) => Target::Module(module),
            None => absolute_name(&files[file.0 as usize], level, dotted)
                .map_or(Target::Unknown, Target::External),
        }
    }

    /// A name in the module scope of `file`.
    fn global(&self, file: FileId, name: Name, trail: &mut Trail) -> Binding {
        match self.module_name(self.of_file[file.0 as usize], name, trail) {
            Some(binding) => binding,
            None if is_builtin(name) => Binding::Builtin(name),
            None => Binding::Unknown,
        }
    }

    /// A name that the code of a module binds, also by its star imports.
    fn module_name(&self, module: ModuleId, name: Name, trail: &mut Trail) -> Option<Binding> {
        let module = &self.modules[module.0 as usize];
        for file in [module.file, module.stub].into_iter().flatten() {
            if let Some(bound) = self.bindings[file.0 as usize].module.get(&name)
                && trail.enter(file, Some(name))
            {
                return Some(self.bound(file, name, bound, trail));
            }
        }
        let file = module.file?;
        if self.bindings[file.0 as usize].stars.is_empty() || !trail.enter(file, None) {
            return None;
        }
        // The last import wins.
        self.stars_of(file).rev().find_map(|star| match star {
            Star::Module(from) if exports(self.files, self.modules, from, name) => {
                self.module_name(from, name, trail)
            }
            _ => None,
        })
    }

    fn attribute(&self, binding: Binding, name: Name, trail: &mut Trail) -> Binding {
        match binding {
            Binding::Module(module) => {
                if let Some(found) = self.module_name(module, name, trail) {
                    return found;
                }
                let submodule = self.tree.submodule(self.modules, module, name);
                submodule.map_or_else(
                    || {
                        let module = &self.modules[module.0 as usize];
                        let outside = module.file.and_then(|it| only_external(self.stars_of(it)));
                        missing_attribute(self.files, module, outside, name)
                    },
                    Binding::Module,
                )
            }
            Binding::External(module) => external(module, name),
            Binding::Class(class) => self.class_attribute(class, name),
            _ => Binding::Unknown,
        }
    }

    /// A method or nested class, as its body binds it.
    fn class_attribute(&self, class: ClassId, name: Name) -> Binding {
        let file = self.class_base.partition_point(|&base| base <= class.0) - 1;
        let idx = class.0 - self.class_base[file];
        let members = &self.files[file].ir.classes[idx as usize].members;
        match members
            .iter()
            .rev()
            .find(|it| it.name == name)
            .map(|it| &it.kind)
        {
            Some(MemberKind::Function(func)) => {
                Binding::Function(FuncId(self.function_base[file] + func.0))
            }
            Some(MemberKind::Class(class)) => {
                Binding::Class(ClassId(self.class_base[file] + class.0))
            }
            _ => Binding::Unknown,
        }
    }
}

/// An attribute of something outside the program.
pub(super) fn external(base: Name, name: Name) -> Binding {
    Binding::External(Name::new(&format!("{base}.{name}")))
}

/// The module from which a file gets the names that nobody sees it bind: the one that it imports
/// everything from and that is not part of the program.
pub(super) fn only_external(stars: impl Iterator<Item = Star>) -> Option<Name> {
    let mut outside = stars.filter_map(|star| match star {
        Star::External(module) => Some(module),
        Star::Module(_) => None,
    });
    match (outside.next(), outside.next()) {
        (Some(module), None) => Some(module),
        _ => None,
    }
}

/// An attribute that the code of a module does not show. It comes from `outside`, if that is where
/// the module imports everything from. Models of library modules describe only what matters of
/// them, so their other names are as external as the module itself would be.
pub(super) fn missing_attribute(
    files: &[ParsedFile],
    module: &Module,
    outside: Option<Name>,
    name: Name,
) -> Binding {
    let is_model = match module.file {
        Some(file) => files[file.0 as usize].origin == Origin::Library,
        None => true,
    };
    match outside.or(module.name.filter(|_| is_model)) {
        Some(module) => external(module, name),
        None => Binding::Unknown,
    }
}

/// Whether `from module import *` binds `name`: what `__all__` lists, else all that has no leading
/// underscore.
pub(super) fn exports(
    files: &[ParsedFile],
    modules: &[Module],
    module: ModuleId,
    name: Name,
) -> bool {
    let file = modules[module.0 as usize].file;
    match file.and_then(|it| files[it.0 as usize].ir.dunder_all.as_ref()) {
        Some(all) => all.contains(&name),
        None => !name.as_str().starts_with('_'),
    }
}
