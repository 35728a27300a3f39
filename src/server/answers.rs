//! Requests that are answered from the findings.

use std::collections::BTreeMap;

use gen_lsp_types::{
    CodeActionParams, DocumentDiagnosticParams, ExecuteCommandParams, HoverParams,
    WorkspaceDiagnosticParams,
};
use lsp_server::ErrorCode;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::capabilities::{DEBUG_INFORMATION, SHOW_GRAPH};
use super::connection::Failure;
use super::main_loop::Server;
use super::{actions, graph, hover};

/// The result id of a document without findings.
const NOTHING: &str = "nothing";

/// A request with its parameters.
#[derive(Debug)]
pub(super) enum Question {
    /// `textDocument/diagnostic`
    Document(Box<DocumentDiagnosticParams>),
    /// `workspace/diagnostic`
    Workspace(Box<WorkspaceDiagnosticParams>),
    /// `textDocument/hover`
    Hover(Box<HoverParams>),
    /// `textDocument/codeAction`
    CodeAction(Box<CodeActionParams>),
    /// `workspace/executeCommand`
    Command(Box<ExecuteCommandParams>),
}

impl Question {
    /// Reads a request.
    pub(super) fn parse(method: &str, params: Value) -> Result<Self, Failure> {
        Ok(match method {
            "textDocument/diagnostic" => Self::Document(read(params)?),
            "workspace/diagnostic" => Self::Workspace(read(params)?),
            "textDocument/hover" => Self::Hover(read(params)?),
            "textDocument/codeAction" => Self::CodeAction(read(params)?),
            "workspace/executeCommand" => Self::command(read(params)?)?,
            _ => {
                let message = format!("there is no method `{method}`");
                return Err(Failure::new(ErrorCode::MethodNotFound, message));
            }
        })
    }

    /// The answer, if this asks for the findings of a document.
    pub(super) fn document(&self, server: &Server) -> Option<Value> {
        match self {
            Self::Document(params) => Some(document(server, params)),
            _ => None,
        }
    }

    fn command(params: Box<ExecuteCommandParams>) -> Result<Self, Failure> {
        if [SHOW_GRAPH, DEBUG_INFORMATION].contains(&params.command.as_str()) {
            return Ok(Self::Command(params));
        }
        let message = format!("there is no command `{}`", params.command);
        Err(Failure::new(ErrorCode::InvalidParams, message))
    }

    /// Whether the answer has to know of the client's last change.
    pub(super) fn needs_analysis(&self) -> bool {
        match self {
            Self::Command(params) => params.command != DEBUG_INFORMATION,
            _ => true,
        }
    }

    /// The answer; none if there is nothing new to tell yet.
    pub(super) fn answer(&self, server: &Server) -> Option<Result<Value, Failure>> {
        Some(Ok(match self {
            Self::Document(params) => document(server, params),
            Self::Workspace(params) => workspace(server, params)?,
            Self::Hover(params) => hover::hover(server, params),
            Self::CodeAction(params) => actions::actions(server, params),
            Self::Command(params) if params.command == SHOW_GRAPH => {
                let arguments = params.arguments.as_deref().unwrap_or_default();
                return Some(graph::show_graph(&server.snapshot, arguments));
            }
            Self::Command(_) => Value::String(debug_information(server)),
        }))
    }
}

fn read<T: DeserializeOwned>(params: Value) -> Result<Box<T>, Failure> {
    serde_json::from_value(params)
        .map(Box::new)
        .map_err(|it| Failure::new(ErrorCode::InvalidParams, it.to_string()))
}

fn document(server: &Server, params: &DocumentDiagnosticParams) -> Value {
    let file = server.snapshot.file(&params.text_document.uri);
    let result_id = file.map_or(NOTHING, |it| it.result_id.as_str());
    if params.previous_result_id.as_deref() == Some(result_id) {
        return json!({"kind": "unchanged", "resultId": result_id});
    }
    let items = file
        .map(|it| it.diagnostics(&server.capabilities))
        .unwrap_or_default();
    json!({"kind": "full", "resultId": result_id, "items": items})
}

/// All documents with findings, and those that had some when the client asked the last time. If
/// that is what it knows already, it has to wait.
fn workspace(server: &Server, params: &WorkspaceDiagnosticParams) -> Option<Value> {
    let known: BTreeMap<&str, &str> = params
        .previous_result_ids
        .iter()
        .map(|it| (it.uri.as_ref(), it.value.as_str()))
        .collect();
    let version = |uri: &str| server.documents.get(&uri.into()).map(|it| it.version);
    let mut is_new = known.is_empty();
    let mut items = Vec::new();
    for (uri, file) in &server.snapshot.files {
        let result_id = file.result_id.as_str();
        let mut item = json!({"uri": uri, "version": version(uri), "resultId": result_id});
        if known.get(uri.as_str()) == Some(&result_id) {
            item["kind"] = "unchanged".into();
        } else {
            is_new = true;
            item["kind"] = "full".into();
            item["items"] = json!(file.diagnostics(&server.capabilities));
        }
        items.push(item);
    }
    for (uri, result_id) in known {
        if !server.snapshot.files.contains_key(uri) && result_id != NOTHING {
            is_new = true;
            items.push(json!({
                "uri": uri,
                "version": version(uri),
                "kind": "full",
                "resultId": NOTHING,
                "items": [],
            }));
        }
    }
    is_new.then(|| json!({"items": items}))
}

/// What helps to understand what the server does.
fn debug_information(server: &Server) -> String {
    let findings: usize = server
        .snapshot
        .files
        .values()
        .map(|it| it.items().count())
        .sum();
    let folders: Vec<_> = server
        .folders
        .iter()
        .map(|it| it.path.display().to_string())
        .collect();
    let open: Vec<_> = server
        .documents
        .iter()
        .map(|it| format!("{} (version {})", it.uri.as_ref(), it.version))
        .collect();
    format!(
        "cyclint {}\nfolders: {}\nopen documents: {}\nchanges seen: {}, analyzed: {}\nfindings: {findings} in {} documents\n{:#?}\n",
        env!("CARGO_PKG_VERSION"),
        folders.join(", "),
        open.join(", "),
        server.generation,
        server.snapshot.generation,
        server.snapshot.files.len(),
        server.capabilities,
    )
}
