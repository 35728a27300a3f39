//! Diagnostics for clients that do not ask for them.

use std::collections::BTreeMap;

use serde_json::json;

use super::main_loop::Server;

/// What the client was told last: of each document the result id and the version.
#[derive(Debug, Default)]
pub(super) struct Published {
    told: BTreeMap<String, (String, Option<i32>)>,
}

impl Server {
    /// Publishes what is not known yet: findings that changed, and those of new versions.
    pub(super) fn publish(&mut self) {
        let mut now: BTreeMap<String, (String, Option<i32>)> = BTreeMap::new();
        for document in self.documents.iter() {
            let state = (String::new(), Some(document.version));
            now.insert(document.uri.as_ref().to_owned(), state);
        }
        for (uri, file) in &self.snapshot.files {
            now.entry(uri.clone())
                .or_default()
                .0
                .clone_from(&file.result_id);
        }
        // Documents that were closed and have no findings (any more).
        for (uri, (told, _)) in &self.published.told {
            if !told.is_empty() {
                now.entry(uri.clone()).or_default();
            }
        }
        for (uri, state) in &now {
            let is_known = match self.published.told.get(uri) {
                Some(told) => told.0 == state.0 && (state.1.is_none() || told.1 == state.1),
                None => false,
            };
            if is_known {
                continue;
            }
            let file = self.snapshot.files.get(uri);
            let diagnostics = file
                .map(|it| it.diagnostics(&self.capabilities))
                .unwrap_or_default();
            let mut params = json!({"uri": uri, "diagnostics": diagnostics});
            if let Some(version) = state.1 {
                params["version"] = version.into();
            }
            self.client
                .notify("textDocument/publishDiagnostics", params);
        }
        self.published.told = now;
    }
}
