//! Which functions have to be executed to find the rings that delay a finalizer.
//!
//! A ring with a finalizer on it, or with one hanging off it, is closed and broken by code that
//! has to do with a class that has a finalizer: its methods, what they call, code that names the
//! class, the classes that this code belongs to, and their users. So the neighbourhood of each
//! such class is executed, the nearest functions first. In a small program that is everything.
//! In a large one a neighbourhood has a size that keeps the time linear in that of the program;
//! what is left out is counted.

mod libraries;
mod mentions;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::path::Path;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

pub(crate) use self::libraries::all;
use self::libraries::{is_project, with_libraries};
use self::mentions::Mentions;
use super::facts::Facts;
use super::mentions::mentions_root;
use crate::program::CallGraph;
use crate::program::model::{ClassId, FileId, FuncId, Program};
use crate::program::scc::Graph;
use crate::syntax::Name;
use crate::syntax::name::known;

/// A neighbourhood has at most this many times the functions that an equal share would give it.
const MAX_SHARES: usize = 8;
/// This many functions are executed in any program, ...
const MIN_BUDGET: usize = 5_000;
/// ... and one of this many of a large one.
const SHARE: usize = 60;
/// A neighbourhood of a function that puts something into a registry has at most so many.
const MAX_NEAR_REGISTRAR: usize = 60;
/// What is called by more functions than this is a tool: its callers have nothing in common.
const MAX_CALLERS: usize = 12;

/// What is to be executed.
pub(crate) struct Relevant {
    /// The functions, by their number.
    pub(crate) chosen: Vec<bool>,
    /// How many neighbourhoods were cut off.
    pub(crate) cut: u64,
}

/// The functions to execute.
pub(crate) fn relevant(
    program: &Program,
    graph: &CallGraph,
    facts: &Facts,
    external: &FxHashSet<Name>,
) -> Relevant {
    let mut res = Relevant {
        chosen: vec![false; program.functions.len()],
        cut: 0,
    };
    let mentions = Mentions::collect(program, facts);
    let mut families = families(program, external);
    families.retain(|it| {
        it.iter()
            .any(|&it| concerns_project(program, &mentions, it))
    });
    let registrars = registrars(program);
    if families.is_empty() && registrars.is_empty() {
        return res;
    }
    let budget = MIN_BUDGET + program.functions.len() / SHARE;
    let max_size = budget.min(budget * MAX_SHARES / families.len().max(1));
    let around = Around {
        max_size,
        folders: folders(program),
        program,
        graph,
        callers: graph.callers(),
        mentions,
    };
    let all: Vec<Vec<FuncId>> = families.par_iter().map(|it| around.of(it)).collect();
    let size = fair_share(&all, budget);
    for functions in all {
        res.cut += u64::from(functions.len() > size || functions.len() == max_size);
        for func in functions.into_iter().take(size) {
            res.chosen[func.0 as usize] = true;
        }
    }
    let small = Around {
        max_size: MAX_NEAR_REGISTRAR,
        ..around
    };
    let near: Vec<Vec<FuncId>> = registrars
        .par_iter()
        .map(|&it| small.of_function(it))
        .collect();
    let size = fair_share(&near, budget / 4);
    for func in near.iter().flat_map(|it| it.iter().take(size)) {
        res.chosen[func.0 as usize] = true;
    }
    res.chosen = with_libraries(program, graph, res.chosen);
    res
}

/// Whether a class is the project's, or named by it.
fn concerns_project(program: &Program, mentions: &Mentions, class: ClassId) -> bool {
    !program.is_library(program.file_of_class(class)) || !mentions.of(class).is_empty()
}

/// The functions that put something into a registry, or refer to something weakly.
fn registrars(program: &Program) -> Vec<FuncId> {
    let all: Vec<FuncId> = (0..program.functions.len() as u32).map(FuncId).collect();
    all.into_par_iter()
        .filter(|&it| mentions_root(program, it))
        .collect()
}

/// How many of each list can be taken so that not more than `budget` are taken together.
fn fair_share(lists: &[Vec<FuncId>], budget: usize) -> usize {
    let mut lengths: Vec<usize> = lists.iter().map(Vec::len).collect();
    lengths.sort_unstable();
    let mut left = budget;
    for (idx, &length) in lengths.iter().enumerate() {
        let share = left / (lengths.len() - idx);
        if length > share {
            return share;
        }
        left -= length;
    }
    budget
}

