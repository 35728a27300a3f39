//! The format `json-lines`: the objects of `json`, one a line.

use std::io;

use termcolor::WriteColor;

use super::Report;
use super::json::{JsonFinding, escape};

/// Writes the lines.
pub(super) fn render(report: &Report<'_>, out: &mut dyn WriteColor) -> io::Result<()> {
    for (finding, fingerprint) in report.fingerprinted() {
        let text = serde_json::to_string(&JsonFinding::new(report, finding, fingerprint))?;
        writeln!(out, "{}", escape(&text))?;
    }
    Ok(())
}
