//! How far libraries are executed: as far as the project's functions that are executed call them.

use rustc_hash::FxHashSet;

use crate::program::CallGraph;
use crate::program::model::{ClassId, FileId, FuncId, Program};

/// How often what libraries do without being asked by name is followed.
const MAX_STEPS: u32 = 3;

/// All functions of the project, and what they call of libraries.
pub(crate) fn all(program: &Program, graph: &CallGraph) -> Vec<bool> {
    let functions = (0..program.functions.len() as u32).map(FuncId);
    let project = functions.map(|it| is_project(program, it)).collect();
    with_libraries(program, graph, project)
}

/// Whether a function is the project's.
pub(super) fn is_project(program: &Program, func: FuncId) -> bool {
    !program.is_library(program.file_of(func))
}

/// Adds what the functions call of libraries. Of the modules that this reaches, also the bodies,
/// which say what their variables hold, and the special methods of classes, which nobody calls by
/// name.
pub(super) fn with_libraries(
    program: &Program,
    graph: &CallGraph,
    mut chosen: Vec<bool>,
) -> Vec<bool> {
    let libraries: Vec<FileId> = (0..program.files.len() as u32)
        .map(FileId)
        .filter(|&it| program.is_library(it))
        .collect();
    if libraries.is_empty() {
        return chosen;
    }
    for _ in 0..=MAX_STEPS {
        add_callees(program, graph, &mut chosen);
        let before = chosen.iter().filter(|it| **it).count();
        for &file in &libraries {
            add_unnamed(program, file, &mut chosen);
        }
        if chosen.iter().filter(|it| **it).count() == before {
            break;
        }
    }
    chosen
}

fn add_callees(program: &Program, graph: &CallGraph, chosen: &mut [bool]) {
    let mut todo: Vec<FuncId> = (0..chosen.len() as u32)
        .filter(|&it| chosen[it as usize])
        .map(FuncId)
        .collect();
    while let Some(func) = todo.pop() {
        for callee in graph.callees(func) {
            let slot = &mut chosen[callee.0 as usize];
            if !*slot && !is_project(program, callee) {
                *slot = true;
                todo.push(callee);
            }
        }
    }
}

fn add_unnamed(program: &Program, file: FileId, chosen: &mut [bool]) {
    let [first, end] = [file.0, file.0 + 1].map(|it| program.function_base[it as usize]);
    let functions = (first..end).filter(|&it| chosen[it as usize]);
    let reached: FxHashSet<ClassId> = functions
        .clone()
        .filter_map(|it| program.func_info(FuncId(it)).class)
        .collect();
    if functions.count() > 0 {
        chosen[first as usize] = true;
    }
    for func in first..end {
        let name = program.function(FuncId(func)).name;
        let class = program.func_info(FuncId(func)).class;
        chosen[func as usize] |=
            name.as_str().starts_with("__") && class.is_some_and(|it| reached.contains(&it));
    }
}
