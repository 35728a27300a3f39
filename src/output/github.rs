//! The format `github`: workflow commands that GitHub shows as annotations of a commit.
//!
//! <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>; how values are
//! escaped is in `packages/core/src/command.ts` of `actions/toolkit`.

use std::io;

use termcolor::WriteColor;

use super::neutral::{self, is_active};
use super::words::{chain, headline, marks, shape};
use super::{Location, Report};
use crate::rules::finding::{Finding, Severity};

/// Writes a command for each finding. What belongs to it in other places follows as lines of the
/// message: a command has one place only.
pub(super) fn render(report: &Report<'_>, out: &mut dyn WriteColor) -> io::Result<()> {
    for finding in report.findings {
        let location = report.locate(finding.place);
        let command = match finding.severity {
            Severity::Info => "notice",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        writeln!(
            out,
            "::{command} title={},file={},{}::{}",
            property(&format!("cyclint ({})", finding.code)),
            property(&report.repository_path(finding.place)),
            position(&location),
            data(&message(report, finding)),
        )?;
    }
    Ok(())
}

/// Columns are not allowed where the lines differ.
fn position(location: &Location) -> String {
    let (start, end) = (location.start, location.end);
    if start.row == end.row {
        format!(
            "line={},endLine={},col={},endColumn={}",
            start.row, end.row, start.column, end.column
        )
    } else {
        format!("line={},endLine={}", start.row, end.row)
    }
}

fn message(report: &Report<'_>, finding: &Finding) -> String {
    let mut lines = vec![format!("{} {}", finding.code, headline(finding))];
    for mark in marks(finding) {
        if mark.text.is_empty() {
            continue;
        }
        let start = report.locate(mark.place).start;
        let path = report.repository_path(mark.place);
        let path = neutral::neutralize(&path);
        lines.push(format!(
            "{path}:{}:{}: {}",
            start.row, start.column, mark.text
        ));
    }
    if !finding.cycle.is_empty() {
        let shape = shape(finding);
        lines.push(format!("{shape}: {}", chain(&finding.cycle)));
    }
    if !finding.help.is_empty() {
        lines.push(format!("help: {}", finding.help));
    }
    lines.join("\n")
}

/// The text of a command.
fn data(text: &str) -> String {
    escape(text, |_| false)
}

/// A property of a command, which `:` and `,` would end.
fn property(text: &str) -> String {
    escape(text, |ch| matches!(ch, ':' | ','))
}

fn escape(text: &str, also: fn(char) -> bool) -> String {
    let mut result = String::with_capacity(text.len() + 16);
    for ch in text.chars() {
        if matches!(ch, '%' | '\r' | '\n') || also(ch) {
            result.push_str(&format!("%{:02X}", u32::from(ch)));
        } else if is_active(ch) {
            neutral::push(&mut result, ch);
        } else {
            result.push(ch);
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::{data, property};

    #[test]
    fn escaping() {
        assert_eq!(property("a,b:c%\n"), "a%2Cb%3Ac%25%0A");
        assert_eq!(data("50%: a,b\r\n\u{1b}"), "50%25: a,b%0D%0A\\u{1b}");
    }
}
