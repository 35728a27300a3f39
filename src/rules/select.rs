//! Which findings are reported, and how they are graded.

use crate::config::{Scope, Settings};
use crate::program::model::{Origin, Program};
use crate::source::Texts;

use super::finding::{Confidence, Finding, Severity, Verdict};
use super::suppress::Suppressions;
use super::syntax_error::syntax_errors;
use super::unused_suppression::unused_suppressions;

/// Everything that is to be reported, sorted by file, position and code. `found` is what the
/// analysis of references came to; what concerns the sources themselves is added.
pub fn select(
    program: &Program,
    mut found: Vec<Finding>,
    settings: &Settings,
    texts: &Texts<'_>,
) -> Vec<Finding> {
    found.extend(syntax_errors(program, texts));
    let mut suppressions = Suppressions::collect(program);
    // Every finding is held against the comments, also one that the configuration hides: a
    // comment that silences it under another configuration is not useless.
    found.retain(|it| {
        let silenced = suppressions.silence(it, program, texts);
        !silenced && is_wanted(it, program, settings)
    });
    found.extend(unused(program, &mut suppressions, settings, texts));
    for finding in &mut found {
        grade(finding, settings);
    }
    sort(&mut found, program);
    found
}

fn unused(
    program: &Program,
    suppressions: &mut Suppressions,
    settings: &Settings,
    texts: &Texts<'_>,
) -> Vec<Finding> {
    let mut unused = unused_suppressions(program, suppressions, settings);
    unused.retain(|it| !suppressions.silence(it, program, texts));
    unused
}

fn is_wanted(finding: &Finding, program: &Program, settings: &Settings) -> bool {
    let Some(file) = program.files.get(finding.place.file.0 as usize) else {
        return false;
    };
    let is_ring = !finding.cycle.is_empty();
    file.origin == Origin::Project
        && settings.is_enabled(finding.code, &file.path)
        && finding.confidence >= settings.confidence
        && (!is_ring || finding.has_finalizer || settings.scope == Scope::All)
        && (!finding.only_if_broken_shown || settings.report_broken)
}

/// What the configuration makes of a finding: for Python before 3.4, a ring with a finalizer is
/// lost for good; a ring that something breaks is shown for knowledge.
fn grade(finding: &mut Finding, settings: &Settings) {
    // The finalizer of CYC108 is not on the ring, which is collected, and so it runs late.
    let is_on_ring = finding.has_finalizer && finding.code != "CYC108";
    let is_lost = is_on_ring
        && finding.verdict == Some(Verdict::Late)
        && !settings.target_version.frees_rings_with_finalizers();
    if is_lost {
        finding.verdict = Some(Verdict::Uncollectable);
        finding.message = finding.message.replacen("` runs late:", "` never runs:", 1);
        if finding.confidence == Confidence::Proven {
            finding.severity = Severity::Error;
        }
    }
    if finding.only_if_broken_shown {
        finding.severity = Severity::Info;
    }
}

fn sort(findings: &mut [Finding], program: &Program) {
    findings.sort_by_cached_key(|it| {
        let file = program.files.get(it.place.file.0 as usize);
        let display = file.map_or("", |it| it.display.as_str());
        let range = it.place.range;
        let position = (display, range.start(), it.code, range.end());
        (position, it.message.clone(), it.signature.clone())
    });
}
