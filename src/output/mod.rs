//! Last stage: findings in the formats that people and programs read.
//!
//! Each format is one file with a `render` function from a [`Report`]. Nothing here decides what
//! is reported, and nothing before it prints.

mod concise;
mod full;
mod grouped;
mod json;
mod json_lines;
pub mod neutral;
mod snippet;
mod statistics;
mod summary;
#[cfg(test)]
mod tests;
mod wrap;

use std::io;
use std::sync::Arc;

use termcolor::WriteColor;

use crate::config::{ConfigError, OutputFormat};
use crate::program::model::{Place, Program};
use crate::rules::finding::{Confidence, Finding, Severity, Verdict};
use crate::source::{Position, Text, Texts};

pub use statistics::render as render_statistics;
pub use summary::render as render_summary;

/// What is rendered.
pub struct Report<'a> {
    /// The program.
    pub program: &'a Program,
    /// The findings, sorted.
    pub findings: &'a [Finding],
    /// The fingerprint of each.
    pub fingerprints: &'a [String],
    /// The texts of the files.
    pub texts: &'a Texts<'a>,
}

/// A place as people see it.
struct Location {
    filename: String,
    start: Position,
    end: Position,
}

impl<'a> Report<'a> {
    fn locate(&self, place: Place) -> Location {
        let text = self.text(place);
        Location {
            filename: self.filename(place).to_owned(),
            start: text.position(place.range.start().to_u32()),
            end: text.position(place.range.end().to_u32()),
        }
    }

    fn filename(&self, place: Place) -> &'a str {
        let file = self.program.files.get(place.file.0 as usize);
        file.map_or("?", |it| it.display.as_str())
    }

    fn text(&self, place: Place) -> Arc<Text> {
        match self.program.files.get(place.file.0 as usize) {
            Some(file) => self.texts.get(&file.path),
            None => Arc::new(Text::new(String::new())),
        }
    }

    fn fingerprinted(&self) -> impl Iterator<Item = (&'a Finding, &'a str)> {
        let fingerprints = self.fingerprints.iter().map(String::as_str);
        self.findings.iter().zip(fingerprints)
    }
}

/// Writes the findings in a format.
///
/// # Errors
///
/// If the writer fails.
pub fn render(
    report: &Report<'_>,
    format: OutputFormat,
    out: &mut dyn WriteColor,
) -> io::Result<()> {
    match format {
        OutputFormat::Full => full::render(report, out),
        OutputFormat::Concise => concise::render(report, out),
        OutputFormat::Grouped => grouped::render(report, out),
        OutputFormat::Json => json::render(report, out),
        OutputFormat::JsonLines => json_lines::render(report, out),
    }
}

/// Writes a mistake in the configuration, with the line that it is on.
///
/// # Errors
///
/// If the writer fails.
pub fn render_config_error(error: &ConfigError, out: &mut dyn WriteColor) -> io::Result<()> {
    full::render_config_error(error, out)
}

/// Whether a format is for people: only those have colours and a summary.
pub fn is_for_people(format: OutputFormat) -> bool {
    match format {
        OutputFormat::Full | OutputFormat::Concise | OutputFormat::Grouped => true,
        OutputFormat::Json | OutputFormat::JsonLines => false,
    }
}

fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn confidence_word(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::Possible => "possible",
        Confidence::Proven => "proven",
    }
}

fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Late => "late",
        Verdict::Never => "never",
        Verdict::Uncollectable => "uncollectable",
    }
}
