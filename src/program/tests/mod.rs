//! Tests of linking, on small programs written out as text.

mod annotations;
mod calls;
mod classes;
mod fields;
mod imports;

use std::fmt::Write as _;
use std::path::PathBuf;

use super::model::{Binding, ClassId, FileId, Member, Origin, ParsedFile, Program};
use super::{link, module_names};
use crate::syntax::{Name, SourceKind, lower};

/// Links a program whose files stand in one text, each after a line `# file: path`; those below
/// `models/` are library models. The analyzed root is the empty path.
fn program(text: &str) -> Program {
    link(files(text))
}

fn files(text: &str) -> Vec<ParsedFile> {
    let mut sources: Vec<(PathBuf, String)> = Vec::new();
    for line in text.lines() {
        match line.strip_prefix("# file: ") {
            Some(path) => sources.push((path.into(), String::new())),
            None => {
                if sources.is_empty() {
                    sources.push(("mod.py".into(), String::new()));
                }
                if let Some((_, source)) = sources.last_mut() {
                    source.push_str(line);
                    source.push('\n');
                }
            }
        }
    }
    let paths: Vec<_> = sources.iter().map(|(path, _)| path.clone()).collect();
    let roots = [PathBuf::new(), PathBuf::from("models")];
    let names = module_names(&paths, &roots);
    let parsed = sources.into_iter().zip(names);
    parsed
        .map(|((path, source), (module, is_package))| ParsedFile {
            display: path.display().to_string(),
            module,
            is_package,
            is_stub: path.extension().is_some_and(|it| it == "pyi"),
            origin: if path.starts_with("models") {
                Origin::Library
            } else {
                Origin::Project
            },
            ir: lower(&source, SourceKind::Python).into(),
            path,
        })
        .collect()
}

/// The file with the given path.
fn file(program: &Program, path: &str) -> FileId {
    let position = program.files.iter().position(|it| it.display == path);
    FileId(position.map_or(0, |it| it as u32))
}

/// The class with the given name, without its module.
fn class(program: &Program, name: &str) -> ClassId {
    let all = (0..program.classes.len() as u32).map(ClassId);
    let mut named = all.filter(|&it| program.qualified_class(it).ends_with(name));
    named.next().unwrap_or(ClassId(0))
}

fn show_classes<'a>(program: &Program, classes: impl IntoIterator<Item = &'a ClassId>) -> String {
    let names = classes.into_iter().map(|&it| program.qualified_class(it));
    names.collect::<Vec<_>>().join(" ")
}

fn show_binding(program: &Program, binding: Binding) -> String {
    match binding {
        Binding::Function(func) => format!("def {}", program.qualified_function(func)),
        Binding::Class(class) => format!("class {}", program.qualified_class(class)),
        Binding::Module(module) => {
            let module = &program.modules[module.0 as usize];
            let file = module
                .file
                .map(|it| program.files[it.0 as usize].display.as_str());
            format!(
                "module {} ({})",
                module.name.unwrap_or(Name::new("?")),
                file.unwrap_or("no file")
            )
        }
        Binding::Variable(module, name) => {
            let module = &program.modules[module.0 as usize];
            format!("variable {}.{name}", module.name.unwrap_or(Name::new("?")))
        }
        Binding::External(name) => format!("external {name}"),
        Binding::Builtin(name) => format!("builtin {name}"),
        Binding::Unknown => "unknown".to_owned(),
    }
}

/// What the names (dotted names) are in a file.
fn names(text: &str, path: &str, dotted: &str) -> String {
    let program = program(text);
    let file = file(&program, path);
    let mut out = String::new();
    for dotted in dotted.split(' ') {
        let path: Vec<_> = dotted.split('.').map(Name::new).collect();
        let binding = program.resolve_path(file, None, None, &path);
        let _ = writeln!(out, "{dotted}: {}", show_binding(&program, binding));
    }
    out
}

/// The attributes of a class by name.
fn show_members(program: &Program, class: ClassId) -> String {
    let mut members: Vec<_> = program.class_info(class).members.iter().collect();
    members.sort_by_key(|(name, _)| name.as_str());
    let mut out = String::new();
    for (name, member) in members {
        let _ = writeln!(out, "{name}: {}", show_member(program, member));
    }
    out
}

fn show_member(program: &Program, member: &Member) -> String {
    let function = |func| program.qualified_function(func);
    match member {
        Member::Method(func, kind) => format!("{kind:?} {}", function(*func)),
        Member::Property {
            getter,
            setter,
            deleter,
            cached,
        } => {
            let mut out = (if *cached { "Cached" } else { "Property" }).to_owned();
            for (part, func) in [("get", getter), ("set", setter), ("del", deleter)] {
                if let Some(func) = func {
                    let _ = write!(out, " {part}={}", function(*func));
                }
            }
            out
        }
        Member::Class(class) => format!("Class {}", program.qualified_class(*class)),
        Member::Value => "Value".to_owned(),
        Member::Declared => "Declared".to_owned(),
    }
}
