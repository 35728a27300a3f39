//! What can be done about findings.

use std::ops::Range as Bytes;

use gen_lsp_types::{CodeActionParams, Range, TextEdit};
use ruff_text_size::TextSize;
use serde_json::{Value, json};

use super::capabilities::{FIX_ALL, SHOW_GRAPH};
use super::documents::Document;
use super::main_loop::Server;
use super::position::Encoding;
use super::snapshot::Item;
use crate::rules::registry::Rule;
use crate::rules::removal::removals;
use crate::rules::unused_suppression;
use crate::syntax::logical_line::logical_line_end;

const QUICK_FIX: &str = "quickfix";

/// Answers the request.
pub(super) fn actions(server: &Server, params: &CodeActionParams) -> Value {
    let Some(document) = server.documents.get(&params.text_document.uri) else {
        return json!([]);
    };
    let only = params.context.only.as_deref();
    let is_wanted = |kind: &str| {
        only.is_none_or(|wanted| wanted.iter().any(|it| covers(&it.to_string(), kind)))
    };
    let context = Context { server, document };
    let mut actions = Vec::new();
    if is_wanted(QUICK_FIX) {
        let range = ordered(params.range);
        for item in server.snapshot.in_range(&document.uri, range) {
            actions.extend(context.fix(item));
            actions.extend(context.suppress(item));
            actions.extend(context.show_graph(item));
        }
    }
    if is_wanted(FIX_ALL) && (only.is_some() || !actions.is_empty()) {
        actions.extend(context.fix_all());
    }
    json!(actions)
}

/// Whether a kind is another one, or one of its kinds: `source` covers `source.fixAll`.
fn covers(wanted: &str, kind: &str) -> bool {
    let rest = kind.strip_prefix(wanted);
    wanted.is_empty() || rest.is_some_and(|it| it.is_empty() || it.starts_with('.'))
}

fn ordered(range: Range) -> Range {
    Range::new(range.start.min(range.end), range.start.max(range.end))
}

struct Context<'a> {
    server: &'a Server,
    document: &'a Document,
}

