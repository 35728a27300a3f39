//! The tree of modules: which file is which module, and how an import finds one.
//!
//! An import looks for a module in two ways. By its dotted name, as it was computed from the
//! paths: that is what an installed or properly configured project means. And through the
//! directories: relative imports always, absolute ones where the name is unknown, because a script
//! finds what lies beside it (`sys.path[0]`), and because nobody told us the source roots.

use std::path::Path;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::known::is_stdlib;
use super::model::{FileId, Module, ModuleId, ParsedFile};
use crate::syntax::Name;

/// A directory that contains files of the program, at any depth.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct DirId(u32);

#[derive(Debug)]
struct Directory {
    parent: Option<DirId>,
    depth: u32,
    /// Its package (`__init__`), else the namespace package that it is.
    module: ModuleId,
    /// Whether it has an `__init__` file.
    is_package: bool,
}

/// Where modules are found.
#[derive(Debug, Default)]
pub(super) struct ModuleTree {
    /// All modules of a name, in the order of their files.
    by_name: FxHashMap<Name, SmallVec<[ModuleId; 1]>>,
    dirs: Vec<Directory>,
    dir_of_file: Vec<DirId>,
    /// Submodules by the directory of their package.
    in_dir: FxHashMap<(DirId, Name), ModuleId>,
    /// Submodules by the dotted name of their package: the portions of a namespace package may
    /// lie in several directories.
    by_parent: FxHashMap<(Name, Name), ModuleId>,
    /// The directory of a package.
    dir_of_module: FxHashMap<ModuleId, DirId>,
}

/// A module that an import names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// The module of the first component of its dotted name.
    pub(super) root: Option<ModuleId>,
    /// The module itself.
    pub(super) module: ModuleId,
}

/// The tree with what [`super::model::Program`] has of it.
pub(super) struct Modules {
    pub(super) tree: ModuleTree,
    pub(super) modules: Vec<Module>,
    pub(super) of_file: Vec<ModuleId>,
}

impl ModuleTree {
    /// Builds the tree for files in the order of their ids.
    pub(super) fn build(files: &[ParsedFile]) -> Modules {
        let mut builder = Builder::default();
        builder.add_sources(files);
        builder.add_stubs(files);
        builder.add_directories(files);
        builder.fill_directories(files);
        builder.name_namespaces(files);
        builder.finish()
    }

    /// The first module of each dotted name.
    pub(super) fn first_by_name(&self) -> FxHashMap<Name, ModuleId> {
        self.by_name
            .iter()
            .filter_map(|(&name, modules)| Some((name, *modules.first()?)))
            .collect()
    }

    /// The submodule `name` of a package.
    pub(super) fn submodule(
        &self,
        modules: &[Module],
        package: ModuleId,
        name: Name,
    ) -> Option<ModuleId> {
        let beside = self
            .dir_of_module
            .get(&package)
            .and_then(|&dir| self.in_dir.get(&(dir, name)));
        if let Some(&found) = beside {
            return Some(found);
        }
        let package = modules.get(package.0 as usize)?.name?;
        self.by_parent.get(&(package, name)).copied()
    }

    /// What `import dotted` finds from `file`.
    pub(super) fn absolute(
        &self,
        files: &[ParsedFile],
        modules: &[Module],
        file: FileId,
        dotted: Name,
    ) -> Option<Found> {
        let first = first_component(dotted);
        if let Some(module) = self.nearest(files, modules, file, dotted) {
            let root = if first == dotted {
                Some(module)
            } else {
                self.nearest(files, modules, file, first)
            };
            return Some(Found { root, module });
        }
        // A local `types.py` or `logging.py` is found only if its directory happens to be on the
        // path; the library's module of this name always is.
        if is_stdlib(first) {
            return None;
        }
        self.through_directories(modules, file, first, dotted)
    }

