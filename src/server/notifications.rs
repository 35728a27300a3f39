//! What the client tells.

use std::path::PathBuf;

use gen_lsp_types::{
    DidChangeNotebookDocumentParams, DidChangeTextDocumentParams, DidCloseNotebookDocumentParams,
    DidCloseTextDocumentParams, DidOpenNotebookDocumentParams, DidOpenTextDocumentParams, Uri,
};
use lsp_server::{Notification, RequestId};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::connection::Level;
use super::main_loop::{Server, folder};
use super::settings::{SECTION, is_configuration};
use super::uri;

impl Server {
    /// Handles a notification. There is no answer: what cannot be read goes to the log.
    pub(super) fn on_notification(&mut self, notification: Notification) {
        let Notification { method, params } = notification;
        self.log_trace(&method);
        let handled = match method.as_str() {
            "initialized" => {
                self.on_initialized();
                Ok(())
            }
            "$/cancelRequest" => self.on_cancel(&params),
            "$/setTrace" => {
                self.set_trace(&params);
                Ok(())
            }
            "textDocument/didOpen" => read(params).map(|it| self.did_open(it)),
            "textDocument/didChange" => read(params).map(|it| self.did_change(it)),
            "textDocument/didClose" => read(params).map(|it| self.did_close(&it)),
            "textDocument/didSave" => self.did_save(&params),
            "notebookDocument/didOpen" => read(params).map(|it| self.did_open_notebook(it)),
            "notebookDocument/didChange" => read(params).map(|it| self.did_change_notebook(it)),
            "notebookDocument/didClose" => read(params).map(|it| self.did_close_notebook(&it)),
            "workspace/didChangeConfiguration" => {
                self.did_change_configuration(&params);
                Ok(())
            }
            "workspace/didChangeWorkspaceFolders" => {
                self.did_change_folders(&params);
                Ok(())
            }
            "workspace/didChangeWatchedFiles" => {
                self.did_change_files(&uris(&params, "changes", &["uri"]));
                Ok(())
            }
            "workspace/didCreateFiles" | "workspace/didDeleteFiles" => {
                self.did_change_files(&uris(&params, "files", &["uri"]));
                Ok(())
            }
            "workspace/didRenameFiles" => {
                self.did_change_files(&uris(&params, "files", &["oldUri", "newUri"]));
                Ok(())
            }
            // Whatever else there is does not concern the findings.
            _ => Ok(()),
        };
        if let Err(why) = handled {
            self.client.log(Level::Warning, &format!("{method}: {why}"));
        }
    }

    fn on_cancel(&mut self, params: &Value) -> Result<(), String> {
        let id = params.get("id").cloned().unwrap_or(Value::Null);
        let id: RequestId = serde_json::from_value(id).map_err(|it| it.to_string())?;
        self.cancel(&id);
        Ok(())
    }

    fn did_open(&mut self, params: DidOpenTextDocumentParams) {
        let path = self.documents.open(params.text_document);
        self.arrived(path);
    }

    fn did_change(&mut self, params: DidChangeTextDocumentParams) {
        let document = params.text_document;
        let uri = document.text_document_identifier.uri;
        let encoding = self.capabilities.encoding;
        let changes = params.content_changes;
        match self
            .documents
            .change(&uri, document.version, changes, encoding)
        {
            Some(path) => self.touch(path),
            None => self
                .client
                .log(Level::Warning, &format!("{} is not open", uri.as_ref())),
        }
    }

    fn did_close(&mut self, params: &DidCloseTextDocumentParams) {
        if let Some(path) = self.documents.close(&params.text_document.uri) {
            self.arrived(path);
        }
    }

    /// For clients that do not watch files. An open document is newer than its file.
    fn did_save(&mut self, params: &Value) -> Result<(), String> {
        let uri = params.pointer("/textDocument/uri").and_then(Value::as_str);
        let uri = Uri::from(uri.ok_or("no document is named")?);
        let path = uri::to_path(&uri);
        if is_configuration(&path) {
            self.refresh_wanted = true;
            self.relist();
        } else if self.documents.get(&uri).is_none() {
            self.arrived(path);
        }
        Ok(())
    }

    fn did_open_notebook(&mut self, params: DidOpenNotebookDocumentParams) {
        let path = self
            .documents
            .open_notebook(params.notebook_document, params.cell_text_documents);
        self.arrived(path);
    }

