//! The ring of a finding as a graph, for editors that can draw one.

use gen_lsp_types::{Position, Range, Uri};
use lsp_server::ErrorCode;
use serde_json::{Value, json};

use super::connection::Failure;
use super::position::touch;
use super::snapshot::{FileReport, Item, Snapshot};

/// The result of `cyclint.showGraph`. Its argument is an object with the `fingerprint` of a finding
/// (from the `data` of its diagnostic), or with the `uri` of a document and a `position` or `range`
/// in it; the two may also be two arguments. Null if there is no ring.
pub(super) fn show_graph(snapshot: &Snapshot, arguments: &[Value]) -> Result<Value, Failure> {
    let item = match arguments {
        [Value::String(uri), place, ..] => at(snapshot, uri, place)?,
        [Value::String(fingerprint)] => snapshot
            .by_fingerprint(fingerprint)
            .or_else(|| first(snapshot, fingerprint)),
        [object, ..] if object.is_object() => {
            let text = |key: &str| object.get(key).and_then(Value::as_str);
            let uri = text("uri").or(object.pointer("/textDocument/uri").and_then(Value::as_str));
            let known = text("fingerprint").and_then(|it| snapshot.by_fingerprint(it));
            match (known, text("fingerprint"), uri) {
                (Some(item), ..) => Some(item),
                (None, _, Some(uri)) => match object.get("position").or(object.get("range")) {
                    Some(place) => at(snapshot, uri, place)?,
                    None => first(snapshot, uri),
                },
                (None, Some(_), None) => None,
                (None, None, None) => {
                    return Err(wrong(
                        "expected a `fingerprint`, or a `uri` with a `position`",
                    ));
                }
            }
        }
        _ => {
            return Err(wrong(
                "expected a `fingerprint`, or a `uri` with a `position`",
            ));
        }
    };
    Ok(item.map_or(Value::Null, graph))
}

fn wrong(message: &str) -> Failure {
    Failure::new(ErrorCode::InvalidParams, message)
}

/// The first ring of a document.
fn first<'a>(snapshot: &'a Snapshot, uri: &str) -> Option<&'a Item> {
    let file = snapshot.file(&Uri::from(uri))?;
    file.items().find(|it| !it.finding.cycle.is_empty())
}

fn at<'a>(snapshot: &'a Snapshot, uri: &str, place: &Value) -> Result<Option<&'a Item>, Failure> {
    let range = serde_json::from_value::<Position>(place.clone())
        .map(|it| Range::new(it, it))
        .or_else(|_| serde_json::from_value::<Range>(place.clone()))
        .map_err(|_| wrong("the place is neither a position nor a range"))?;
    let uri = Uri::from(uri);
    let is_ring = |it: &&Item| !it.finding.cycle.is_empty();
    let standing = snapshot.in_range(&uri, range).find(is_ring);
    Ok(standing.or_else(|| {
        let all = snapshot.files.values().flat_map(FileReport::items);
        all.filter(is_ring).find(|it| {
            let mut references = it.references.iter();
            references.any(|it| it.uri == uri && touch(it.range, range))
        })
    }))
}

/// Nodes and edges, and the same in the language of Graphviz.
fn graph(item: &Item) -> Value {
    let finding = &item.finding;
    let mut nodes: Vec<&str> = Vec::new();
    for reference in &finding.cycle {
        if !nodes.contains(&reference.from.as_str()) {
            nodes.push(&reference.from);
        }
    }
    let id = |name: &str| nodes.iter().position(|it| *it == name).unwrap_or_default();
    let has_finalizer = |name: &str| {
        let mut finalizers = finding.finalizers.iter();
        finalizers.any(|it| it.class.rsplit('.').next() == Some(name))
    };
    let shown: Vec<_> = (0..)
        .zip(&nodes)
        .map(|(id, name): (usize, _)| json!({"id": id, "label": name, "finalizer": has_finalizer(name)}))
        .collect();
    let edges: Vec<_> = finding
        .cycle
        .iter()
        .zip(&item.references)
        .map(|(it, location)| {
            json!({
                "from": id(&it.from),
                "to": id(&it.to),
                "label": it.via,
                "weaken": it.weaken,
                "location": location,
            })
        })
        .collect();
    json!({
        "code": finding.code,
        "message": finding.message,
        "help": finding.help,
        "nodes": shown,
        "edges": edges,
        "dot": dot(item, &nodes, has_finalizer),
    })
}

fn dot(item: &Item, nodes: &[&str], has_finalizer: impl Fn(&str) -> bool) -> String {
    let mut text = "digraph ring {\n".to_owned();
    for name in nodes {
        let shape = if has_finalizer(name) {
            ", shape=box"
        } else {
            ""
        };
        text.push_str(&format!("  {} [label={0}{shape}];\n", quoted(name)));
    }
    for it in &item.finding.cycle {
        let style = if it.weaken { ", style=dashed" } else { "" };
        text.push_str(&format!(
            "  {} -> {} [label={}{style}];\n",
            quoted(&it.from),
            quoted(&it.to),
            quoted(&it.via)
        ));
    }
    text.push_str("}\n");
    text
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
