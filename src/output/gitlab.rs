//! The format `gitlab`: a Code Quality report.
//!
//! <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>

use std::io;

use serde::Serialize;
use termcolor::WriteColor;

use super::Report;
use super::json::escape;
use super::words::headline;
use crate::rules::finding::{Finding, Severity};
use crate::rules::registry::Rule;

#[derive(Serialize)]
struct Issue<'a> {
    r#type: &'static str,
    check_name: &'static str,
    description: String,
    categories: [&'static str; 1],
    severity: &'static str,
    fingerprint: &'a str,
    location: IssueLocation,
}

#[derive(Serialize)]
struct IssueLocation {
    path: String,
    lines: Span<u32>,
    positions: Span<LineColumn>,
}

#[derive(Serialize)]
struct Span<T> {
    begin: T,
    end: T,
}

#[derive(Serialize)]
struct LineColumn {
    line: u32,
    column: u32,
}

/// Writes the array.
pub(super) fn render(report: &Report<'_>, out: &mut dyn WriteColor) -> io::Result<()> {
    let issues: Vec<_> = report
        .fingerprinted()
        .map(|(finding, fingerprint)| issue(report, finding, fingerprint))
        .collect();
    let text = serde_json::to_string_pretty(&issues)?;
    writeln!(out, "{}", escape(&text))
}

fn issue<'a>(report: &Report<'_>, finding: &Finding, fingerprint: &'a str) -> Issue<'a> {
    let location = report.locate(finding.place);
    let (start, end) = (location.start, location.end);
    Issue {
        r#type: "issue",
        check_name: Rule::by_code(finding.code).map_or(finding.code, |it| it.name),
        // GitLab shows the description alone.
        description: format!("{}: {}", finding.code, headline(finding)),
        categories: ["Bug Risk"],
        severity: match finding.severity {
            Severity::Info => "info",
            Severity::Warning => "major",
            Severity::Error => "critical",
        },
        fingerprint,
        location: IssueLocation {
            path: report.repository_path(finding.place),
            lines: Span {
                begin: start.row,
                end: end.row,
            },
            positions: Span {
                begin: LineColumn {
                    line: start.row,
                    column: start.column,
                },
                end: LineColumn {
                    line: end.row,
                    column: end.column,
                },
            },
        },
    }
}
