//! What client and server can do.

use serde_json::{Value, json};

use super::position::Encoding;

/// What the client can do, as far as it matters.
#[derive(Clone, Debug, Default)]
pub(super) struct ClientCapabilities {
    pub(super) encoding: Encoding,
    /// Asks for diagnostics by itself.
    pub(super) pulls: bool,
    /// Can be told to ask anew.
    pub(super) refresh: bool,
    /// Can be asked for settings.
    pub(super) configuration: bool,
    /// Tells about changed settings only if it is asked to.
    pub(super) register_configuration: bool,
    /// Watches files if it is asked to.
    pub(super) register_watchers: bool,
    /// Shows progress.
    pub(super) progress: bool,
    /// Shows Markdown on hover.
    pub(super) markdown: bool,
    /// Understands edits of documents with a version.
    pub(super) document_changes: bool,
    /// Shows places that belong to a diagnostic.
    pub(super) related_information: bool,
}

impl ClientCapabilities {
    /// Reads the `capabilities` of `initialize`. What has another form than it should is not there.
    pub(super) fn parse(capabilities: &Value) -> Self {
        let flag =
            |pointer: &str| capabilities.pointer(pointer).and_then(Value::as_bool) == Some(true);
        let strings = |pointer: &str| {
            let array = capabilities.pointer(pointer).and_then(Value::as_array);
            array.into_iter().flatten().filter_map(Value::as_str)
        };
        // The list begins with what the client likes best. Most that say nothing show Markdown.
        let mut formats = strings("/textDocument/hover/contentFormat");
        let format = formats.find(|it| ["markdown", "plaintext"].contains(it));
        Self {
            encoding: Encoding::negotiate(strings("/general/positionEncodings")),
            pulls: capabilities
                .pointer("/textDocument/diagnostic")
                .is_some_and(Value::is_object),
            refresh: flag("/workspace/diagnostics/refreshSupport"),
            configuration: flag("/workspace/configuration"),
            register_configuration: flag("/workspace/didChangeConfiguration/dynamicRegistration"),
            register_watchers: flag("/workspace/didChangeWatchedFiles/dynamicRegistration"),
            progress: flag("/window/workDoneProgress"),
            markdown: format != Some("plaintext"),
            document_changes: flag("/workspace/workspaceEdit/documentChanges"),
            related_information: related_information(capabilities),
        }
    }
}

/// For diagnostics that are pulled there is a word of its own only since LSP 3.18. A client that
/// pulls, and says nothing here or there, is taken for one that shows what it gets.
fn related_information(capabilities: &Value) -> bool {
    let document = |kind: &str| capabilities.pointer(&format!("/textDocument/{kind}"));
    let (pulled, pushed) = (document("diagnostic"), document("publishDiagnostics"));
    let said = |options: Option<&Value>| options?.get("relatedInformation")?.as_bool();
    said(pulled)
        .or_else(|| said(pushed))
        .unwrap_or(pulled.is_some() && pushed.is_none())
}

/// The commands that the client can have executed.
pub(super) const SHOW_GRAPH: &str = "cyclint.showGraph";
pub(super) const DEBUG_INFORMATION: &str = "cyclint.printDebugInformation";

/// The kind of the action that applies every fix of a document.
pub(super) const FIX_ALL: &str = "source.fixAll.cyclint";

/// The answer to `initialize`.
pub(super) fn initialize_result(encoding: Encoding) -> Value {
    let filter = |glob: &str, kind: &str| json!({"scheme": "file", "pattern": {"glob": glob, "matches": kind}});
    let files = json!({"filters": [filter("**/*.{py,pyi,ipynb}", "file"), filter("**", "folder")]});
    json!({
        "serverInfo": {"name": "cyclint", "version": env!("CARGO_PKG_VERSION")},
        "capabilities": {
            "positionEncoding": encoding.name(),
            "textDocumentSync": {
                "openClose": true,
                "change": 2,
                "save": {"includeText": false},
            },
            "notebookDocumentSync": {
                "notebookSelector": [
                    // Clients made with lsprotocol do not understand one without `notebook`.
                    {"notebook": "*", "cells": [{"language": "python"}]},
                ],
                "save": false,
            },
            "diagnosticProvider": {
                "identifier": "cyclint",
                "interFileDependencies": true,
                "workspaceDiagnostics": true,
                "workDoneProgress": false,
            },
            "hoverProvider": true,
            "codeActionProvider": {
                "codeActionKinds": ["quickfix", FIX_ALL],
                "resolveProvider": false,
            },
            "executeCommandProvider": {"commands": [SHOW_GRAPH, DEBUG_INFORMATION]},
            "workspace": {
                "workspaceFolders": {"supported": true, "changeNotifications": true},
                "fileOperations": {"didCreate": files, "didRename": files, "didDelete": files},
            },
        },
    })
}

/// What the client is asked to tell us about.
pub(super) fn registrations(client: &ClientCapabilities) -> Vec<Value> {
    let mut registrations = Vec::new();
    if client.register_watchers {
        let patterns = [
            "**/*.py",
            "**/*.pyi",
            "**/*.ipynb",
            "**/pyproject.toml",
            "**/cyclint.toml",
            "**/.cyclint.toml",
            "**/.gitignore",
            "**/.ignore",
        ];
        let watchers: Vec<_> = patterns
            .iter()
            .map(|it| json!({"globPattern": it}))
            .collect();
        registrations.push(json!({
            "id": "cyclint-files",
            "method": "workspace/didChangeWatchedFiles",
            "registerOptions": {"watchers": watchers},
        }));
    }
    if client.register_configuration {
        let mut registration = json!({
            "id": "cyclint-configuration",
            "method": "workspace/didChangeConfiguration",
        });
        // vscode-languageclient sends the values of a section that is named, but not those of each
        // folder; without one it says that something has changed, and we ask.
        if !client.configuration {
            registration["registerOptions"] = json!({"section": super::settings::SECTION});
        }
        registrations.push(registration);
    }
    registrations
}
