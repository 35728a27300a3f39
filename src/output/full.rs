//! The format `full`: every finding with its sources, explained.

use std::io;
use std::ops::Range;

use codespan_reporting::diagnostic::{Diagnostic, Label, LabelStyle, Severity as Level};
use codespan_reporting::term::{Config, emit_to_write_style};
use termcolor::WriteColor;

use crate::config::ConfigError;
use crate::program::model::FileId;
use crate::rules::finding::{Finding, Severity};
use crate::source::Text;

use super::Report;
use super::neutral::neutralize;
use super::snippet::Snippets;
use super::trim::TrimEnd;
use super::words::{Mark, chain, consequence, effect_of_breaking, headline, marks, shape};
use super::wrap::wrap;

/// Writes all findings.
pub(super) fn render(report: &Report<'_>, out: &mut dyn WriteColor) -> io::Result<()> {
    for finding in report.findings {
        let mut snippets = Snippets::default();
        let diagnostic = diagnostic(report, finding, &mut snippets);
        emit(&snippets, &diagnostic, out)?;
    }
    Ok(())
}

/// Writes a mistake in the configuration.
pub(super) fn render_config_error(error: &ConfigError, out: &mut dyn WriteColor) -> io::Result<()> {
    let mut snippets = Snippets::default();
    let mut diagnostic = Diagnostic::error();
    match &error.span {
        Some(span) => {
            let text = Text::new(error.text.clone());
            let (id, marks) = snippets.add(&error.origin, &text, std::slice::from_ref(span));
            let labels = marks.into_iter().map(|it| Label::primary(id, it));
            diagnostic = diagnostic
                .with_message(neutralize(&error.message))
                .with_labels(labels.collect());
        }
        None => diagnostic = diagnostic.with_message(neutralize(&error.to_string())),
    }
    if let Some(help) = &error.help {
        diagnostic = diagnostic.with_note(wrap(&format!("help: {}", neutralize(help))));
    }
    emit(&snippets, &diagnostic, out)
}

fn emit(
    snippets: &Snippets,
    diagnostic: &Diagnostic<usize>,
    out: &mut dyn WriteColor,
) -> io::Result<()> {
    use codespan_reporting::files::Error;
    let config = Config::default();
    let mut out = TrimEnd::new(out);
    emit_to_write_style(&mut out, &config, snippets, diagnostic).map_err(|error| match error {
        Error::Io(error) => error,
        other => io::Error::other(other),
    })
}

fn diagnostic(
    report: &Report<'_>,
    finding: &Finding,
    snippets: &mut Snippets,
) -> Diagnostic<usize> {
    let level = match finding.severity {
        Severity::Info => Level::Note,
        Severity::Warning => Level::Warning,
        Severity::Error => Level::Error,
    };
    Diagnostic::new(level)
        .with_code(finding.code)
        .with_message(headline(finding))
        .with_labels(labels(report, marks(finding), snippets))
        .with_notes(notes(finding))
}

/// The labels, with the snippets that they are in. The file of the finding comes first.
fn labels(report: &Report<'_>, marks: Vec<Mark>, snippets: &mut Snippets) -> Vec<Label<usize>> {
    let mut files: Vec<FileId> = Vec::new();
    for mark in &marks {
        if !files.contains(&mark.place.file) {
            files.push(mark.place.file);
        }
    }
    let mut labels = Vec::new();
    for file in files {
        let of_file: Vec<_> = marks.iter().filter(|it| it.place.file == file).collect();
        let Some(first) = of_file.first() else {
            continue;
        };
        let text = report.text(first.place);
        let ranges: Vec<Range<usize>> = of_file.iter().map(|it| it.place.range.into()).collect();
        let (id, shown) = snippets.add(report.filename(first.place), &text, &ranges);
        labels.extend(of_file.iter().zip(shown).map(|(mark, range)| {
            let style = if mark.is_primary {
                LabelStyle::Primary
            } else {
                LabelStyle::Secondary
            };
            Label::new(style, id, range).with_message(&mark.text)
        }));
    }
    labels
}

fn notes(finding: &Finding) -> Vec<String> {
    let mut notes = Vec::new();
    if !finding.cycle.is_empty() {
        let shape = shape(finding);
        notes.push(format!("{shape}: {}", chain(&finding.cycle)));
    }
    if let Some(consequence) = consequence(finding) {
        notes.push(wrap(&consequence));
    }
    if let Some(method) = &finding.broken_by {
        let method = neutralize(method);
        let effect = effect_of_breaking(finding);
        notes.push(wrap(&format!("calling `{method}` {effect}")));
    }
    if !finding.help.is_empty() {
        let lines = finding.help.lines().map(neutralize).collect::<Vec<_>>();
        notes.push(wrap(&format!("help: {}", lines.join("\n"))));
    }
    notes.push(format!("`cyclint rule {}` explains more", finding.code));
    notes
}
