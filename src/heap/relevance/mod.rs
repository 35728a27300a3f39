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
use self::libraries::{add_libraries, is_project};
use self::mentions::Mentions;
use super::facts::Declared;
use super::mentions::mentions_root;
use crate::program::CallGraph;
use crate::program::model::{ClassId, FileId, FuncId, Program};
use crate::program::scc::Graph;
use crate::syntax::name::known;

/// A neighbourhood has at most this many times the functions that an equal share would give it.
const MAX_SHARES: usize = 8;
/// This many functions are executed in any program, ...
const MIN_BUDGET: usize = 5_000;
/// ... and one of this many of a large one.
const SHARE: usize = 60;
/// A neighbourhood of a function that puts something into a registry has at most so many.
const MAX_NEAR_REGISTRAR: usize = 60;
/// So many functions of libraries are executed, in any program.
const MAX_OF_LIBRARIES: usize = 2_000;
/// What is called by more functions than this is a tool: its callers have nothing in common.
const MAX_CALLERS: usize = 12;

/// What is to be executed.
pub(crate) struct Relevant {
    /// The functions, by their number.
    pub(crate) chosen: Vec<bool>,
    /// How many neighbourhoods were cut off.
    pub(crate) cut: u64,
    /// How many calls into libraries were not followed.
    pub(crate) cut_libraries: u64,
}

/// The neighbourhoods of a program, kept as long as it is linked.
pub(crate) struct Neighbourhoods {
    /// The classes with a finalizer, those that share one together.
    families: Vec<Family>,
    /// For each file, the functions that put something into a registry.
    registrars: Vec<Vec<FuncId>>,
    around: Around,
    /// At most so many functions are executed.
    budget: usize,
    of_families: FxHashMap<ClassId, Near>,
    of_registrars: FxHashMap<FuncId, Near>,
}

impl Neighbourhoods {
    /// Finds the neighbourhoods. `named` are classes that the user says have a finalizer.
    pub(crate) fn of(
        program: &Program,
        graph: &CallGraph,
        declared: &Declared,
        named: &FxHashSet<ClassId>,
    ) -> Self {
        let registrars = (0..program.files.len() as u32).into_par_iter();
        let mut res = Self {
            families: families(program, named),
            registrars: registrars
                .map(|it| registrars_of(program, FileId(it)))
                .collect(),
            around: Around {
                folders: folders(program),
                callers: graph.callers(),
                mentions: Mentions::collect(program, declared),
                max_size: 0,
            },
            budget: MIN_BUDGET + program.functions.len() / SHARE,
            of_families: FxHashMap::default(),
            of_registrars: FxHashMap::default(),
        };
        res.find(program, graph);
        res
    }

    /// The functions of a file have other bodies than before, so that `graph` took the place of
    /// `before`, if it is another one. Whether other functions may be relevant now.
    pub(crate) fn update(
        &mut self,
        program: &Program,
        (before, graph): (Option<&CallGraph>, &CallGraph),
        declared: &Declared,
        file: FileId,
    ) -> bool {
        let mentions = &mut self.around.mentions;
        let classes = mentions.update(program, declared, file);
        let functions = before.map_or_else(FxHashSet::default, |it| graph.differences(it));
        if before.is_some() {
            self.around.callers = graph.callers();
        }
        let mut changed = !classes.is_empty() || !functions.is_empty();
        if changed {
            let touched = |it: &Near| {
                it.functions.iter().any(|it| functions.contains(it))
                    || it.classes.iter().any(|it| classes.contains(it))
            };
            self.of_families.retain(|_, it| !touched(it));
            self.of_registrars.retain(|_, it| !touched(it));
        }
        let registrars = registrars_of(program, file);
        if let Some(slot) = self.registrars.get_mut(file.0 as usize)
            && *slot != registrars
        {
            *slot = registrars;
            changed = true;
        }
        if changed {
            self.find(program, graph);
        }
        changed
    }

