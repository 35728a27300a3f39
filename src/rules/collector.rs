//! What a program does with the collector itself, and what that means for its rings.

use super::finding::{Finding, Note, Verdict};
use super::names::Values;
use super::{collector_debugging, collector_disabled};
use crate::program::model::{FileId, FuncId, Place, Program};
use crate::syntax::Name;
use crate::syntax::ir::{Arg, Const, Op, Var};

/// What is done with the collector.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// `gc.disable()`, `gc.set_threshold(0)`
    Disable,
    /// `gc.enable()`, `gc.set_threshold(700)`
    Enable,
    /// `gc.freeze()`
    Freeze,
    /// `gc.unfreeze()`
    Unfreeze,
    /// `gc.collect()`
    Collect,
    /// `gc.set_debug` with a flag that keeps what is found.
    KeepGarbage,
    /// Any other `gc.set_debug`.
    StopDebugging,
}

/// Where that is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site {
    pub(super) act: Act,
    pub(super) func: FuncId,
    pub(super) place: Place,
}

impl Site {
    /// Whether this one can undo `other`: it stands elsewhere, or after it.
    pub(super) fn may_follow(&self, other: &Self) -> bool {
        self.func != other.func || self.place.range.start() > other.place.range.start()
    }
}

/// Adds what is to be said of the collector, and to the rings what it means for them.
pub(crate) fn report(program: &Program, sites: &[Site], findings: &mut Vec<Finding>) {
    if sites.is_empty() {
        return;
    }
    let disabled = collector_disabled::findings(program, sites, findings);
    let is_disabled = sites
        .iter()
        .find(|it| it.act == Act::Disable && disabled.iter().any(|of| of.place == it.place));
    let collects = sites
        .iter()
        .find(|it| it.act == Act::Collect && !is_test(program, it.place));
    for ring in findings.iter_mut().filter(|it| is_ring(it)) {
        if let Some(site) = is_disabled {
            collector_disabled::raise(ring, site, collects.is_some());
        }
        if let Some(site) = collects {
            ring.notes.push(Note {
                place: site.place,
                message: "the program relies on this `gc.collect()` to break the ring".to_owned(),
            });
        }
    }
    findings.extend(disabled);
    findings.extend(collector_debugging::findings(sites));
}

/// Whether a finding is about a ring that waits for the collector.
pub(super) fn is_ring(finding: &Finding) -> bool {
    finding.verdict == Some(Verdict::Late) && finding.is_ring()
}

fn is_test(program: &Program, place: Place) -> bool {
    let file = program.files.get(place.file.0 as usize);
    file.is_none_or(|it| it.display.to_lowercase().contains("test"))
}

/// Everything that a file of the project does with the collector.
pub(crate) fn sites(program: &Program, file: FileId) -> Vec<Site> {
    let mut res = Vec::new();
    if program.is_library(file) {
        return res;
    }
    for func in program.functions_of(file) {
        if names_collector(program, func) {
            let values = Values::of(program, func);
            for inst in program.function(func).blocks.iter().flatten() {
                if let Some(act) = act(program, &values, &inst.op) {
                    let place = Place {
                        file,
                        range: inst.range,
                    };
                    res.push(Site { act, func, place });
                }
            }
        }
    }
    res
}

/// Whether a function has to do with `gc`, as far as names tell.
fn names_collector(program: &Program, func: FuncId) -> bool {
    let of_interest = |name: Name| {
        matches!(
            name.as_str(),
            "disable"
                | "enable"
                | "freeze"
                | "unfreeze"
                | "collect"
                | "set_debug"
                | "set_threshold"
        )
    };
    let file = program.file_of(func);
    let mut insts = program.function(func).blocks.iter().flatten();
    insts.any(|it| match it.op {
        Op::LoadAttr { name, .. } | Op::CallMethod { name, .. } => of_interest(name),
        Op::LoadGlobal { name, .. } => {
            of_interest(name)
                || matches!(
                    program.global(file, name),
                    crate::program::model::Binding::External(name) if name.as_str().starts_with("gc.")
                )
        }
        Op::Import { .. } => true,
        _ => false,
    })
}

fn act(program: &Program, values: &Values, op: &Op) -> Option<Act> {
    // A function that is handed over (`stack.callback(gc.enable)`) is going to be called.
    if let Op::LoadAttr { dst, .. } | Op::LoadGlobal { dst, .. } = *op {
        return match values.dotted(dst) {
            Some("gc.enable") => Some(Act::Enable),
            Some("gc.unfreeze") => Some(Act::Unfreeze),
            _ => None,
        };
    }
    let (name, args) = values.call(program, op)?;
    let first = args.first().and_then(|it| match *it {
        Arg::Positional(var) => Some(var),
        _ => None,
    });
    Some(match name.as_str() {
        "gc.disable" => Act::Disable,
        "gc.enable" => Act::Enable,
        "gc.freeze" => Act::Freeze,
        "gc.unfreeze" => Act::Unfreeze,
        "gc.collect" => Act::Collect,
        "gc.set_threshold" => {
            let zero = first.and_then(|it| values.constant(it)) == Some(Const::Int(0));
            if zero { Act::Disable } else { Act::Enable }
        }
        "gc.set_debug" => {
            if first.is_some_and(|it| values.any_part(it, &|it| keeps_garbage(values, it))) {
                Act::KeepGarbage
            } else {
                Act::StopDebugging
            }
        }
        _ => return None,
    })
}

/// `DEBUG_SAVEALL` is 32, and `DEBUG_LEAK` contains it (Modules/gcmodule.c).
fn keeps_garbage(values: &Values, var: Var) -> bool {
    const DEBUG_SAVEALL: i64 = 32;
    matches!(
        values.dotted(var),
        Some("gc.DEBUG_SAVEALL" | "gc.DEBUG_LEAK")
    ) || matches!(values.constant(var), Some(Const::Int(flags)) if flags & DEBUG_SAVEALL != 0)
}