/// The classes with a finalizer, those that share one together.
fn families(program: &Program, external: &FxHashSet<Name>) -> Vec<Vec<ClassId>> {
    let mut by_owner: FxHashMap<ClassId, Vec<ClassId>> = FxHashMap::default();
    for (class, info) in (0..).map(ClassId).zip(&program.classes) {
        let is_external = || info.external_bases.iter().any(|it| external.contains(it));
        if let Some((owner, _)) = info.finalizer {
            by_owner.entry(owner).or_default().push(class);
        } else if is_external() {
            by_owner.entry(class).or_default().push(class);
        }
    }
    let mut families: Vec<_> = by_owner.into_iter().collect();
    families.sort_unstable();
    families.into_iter().map(|it| it.1).collect()
}

/// Numbers for the folders of all files.
fn folders(program: &Program) -> Vec<u32> {
    let mut known: FxHashMap<Option<&Path>, u32> = FxHashMap::default();
    let files = program.files.iter();
    files
        .map(|it| {
            let next = known.len() as u32;
            *known.entry(it.path.parent()).or_insert(next)
        })
        .collect()
}

/// How far a function is from the class that begins a neighbourhood.
type Distance = u32;

struct Around<'a> {
    program: &'a Program,
    graph: &'a CallGraph,
    /// The callers of each function.
    callers: Graph,
    mentions: Mentions,
    /// The folder of each file, by a number.
    folders: Vec<u32>,
    max_size: usize,
}

impl Around<'_> {
    /// The neighbourhood of some classes, the nearest functions first.
    fn of(&self, family: &[ClassId]) -> Vec<FuncId> {
        let mut area = Area::default();
        for &class in family {
            self.add_class(class, 0, &mut area);
        }
        self.within(area)
    }

    /// The neighbourhood of a function.
    fn of_function(&self, func: FuncId) -> Vec<FuncId> {
        let mut area = Area::default();
        area.add(func, 0);
        self.within(area)
    }

    fn within(&self, mut area: Area) -> Vec<FuncId> {
        let mut res = Vec::new();
        while let Some((distance, func)) = area.next() {
            res.push(func);
            if res.len() == self.max_size {
                break;
            }
            self.add_neighbours(func, distance, &mut area);
        }
        res
    }

    /// The methods of a class, those that it inherits, and the functions that name it: near ones
    /// of the same file, then of the same folder.
    fn add_class(&self, class: ClassId, distance: Distance, area: &mut Area) {
        if !area.classes.insert(class) {
            return;
        }
        for func in self.program.methods_of(class) {
            self.add(func, distance, area);
        }
        for &base in self.program.class_info(class).mro.iter().skip(1) {
            for func in self.program.methods_of(base) {
                self.add(func, distance + 1, area);
            }
        }
        let home = self.program.file_of_class(class);
        let folder = |it: FileId| self.folders[it.0 as usize];
        for &func in self.mentions.of(class) {
            let file = self.program.file_of(func);
            let far = match () {
                () if file == home => 2,
                () if folder(file) == folder(home) => 3,
                () => 5,
            };
            area.add(func, distance + far);
        }
    }

    /// What libraries do is added at the end, as far as it is called.
    fn add(&self, func: FuncId, distance: Distance, area: &mut Area) {
        if is_project(self.program, func) {
            area.add(func, distance);
        }
    }

    fn add_neighbours(&self, func: FuncId, distance: Distance, area: &mut Area) {
        let program = self.program;
        for callee in self.graph.callees(func) {
            self.add(callee, distance + 1, area);
            let is_init = program.function(callee).name == known::INIT;
            if let (true, Some(class)) = (is_init, program.func_info(callee).class) {
                self.add_class(class, distance + 2, area);
            }
        }
        if let Some(class) = program.func_info(func).class {
            self.add_class(class, distance + 2, area);
        }
        let callers = self.callers.targets(func.0);
        if callers.len() <= MAX_CALLERS {
            for &caller in callers {
                self.add(FuncId(caller), distance + 3, area);
            }
        }
    }
}

/// What was reached of a neighbourhood, and what comes next.
#[derive(Default)]
struct Area {
    ahead: BinaryHeap<Reverse<(Distance, FuncId)>>,
    done: FxHashSet<FuncId>,
    classes: FxHashSet<ClassId>,
}

impl Area {
    fn add(&mut self, func: FuncId, distance: Distance) {
        if !self.done.contains(&func) {
            self.ahead.push(Reverse((distance, func)));
        }
    }

    /// The nearest function that was not reached yet.
    fn next(&mut self) -> Option<(Distance, FuncId)> {
        loop {
            let Reverse((distance, func)) = self.ahead.pop()?;
            if self.done.insert(func) {
                return Some((distance, func));
            }
        }
    }
}
