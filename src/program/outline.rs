//! What the rest of a program sees of a file.
//!
//! Linking looks at headers, class bodies and what the module binds, and at nothing that stands in
//! the body of a function. So a file of which only such bodies changed takes the place of the old
//! one in a program that is linked already. (rust-analyzer calls this its item tree.)

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::bindings::FileBindings;
use super::generated::factory_lambdas;
use super::model::{ClassId, FileId, FuncId, Program};
use crate::syntax::Name;
use crate::syntax::ir::{
    Class, ClassIdx, Decorator, FileIr, Function, FunctionIdx, Import, Member, MemberKind, Param,
    TypeExpr,
};

impl Program {
    /// Puts a new version of a file in the place of the old one, which is given back. [`None`] if
    /// the program would have to be linked anew for it; then nothing changes.
    pub(crate) fn replace(&mut self, file: FileId, ir: Arc<FileIr>) -> Option<Arc<FileIr>> {
        let old = &mut self.files.get_mut(file.0 as usize)?.ir;
        same_outline(old, &ir).then(|| std::mem::replace(old, ir))
    }
}

/// The functions and classes of a file that are not the same, letter for letter and at the same
/// place, as in an old version with the same outline.
pub(crate) fn edited(program: &Program, file: FileId, old: &FileIr) -> (Vec<FuncId>, Vec<ClassId>) {
    let ir = &program.files[file.0 as usize].ir;
    let functions = (0..).zip(ir.functions.iter().zip(&old.functions));
    let functions = functions.filter(|(_, (new, old))| new != old);
    let classes = (0..).zip(ir.classes.iter().zip(&old.classes));
    let classes = classes.filter(|(_, (new, old))| new != old);
    (
        functions
            .map(|(idx, _)| program.func_id(file, FunctionIdx(idx)))
            .collect(),
        classes
            .map(|(idx, _)| program.class_id(file, ClassIdx(idx)))
            .collect(),
    )
}

/// Whether linking cannot tell two files apart. Ranges do not count.
fn same_outline(a: &FileIr, b: &FileIr) -> bool {
    let named = Named::of(a);
    all(&a.functions, &b.functions, |a, b| {
        same_header(a, b) && same_scope(a, b, &named)
    }) && all(&a.classes, &b.classes, same_class)
        && all(&a.imports, &b.imports, same_import)
        && a.dunder_all == b.dunder_all
        && a.is_script == b.is_script
        && FileBindings::of(a) == FileBindings::of(b)
        && factory_lambdas(a) == factory_lambdas(b)
}

fn all<T>(a: &[T], b: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}

fn same_header(a: &Function, b: &Function) -> bool {
    (a.name, a.kind, a.is_async, a.is_generator, a.is_stub)
        == (b.name, b.kind, b.is_async, b.is_generator, b.is_stub)
        && (a.class, a.parent, &a.globals) == (b.class, b.parent, &b.globals)
        && all(&a.params, &b.params, same_param)
        && same_annotation(a.returns.as_ref(), b.returns.as_ref())
        && all(&a.decorators, &b.decorators, same_decorator)
}

/// Whether the names that a function binds hide the same ones of those that linking looks for.
fn same_scope(a: &Function, b: &Function, named: &Named) -> bool {
    let (a, b) = (local_names(a), local_names(b));
    a.symmetric_difference(&b).all(|it| !named.0.contains(it))
}

fn local_names(function: &Function) -> FxHashSet<Name> {
    let own_cells = function.cells.iter().filter(|it| it.owner.is_none());
    let vars = function.vars.iter().copied();
    vars.chain(own_cells.map(|it| it.name)).collect()
}

fn same_param(a: &Param, b: &Param) -> bool {
    (a.name, a.kind, a.has_default, a.const_default)
        == (b.name, b.kind, b.has_default, b.const_default)
        && same_annotation(a.annotation.as_ref(), b.annotation.as_ref())
}