    /// What `from ...dotted import` with `level` dots finds from `file`. The directory of an
    /// `__init__` file is its package's, so that both kinds of modules count alike.
    pub(super) fn relative(
        &self,
        files: &[ParsedFile],
        modules: &[Module],
        file: FileId,
        level: u32,
        dotted: Name,
    ) -> Option<ModuleId> {
        let mut dir = self.dir_of_file.get(file.0 as usize).copied();
        for _ in 1..level {
            dir = dir.and_then(|dir| self.dir(dir)?.parent);
        }
        if let Some(found) = dir.and_then(|dir| self.walk(modules, dir, dotted)) {
            return Some(found.module);
        }
        let absolute = absolute_name(files.get(file.0 as usize)?, level, dotted)?;
        self.nearest(files, modules, file, absolute)
    }

    fn dir(&self, dir: DirId) -> Option<&Directory> {
        self.dirs.get(dir.0 as usize)
    }

    /// Looks for an absolute name beside the importing file and in the directories above it, in
    /// those that are not packages.
    fn through_directories(
        &self,
        modules: &[Module],
        file: FileId,
        first: Name,
        dotted: Name,
    ) -> Option<Found> {
        let mut next = self.dir_of_file.get(file.0 as usize).copied();
        while let Some((dir, here)) = next.and_then(|dir| Some((dir, self.dir(dir)?))) {
            if !here.is_package && self.in_dir.contains_key(&(dir, first)) {
                let found = self.walk(modules, dir, dotted);
                // A mere directory of that name proves nothing.
                if found.is_some_and(|it| it.root != Some(it.module) || has_file(modules, it)) {
                    return found;
                }
            }
            next = here.parent;
        }
        None
    }

    /// Follows a dotted name down from a directory.
    fn walk(&self, modules: &[Module], dir: DirId, dotted: Name) -> Option<Found> {
        if dotted.as_str().is_empty() {
            let module = self.dir(dir)?.module;
            return Some(Found { root: None, module });
        }
        let mut parts = dotted.as_str().split('.').map(Name::new);
        let root = *self.in_dir.get(&(dir, parts.next()?))?;
        let module =
            parts.try_fold(root, |package, part| self.submodule(modules, package, part))?;
        Some(Found {
            root: Some(root),
            module,
        })
    }

    /// The module of that name that is nearest to `file`: of those of its own origin if there are
    /// any, the one that shares most directories with it, the first by path among equals.
    fn nearest(
        &self,
        files: &[ParsedFile],
        modules: &[Module],
        file: FileId,
        dotted: Name,
    ) -> Option<ModuleId> {
        let all = self.by_name.get(&dotted)?;
        if let [only] = all[..] {
            return Some(only);
        }
        let file_of = |module: ModuleId| modules.get(module.0 as usize)?.file;
        let origin = |file: FileId| files.get(file.0 as usize).map(|it| it.origin);
        let own = all
            .iter()
            .copied()
            .filter(|&it| file_of(it).and_then(origin) == origin(file));
        let mut candidates: SmallVec<[ModuleId; 8]> = own.collect();
        if candidates.is_empty() {
            candidates.extend_from_slice(all);
        }
        // Files are in the order of their paths, so those of a directory are in a row, and the
        // depth of the common directory falls to both sides.
        let shared = |module: &ModuleId| file_of(*module).map_or(0, |it| self.shared(file, it));
        let at = candidates.partition_point(|&it| file_of(it) < Some(file));
        let (before, after) = candidates.split_at(at);
        let best_before = before.last().map(shared);
        let best_after = after.first().map(shared);
        if best_before.is_some() && best_before >= best_after {
            let first = before.partition_point(|it| Some(shared(it)) < best_before);
            return before.get(first).copied();
        }
        after.first().copied()
    }

    /// How many directories two files have in common.
    fn shared(&self, left: FileId, right: FileId) -> u32 {
        let dir = |file: FileId| self.dir_of_file.get(file.0 as usize).copied();
        let (Some(mut left), Some(mut right)) = (dir(left), dir(right)) else {
            return 0;
        };
        while left != right {
            let (Some(l), Some(r)) = (self.dir(left), self.dir(right)) else {
                return 0;
            };
            let climb = if l.depth >= r.depth {
                (&mut left, l)
            } else {
                (&mut right, r)
            };
            match climb.1.parent {
                Some(parent) => *climb.0 = parent,
                None => return 0,
            }
        }
        self.dir(left).map_or(0, |it| it.depth + 1)
    }
}

