//! The format `dot`: the rings as graphs, for Graphviz.

use std::io;

use termcolor::WriteColor;

use super::Report;
use super::neutral::neutralize;
use super::words::{headline, objects};
use crate::rules::finding::{Finding, Severity};

/// Writes one graph with a cluster for each ring.
pub(super) fn render(report: &Report<'_>, out: &mut dyn WriteColor) -> io::Result<()> {
    writeln!(out, "digraph cyclint {{")?;
    writeln!(
        out,
        "  graph [rankdir=LR, fontname=\"sans-serif\", labeljust=l];"
    )?;
    writeln!(
        out,
        "  node [shape=box, style=rounded, fontname=\"sans-serif\"];"
    )?;
    writeln!(out, "  edge [fontname=\"sans-serif\", fontsize=10];")?;
    let rings = report
        .fingerprinted()
        .filter(|(it, _)| !it.cycle.is_empty());
    for (idx, (finding, fingerprint)) in rings.enumerate() {
        cluster(report, idx, finding, fingerprint, out)?;
    }
    writeln!(out, "}}")
}

fn cluster(
    report: &Report<'_>,
    idx: usize,
    finding: &Finding,
    fingerprint: &str,
    out: &mut dyn WriteColor,
) -> io::Result<()> {
    let at = report.locate(finding.place);
    let title = format!(
        "{}:{}:{}: {} {}",
        at.filename,
        at.start.row,
        at.start.column,
        finding.code,
        headline(finding),
    );
    let color = match finding.severity {
        Severity::Info => "gray40",
        Severity::Warning => "darkorange3",
        Severity::Error => "red3",
    };
    writeln!(out, "  subgraph cluster_{idx} {{")?;
    writeln!(
        out,
        "    label={}; id={}; color={color};",
        quote(&title),
        quote(fingerprint)
    )?;
    let has_finalizer = |class: &str| {
        let mut finalizers = finding.finalizers.iter();
        finalizers.any(|it| it.class.rsplit('.').next() == Some(class))
    };
    let objects = objects(finding);
    for (step, object) in objects.iter().enumerate() {
        let mark = if has_finalizer(object) {
            ", peripheries=2, tooltip=\"has __del__\""
        } else {
            ""
        };
        let name = quote(object);
        writeln!(out, "    n{idx}_{step} [label={name}{mark}];")?;
    }
    for (step, reference) in finding.cycle.iter().enumerate() {
        let next = (step + 1) % objects.len();
        let at = report.locate(reference.place);
        let label = format!(
            "{}\n{}:{}",
            neutralize(&reference.via),
            neutralize(&at.filename),
            at.start.row
        );
        let style = if reference.weaken {
            ", style=dashed, color=red3, fontcolor=red3, tooltip=\"make this one weak\""
        } else {
            ""
        };
        let label = quote_lines(&label);
        writeln!(
            out,
            "    n{idx}_{step} -> n{idx}_{next} [label={label}{style}];"
        )?;
    }
    writeln!(out, "  }}")
}

/// A quoted string of the language: only `"` ends one, and `\` introduces escapes in labels.
pub(super) fn quote(text: &str) -> String {
    quote_lines(&neutralize(text))
}

/// The same for a text whose line breaks are meant, and which is neutral already.
fn quote_lines(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", escaped.replace('\n', "\\n"))
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn quoting() {
        assert_eq!(quote("a\"]; b\\n"), r#""a\"]; b\\n""#);
        assert_eq!(quote("a\u{1b}\n"), r#""a\\u{1b}\\u{a}""#);
    }
}
