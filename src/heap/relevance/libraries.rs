//! How far libraries are executed: as far as the project's functions that are executed call them.

use rustc_hash::FxHashSet;

use super::Relevant;
use crate::program::CallGraph;
use crate::program::model::{Binding, ClassId, FileId, FuncId, Program};

/// How often what libraries do without being asked by name is followed.
const MAX_STEPS: u32 = 3;

/// All functions of the project, and what they call of libraries.
pub(crate) fn all(program: &Program, graph: &CallGraph) -> Relevant {
    let functions = (0..program.functions.len() as u32).map(FuncId);
    let mut res = Relevant {
        chosen: functions.map(|it| is_project(program, it)).collect(),
        cut: 0,
        cut_libraries: 0,
    };
    add_libraries(program, graph, usize::MAX, &mut res);
    res
}

/// Whether a function is the project's.
pub(super) fn is_project(program: &Program, func: FuncId) -> bool {
    !program.is_library(program.file_of(func))
}

/// Adds what the functions call of libraries, at most `budget` functions: those that the fewest
/// calls lead to. Of the modules that this reaches or that the functions' files import, also the
/// bodies, which say what their variables hold, and the special methods of classes, which nobody calls by name.
pub(super) fn add_libraries(
    program: &Program,
    graph: &CallGraph,
    budget: usize,
    relevant: &mut Relevant,
) {
    let chosen = (0..).map(FuncId).zip(&relevant.chosen);
    let project = chosen.filter(|(_, it)| **it).map(|(it, _)| Reached {
        func: it,
        unnamed: 0,
    });
    let mut layer: Vec<Reached> = project.collect();
    let mut reach = Reach {
        program,
        graph,
        relevant,
        left: budget,
        opened: FxHashSet::default(),
        classes: FxHashSet::default(),
        next: Vec::new(),
    };
    while !layer.is_empty() {
        for reached in layer {
            reach.add_neighbours(reached);
        }
        layer = std::mem::take(&mut reach.next);
    }
}

/// A function, and how many steps on the way to it were taken without being asked by name.
#[derive(Clone, Copy)]
struct Reached {
    func: FuncId,
    unnamed: u32,
}

/// What was reached of libraries, breadth first.
struct Reach<'a> {
    program: &'a Program,
    graph: &'a CallGraph,
    relevant: &'a mut Relevant,
    /// So many functions may be added yet.
    left: usize,
    opened: FxHashSet<FileId>,
    classes: FxHashSet<ClassId>,
    /// Functions whose neighbours are still to be added.
    next: Vec<Reached>,
}

impl Reach<'_> {
    fn add_neighbours(&mut self, from: Reached) {
        for func in self.graph.callees(from.func) {
            self.add(Reached { func, ..from });
        }
        let file = self.program.file_of(from.func);
        if is_project(self.program, from.func) {
            if self.opened.insert(file) {
                self.add_imported(file, from);
            }
            return;
        }
        if from.unnamed == MAX_STEPS {
            return;
        }
        if self.opened.insert(file) {
            let body = self.program.function_base[file.0 as usize];
            self.add_unnamed(FuncId(body), from);
        }
        if let Some(class) = self.program.func_info(from.func).class
            && self.classes.insert(class)
        {
            for func in self.program.methods_of(class) {
                let name = self.program.function(func).name;
                if name.as_str().starts_with("__") {
                    self.add_unnamed(func, from);
                }
            }
        }
    }

    /// The bodies of the modules that a file imports, or of which it imports variables or classes.
    fn add_imported(&mut self, file: FileId, from: Reached) {
        let program = self.program;
        let module = program.module_of_file[file.0 as usize];
        let namespace = &program.modules[module.0 as usize].namespace;
        let files = namespace.values().filter_map(|binding| match *binding {
            Binding::Module(of) | Binding::Variable(of, _) => program.modules[of.0 as usize].file,
            Binding::Class(of) => Some(program.file_of_class(of)),
            _ => None,
        });
        let mut bodies: Vec<u32> = files
            .filter(|&it| program.is_library(it))
            .map(|it| program.function_base[it.0 as usize])
            .collect();
        bodies.sort_unstable();
        bodies.dedup();
        for body in bodies {
            self.add_unnamed(FuncId(body), from);
        }
    }

    fn add_unnamed(&mut self, func: FuncId, from: Reached) {
        let unnamed = from.unnamed + 1;
        self.add(Reached { func, unnamed });
    }

    fn add(&mut self, reached: Reached) {
        let slot = &mut self.relevant.chosen[reached.func.0 as usize];
        if *slot || is_project(self.program, reached.func) {
            return;
        }
        if self.left == 0 {
            self.relevant.cut_libraries += 1;
            return;
        }
        self.left -= 1;
        *slot = true;
        self.next.push(reached);
    }
}