fn has_file(modules: &[Module], found: Found) -> bool {
    modules
        .get(found.module.0 as usize)
        .is_some_and(|it| it.file.is_some())
}

/// The first component of a dotted name.
pub(super) fn first_component(dotted: Name) -> Name {
    match dotted.as_str().split_once('.') {
        Some((first, _)) => Name::new(first),
        None => dotted,
    }
}

/// The absolute name that an import means, by the name of the importing module.
pub(crate) fn absolute_name(file: &ParsedFile, level: u32, dotted: Name) -> Option<Name> {
    if level == 0 {
        return Some(dotted);
    }
    let mut package = file.module.as_str();
    let up = if file.is_package {
        level.checked_sub(1)?
    } else {
        level
    };
    for _ in 0..up {
        if package.is_empty() {
            return None;
        }
        package = package.rsplit_once('.').map_or("", |(package, _)| package);
    }
    Some(match (package, dotted.as_str()) {
        ("", _) => dotted,
        (_, "") => Name::new(package),
        (package, dotted) => Name::new(&format!("{package}.{dotted}")),
    })
}

/// Builds a [`ModuleTree`].
#[derive(Default)]
struct Builder<'a> {
    tree: ModuleTree,
    modules: Vec<Module>,
    of_file: Vec<ModuleId>,
    dir_ids: FxHashMap<&'a Path, DirId>,
    /// The name of each directory.
    dir_names: Vec<Option<Name>>,
}

impl<'a> Builder<'a> {
    fn add_module(&mut self, module: Module) -> ModuleId {
        let id = ModuleId(self.modules.len() as u32);
        self.modules.push(module);
        id
    }

    /// A module for each source.
    fn add_sources(&mut self, files: &[ParsedFile]) {
        self.of_file = vec![ModuleId(u32::MAX); files.len()];
        for (file, slot) in (0..).map(FileId).zip(files).filter(|(_, it)| !it.is_stub) {
            let id = self.add_module(Module {
                name: Some(slot.module),
                file: Some(file),
                ..Module::default()
            });
            self.of_file[file.0 as usize] = id;
            self.tree.by_name.entry(slot.module).or_default().push(id);
        }
    }

    /// Stubs join the source of the same name: the one beside them, else the first that has no
    /// stub yet. Without one they are modules themselves.
    fn add_stubs(&mut self, files: &[ParsedFile]) {
        for (file, stub) in (0..).map(FileId).zip(files).filter(|(_, it)| it.is_stub) {
            let sources = self.tree.by_name.get(&stub.module).into_iter().flatten();
            let mut free = sources.copied().filter(|it| {
                let module = &self.modules[it.0 as usize];
                module.stub.is_none() && module.file.is_some_and(|it| !files[it.0 as usize].is_stub)
            });
            let first = free.clone().next();
            let beside = free.find(|it| {
                let source = self.modules[it.0 as usize].file;
                source.is_some_and(|it| files[it.0 as usize].path.parent() == stub.path.parent())
            });
            let id = beside.or(first).unwrap_or_else(|| {
                let id = self.add_module(Module {
                    name: Some(stub.module),
                    file: Some(file),
                    ..Module::default()
                });
                let named = self.tree.by_name.entry(stub.module).or_default();
                named.push(id);
                named.sort_by_key(|it| self.modules[it.0 as usize].file);
                id
            });
            self.modules[id.0 as usize].stub = Some(file);
            self.of_file[file.0 as usize] = id;
        }
    }

    fn add_directories(&mut self, files: &'a [ParsedFile]) {
        for file in files {
            let path = file.path.parent().unwrap_or(Path::new(""));
            let dir = self.directory(path);
            self.tree.dir_of_file.push(dir);
        }
    }

