//! Links all files to one program.

use rayon::prelude::*;

use super::bindings::FileBindings;
use super::classes::{self, Header};
use super::decorators::Role;
use super::generated::generated_inits;
use super::members::{complete, members, plain_members};
use super::model::{ClassId, ClassInfo, FileId, FuncId, FuncInfo, Origin, ParsedFile, Program};
use super::modules::ModuleTree;
use super::resolve::Resolver;
use super::scope::Scopes;
use super::stubs::stub_functions;
use crate::syntax::ir::{ClassIdx, FunctionIdx};

/// Links all files to one program. The result does not depend on the order of `files`.
pub fn link(mut files: Vec<ParsedFile>) -> Program {
    // Models first, as the ids of findings' files should not depend on them being followed.
    files.par_sort_by(|a, b| {
        let key = |it: &ParsedFile| it.origin == Origin::Project;
        (key(a), &a.path, &a.display).cmp(&(key(b), &b.path, &b.display))
    });
    let mut program = Program {
        function_base: bases(&files, |it| it.ir.functions.len()),
        class_base: bases(&files, |it| it.ir.classes.len()),
        file_of_function: owners(&files, |it| it.ir.functions.len()),
        file_of_class: owners(&files, |it| it.ir.classes.len()),
        files,
        ..Program::default()
    };
    link_names(&mut program);
    link_classes(&mut program);
    program.stub_functions = stub_functions(&program);
    program
}

/// The first id of each file, and one past the last.
fn bases(files: &[ParsedFile], count: impl Fn(&ParsedFile) -> usize) -> Vec<u32> {
    let mut next = 0;
    let mut bases = vec![0];
    bases.extend(files.iter().map(|file| {
        next += count(file) as u32;
        next
    }));
    bases
}

/// The file of each function (or class) in a row.
fn owners(files: &[ParsedFile], count: impl Fn(&ParsedFile) -> usize) -> Vec<FileId> {
    let files = (0..).map(FileId).zip(files);
    let owners = files.flat_map(|(id, file)| std::iter::repeat_n(id, count(file)));
    owners.collect()
}

/// Modules, imports, and the names of module scopes.
fn link_names(program: &mut Program) {
    let built = ModuleTree::build(&program.files);
    let bindings: Vec<_> = program
        .files
        .par_iter()
        .map(|file| FileBindings::of(&file.ir))
        .collect();
    let resolver = Resolver {
        files: &program.files,
        modules: &built.modules,
        tree: &built.tree,
        of_file: &built.of_file,
        bindings: &bindings,
        function_base: &program.function_base,
        class_base: &program.class_base,
    };
    let namespaces = resolver.namespaces();
    let mut scopes = Scopes {
        imports: resolver.imports(),
        stars: resolver.stars(),
        ..Scopes::default()
    };
    for file in bindings {
        scopes.locals.push(file.locals);
        scopes.class_imports.push(file.class_imports);
        scopes.type_variables.push(file.type_variables);
    }
    program.scopes = scopes;
    program.module_by_name = built.tree.first_by_name();
    program.module_of_file = built.of_file;
    program.tree = built.tree;
    program.modules = built.modules;
    for (module, namespace) in program.modules.iter_mut().zip(namespaces) {
        module.namespace = namespace;
    }
}

/// Classes and functions.
fn link_classes(program: &mut Program) {
    program.classes = all_classes(program)
        .map(|(file, idx)| {
            let id = program.class_id(file, idx);
            ClassInfo {
                mro: [id].into(),
                members: plain_members(program, file, program.class(id)),
                ..ClassInfo::default()
            }
        })
        .collect();
    let mut headers = classes::headers(program);
    let order = classes::bases_first(&mut headers);
    classes::link_bases(program, &headers, &order);

    let roles: Vec<Vec<Role>> = (0..program.files.len() as u32)
        .into_par_iter()
        .map(|file| {
            let count = program.files[file as usize].ir.functions.len() as u32;
            let all = (0..count).map(FunctionIdx);
            all.map(|idx| program.role(FileId(file), idx)).collect()
        })
        .collect();
    link_functions(program, &headers, &roles);
    link_members(program, &order, &roles);

    let inheritance = classes::inheritance(program, &headers);
    let is_abstract_function = |func: FuncId| {
        let file = program.file_of(func).0 as usize;
        let idx = func.0 - program.function_base[file];
        roles[file]
            .get(idx as usize)
            .is_some_and(|it| it.is_abstract)
    };
    let is_abstract = classes::abstract_classes(program, &headers, &order, is_abstract_function);
    let inits = generated_inits(program, &headers, &order);
    let rest = inheritance.into_iter().zip(is_abstract);
    for (info, (inherited, is_abstract)) in program.classes.iter_mut().zip(rest) {
        inherited.put(info);
        info.is_abstract = is_abstract;
    }
    for (class, fields) in inits {
        program.classes[class.0 as usize].generated_init = Some(fields);
    }
}

/// All classes in the order of their ids.
fn all_classes(program: &Program) -> impl Iterator<Item = (FileId, ClassIdx)> {
    let files = (0..).map(FileId).zip(&program.files);
    files.flat_map(|(file, parsed)| {
        (0..parsed.ir.classes.len() as u32).map(move |idx| (file, ClassIdx(idx)))
    })
}

fn link_functions(program: &mut Program, headers: &[Header], roles: &[Vec<Role>]) {
    let mut functions = Vec::new();
    for ((file, parsed), roles) in (0..).map(FileId).zip(&program.files).zip(roles) {
        for (function, role) in parsed.ir.functions.iter().zip(roles) {
            let class = function.class.map(|it| program.class_id(file, it));
            functions.push(FuncInfo {
                class,
                method_kind: role.kind,
                wrapper: role.wrapper,
                is_stub: function.is_stub
                    || parsed.is_stub
                    || classes::stands_for_others(headers, class, role),
            });
        }
    }
    program.functions = functions;
}

fn link_members(program: &mut Program, order: &[ClassId], roles: &[Vec<Role>]) {
    let all: Vec<_> = (0..program.classes.len() as u32)
        .into_par_iter()
        .map(|id| {
            let class = ClassId(id);
            let file = program.file_of_class(class).0 as usize;
            members(program, class, &roles[file])
        })
        .collect();
    let mut waiting = Vec::new();
    for (info, (members, inherited)) in program.classes.iter_mut().zip(all) {
        info.members = members;
        waiting.extend(inherited);
    }
    if waiting.is_empty() {
        return;
    }
    // Bases first: a property may be extended several times on the way down.
    let mut rank = vec![0; order.len()];
    for (position, class) in order.iter().enumerate() {
        rank[class.0 as usize] = position;
    }
    waiting.sort_by_key(|it| rank[it.class.0 as usize]);
    for it in &waiting {
        if let Some(member) = complete(program, it) {
            program.classes[it.class.0 as usize]
                .members
                .insert(it.name, member);
        }
    }
}
