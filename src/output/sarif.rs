//! The format `sarif`: the Static Analysis Results Interchange Format, version 2.1.0.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>. Only what cyclint has to say
//! is here: the rules with their pages, and for each finding its ring as a code flow, which GitHub
//! shows step by step.

use std::io;

use serde::Serialize;
use serde_json::{Value, json};
use termcolor::WriteColor;

use super::json::escape;
use super::words::{chain, headline, marks, shape, step_text};
use super::{Report, confidence_word, verdict_word};
use crate::program::model::Place;
use crate::rules::finding::{Finding, Severity};
use crate::rules::registry::{RULES, Rule};

/// The name of the directory that URIs are relative to: the root of the repository, or where the
/// analyzer was started.
const ROOT: &str = "%SRCROOT%";

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// A place with what is said about it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Value>,
}

/// Writes the log.
pub(super) fn render(report: &Report<'_>, out: &mut dyn WriteColor) -> io::Result<()> {
    let results: Vec<_> = report
        .fingerprinted()
        .map(|(finding, fingerprint)| result(report, finding, fingerprint))
        .collect();
    let notifications: Vec<_> = report
        .problems
        .iter()
        .map(|it| json!({ "level": "error", "message": { "text": format!("{}: {}", it.path, it.message) } }))
        .collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver() },
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {
                ROOT: { "description": { "text": "the root of the checked-out sources" } }
            },
            "invocations": [{
                "executionSuccessful": report.problems.is_empty(),
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    });
    let text = serde_json::to_string_pretty(&log)?;
    writeln!(out, "{}", escape(&text))
}

fn driver() -> Value {
    let mut driver = json!({
        "name": "cyclint",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": RULES.iter().map(rule).collect::<Vec<_>>(),
    });
    set_uri(&mut driver, "informationUri", env!("CARGO_PKG_REPOSITORY"));
    driver
}

fn rule(rule: &Rule) -> Value {
    let page = rule.page();
    let mut value = json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": page.section("What it does").unwrap_or(rule.summary) },
        "help": { "text": page.body, "markdown": page.body },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": {
            "tags": ["memory", "reference-cycle"],
            "precision": if rule.is_possible() { "medium" } else { "very-high" },
            "problem.severity": match rule.severity {
                Severity::Info => "recommendation",
                Severity::Warning => "warning",
                Severity::Error => "error",
            },
        },
    });
    set_uri(&mut value, "helpUri", &rule.url());
    value
}

/// Sets a property that has to be an absolute URI, if it is one.
fn set_uri(value: &mut Value, key: &str, uri: &str) {
    if uri.contains("://")
        && let Some(object) = value.as_object_mut()
    {
        object.insert(key.to_owned(), uri.into());
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn result(report: &Report<'_>, finding: &Finding, fingerprint: &str) -> Value {
    let mut value = json!({
        "ruleId": finding.code,
        "level": level(finding.severity),
        "message": message(&text(finding)),
        "locations": [Location {
            id: None,
            physical_location: physical(report, finding.place),
            message: None,
        }],
        "partialFingerprints": { "cyclint/v1": fingerprint },
        "properties": {
            "confidence": confidence_word(finding.confidence),
            "verdict": finding.verdict.map(verdict_word),
            "finalizers": finding.finalizers.iter().map(|it| &it.class).collect::<Vec<_>>(),
            "brokenBy": finding.broken_by,
        },
    });
    if let Some(object) = value.as_object_mut() {
        if let Some(index) = RULES.iter().position(|it| it.code == finding.code) {
            object.insert("ruleIndex".to_owned(), index.into());
        }
        let related = related(report, finding);
        if !related.is_empty() {
            object.insert("relatedLocations".to_owned(), json!(related));
        }
        if !finding.cycle.is_empty() {
            object.insert("codeFlows".to_owned(), json!([code_flow(report, finding)]));
        }
    }
    value
}

fn text(finding: &Finding) -> String {
    let mut parts = vec![headline(finding)];
    if !finding.cycle.is_empty() {
        let shape = match shape(finding) {
            "ring" => "Ring",
            _ => "Held by",
        };
        parts.push(format!("{shape}: {}", chain(&finding.cycle)));
    }
    if !finding.help.is_empty() {
        parts.push(format!("Help: {}", finding.help));
    }
    parts.join("\n")
}

/// A message. `[text](target)` is a link in one (3.11.6), so a bracket that begins one by chance,
/// in a key of a dictionary say, is escaped.
fn message(text: &str) -> Value {
    let text = if text.contains("](") {
        text.replace('[', "\\[").replace(']', "\\]")
    } else {
        text.to_owned()
    };
    json!({ "text": text })
}

/// The ring as steps, in the order of its references.
fn code_flow(report: &Report<'_>, finding: &Finding) -> Value {
    let steps = (1..).zip(&finding.cycle).map(|(step, reference)| {
        let location = Location {
            id: None,
            physical_location: physical(report, reference.place),
            message: Some(message(&step_text(finding, step, reference))),
        };
        json!({ "location": location, "executionOrder": step })
    });
    json!({ "threadFlows": [{ "locations": steps.collect::<Vec<_>>() }] })
}

/// Every place that has to do with the finding, each once.
fn related(report: &Report<'_>, finding: &Finding) -> Vec<Location> {
    let mut places: Vec<(Place, String)> = Vec::new();
    for mark in marks(finding) {
        if mark.text.is_empty() {
            continue;
        }
        match places.iter_mut().find(|(place, _)| *place == mark.place) {
            Some((_, text)) => {
                text.push_str("; ");
                text.push_str(&mark.text);
            }
            None => places.push((mark.place, mark.text)),
        }
    }
    (1..)
        .zip(places)
        .map(|(id, (place, text))| Location {
            id: Some(id),
            physical_location: physical(report, place),
            message: Some(message(&text)),
        })
        .collect()
}

fn physical(report: &Report<'_>, place: Place) -> Value {
    let location = report.locate(place);
    let (start, end) = (location.start, location.end);
    json!({
        "artifactLocation": artifact(report, place),
        "region": {
            "startLine": start.row,
            "startColumn": start.column,
            "endLine": end.row,
            "endColumn": end.column,
        },
    })
}

/// The file, by a URI that is relative to the root; one that lies elsewhere by an absolute one.
fn artifact(report: &Report<'_>, place: Place) -> Value {
    let path = report.repository_bytes(place);
    match path.strip_prefix(b"/") {
        Some(_) => json!({ "uri": format!("file://{}", percent_encode(&path)) }),
        None => json!({ "uri": percent_encode(&path), "uriBaseId": ROOT }),
    }
}

/// A path as that of a URI (RFC 3986): what is not unreserved is encoded, `/` stays.
fn percent_encode(path: &[u8]) -> String {
    let mut uri = String::with_capacity(path.len());
    for &byte in path {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::{message, percent_encode};

    #[test]
    fn paths_in_uris() {
        assert_eq!(percent_encode(b"a b/c:d#e?.py"), "a%20b/c%3Ad%23e%3F.py");
        assert_eq!(percent_encode("é%\u{ff}".as_bytes()), "%C3%A9%25%C3%BF");
        assert_eq!(percent_encode(b"\xff\n"), "%FF%0A");
    }

    #[test]
    fn no_accidental_links() {
        let text = |it: &str| message(it)["text"].as_str().map(str::to_owned);
        assert_eq!(text("a[0]").as_deref(), Some("a[0]"));
        assert_eq!(text("x[y](z)").as_deref(), Some("x\\[y\\](z)"));
    }
}
