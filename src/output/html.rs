//! The format `html`: one page that needs nothing else, to look at rings and their sources side by
//! side.
//!
//! All of it is in the markup: without scripts everything is shown, with them it can be filtered.
//! What comes from the analyzed code only ever becomes escaped text.

use std::collections::BTreeSet;
use std::io;

use termcolor::WriteColor;

use super::markup::{escape, escape_attribute, prose};
use super::ring_picture::ring_picture;
use super::source_excerpt::excerpts;
use super::words::{consequence, effect_of_breaking, headline, short};
use super::{Report, count, severity_word};
use crate::rules::finding::Finding;
use crate::rules::registry::Rule;

const STYLE: &str = include_str!("html/page.css");
const SCRIPT: &str = include_str!("html/page.js");

/// Nothing is loaded from anywhere, and no other script is run.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'";

/// Writes the page.
pub(super) fn render(report: &Report<'_>, out: &mut dyn WriteColor) -> io::Result<()> {
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <title>cyclint: {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n<header>\n\
         <h1>Reference cycles</h1>",
        total(report),
    )?;
    writeln!(out, "<p class=\"soft\">{}</p>", total(report))?;
    if !report.findings.is_empty() {
        form(report, out)?;
    }
    writeln!(out, "</header>\n<main id=\"findings\">")?;
    for problem in report.problems {
        writeln!(
            out,
            "<p class=\"error\" role=\"alert\">Not analyzed: <code>{}</code>: {}</p>",
            escape(&problem.path),
            escape(&problem.message)
        )?;
    }
    if report.findings.is_empty() && report.problems.is_empty() {
        writeln!(out, "<p>All checks passed!</p>")?;
    }
    for (number, (finding, fingerprint)) in (1..).zip(report.fingerprinted()) {
        article(report, number, finding, fingerprint, out)?;
    }
    writeln!(
        out,
        "</main>\n<footer class=\"soft\">\n<p>Made by cyclint {}. Keys: <kbd>j</kbd> and \
         <kbd>k</kbd> go from finding to finding, <kbd>/</kbd> searches, <kbd>Esc</kbd> in a \
         filter clears all.</p>\n</footer>\n<script>\n{SCRIPT}</script>\n</body>\n</html>",
        env!("CARGO_PKG_VERSION"),
    )
}

fn total(report: &Report<'_>) -> String {
    count(report.findings.len(), "finding")
}

/// The filters. Hidden until the script shows them, as they do nothing without it.
fn form(report: &Report<'_>, out: &mut dyn WriteColor) -> io::Result<()> {
    let mut rules = BTreeSet::new();
    let mut of_class = BTreeSet::new();
    let mut of_file = BTreeSet::new();
    for finding in report.findings {
        let name = Rule::by_code(finding.code).map_or("", |it| it.name);
        rules.insert((finding.code.to_owned(), format!("{} {name}", finding.code)));
        of_class.extend(classes(finding).into_iter().map(|it| (it.clone(), it)));
        let files = files(report, finding).into_iter();
        of_file.extend(files.map(|it| (it.clone(), it)));
    }
    writeln!(out, "<form hidden aria-label=\"Filter the findings\">")?;
    choice("Rule", "rule", &rules, out)?;
    choice("Class", "class", &of_class, out)?;
    choice("File", "file", &of_file, out)?;
    writeln!(
        out,
        "<label>Text<input type=\"search\" name=\"text\"></label>\n</form>\n\
         <p class=\"soft\" id=\"count\" role=\"status\"></p>"
    )
}

fn choice(
    title: &str,
    name: &str,
    options: &BTreeSet<(String, String)>,
    out: &mut dyn WriteColor,
) -> io::Result<()> {
    write!(
        out,
        "<label>{title}<select name=\"{name}\"><option value=\"\">all</option>"
    )?;
    for (value, text) in options {
        let value = escape_attribute(value);
        write!(out, "<option value=\"{value}\">{}</option>", escape(text))?;
    }
    writeln!(out, "</select></label>")
}

fn article(
    report: &Report<'_>,
    number: usize,
    finding: &Finding,
    fingerprint: &str,
    out: &mut dyn WriteColor,
) -> io::Result<()> {
    let lines = |items: Vec<String>| escape_attribute(&items.join("\n"));
    let at = report.locate(finding.place);
    let rule = Rule::by_code(finding.code).map_or("", |it| it.name);
    writeln!(
        out,
        "<article class=\"{}\" id=\"f{number}\" tabindex=\"-1\" aria-labelledby=\"f{number}-title\" \
         data-code=\"{}\" data-classes=\"{}\" data-files=\"{}\" data-fingerprint=\"{fingerprint}\">",
        severity_word(finding.severity),
        finding.code,
        lines(classes(finding)),
        lines(files(report, finding)),
    )?;
    writeln!(
        out,
        "<h2 id=\"f{number}-title\"><span class=\"code\">{}</span> {}</h2>",
        finding.code,
        prose(&headline(finding)),
    )?;
    writeln!(
        out,
        "<p class=\"where soft\"><code>{}:{}:{}</code> · {rule}</p>\n<div class=\"beside\">",
        escape(&at.filename),
        at.start.row,
        at.start.column,
    )?;
    if !finding.cycle.is_empty() {
        writeln!(
            out,
            "<div class=\"ring\">{}</div>",
            ring_picture(finding, number)
        )?;
    }
    writeln!(out, "<div>")?;
    excerpts(report, finding, number, out)?;
    writeln!(out, "</div>\n</div>")?;
    if !finding.help.is_empty() {
        writeln!(out, "<p class=\"help\">{}</p>", prose(&finding.help))?;
    }
    if let Some(method) = &finding.broken_by {
        let method = escape(method);
        let effect = effect_of_breaking(finding);
        writeln!(out, "<p>Calling <code>{method}</code> {effect}.</p>")?;
    }
    if let Some(consequence) = consequence(finding) {
        writeln!(
            out,
            "<details><summary>What this means</summary><p>{}</p></details>",
            prose(&consequence)
        )?;
    }
    writeln!(out, "</article>")
}

/// The classes on the ring and of its finalizers, without their modules.
fn classes(finding: &Finding) -> Vec<String> {
    let on_ring = finding.cycle.iter().map(|it| it.from.clone());
    let finalizers = finding.finalizers.iter().map(|it| short(&it.class));
    let classes: BTreeSet<_> = on_ring
        .filter(|it| !it.contains(' '))
        .chain(finalizers)
        .collect();
    classes.into_iter().collect()
}

/// The files that the finding shows.
fn files(report: &Report<'_>, finding: &Finding) -> Vec<String> {
    let places = finding.cycle.iter().map(|it| it.place);
    let files: BTreeSet<_> = std::iter::once(finding.place)
        .chain(places)
        .map(|it| report.filename(it).to_owned())
        .collect();
    files.into_iter().collect()
}