impl Context<'_> {
    fn encoding(&self) -> Encoding {
        self.server.capabilities.encoding
    }

    fn bytes(&self, range: Range) -> Bytes<usize> {
        let offset = |it| self.encoding().offset(&self.document.text, it);
        offset(range.start)..offset(range.end)
    }

    fn edit(&self, range: Bytes<usize>, new_text: String) -> TextEdit {
        let position = |it: usize| self.encoding().position(&self.document.text, it as u32);
        TextEdit {
            range: Range::new(position(range.start), position(range.end)),
            new_text,
        }
    }

    fn workspace_edit(&self, edits: &[TextEdit]) -> Value {
        let uri = self.document.uri.as_ref();
        if self.server.capabilities.document_changes {
            let document = json!({"uri": uri, "version": self.document.version});
            return json!({"documentChanges": [{"textDocument": document, "edits": edits}]});
        }
        json!({"changes": {uri: edits}})
    }

    /// Removes a suppression that suppresses nothing.
    fn fix(&self, item: &Item) -> Option<Value> {
        let edits = self.fixes(&[item]);
        (!edits.is_empty()).then(|| {
            json!({
                "title": "Remove the unused suppression",
                "kind": QUICK_FIX,
                "diagnostics": [item.shown(&self.server.capabilities)],
                "isPreferred": true,
                "edit": self.workspace_edit(&edits),
            })
        })
    }

    fn fixes(&self, items: &[&Item]) -> Vec<TextEdit> {
        let fixable = items
            .iter()
            .filter(|it| unused_suppression::is_removable(&it.finding));
        let mut parts: Vec<_> = fixable.map(|it| self.bytes(it.diagnostic.range)).collect();
        parts.sort_by_key(|it| it.start);
        let removed = removals(&self.document.text.content, &parts).into_iter();
        removed.map(|it| self.edit(it, String::new())).collect()
    }

    fn fix_all(&self) -> Option<Value> {
        let file = self.server.snapshot.file(&self.document.uri)?;
        let items: Vec<_> = file.items().collect();
        let edits = self.fixes(&items);
        (!edits.is_empty()).then(|| {
            json!({
                "title": "cyclint: apply all fixes",
                "kind": FIX_ALL,
                "edit": self.workspace_edit(&edits),
            })
        })
    }

    /// Adds a comment that silences the finding.
    fn suppress(&self, item: &Item) -> Option<Value> {
        let rule = Rule::by_code(item.finding.code)?;
        if item.finding.cycle.is_empty() && matches!(rule.code, "CYC001" | "CYC002") {
            return None;
        }
        let edit = self.suppression(item, rule.name)?;
        Some(json!({
            "title": format!("Ignore {} ({}) here", rule.code, rule.name),
            "kind": QUICK_FIX,
            "diagnostics": [item.shown(&self.server.capabilities)],
            "edit": self.workspace_edit(&[edit]),
        }))
    }

    /// The comment goes where the logical line ends. One that is there already is kept: a list of
    /// ours gets one name more, anything else is followed by ours.
    fn suppression(&self, item: &Item, name: &str) -> Option<TextEdit> {
        let content = self.document.text.content.as_str();
        let start = self.bytes(item.diagnostic.range).start;
        let end = logical_line_end(content, TextSize::new(start as u32))?;
        let comment = end.comment.map(|it| it.to_std_range());
        if let Some(comment) = &comment
            && let Some(at) = end_of_our_list(content.get(comment.clone())?)
        {
            let at = comment.start + at;
            return Some(self.edit(at..at, format!(", {name}")));
        }
        let line_end = end.offset.to_usize();
        let kept = content
            .get(..line_end)?
            .trim_end_matches([' ', '\t', '\u{c}'])
            .len();
        Some(self.edit(kept..line_end, format!("  # cyclint: ignore[{name}]")))
    }

    fn show_graph(&self, item: &Item) -> Option<Value> {
        if item.finding.cycle.is_empty() {
            return None;
        }
        let data = item.diagnostic.data.as_ref()?;
        let argument = json!({
            "uri": self.document.uri,
            "range": item.diagnostic.range,
            "fingerprint": data.get("fingerprint"),
        });
        let title = "Show the ring of references";
        Some(json!({
            "title": title,
            "kind": QUICK_FIX,
            "diagnostics": [item.shown(&self.server.capabilities)],
            "command": {"title": title, "command": SHOW_GRAPH, "arguments": [argument]},
        }))
    }
}

/// The `]` of `# cyclint: ignore[...]` in a comment.
fn end_of_our_list(comment: &str) -> Option<usize> {
    let (before, rest) = comment.split_once("cyclint:")?;
    let list = rest
        .trim_start()
        .strip_prefix("ignore")?
        .trim_start()
        .strip_prefix('[')?;
    let start = before.len() + "cyclint:".len() + (rest.len() - list.len());
    Some(start + list.find(']')?)
}

#[cfg(test)]
mod tests {
    use super::{covers, end_of_our_list};

    #[test]
    fn kinds() {
        assert!(covers("", "quickfix"));
        assert!(covers("source", "source.fixAll.cyclint"));
        assert!(covers("source.fixAll", "source.fixAll.cyclint"));
        assert!(!covers("source.fix", "source.fixAll.cyclint"));
        assert!(!covers("source.fixAll.ruff", "source.fixAll.cyclint"));
    }

    #[test]
    fn lists() {
        assert_eq!(end_of_our_list("# cyclint: ignore[a] why"), Some(19));
        assert_eq!(end_of_our_list("# x  #cyclint:ignore [a]"), Some(23));
        assert_eq!(end_of_our_list("# cyclint: ignore"), None);
        assert_eq!(end_of_our_list("# noqa: X[1]"), None);
    }
}