fn same_decorator(a: &Decorator, b: &Decorator) -> bool {
    (&a.path, a.called, &a.keywords) == (&b.path, b.called, &b.keywords)
}

fn same_annotation(a: Option<&TypeExpr>, b: Option<&TypeExpr>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same_type(a, b),
        (None, None) => true,
        _ => false,
    }
}

fn same_type(a: &TypeExpr, b: &TypeExpr) -> bool {
    match (a, b) {
        (TypeExpr::Name(a, _), TypeExpr::Name(b, _)) => a == b,
        (TypeExpr::Subscript(a, of_a, _), TypeExpr::Subscript(b, of_b, _)) => {
            a == b && all(of_a, of_b, same_type)
        }
        (TypeExpr::Union(a), TypeExpr::Union(b)) => all(a, b, same_type),
        (a, b) => a == b,
    }
}

fn same_class(a: &Class, b: &Class) -> bool {
    (a.name, a.outer, a.function, &a.slots) == (b.name, b.outer, b.function, &b.slots)
        && all(&a.bases, &b.bases, same_type)
        && all(&a.keywords, &b.keywords, |a, b| {
            a.0 == b.0 && same_type(&a.1, &b.1)
        })
        && all(&a.decorators, &b.decorators, same_decorator)
        && all(&a.members, &b.members, same_member)
}

fn same_member(a: &Member, b: &Member) -> bool {
    a.name == b.name
        && a.kind == b.kind
        && same_annotation(a.annotation.as_ref(), b.annotation.as_ref())
}

fn same_import(a: &Import, b: &Import) -> bool {
    (a.bound, a.level, a.module, a.member) == (b.bound, b.level, b.module, b.member)
        && (a.binds_root, a.scope, a.class) == (b.binds_root, b.scope, b.class)
}

/// The names that headers and class bodies look up.
struct Named(FxHashSet<Name>);

impl Named {
    fn of(ir: &FileIr) -> Self {
        let mut this = Self(FxHashSet::default());
        for function in &ir.functions {
            let params = function.params.iter().map(|it| &it.annotation);
            for annotation in params.chain([&function.returns]).flatten() {
                this.add_type(annotation);
            }
            this.add_decorators(&function.decorators);
        }
        for class in &ir.classes {
            let keywords = class.keywords.iter().map(|it| &it.1);
            let annotations = class.members.iter().filter_map(|it| it.annotation.as_ref());
            for it in class.bases.iter().chain(keywords).chain(annotations) {
                this.add_type(it);
            }
            this.add_decorators(&class.decorators);
            class.members.iter().for_each(|it| this.add_member(it));
        }
        this
    }

    fn add_decorators(&mut self, decorators: &[Decorator]) {
        let paths = decorators.iter().map(|it| &it.path);
        self.0.extend(paths.filter_map(|it| it.first()));
    }

    fn add_member(&mut self, member: &Member) {
        match &member.kind {
            MemberKind::Alias(name) => {
                self.0.insert(*name);
            }
            MemberKind::Call {
                path,
                args,
                keywords,
                ..
            } => {
                let keywords = keywords.iter().map(|it| &it.1);
                let paths = [path].into_iter().chain(args).chain(keywords);
                self.0.extend(paths.filter_map(|it| it.first()));
            }
            MemberKind::Function(_) | MemberKind::Class(_) | MemberKind::Value { .. } => {}
        }
    }

    fn add_type(&mut self, annotation: &TypeExpr) {
        match annotation {
            TypeExpr::Name(path, _) => self.0.extend(path.first()),
            TypeExpr::Subscript(path, of, _) => {
                self.0.extend(path.first());
                of.iter().for_each(|it| self.add_type(it));
            }
            TypeExpr::Union(of) => of.iter().for_each(|it| self.add_type(it)),
            TypeExpr::None | TypeExpr::Unknown => {}
        }
    }
}
