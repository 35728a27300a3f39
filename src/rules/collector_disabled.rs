//! CYC401: the collector is switched off, and not on again.

use super::collector::{Act, Site, is_ring};
use super::finding::{Confidence, Finding, Note, Severity, Verdict};
use crate::program::model::Program;

/// Rings that are named in one finding.
const MAX_RINGS: usize = 5;

/// The places that switch the collector off for good. `rings` are the findings so far.
pub(super) fn findings(program: &Program, sites: &[Site], rings: &[Finding]) -> Vec<Finding> {
    let undoes = |site: &Site, by: &[Act]| {
        sites
            .iter()
            .any(|it| by.contains(&it.act) && it.may_follow(site))
    };
    let for_good = sites.iter().filter(|it| match it.act {
        Act::Disable => !undoes(it, &[Act::Enable]),
        // What is frozen before a fork is thawed, or meant to stay, where the collector goes on.
        Act::Freeze => !undoes(it, &[Act::Unfreeze, Act::Enable]),
        _ => false,
    });
    let collects = sites.iter().find(|it| it.act == Act::Collect);
    for_good
        .map(|site| finding(program, site, rings, collects))
        .collect()
}

fn finding(
    program: &Program,
    site: &Site,
    findings: &[Finding],
    collects: Option<&Site>,
) -> Finding {
    let rings: Vec<&Finding> = findings.iter().filter(|it| is_ring(it)).collect();
    let frozen = site.act == Act::Freeze;
    let what = if frozen {
        "`gc.freeze()` without `gc.unfreeze()`: what is on a cycle by then is never collected"
    } else {
        "the collector is switched off and not on again: nothing frees what is on a cycle"
    };
    let count = match rings.len() {
        0 => String::new(),
        1 => "; 1 cycle of this program is known".to_owned(),
        more => format!("; {more} cycles of this program are known"),
    };
    let mut notes: Vec<Note> = rings
        .iter()
        .take(MAX_RINGS)
        .map(|it| Note {
            place: it.place,
            message: format!("never collected: {}", it.message),
        })
        .collect();
    if let Some(site) = collects {
        notes.push(Note {
            place: site.place,
            message: "only this `gc.collect()` frees what is on a cycle".to_owned(),
        });
    }
    let function = program.qualified_function(site.func);
    Finding {
        code: "CYC401",
        severity: Severity::Warning,
        confidence: Confidence::Proven,
        verdict: Some(Verdict::Never),
        message: format!("{what}{count}"),
        help: "break the cycles and switch the collector on again (`gc.enable()`, in a `finally` \
               if it was off for a while only); the documentation of `gc` allows to do without it \
               where the program makes no reference cycles"
            .to_owned(),
        place: site.place,
        cycle: Vec::new(),
        notes,
        finalizers: Vec::new(),
        broken_by: None,
        only_if_broken_shown: false,
        has_finalizer: true,
        signature: format!("CYC401 {function} {:?}", site.act),
    }
}

/// What a ring costs where the collector is off.
pub(super) fn raise(ring: &mut Finding, site: &Site, collects: bool) {
    ring.notes.push(Note {
        place: site.place,
        message: "the collector is switched off here".to_owned(),
    });
    if !collects && !ring.only_if_broken_shown {
        ring.verdict = Some(Verdict::Never);
        ring.message = ring
            .message
            .replacen("` runs late:", "` does not run before the process ends:", 1)
            .replacen("freed late:", "never freed, the collector is off:", 1);
    }
}
