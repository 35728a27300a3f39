//! What code names of the modules that it imports.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use crate::program::absolute_name;
use crate::program::model::ParsedFile;
use crate::syntax::Name;
use crate::syntax::ir::{ClassIdx, FunctionIdx, FunctionKind, Import, Op, TypeExpr};

/// A module, or one name of it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct Wanted {
    pub(super) module: Name,
    pub(super) member: Option<Name>,
    /// Whether an import spells the member out: it may be a module.
    pub(super) is_imported: bool,
}

impl Wanted {
    /// The modules that this can be: `from package import module` names two.
    pub(super) fn modules(&self) -> impl Iterator<Item = Name> {
        let member = self.member.filter(|_| self.is_imported);
        let below = member.map(|it| Name::new(&format!("{}.{it}", self.module)));
        [Some(self.module), below].into_iter().flatten()
    }
}

/// What defines each name of a module.
#[derive(Debug, Default)]
pub(super) struct Index {
    names: FxHashMap<Name, SmallVec<[Definition; 1]>>,
    /// The names that were asked for.
    followed: FxHashSet<Name>,
}

#[derive(Clone, Copy, Debug)]
enum Definition {
    Class(ClassIdx),
    Function(FunctionIdx),
    Import(u32),
    Variable,
}

impl Index {
    /// Looks through a file.
    pub(super) fn of(file: &ParsedFile) -> Self {
        let mut index = Self::default();
        let ir = &file.ir;
        for (idx, import) in (0..).zip(&ir.imports) {
            if let (Some(name), 0, None) = (import.bound, import.scope.0, import.class) {
                index.add(name, Definition::Import(idx));
            }
        }
        for (idx, class) in (0..).map(ClassIdx).zip(&ir.classes) {
            if class.outer.is_none() && class.function.0 == 0 {
                index.add(class.name, Definition::Class(idx));
            }
        }
        for (idx, function) in (0..).map(FunctionIdx).zip(&ir.functions) {
            let is_top = function.parent.is_some_and(|it| it.0 == 0) && function.class.is_none();
            if is_top && function.kind == FunctionKind::Def {
                index.add(function.name, Definition::Function(idx));
            }
        }
        let body = ir.functions.first();
        for inst in body.into_iter().flat_map(|it| &it.blocks).flatten() {
            if let Op::StoreGlobal { name, .. } = inst.op
                && !index.names.contains_key(&name)
            {
                index.add(name, Definition::Variable);
            }
        }
        index
    }

    fn add(&mut self, name: Name, definition: Definition) {
        self.names.entry(name).or_default().push(definition);
    }
}

/// What a whole file names.
pub(super) fn wanted_by_all(file: &ParsedFile) -> Vec<Wanted> {
    let mut part = Part::of(file);
    part.functions = (0..file.ir.functions.len() as u32)
        .map(FunctionIdx)
        .collect();
    part.imports = file.ir.imports.iter().collect();
    part.wanted()
}

/// What the definition of a module's name names, unless that was asked before.
pub(super) fn wanted_by_name(file: &ParsedFile, index: &mut Index, name: Name) -> Vec<Wanted> {
    let mut part = Part::of(file);
    part.define(index, name);
    part.wanted()
}

/// A part of a file.
struct Part<'a> {
    file: &'a ParsedFile,
    functions: Vec<FunctionIdx>,
    imports: Vec<&'a Import>,
    /// Names that the module gets from where it imports everything from.
    elsewhere: Vec<Name>,
}

impl<'a> Part<'a> {
    fn of(file: &'a ParsedFile) -> Self {
        Self {
            file,
            functions: Vec::new(),
            imports: Vec::new(),
            elsewhere: Vec::new(),
        }
    }

