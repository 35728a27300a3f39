//! CYC402: the collector keeps what it finds, for debugging, and nobody tells it to stop.

use super::collector::{Act, Site};
use super::finding::{Confidence, Finding, Severity, Verdict};

/// The places that make the collector keep what it finds.
pub(super) fn findings(sites: &[Site]) -> Vec<Finding> {
    let stops = |site: &Site| {
        sites
            .iter()
            .any(|it| it.act == Act::StopDebugging && it.may_follow(site))
    };
    sites
        .iter()
        .filter(|it| it.act == Act::KeepGarbage && !stops(it))
        .map(finding)
        .collect()
}

fn finding(site: &Site) -> Finding {
    Finding {
        code: "CYC402",
        severity: Severity::Warning,
        confidence: Confidence::Proven,
        verdict: Some(Verdict::Never),
        message: "`gc.set_debug` makes the collector keep every cycle that it finds in \
                  `gc.garbage`, for as long as the process runs"
            .to_owned(),
        help: "remove it once the leak is found, or reset it with `gc.set_debug(0)` and \
               `gc.garbage.clear()`; `gc.DEBUG_STATS` alone keeps nothing"
            .to_owned(),
        place: site.place,
        cycle: Vec::new(),
        notes: Vec::new(),
        finalizers: Vec::new(),
        broken_by: None,
        only_if_broken_shown: false,
        has_finalizer: true,
        signature: "CYC402".to_owned(),
    }
}
