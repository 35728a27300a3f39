//! CYC002: a suppression comment that suppresses nothing.

use std::path::Path;

use ruff_text_size::TextRange;

use crate::config::Settings;
use crate::program::model::{FileId, Place, Program};

use super::finding::{Confidence, Finding, Severity};
use super::registry::RULES;
use super::suppress::{Style, Suppression, Suppressions, Target};

/// The rule's code.
pub const CODE: &str = "CYC002";

const REMOVE: &str = "remove it, so that it does not hide what comes later";

const CORRECT: &str =
    "correct it, as in `# cyclint: ignore[back-reference] reason`; it does nothing";

/// One finding for each part of a comment that silenced nothing or cannot be understood. What
/// concerns a rule that is switched off is left alone, and so is what may be meant for another
/// tool.
pub fn unused_suppressions(
    program: &Program,
    suppressions: &Suppressions,
    settings: &Settings,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, file) in suppressions.files() {
        let Some(parsed) = program.files.get(id.0 as usize) else {
            continue;
        };
        if !settings.is_enabled(CODE, &parsed.path) {
            continue;
        }
        let unused = file.suppressions.iter();
        let unused = unused.filter(|it| !it.used && could_be_used(it, settings, &parsed.path));
        let unused = unused.map(|it| (it.range, describe(it), REMOVE));
        let malformed = file.malformed.iter();
        let malformed = malformed.map(|it| (it.range, it.message.clone(), CORRECT));
        findings.extend(
            unused
                .chain(malformed)
                .map(|(range, message, help)| finding(id, range, message, help)),
        );
    }
    findings
}

/// Whether all that the suppression names was looked for.
fn could_be_used(suppression: &Suppression, settings: &Settings, path: &Path) -> bool {
    let looked_for = |code: &str| {
        let is_possible = code == "CYC110";
        settings.is_enabled(code, path)
            && (!is_possible || settings.confidence == Confidence::Possible)
    };
    match (suppression.style, suppression.target) {
        (_, Target::Rule(CODE)) => false,
        (_, Target::Rule(code)) => looked_for(code),
        (Style::Noqa, Target::All) => false,
        (_, Target::All) => {
            let mut rules = RULES.iter().map(|it| it.code);
            rules.all(|code| code == "CYC110" || looked_for(code))
        }
    }
}

fn describe(suppression: &Suppression) -> String {
    let place = match suppression.style {
        Style::FileIgnore => "in this file",
        Style::Ignore | Style::Noqa => "on this line",
    };
    match suppression.target {
        Target::All => format!("unused suppression: nothing is reported {place}"),
        Target::Rule(code) => format!("unused suppression: no {code} is reported {place}"),
    }
}

/// Whether the finding is about a part of a comment that can simply go: one that was understood.
pub fn is_removable(finding: &Finding) -> bool {
    finding.code == CODE && finding.message.starts_with("unused suppression")
}

fn finding(file: FileId, range: TextRange, message: String, help: &str) -> Finding {
    Finding {
        code: CODE,
        severity: Severity::Warning,
        confidence: Confidence::Proven,
        verdict: None,
        signature: message.clone(),
        message,
        help: help.to_owned(),
        place: Place { file, range },
        cycle: Vec::new(),
        notes: Vec::new(),
        finalizers: Vec::new(),
        broken_by: None,
        only_if_broken_shown: false,
        has_finalizer: false,
    }
}
