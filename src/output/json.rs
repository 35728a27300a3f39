//! The format `json`: one array, for programs.
//!
//! The structs here are frozen: others rely on them. Fields may be added, none renamed or removed.

use std::io;

use serde::Serialize;
use termcolor::WriteColor;

use super::neutral::is_active;
use super::{Report, confidence_word, severity_word, verdict_word};
use crate::program::model::Place;
use crate::rules::finding::{Finalizer, Finding, Reference};
use crate::rules::registry::Rule;
use crate::source::Position;

/// A finding.
#[derive(Serialize)]
pub(super) struct JsonFinding<'a> {
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    confidence: &'static str,
    verdict: Option<&'static str>,
    message: &'a str,
    help: &'a str,
    filename: String,
    location: Position,
    end_location: Position,
    cycle: Vec<JsonReference<'a>>,
    finalizers: Vec<JsonFinalizer<'a>>,
    broken_by: Option<&'a str>,
    fix: Option<()>,
    fingerprint: &'a str,
    url: String,
}

/// A reference of the ring.
#[derive(Serialize)]
struct JsonReference<'a> {
    from: &'a str,
    via: &'a str,
    to: &'a str,
    filename: String,
    location: Position,
    end_location: Position,
}

/// A finalizer. One that is no Python code has no place.
#[derive(Serialize)]
struct JsonFinalizer<'a> {
    class: &'a str,
    filename: Option<String>,
    location: Option<Position>,
}

/// Writes the array.
pub(super) fn render(report: &Report<'_>, out: &mut dyn WriteColor) -> io::Result<()> {
    let findings: Vec<_> = report
        .fingerprinted()
        .map(|(finding, fingerprint)| JsonFinding::new(report, finding, fingerprint))
        .collect();
    let text = serde_json::to_string_pretty(&findings)?;
    writeln!(out, "{}", escape(&text))
}

/// Active characters as escapes: the same strings to a parser, harmless on a terminal. The
/// line breaks of the array itself stay; those in strings are escaped already.
pub(super) fn escape(json: &str) -> String {
    let mut result = String::with_capacity(json.len());
    for ch in json.chars() {
        if ch != '\n' && is_active(ch) {
            let mut units = [0; 2];
            for unit in ch.encode_utf16(&mut units) {
                result.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            result.push(ch);
        }
    }
    result
}

impl<'a> JsonFinding<'a> {
    /// The finding as it is written.
    pub(super) fn new(report: &Report<'_>, finding: &'a Finding, fingerprint: &'a str) -> Self {
        let location = report.locate(finding.place);
        let rule = Rule::by_code(finding.code);
        let references = finding.cycle.iter();
        let finalizers = finding.finalizers.iter();
        Self {
            code: finding.code,
            name: rule.map_or("", |it| it.name),
            severity: severity_word(finding.severity),
            confidence: confidence_word(finding.confidence),
            verdict: finding.verdict.map(verdict_word),
            message: &finding.message,
            help: &finding.help,
            filename: location.filename,
            location: location.start,
            end_location: location.end,
            cycle: references
                .map(|it| JsonReference::new(report, it))
                .collect(),
            finalizers: finalizers
                .map(|it| JsonFinalizer::new(report, it))
                .collect(),
            broken_by: finding.broken_by.as_deref(),
            fix: None,
            fingerprint,
            url: rule.map(Rule::url).unwrap_or_default(),
        }
    }
}

impl<'a> JsonReference<'a> {
    fn new(report: &Report<'_>, reference: &'a Reference) -> Self {
        let location = report.locate(reference.place);
        Self {
            from: &reference.from,
            via: &reference.via,
            to: &reference.to,
            filename: location.filename,
            location: location.start,
            end_location: location.end,
        }
    }
}

impl<'a> JsonFinalizer<'a> {
    fn new(report: &Report<'_>, finalizer: &'a Finalizer) -> Self {
        let location = finalizer.place.map(|it: Place| report.locate(it));
        Self {
            class: &finalizer.class,
            location: location.as_ref().map(|it| it.start),
            filename: location.map(|it| it.filename),
        }
    }
}
