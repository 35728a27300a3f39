//! The stages after lowering, run on all files: the one path through the analysis that the command
//! line and the language server share.
//!
//! An [`Engine`] that is kept can be given a new version of a file. What it knows of the others
//! stays, and it comes to what one from scratch would come to.

use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use crate::config::{Scope, Settings};
use crate::cycles::class_graph::{ClassEdge, add_rings, add_weak, class_edges};
use crate::cycles::found::Found;
use crate::cycles::unmentioned::unmentioned;
use crate::cycles::{judge, possible, standing_pins, weak_owners};
use crate::heap::evaluate::Exit;
use crate::heap::executions::Executions;
use crate::heap::facts::{Declared, Facts};
use crate::heap::reads::Edited;
use crate::heap::relevance::{self, Neighbourhoods};
use crate::heap::revise::revise;
use crate::heap::schedule::{self, Before, Schedule};
use crate::heap::variants::{Change, Variants};
use crate::program::callgraph::Calls;
use crate::program::link;
use crate::program::model::{ClassId, FileId, FuncId, ParsedFile, Program};
use crate::program::{CallGraph, edited};
use crate::progress::Progress;
use crate::rules::cached_method::{self, CachedMethod, cached_methods};
use crate::rules::collector::{self, Site};
use crate::rules::finding::{Confidence, Finding};
use crate::rules::{hazard_report, pin_report, report};
use crate::syntax::ir::FileIr;

/// What came out.
#[derive(Debug, Default)]
pub struct Analysis {
    /// The linked program.
    pub program: Arc<Program>,
    /// Every ring that was proved, whether the configuration wants to see it or not.
    pub findings: Vec<Finding>,
    /// What bounds cut off, and how often.
    pub cut: Vec<(String, u64)>,
}

/// The classes that are, or inherit from, one of which the user says that it has a finalizer.
fn finalizers(program: &Program, settings: &Settings) -> FxHashSet<ClassId> {
    let names: FxHashSet<&str> = settings.finalizers.iter().map(String::as_str).collect();
    if names.is_empty() {
        return FxHashSet::default();
    }
    let classes = (0..program.classes.len() as u32).map(ClassId);
    classes
        .filter(|&class| {
            let info = program.class_info(class);
            let outside = info.external_bases.iter().map(|it| it.as_str());
            let mut inside = info.mro.iter().map(|&it| program.qualified_class(it));
            outside.into_iter().any(|it| names.contains(it))
                || inside.any(|it| names.contains(it.as_str()))
        })
        .collect()
}