    /// Finds the neighbourhoods that are not known.
    fn find(&mut self, program: &Program, graph: &CallGraph) {
        let count = self.relevant_families(program).count();
        let share = self.budget * MAX_SHARES / count.max(1);
        let max_size = self.budget.min(share);
        if max_size != self.around.max_size {
            self.around.max_size = max_size;
            self.of_families.clear();
        }
        let around = &self.around;
        let relevant: Vec<&Family> = self.relevant_families(program).collect();
        let unknown = relevant
            .into_par_iter()
            .filter(|it| !self.of_families.contains_key(&it.owner));
        let families: Vec<(ClassId, Near)> = unknown
            .map(|it| (it.owner, around.of(program, graph, &it.classes)))
            .collect();
        let registrars: Vec<FuncId> = self.registrars.iter().flatten().copied().collect();
        let unknown = registrars
            .par_iter()
            .filter(|it| !self.of_registrars.contains_key(it));
        let registrars: Vec<(FuncId, Near)> = unknown
            .map(|&it| (it, around.of_function(program, graph, it)))
            .collect();
        self.of_families.extend(families);
        self.of_registrars.extend(registrars);
    }

    /// The families that have to do with the project.
    fn relevant_families(&self, program: &Program) -> impl Iterator<Item = &Family> {
        let mentions = &self.around.mentions;
        let concerns = move |&class: &ClassId| concerns_project(program, mentions, class);
        self.families
            .iter()
            .filter(move |it| it.classes.iter().any(concerns))
    }

    /// The functions to execute.
    pub(crate) fn relevant(&self, program: &Program, graph: &CallGraph) -> Relevant {
        let mut res = Relevant {
            chosen: vec![false; program.functions.len()],
            cut: 0,
            cut_libraries: 0,
        };
        let families = self.relevant_families(program);
        let families = families.filter_map(|it| self.of_families.get(&it.owner));
        let all: Vec<&[FuncId]> = families.map(|it| it.functions.as_slice()).collect();
        let size = fair_share(&all, self.budget);
        for functions in &all {
            let is_cut = functions.len() > size || functions.len() == self.around.max_size;
            res.cut += u64::from(is_cut);
        }
        let registrars = self.registrars.iter().flatten();
        let near = registrars.filter_map(|it| self.of_registrars.get(it));
        let near: Vec<&[FuncId]> = near.map(|it| it.functions.as_slice()).collect();
        let near_size = fair_share(&near, self.budget / 4);
        let families = all.iter().flat_map(|it| it.iter().take(size));
        let near = near.iter().flat_map(|it| it.iter().take(near_size));
        for func in families.chain(near) {
            res.chosen[func.0 as usize] = true;
        }
        if !all.is_empty() || !self.of_registrars.is_empty() {
            add_libraries(program, graph, MAX_OF_LIBRARIES, &mut res);
        }
        res
    }
}

/// Whether a class is the project's, or named by it.
fn concerns_project(program: &Program, mentions: &Mentions, class: ClassId) -> bool {
    !program.is_library(program.file_of_class(class)) || !mentions.of(class).is_empty()
}

/// The functions of a file that put something into a registry, or refer to something weakly.
fn registrars_of(program: &Program, file: FileId) -> Vec<FuncId> {
    let all = program.functions_of(file);
    all.filter(|&it| mentions_root(program, it)).collect()
}

