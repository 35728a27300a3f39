//! What is said about the place under the pointer.

use gen_lsp_types::{Contents, Hover, HoverParams, MarkupContent, MarkupKind, Range};
use ruff_text_size::TextSize;
use serde_json::Value;

use super::main_loop::Server;
use super::position::Encoding;
use super::snapshot::{Item, link};
use crate::output::neutral::neutralize;
use crate::rules::registry::Rule;
use crate::rules::suppress::{FileSuppressions, Target};
use crate::source::Text;
use crate::syntax::{SourceKind, lower};

/// Answers the request; null if there is nothing to say.
pub(super) fn hover(server: &Server, params: &HoverParams) -> Value {
    let place = &params.text_document_position_params;
    let uri = &place.text_document.uri;
    let encoding = server.capabilities.encoding;
    let document = server.documents.get(uri);
    let on_comment = document.and_then(|it| {
        let offset = encoding.offset(&it.text, place.position);
        rule_in_comment(&it.text, offset, encoding)
    });
    let markdown = server.capabilities.markdown;
    let (text, range) = match on_comment {
        Some((rule, range)) => (rule_page(rule, markdown), range),
        None => {
            let found = server.snapshot.at(uri, place.position);
            let Some((_, range)) = found.first() else {
                return Value::Null;
            };
            let texts: Vec<_> = found.iter().map(|(item, _)| ring(item, markdown)).collect();
            (texts.join("\n\n---\n\n"), *range)
        }
    };
    let kind = if markdown {
        MarkupKind::Markdown
    } else {
        MarkupKind::PlainText
    };
    let hover = Hover {
        contents: Contents::MarkupContent(MarkupContent::new(kind, text)),
        range: Some(range),
    };
    serde_json::to_value(hover).unwrap_or_default()
}

/// The rule that a suppression comment names at an offset.
fn rule_in_comment(
    text: &Text,
    offset: usize,
    encoding: Encoding,
) -> Option<(&'static Rule, Range)> {
    let content = text.content.as_str();
    let line = text.lines.line(offset as u32);
    let shown = content.get(text.lines.line_range(content, line))?;
    let lower_case = shown.to_ascii_lowercase();
    if !lower_case.contains("cyclint:") && !lower_case.contains("noqa") {
        return None;
    }
    let at = TextSize::new(offset as u32);
    let directives = lower(content, SourceKind::Notebook).directives;
    let comments = directives
        .iter()
        .filter(|it| it.range.contains_inclusive(at));
    for comment in comments {
        let parsed = FileSuppressions::parse(std::slice::from_ref(comment));
        let named = parsed.suppressions.iter().filter_map(|it| match it.target {
            Target::Rule(code) => Some((code, it.range)),
            Target::All => None,
        });
        let named: Vec<_> = named.collect();
        // On the name itself, or anywhere in a comment that names only one.
        let meant = named.iter().find(|(_, range)| range.contains_inclusive(at));
        if let Some((code, range)) = meant.or(match named.as_slice() {
            [only] => Some(only),
            _ => None,
        }) {
            return Some((Rule::by_code(code)?, encoding.range(text, *range)));
        }
    }
    None
}

/// The page is written to be read as plain text, too.
fn rule_page(rule: &Rule, markdown: bool) -> String {
    let body = rule.page().body.trim_end();
    let more = rule_link(rule, rule.code, markdown);
    format!("# {} ({})\n\n{body}\n\n{more}", rule.name, rule.code)
}

fn rule_link(rule: &Rule, text: &str, markdown: bool) -> String {
    match markdown {
        true => format!("[{text}]({})", rule.url()),
        false => format!("{text}: {}", rule.url()),
    }
}

/// The ring of a finding, step by step.
fn ring(item: &Item, markdown: bool) -> String {
    let finding = &item.finding;
    let escape = |text: &str| escape(text, markdown);
    let bold = if markdown { "**" } else { "" };
    let mut text = format!(
        "{bold}{}{bold} {}\n",
        finding.code,
        escape(&finding.message)
    );
    if !finding.cycle.is_empty() {
        text.push('\n');
    }
    for (step, (reference, location)) in (1..).zip(finding.cycle.iter().zip(&item.references)) {
        let uri = location.uri.as_ref();
        let file = uri.rsplit('/').next().unwrap_or(uri);
        let line = location.range.start.line + 1;
        let weak = if reference.weaken {
            format!(" — {bold}make this one weak{bold}")
        } else {
            String::new()
        };
        let place = match markdown {
            true => format!("[{file}:{line}]({uri}#L{line})"),
            false => format!("{file}:{line}"),
        };
        text.push_str(&format!(
            "{step}. {} ({place}){weak}\n",
            escape(&link(reference))
        ));
    }
    for finalizer in &finding.finalizers {
        text.push_str(&format!("\nFinalizer: `{}.__del__`\n", finalizer.class));
    }
    if let Some(method) = &finding.broken_by {
        text.push_str(&format!("\nCalling `{method}` breaks the ring.\n"));
    }
    if !finding.help.is_empty() {
        text.push_str(&format!("\n{}\n", escape(&finding.help)));
    }
    if let Some(rule) = Rule::by_code(finding.code) {
        let name = format!("{} ({})", rule.name, rule.code);
        text.push_str(&format!("\n{}", rule_link(rule, &name, markdown)));
    }
    text
}

/// Text from the source, made harmless; within Markdown also no tags, no images.
fn escape(text: &str, markdown: bool) -> String {
    let lines: Vec<_> = text.split('\n').map(neutralize).collect();
    let text = lines.join("\n");
    match markdown {
        true => text.replace('<', "&lt;").replace("![", "!\\["),
        false => text,
    }
}