/// Executes what is scheduled; `inspect` looks at what each function leaves behind.
fn execute<T: Send + Sync>(
    schedule: &Schedule<'_>,
    before: Option<Before<'_, T>>,
    declared: &Arc<Declared>,
    inspect: impl Fn(&mut Exit<'_>) -> Option<T> + Sync,
    progress: &dyn Progress,
) -> Executions<T> {
    progress.begin("analyzing", schedule.program.functions.len());
    let facts = Facts::new(Arc::clone(declared));
    let mut executions = schedule::execute_all(schedule, before, facts, inspect, |count| {
        for _ in 0..count {
            progress.step();
        }
    });
    executions.facts.index_holdings();
    executions
}

/// What the executions tell of calls.
fn known_calls(executions: &Executions<Found>, digests: &[Digest], found: &Found) -> judge::Calls {
    let unmentioned = digests.iter().flat_map(|it| it.unmentioned.iter().copied());
    judge::Calls {
        callers: executions.callers(),
        cut_short: executions.cut_short(),
        unmentioned: unmentioned.collect(),
        undone: found.undone.iter().copied().collect(),
    }
}

/// Which class of a program holds which: everything is executed, as for all rings.
pub fn class_graph(
    files: Vec<ParsedFile>,
    settings: &Settings,
    progress: &dyn Progress,
) -> (Program, Vec<ClassEdge>) {
    let program = link(files);
    let waves = CallGraph::of(&program).order();
    let schedule = Schedule {
        program: &program,
        variants: &Variants::of(&program),
        waves: &waves,
    };
    let declared = Arc::new(Declared::of(&program));
    let executions = execute(&schedule, None, &declared, Found::at, progress);
    let found = Found::join(executions.found());
    let facts = &executions.facts;
    let mut edges = class_edges(facts);
    let digests = Digest::of_all(&program);
    let calls = known_calls(&executions, &digests, &found);
    add_weak(&mut edges, found.weak);
    let finalizers = finalizers(&program, settings);
    let rings = judge::judge(&program, facts, &finalizers, &calls, found.rings);
    add_rings(&mut edges, &rings);
    (program, edges)
}

/// Finds the rings of a program.
pub fn analyze(files: Vec<ParsedFile>, settings: &Settings, progress: &dyn Progress) -> Analysis {
    Engine::new(files, settings, false).analyze(settings, progress)
}

/// A linked program, and what was found out about it before anything is executed.
pub struct Engine {
    program: Arc<Program>,
    declared: Arc<Declared>,
    variants: Variants,
    graph: CallGraph,
    /// In the scope of everything there are none.
    neighbourhoods: Option<Neighbourhoods>,
    /// Classes of which the user says that they have a finalizer.
    named: FxHashSet<ClassId>,
    plan: Plan,
    /// What syntax alone tells of each file.
    digests: Vec<Digest>,
    /// What was executed the last time.
    executions: Executions<Found>,
    /// If there is going to be a next time.
    kept: Option<Kept>,
}

/// What is kept for the next time.
struct Kept {
    calls: Calls,
    /// What is new since the last executions.
    edited: Edited,
    /// Whether other functions are to be executed by now.
    replan: bool,
}

/// What is to be executed, in which order.
struct Plan {
    waves: Vec<Vec<Vec<FuncId>>>,
    /// How many neighbourhoods were cut off, and calls into libraries.
    cut: u64,
    cut_libraries: u64,
}

impl Plan {
    fn of(program: &Program, graph: &CallGraph, near: Option<&Neighbourhoods>) -> Self {
        let relevant = match near {
            Some(near) => near.relevant(program, graph),
            None => relevance::all(program, graph),
        };
        Self {
            waves: graph.order_of(|it| relevant.chosen[it.0 as usize]),
            cut: relevant.cut,
            cut_libraries: relevant.cut_libraries,
        }
    }
}

/// What the syntax of a file tells.
#[derive(Default)]
struct Digest {
    unmentioned: Vec<FuncId>,
    cached_methods: Vec<CachedMethod>,
    collector: Vec<Site>,
}

impl Digest {
    fn of(program: &Program, file: FileId) -> Self {
        Self {
            unmentioned: unmentioned(program, file),
            cached_methods: cached_methods(program, file),
            collector: collector::sites(program, file),
        }
    }

    fn of_all(program: &Program) -> Vec<Self> {
        let files = (0..program.files.len() as u32).into_par_iter();
        files.map(|it| Self::of(program, FileId(it))).collect()
    }
}

impl Engine {
    /// Links a program; `keep` what makes the analysis after a change of a file fast.
    pub fn new(files: Vec<ParsedFile>, settings: &Settings, keep: bool) -> Self {
        let program = link(files);
        let calls = Calls::of(&program);
        let graph = calls.graph(&program);
        let kept = keep.then(|| Kept {
            calls,
            edited: Edited::default(),
            replan: true,
        });
        let declared = Declared::of(&program);
        let named = finalizers(&program, settings);
        let is_near_enough =
            settings.scope == Scope::Finalizers && settings.confidence == Confidence::Proven;
        let neighbourhoods =
            is_near_enough.then(|| Neighbourhoods::of(&program, &graph, &declared, &named));
        Self {
            plan: Plan::of(&program, &graph, neighbourhoods.as_ref()),
            variants: Variants::of(&program),
            digests: Digest::of_all(&program),
            declared: Arc::new(declared),
            program: Arc::new(program),
            graph,
            neighbourhoods,
            named,
            executions: Executions::default(),
            kept,
        }
    }

    /// The linked program.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Puts a new version of a file in the place of the old one. Whether that can be done: if not,
    /// the program has to be linked anew, and this engine is of no more use.
    pub fn replace(&mut self, file: FileId, ir: Arc<FileIr>) -> bool {
        let (Some(kept), Some(program)) = (&mut self.kept, Arc::get_mut(&mut self.program)) else {
            return false;
        };
        let Some(old) = program.replace(file, ir) else {
            return false;
        };
        let program = &*program;
        let (functions, classes) = edited(program, file, &old);
        kept.edited.functions.extend(functions);
        kept.edited.classes.extend(classes);
        if let Some(digest) = self.digests.get_mut(file.0 as usize) {
            *digest = Digest::of(program, file);
        }
        match self.variants.update(program, file) {
            Change::None => {}
            Change::Stores => kept.edited.stores = true,
            Change::Needed => {
                self.executions = Executions::default();
                kept.replan = true;
            }
        }
        let has_new_calls = kept.calls.update(program, file);
        let before =
            has_new_calls.then(|| std::mem::replace(&mut self.graph, kept.calls.graph(program)));
        let has_new_neighbours = self.neighbourhoods.as_mut().is_some_and(|it| {
            let graphs = (before.as_ref(), &self.graph);
            it.update(program, graphs, &self.declared, file)
        });
        if has_new_calls || has_new_neighbours {
            let plan = Plan::of(program, &self.graph, self.neighbourhoods.as_ref());
            kept.replan |= plan.waves != self.plan.waves;
            self.plan = plan;
        }
        true
    }

    /// Finds the rings of the program.
    pub fn analyze(&mut self, settings: &Settings, progress: &dyn Progress) -> Analysis {
        self.execute(progress);
        let executions = &self.executions;
        let cut = [
            (
                "parts of functions too large to be followed",
                executions.cut(),
            ),
            (
                "surroundings of finalizers of which only the nearest functions were executed",
                self.plan.cut,
            ),
            (
                "calls into libraries, too far away to be followed",
                self.plan.cut_libraries,
            ),
        ];
        let cut = cut.into_iter().filter(|it| it.1 > 0);
        Analysis {
            cut: cut.map(|(what, count)| (what.to_owned(), count)).collect(),
            findings: self.findings(executions, settings),
            program: Arc::clone(&self.program),
        }
    }

    /// Executes what there is to execute, unless that is kept and needs no more than to be brought
    /// up to date.
    fn execute(&mut self, progress: &dyn Progress) {
        let schedule = Schedule {
            program: &self.program,
            variants: &self.variants,
            waves: &self.plan.waves,
        };
        let Some(kept) = &mut self.kept else {
            self.executions = execute(&schedule, None, &self.declared, Found::at, progress);
            return;
        };
        let is_revised =
            !kept.replan && revise(&mut self.executions, &schedule, &kept.edited, &Found::at);
        if !is_revised {
            let before = Some(Before {
                executions: &self.executions,
                edited: &kept.edited,
            });
            self.executions = execute(&schedule, before, &self.declared, Found::at, progress);
            kept.replan = false;
        }
        kept.edited = Edited::default();
    }

    /// What the executions come to.
    fn findings(&self, executions: &Executions<Found>, settings: &Settings) -> Vec<Finding> {
        let program = &*self.program;
        let found = Found::join(executions.found());
        let facts = &executions.facts;
        let calls = known_calls(executions, &self.digests, &found);
        let rings = judge::judge(program, facts, &self.named, &calls, found.rings);
        let callers = &calls.callers;
        let mut findings = report::report(program, &rings);
        let pins = standing_pins::judge_pins(program, facts, callers, found.pins);
        findings.extend(pin_report::report_pins(program, &pins));
        let weak = weak_owners::used_in_finalizers(program, facts, found.weak);
        let hazards: Vec<_> = found.hazards.into_iter().chain(weak).collect();
        findings.extend(hazard_report::report_hazards(program, &hazards));
        let cached = self.digests.iter().flat_map(|it| &it.cached_methods);
        findings.extend(cached.map(|&it| cached_method::finding(program, it)));
        let sites = self.digests.iter().flat_map(|it| &it.collector);
        let sites: Vec<Site> = sites.copied().collect();
        collector::report(program, &sites, &mut findings);
        if asks_for_possible(program, settings) {
            let class_rings = possible::class_rings(program, facts);
            findings.extend(report::report_possible(program, &class_rings, &findings));
        }
        findings
    }
}

/// Whether rings that are only possible matter: they are wanted, or a comment may silence one.
fn asks_for_possible(program: &Program, settings: &Settings) -> bool {
    settings.confidence == Confidence::Possible
        || program.files.iter().any(|it| !it.ir.directives.is_empty())
}
