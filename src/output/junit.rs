//! The format `junit`: a suite for each file, a failed test case for each finding.
//!
//! The elements and attributes are those of `junit-10.xsd`, the schema of Jenkins' xUnit plugin.

use std::io;

use termcolor::WriteColor;

use super::Report;
use super::markup::{escape, escape_attribute};
use super::words::{chain, headline, marks, shape};
use crate::rules::finding::Finding;
use crate::rules::registry::Rule;

/// A file with its test cases, which are XML already.
struct Suite {
    name: String,
    cases: Vec<String>,
    failures: usize,
    errors: usize,
}

/// Writes the document. Where there is nothing to report, it has one test case that passed: some
/// readers take a report without any for a broken one.
pub(super) fn render(report: &Report<'_>, out: &mut dyn WriteColor) -> io::Result<()> {
    let mut suites = suites(report);
    if suites.is_empty() {
        suites.push(Suite {
            name: "cyclint".to_owned(),
            cases: vec!["<testcase name=\"No errors found\" classname=\"cyclint\"/>".to_owned()],
            failures: 0,
            errors: 0,
        });
    }
    let sum = |count: fn(&Suite) -> usize| suites.iter().map(count).sum::<usize>();
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<testsuites name="cyclint" tests="{}" failures="{}" errors="{}">"#,
        sum(|it| it.cases.len()),
        sum(|it| it.failures),
        sum(|it| it.errors),
    )?;
    for suite in &suites {
        writeln!(
            out,
            r#"  <testsuite name="{}" tests="{}" failures="{}" errors="{}" skipped="0">"#,
            escape_attribute(&suite.name),
            suite.cases.len(),
            suite.failures,
            suite.errors,
        )?;
        for case in &suite.cases {
            writeln!(out, "    {case}")?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

fn suites(report: &Report<'_>) -> Vec<Suite> {
    let mut suites: Vec<Suite> = Vec::new();
    for finding in report.findings {
        let name = report.filename(finding.place);
        if suites.last().is_none_or(|it| it.name != name) {
            suites.push(Suite {
                name: name.to_owned(),
                cases: Vec::new(),
                failures: 0,
                errors: 0,
            });
        }
        if let Some(suite) = suites.last_mut() {
            suite.failures += 1;
            suite.cases.push(case(report, finding));
        }
    }
    suites.extend(report.problems.iter().map(|it| Suite {
        name: it.path.clone(),
        cases: vec![format!(
            r#"<testcase name="readable" classname="{}"><error type="unreadable" message="{}"/></testcase>"#,
            escape_attribute(&it.path),
            escape_attribute(&it.message),
        )],
        failures: 0,
        errors: 1,
    }));
    suites
}

fn case(report: &Report<'_>, finding: &Finding) -> String {
    let location = report.locate(finding.place);
    let rule = Rule::by_code(finding.code).map_or("", |it| it.name);
    let mut lines = vec![format!(
        "{}:{}:{}: {} {}",
        location.filename,
        location.start.row,
        location.start.column,
        finding.code,
        headline(finding),
    )];
    for mark in marks(finding).iter().filter(|it| !it.text.is_empty()) {
        let at = report.locate(mark.place);
        let (row, column) = (at.start.row, at.start.column);
        lines.push(format!("{}:{row}:{column}: {}", at.filename, mark.text));
    }
    if !finding.cycle.is_empty() {
        let shape = shape(finding);
        lines.push(format!("{shape}: {}", chain(&finding.cycle)));
    }
    if !finding.help.is_empty() {
        lines.push(format!("help: {}", finding.help));
    }
    format!(
        "<testcase name=\"{} {rule} at {}:{}\" classname=\"{}\">\n      \
         <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>",
        finding.code,
        location.start.row,
        location.start.column,
        escape_attribute(&location.filename),
        finding.code,
        escape_attribute(&headline(finding)),
        escape(&lines.join("\n")),
    )
}