    fn did_change_notebook(&mut self, params: DidChangeNotebookDocumentParams) {
        let uri = params.notebook_document.uri;
        let Some(path) = self.documents.notebook(&uri).map(ToOwned::to_owned) else {
            return self
                .client
                .log(Level::Warning, &format!("{} is not open", uri.as_ref()));
        };
        let cells = params.change.cells.unwrap_or_default();
        if let Some(structure) = cells.structure {
            let array = structure.array;
            let (start, count) = (array.start as usize, array.delete_count as usize);
            let opened = structure.did_open.unwrap_or_default();
            self.documents.change_cells(
                &uri,
                start,
                count,
                array.cells.unwrap_or_default(),
                opened,
            );
            for closed in structure.did_close.unwrap_or_default() {
                self.documents.close(&closed.uri);
            }
        }
        for content in cells.text_content.unwrap_or_default() {
            let cell = content.document;
            let cell_uri = cell.text_document_identifier.uri;
            let encoding = self.capabilities.encoding;
            self.documents
                .change(&cell_uri, cell.version, content.changes, encoding);
        }
        self.touch(path);
    }

    fn did_close_notebook(&mut self, params: &DidCloseNotebookDocumentParams) {
        if let Some(path) = self.documents.close_notebook(&params.notebook_document.uri) {
            self.arrived(path);
        }
    }

    /// A document was opened or closed: it may be one that discovery did not see.
    /// Outside of all folders those that are open are all that there is.
    fn arrived(&mut self, path: PathBuf) {
        let is_inside = self.folders.iter().any(|it| path.starts_with(&it.path));
        self.changes.relist |= !is_inside || !self.snapshot.analyzed.contains(&path);
        self.touch(path);
    }

    /// Settings that are missing, or null, mean: ask.
    fn did_change_configuration(&mut self, params: &Value) {
        let section = params.get("settings").and_then(|it| it.get(SECTION));
        match section.filter(|it| it.is_object()) {
            Some(section) => {
                self.client_settings = Some(self.read_settings(section));
                // What was answered before is older.
                for folder in &mut self.folders {
                    folder.settings = None;
                }
                self.relist();
            }
            None => {
                self.ask_for_settings();
                // What is asked from now on waits for the answer.
                self.relist();
            }
        }
        self.refresh_wanted = true;
    }

    fn did_change_folders(&mut self, params: &Value) {
        let list = |key: &str| {
            let folders = params.get("event").and_then(|it| it.get(key)?.as_array());
            folders
                .into_iter()
                .flatten()
                .filter_map(folder)
                .collect::<Vec<_>>()
        };
        for removed in list("removed") {
            self.folders.retain(|it| it.path != removed.path);
        }
        let added = list("added");
        let is_new = !added.is_empty();
        for folder in added {
            self.folders.retain(|it| it.path != folder.path);
            self.folders.push(folder);
        }
        if is_new {
            self.ask_for_settings();
        }
        self.refresh_wanted = true;
        self.relist();
    }

    /// Files were changed, created or deleted on the disk.
    fn did_change_files(&mut self, changed: &[Uri]) {
        for uri in changed {
            let path = uri::to_path(uri);
            let is_known = self.snapshot.analyzed.contains(&path);
            if is_configuration(&path) || !is_known || !path.is_file() {
                self.relist();
            } else if self.documents.get(uri).is_some() {
                // It was saved. What the editor has counts, and was analyzed.
                continue;
            }
            // What lies in a folder that was renamed or deleted.
            let below: Vec<PathBuf> = self.snapshot.analyzed.below(&path);
            for path in below {
                self.touch(path);
            }
            self.touch(path);
        }
        self.refresh_wanted |= !changed.is_empty();
    }
}

fn read<T: DeserializeOwned>(params: Value) -> Result<T, String> {
    serde_json::from_value(params).map_err(|it| it.to_string())
}

/// The URIs under some keys of each entry of a list.
fn uris(params: &Value, list: &str, keys: &[&str]) -> Vec<Uri> {
    let entries = params.get(list).and_then(Value::as_array);
    let entries = entries.into_iter().flatten();
    let values = entries.flat_map(|it| keys.iter().filter_map(|key| it.get(key)?.as_str()));
    values.map(Uri::from).collect()
}