    /// The id of a directory, and of those above it.
    fn directory(&mut self, path: &'a Path) -> DirId {
        let missing: Vec<_> = path
            .ancestors()
            .take_while(|it| !self.dir_ids.contains_key(it))
            .collect();
        for path in missing.into_iter().rev() {
            let parent = path.parent().and_then(|it| self.dir_ids.get(it).copied());
            let id = DirId(self.tree.dirs.len() as u32);
            // Whatever directory it is, it can be a namespace package.
            let module = self.add_module(Module::default());
            self.tree.dir_of_module.insert(module, id);
            self.tree.dirs.push(Directory {
                parent,
                depth: parent.map_or(0, |it| self.tree.dirs[it.0 as usize].depth + 1),
                module,
                is_package: false,
            });
            let name = path.file_name().map(|it| Name::new(&it.to_string_lossy()));
            self.dir_names.push(name);
            self.dir_ids.insert(path, id);
        }
        self.dir_ids[path]
    }

    /// Enters files and directories in their directories. Of things with the same name the
    /// package comes first, then the module, last the mere directory (as in CPython's
    /// `FileFinder`).
    fn fill_directories(&mut self, files: &[ParsedFile]) {
        let mut packages = Vec::new();
        for ((file, &dir), &module) in files.iter().zip(&self.tree.dir_of_file).zip(&self.of_file) {
            if file.is_package {
                packages.push((dir, module));
            } else if let Some(stem) = file.path.file_stem() {
                let key = (dir, Name::new(&stem.to_string_lossy()));
                let is_python = file.path.extension().is_some_and(|it| it == "py");
                let slot = self.tree.in_dir.entry(key).or_insert(module);
                if is_python {
                    *slot = module;
                }
            }
        }
        for (dir, module) in packages {
            let slot = &mut self.tree.dirs[dir.0 as usize];
            if !slot.is_package {
                slot.is_package = true;
                slot.module = module;
                self.tree.dir_of_module.entry(module).or_insert(dir);
            }
        }
        for (here, &name) in self.tree.dirs.iter().zip(&self.dir_names) {
            if let (Some(parent), Some(name)) = (here.parent, name) {
                let slot = self
                    .tree
                    .in_dir
                    .entry((parent, name))
                    .or_insert(here.module);
                if here.is_package {
                    *slot = here.module;
                }
            }
        }
    }

    /// Gives the packages without a file their names, which are the beginnings of the names of
    /// what is in them.
    fn name_namespaces(&mut self, files: &[ParsedFile]) {
        for (index, file) in files.iter().enumerate() {
            let dir = self.tree.dir_of_file[index];
            let mut dir = if file.is_package {
                self.tree.dirs[dir.0 as usize].parent
            } else {
                Some(dir)
            };
            let mut rest = file.module.as_str();
            while let Some((package, _)) = rest.rsplit_once('.') {
                rest = package;
                let name = Name::new(package);
                let here = dir.filter(|&it| self.is_named(it, package));
                dir = here.and_then(|it| self.tree.dirs[it.0 as usize].parent);
                if self.tree.by_name.contains_key(&name) {
                    continue;
                }
                let id = match here.map(|it| &self.tree.dirs[it.0 as usize]) {
                    Some(here) if here.is_package => continue,
                    Some(here) => here.module,
                    None => self.add_module(Module::default()),
                };
                self.modules[id.0 as usize].name = Some(name);
                self.tree.by_name.entry(name).or_default().push(id);
            }
        }
    }

    /// Whether the directory's name is the last component of a dotted one.
    fn is_named(&self, dir: DirId, dotted: &str) -> bool {
        let last = dotted.rsplit_once('.').map_or(dotted, |(_, last)| last);
        self.dir_names[dir.0 as usize].is_some_and(|it| it.as_str() == last)
    }

    fn finish(mut self) -> Modules {
        for (id, module) in (0..).map(ModuleId).zip(&self.modules) {
            let Some(name) = module.name else { continue };
            if let Some((package, last)) = name.as_str().rsplit_once('.') {
                let key = (Name::new(package), Name::new(last));
                self.tree.by_parent.entry(key).or_insert(id);
            }
        }
        Modules {
            tree: self.tree,
            modules: self.modules,
            of_file: self.of_file,
        }
    }
}
