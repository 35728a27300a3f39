//! The last line of the formats for people.

use std::io::{self, Write};

use super::Report;

/// Writes how many findings there are. That there are none says nothing if not everything could
/// be read.
///
/// # Errors
///
/// If the writer fails.
pub fn render(report: &Report<'_>, is_complete: bool, out: &mut dyn Write) -> io::Result<()> {
    let rings = report.findings.iter().filter(|it| it.is_ring());
    let rings = rings.count();
    let others = report.findings.len() - rings;
    let rings_text = count(rings, "reference cycle");
    match (rings, others) {
        (0, 0) if is_complete => writeln!(out, "All checks passed!"),
        (0, 0) => writeln!(out, "Nothing found in the files that could be read."),
        (0, _) => writeln!(out, "Found {}.", count(others, "problem")),
        (_, 0) => writeln!(out, "Found {rings_text}."),
        _ => writeln!(
            out,
            "Found {rings_text} and {}.",
            count(others, "other problem")
        ),
    }
}

/// `1 finding`, `2 findings`.
pub fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}