    /// Adds what defines a name of the module, and the names of the module that this needs.
    fn define(&mut self, index: &mut Index, name: Name) {
        let ir = &self.file.ir;
        let mut todo = vec![name];
        while let Some(name) = todo.pop() {
            if !index.followed.insert(name) {
                continue;
            }
            let before = self.functions.len();
            let Some(definitions) = index.names.get(&name) else {
                self.elsewhere.push(name);
                continue;
            };
            for definition in definitions {
                match *definition {
                    Definition::Class(class) => {
                        self.add_class(class);
                        let bases = ir.classes.get(class.0 as usize).map(|it| &it.bases);
                        todo.extend(bases.into_iter().flatten().filter_map(first_name));
                    }
                    Definition::Function(function) => self.add_function(function),
                    Definition::Import(idx) => self.imports.extend(ir.imports.get(idx as usize)),
                    Definition::Variable => self.functions.push(FunctionIdx(0)),
                }
            }
            for idx in self.functions.split_off(before) {
                todo.extend(globals(self.file, idx));
                self.functions.push(idx);
            }
        }
        if !self.elsewhere.is_empty() {
            let imports = ir.imports.iter();
            self.imports
                .extend(imports.filter(|it| it.bound.is_none() && it.scope.0 == 0));
        }
    }

    fn add_class(&mut self, class: ClassIdx) {
        for (idx, function) in (0..).map(FunctionIdx).zip(&self.file.ir.functions) {
            if function.class == Some(class) {
                self.add_function(idx);
            }
        }
    }

    /// A function with those nested in it.
    fn add_function(&mut self, function: FunctionIdx) {
        let functions = &self.file.ir.functions;
        let mut around = FxHashSet::from_iter([function]);
        self.functions.push(function);
        // Enclosing functions come before nested ones.
        let after = (0..).map(FunctionIdx).zip(functions);
        for (idx, it) in after.skip(function.0 as usize + 1) {
            if it.parent.is_some_and(|it| around.contains(&it)) {
                around.insert(idx);
                self.functions.push(idx);
            }
        }
        let imports = self.file.ir.imports.iter();
        self.imports
            .extend(imports.filter(|it| around.contains(&it.scope) && it.scope.0 != 0));
    }

    /// The names of other modules.
    fn wanted(&self) -> Vec<Wanted> {
        let mut attributes: Option<Vec<Name>> = None;
        let mut res = Vec::new();
        for import in &self.imports {
            let (level, dotted) = (import.level, import.module);
            let Some(module) = absolute_name(self.file, level, dotted) else {
                continue;
            };
            res.push(Wanted {
                module,
                member: import.member,
                is_imported: true,
            });
            let names = match (import.member, import.bound) {
                (Some(_), _) => continue,
                // `from module import *`
                (None, None) => &self.elsewhere,
                (None, Some(_)) => attributes.get_or_insert_with(|| self.attributes()),
            };
            res.extend(names.iter().map(|&it| Wanted {
                module,
                member: Some(it),
                is_imported: false,
            }));
        }
        res
    }

    /// The attributes that the code reads or calls.
    fn attributes(&self) -> Vec<Name> {
        let mut res = FxHashSet::default();
        for &FunctionIdx(idx) in &self.functions {
            for inst in self.file.ir.functions[idx as usize].blocks.iter().flatten() {
                if let Op::LoadAttr { name, .. } | Op::CallMethod { name, .. } = inst.op {
                    res.insert(name);
                }
            }
        }
        for class in &self.file.ir.classes {
            res.extend(class.bases.iter().filter_map(last_name));
        }
        res.into_iter().collect()
    }
}

/// The names of the module that a function reads.
fn globals(file: &ParsedFile, function: FunctionIdx) -> Vec<Name> {
    let function = &file.ir.functions[function.0 as usize];
    let insts = function.blocks.iter().flatten();
    insts
        .filter_map(|it| match it.op {
            Op::LoadGlobal { name, .. } => Some(name),
            _ => None,
        })
        .collect()
}

fn first_name(expr: &TypeExpr) -> Option<Name> {
    path(expr).and_then(|it| it.first().copied())
}

fn last_name(expr: &TypeExpr) -> Option<Name> {
    path(expr)
        .filter(|it| it.len() > 1)
        .and_then(|it| it.last().copied())
}

fn path(expr: &TypeExpr) -> Option<&[Name]> {
    match expr {
        TypeExpr::Name(path, _) | TypeExpr::Subscript(path, _, _) => Some(path),
        _ => None,
    }
}
