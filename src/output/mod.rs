//! Last stage: findings in the formats that people and programs read.
//!
//! Each format is one file with a `render` function from a [`Report`]. Nothing here decides what
//! is reported, and nothing before it prints.

mod concise;
mod dot;
mod full;
mod github;
mod gitlab;
pub mod graph;
mod grouped;
mod html;
mod json;
mod json_lines;
mod junit;
mod markup;
pub mod neutral;
mod ring_picture;
mod sarif;
mod snippet;
mod source_excerpt;
mod statistics;
mod summary;
#[cfg(test)]
mod tests;
mod trim;
mod words;
mod wrap;

use std::io;
use std::path::Path;
use std::sync::Arc;

use termcolor::WriteColor;

use crate::config::{ConfigError, OutputFormat};
use crate::program::model::{Place, Program};
use crate::rules::finding::{Confidence, Finding, Severity, Verdict};
use crate::source::{Position, Problem, Text, Texts};

pub use statistics::render as render_statistics;
pub use summary::{count, render as render_summary};

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
    /// What could not be read.
    pub problems: &'a [Problem],
    /// The directory that the formats for code hosts show paths relative to, absolute.
    pub repository: &'a Path,
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

    /// The path for a code host: relative to the repository where it lies below.
    fn repository_path(&self, place: Place) -> String {
        String::from_utf8_lossy(&self.repository_bytes(place)).into_owned()
    }

    /// The same as it is on disk, where names need not be text; with `/` between the parts.
    fn repository_bytes(&self, place: Place) -> Vec<u8> {
        let file = self.program.files.get(place.file.0 as usize);
        let below = file.and_then(|it| it.path.strip_prefix(self.repository).ok());
        let bytes = match below {
            Some(path) => path.as_os_str().as_encoded_bytes(),
            None => self.filename(place).as_bytes(),
        };
        let separator = std::path::MAIN_SEPARATOR as u8;
        let parts = bytes.iter();
        parts
            .map(|&it| if it == separator { b'/' } else { it })
            .collect()
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
        OutputFormat::Sarif => sarif::render(report, out),
        OutputFormat::Github => github::render(report, out),
        OutputFormat::Gitlab => gitlab::render(report, out),
        OutputFormat::Junit => junit::render(report, out),
        OutputFormat::Dot => dot::render(report, out),
        OutputFormat::Html => html::render(report, out),
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
    matches!(
        format,
        OutputFormat::Full | OutputFormat::Concise | OutputFormat::Grouped
    )
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