/// How many of each list can be taken so that not more than `budget` are taken together.
fn fair_share(lists: &[&[FuncId]], budget: usize) -> usize {
    let mut lengths: Vec<usize> = lists.iter().map(|it| it.len()).collect();
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

/// The classes that share a finalizer.
struct Family {
    /// The one that defines it.
    owner: ClassId,
    classes: Vec<ClassId>,
}

/// The classes with a finalizer, those that share one together.
fn families(program: &Program, named: &FxHashSet<ClassId>) -> Vec<Family> {
    let mut by_owner: FxHashMap<ClassId, Vec<ClassId>> = FxHashMap::default();
    for (class, info) in (0..).map(ClassId).zip(&program.classes) {
        if let Some((owner, _)) = info.finalizer {
            by_owner.entry(owner).or_default().push(class);
        } else if named.contains(&class) {
            by_owner.entry(class).or_default().push(class);
        }
    }
    let mut families: Vec<_> = by_owner.into_iter().collect();
    families.sort_unstable();
    let family = |(owner, classes)| Family { owner, classes };
    families.into_iter().map(family).collect()
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

/// What tells who is near to whom.
struct Around {
    /// The callers of each function.
    callers: Graph,
    mentions: Mentions,
    /// The folder of each file, by a number.
    folders: Vec<u32>,
    max_size: usize,
}

impl Around {
    /// The neighbourhood of some classes, the nearest functions first.
    fn of(&self, program: &Program, graph: &CallGraph, family: &[ClassId]) -> Near {
        let mut area = Area::default();
        for &class in family {
            self.add_class(program, class, 0, &mut area);
        }
        self.within(program, graph, area, self.max_size)
    }

    /// The neighbourhood of a function.
    fn of_function(&self, program: &Program, graph: &CallGraph, func: FuncId) -> Near {
        let mut area = Area::default();
        area.add(func, 0);
        self.within(program, graph, area, MAX_NEAR_REGISTRAR)
    }

    fn within(
        &self,
        program: &Program,
        graph: &CallGraph,
        mut area: Area,
        max_size: usize,
    ) -> Near {
        let mut functions = Vec::new();
        while let Some((distance, func)) = area.next() {
            functions.push(func);
            if functions.len() == max_size {
                break;
            }
            self.add_neighbours(program, graph, func, distance, &mut area);
        }
        Near {
            functions,
            classes: area.classes.into_iter().collect(),
        }
    }

    /// The methods of a class, those that it inherits, and the functions that name it: near ones
    /// of the same file, then of the same folder.
    fn add_class(&self, program: &Program, class: ClassId, distance: Distance, area: &mut Area) {
        if !area.classes.insert(class) {
            return;
        }
        for func in program.methods_of(class) {
            add(program, func, distance, area);
        }
        for &base in program.class_info(class).mro.iter().skip(1) {
            for func in program.methods_of(base) {
                add(program, func, distance + 1, area);
            }
        }
        let home = program.file_of_class(class);
        let folder = |it: FileId| self.folders[it.0 as usize];
        for &func in self.mentions.of(class) {
            let file = program.file_of(func);
            let far = match () {
                () if file == home => 2,
                () if folder(file) == folder(home) => 3,
                () => 5,
            };
            area.add(func, distance + far);
        }
    }

    fn add_neighbours(
        &self,
        program: &Program,
        graph: &CallGraph,
        func: FuncId,
        distance: Distance,
        area: &mut Area,
    ) {
        for callee in graph.callees(func) {
            add(program, callee, distance + 1, area);
            let is_init = program.function(callee).name == known::INIT;
            if let (true, Some(class)) = (is_init, program.func_info(callee).class) {
                self.add_class(program, class, distance + 2, area);
            }
        }
        if let Some(class) = program.func_info(func).class {
            self.add_class(program, class, distance + 2, area);
        }
        let callers = self.callers.targets(func.0);
        if callers.len() <= MAX_CALLERS {
            for &caller in callers {
                add(program, FuncId(caller), distance + 3, area);
            }
        }
    }
}

/// What libraries do is added at the end, as far as it is called.
fn add(program: &Program, func: FuncId, distance: Distance, area: &mut Area) {
    if is_project(program, func) {
        area.add(func, distance);
    }
}

/// A neighbourhood.
struct Near {
    /// The nearest functions first.
    functions: Vec<FuncId>,
    /// The classes that were looked at.
    classes: Vec<ClassId>,
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
