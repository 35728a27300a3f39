//! The stages after lowering, run on all files: the one path through the analysis that the command
//! line and the language server share.

use rustc_hash::FxHashSet;

use crate::config::{Scope, Settings};
use crate::cycles::class_graph::{ClassEdge, add_rings, class_edges};
use crate::cycles::found::Found;
use crate::cycles::{judge, possible, search, standing_pins, weak_owners};
use crate::heap::evaluate::Exit;
use crate::heap::facts::Facts;
use crate::heap::schedule::Executed;
use crate::heap::{relevance, schedule};
use crate::program::CallGraph;
use crate::program::link;
use crate::program::model::{FuncId, ParsedFile, Program};
use crate::progress::Progress;
use crate::rules::finding::{Confidence, Finding};
use crate::rules::{cached_method, collector, hazard_report, pin_report, report};
use crate::syntax::Name;

/// What came out.
#[derive(Debug, Default)]
pub struct Analysis {
    /// The linked program.
    pub program: Program,
    /// Every ring that was proved, whether the configuration wants to see it or not.
    pub findings: Vec<Finding>,
    /// What bounds cut off, and how often.
    pub cut: Vec<(String, u64)>,
}

/// Classes outside the program that have a finalizer, as the user names them.
fn finalizers(settings: &Settings) -> FxHashSet<Name> {
    settings.finalizers.iter().map(|it| Name::new(it)).collect()
}

/// Executes the functions of `waves`; `inspect` looks at what each leaves behind.
fn execute<T: Send + Sync>(
    program: &Program,
    waves: &[Vec<Vec<FuncId>>],
    facts: Facts,
    inspect: impl Fn(&mut Exit<'_>) -> Option<T> + Sync,
    progress: &dyn Progress,
) -> Executed<T> {
    progress.begin("analyzing", program.functions.len());
    let mut executed = schedule::execute_all(program, waves, facts, inspect, |count| {
        for _ in 0..count {
            progress.step();
        }
    });
    executed.facts.index_holdings();
    executed
}

/// Which class of a program holds which: everything is executed, as for all rings.
pub fn class_graph(
    files: Vec<ParsedFile>,
    settings: &Settings,
    progress: &dyn Progress,
) -> (Program, Vec<ClassEdge>) {
    let program = link(files);
    let waves = CallGraph::of(&program).order();
    let facts = Facts::declared(&program);
    let executed = execute(&program, &waves, facts, search::rings, progress);
    let witnesses = executed.found.into_iter().flatten().collect();
    let (facts, finalizers) = (executed.facts, finalizers(settings));
    let mut edges = class_edges(&facts);
    let rings = judge::judge(&program, &facts, &finalizers, &executed.callers, witnesses);
    add_rings(&mut edges, &rings);
    (program, edges)
}

/// Finds the rings of a program.
pub fn analyze(files: Vec<ParsedFile>, settings: &Settings, progress: &dyn Progress) -> Analysis {
    let program = link(files);
    let graph = CallGraph::of(&program);
    let facts = Facts::declared(&program);
    let finalizers = finalizers(settings);
    let relevant = (settings.scope == Scope::Finalizers
        && settings.confidence == Confidence::Proven)
        .then(|| relevance::relevant(&program, &graph, &facts, &finalizers));
    let waves = match &relevant {
        Some(relevant) => graph.order_of(|it| relevant.chosen[it.0 as usize]),
        None => {
            let all = relevance::all(&program, &graph);
            graph.order_of(|it| all[it.0 as usize])
        }
    };
    let executed = execute(&program, &waves, facts, Found::at, progress);
    let found = Found::join(executed.found);
    let facts = executed.facts;
    let rings = judge::judge(
        &program,
        &facts,
        &finalizers,
        &executed.callers,
        found.rings,
    );
    let mut findings = report::report(&program, &rings);
    let pins = standing_pins::judge_pins(&program, &facts, &executed.callers, found.pins);
    findings.extend(pin_report::report_pins(&program, &pins));
    let mut hazards = found.hazards;
    hazards.extend(weak_owners::used_in_finalizers(
        &program, &facts, found.weak,
    ));
    findings.extend(hazard_report::report_hazards(&program, &hazards));
    findings.extend(cached_method::findings(&program));
    collector::report(&program, &mut findings);
    let class_rings = possible::class_rings(&program, &facts);
    findings.extend(report::report_possible(&program, &class_rings, &findings));
    let cut = [
        ("parts of functions too large to be followed", executed.cut),
        (
            "surroundings of finalizers of which only the nearest functions were executed",
            relevant.map_or(0, |it| it.cut),
        ),
    ];
    let cut = cut.into_iter().filter(|it| it.1 > 0);
    let cut = cut.map(|(what, count)| (what.to_owned(), count)).collect();
    Analysis {
        program,
        findings,
        cut,
    }
}
