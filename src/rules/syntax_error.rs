//! CYC001: what the parser rejected.

use crate::program::model::{FileId, Origin, Place, Program};
use crate::source::Texts;
use crate::syntax::ir::SyntaxError;

use super::finding::{Confidence, Finding, Severity};

/// One finding for each line with syntax errors in the files of the project. What the parser
/// stumbles over in the rest of a line is a consequence of the first mistake.
pub fn syntax_errors(program: &Program, texts: &Texts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (id, file) in (0..).map(FileId).zip(&program.files) {
        if file.origin != Origin::Project || file.ir.errors.is_empty() {
            continue;
        }
        let text = texts.get(&file.path);
        let mut errors: Vec<_> = file
            .ir
            .errors
            .iter()
            .map(|it| (text.lines.line(it.range.start().to_u32()), it))
            .collect();
        errors.sort_by_key(|(line, error)| (*line, error.range.start()));
        errors.dedup_by_key(|(line, _)| *line);
        findings.extend(errors.into_iter().map(|(_, it)| finding(id, it)));
    }
    findings
}

fn finding(file: FileId, error: &SyntaxError) -> Finding {
    Finding {
        code: "CYC001",
        severity: Severity::Error,
        confidence: Confidence::Proven,
        verdict: None,
        message: format!("syntax error: {}", uncapitalized(&error.message)),
        help: "the rest of the file is analyzed all the same".to_owned(),
        place: Place {
            file,
            range: error.range,
        },
        cycle: Vec::new(),
        notes: Vec::new(),
        finalizers: Vec::new(),
        broken_by: None,
        only_if_broken_shown: false,
        has_finalizer: false,
        signature: error.message.clone(),
    }
}

/// The parser's sentence as the end of ours. Abbreviations keep their capitals.
fn uncapitalized(message: &str) -> String {
    let mut chars = message.chars();
    match chars.next() {
        Some(first) if chars.clone().next().is_some_and(char::is_lowercase) => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => message.to_owned(),
    }
}
