//! A client that says exactly what a test wants, to the real binary over its standard streams.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot talk to the server has to fail"
)]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

/// A server that says nothing for so long hangs. Never waited for in a test that passes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server, and a workspace.
pub(crate) struct Client {
    pub(crate) folder: PathBuf,
    child: Child,
    stdin: Option<ChildStdin>,
    messages: Receiver<Value>,
    /// What came while something else was waited for.
    kept: Vec<Value>,
    next_id: i64,
    /// What `workspace/configuration` is answered with.
    pub(crate) settings: Value,
    _workspace: TempDir,
}

/// Capabilities of a client that asks for diagnostics.
pub(crate) fn pulling() -> Value {
    json!({
        "textDocument": {"diagnostic": {"dynamicRegistration": true}},
        "workspace": {
            "diagnostics": {"refreshSupport": true},
            "didChangeWatchedFiles": {"dynamicRegistration": true},
        },
        "general": {"positionEncodings": ["utf-16"]},
    })
}

/// Capabilities of a client that is told.
pub(crate) fn pushed() -> Value {
    json!({})
}

impl Client {
    /// Starts a server on a workspace with some files; nothing is said yet.
    pub(crate) fn start(files: &[(&str, &str)], arguments: &[&str]) -> Self {
        let workspace = tempfile::tempdir().expect("a directory for the workspace");
        let folder = workspace.path().canonicalize().expect("it exists");
        let mut child = Command::new(env!("CARGO_BIN_EXE_cyclint"))
            .arg("server")
            .args(arguments)
            .current_dir(&folder)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .expect("the binary starts");
        let stdout = child.stdout.take().expect("it is piped");
        let (sender, messages) = channel();
        thread::spawn(move || {
            let mut reader = BufReader::new(stdout);
            while let Some(message) = read(&mut reader) {
                if sender.send(message).is_err() {
                    break;
                }
            }
        });
        let client = Self {
            folder,
            stdin: child.stdin.take(),
            child,
            messages,
            kept: Vec::new(),
            next_id: 0,
            settings: Value::Null,
            _workspace: workspace,
        };
        for (path, text) in files {
            client.write(path, text);
        }
        client
    }

    /// Starts a server and initializes it.
    pub(crate) fn new(capabilities: Value, files: &[(&str, &str)]) -> Self {
        Self::with_options(capabilities, Value::Null, files)
    }

    /// Likewise, with `initializationOptions`.
    pub(crate) fn with_options(
        capabilities: Value,
        options: Value,
        files: &[(&str, &str)],
    ) -> Self {
        let mut client = Self::start(files, &[]);
        client.initialize(capabilities, options);
        client.notify("initialized", json!({}));
        client
    }

    pub(crate) fn initialize(&mut self, capabilities: Value, options: Value) -> Value {
        let root = self.root();
        let params = json!({
            "processId": std::process::id(),
            "capabilities": capabilities,
            "initializationOptions": options,
            "workspaceFolders": [{"uri": root, "name": "w"}],
        });
        self.request("initialize", params)["result"].clone()
    }

    pub(crate) fn root(&self) -> String {
        format!("file://{}", self.folder.display())
    }

    pub(crate) fn uri(&self, path: &str) -> String {
        format!("{}/{path}", self.root())
    }

    /// Writes a file of the workspace.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).expect("writable");
        fs::write(path, text).expect("writable");
    }

    /// Sends bytes as they are.
    pub(crate) fn send_raw(&mut self, bytes: &[u8]) {
        let stdin = self.stdin.as_mut().expect("not closed");
        // A server that has ended does not read; the test will see that it did.
        let _ = stdin.write_all(bytes).and_then(|()| stdin.flush());
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        let frame = format!("Content-Length: {}\r\n\r\n{body}", body.len());
        self.send_raw(frame.as_bytes());
    }

    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Sends a request; the id to wait for.
    pub(crate) fn send_request(&mut self, method: &str, params: Value) -> i64 {
        self.next_id += 1;
        let id = self.next_id;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        id
    }

    /// Sends a request and waits for the answer.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.send_request(method, params);
        self.answer(id)
    }

    /// The result of a request.
    pub(crate) fn result(&mut self, method: &str, params: Value) -> Value {
        let answer = self.request(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// Waits for the answer to a request.
    pub(crate) fn answer(&mut self, id: i64) -> Value {
        self.wait(&format!("the answer to {id}"), |it| {
            it["id"] == id && it.get("method").is_none()
        })
    }

    /// Waits for a notification or request of the server.
    pub(crate) fn told(&mut self, method: &str) -> Value {
        self.wait(method, |it| it["method"] == method)
    }

    /// Waits for a message. Others are kept; requests of the server are answered.
    pub(crate) fn wait(&mut self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.kept.iter().position(&is_it) {
            return self.kept.remove(at);
        }
        loop {
            let Ok(message) = self.messages.recv_timeout(PATIENCE) else {
                panic!("{what} does not come; there is {:#?}", self.kept);
            };
            self.reply(&message);
            if is_it(&message) {
                return message;
            }
            self.kept.push(message);
        }
    }

    fn reply(&mut self, message: &Value) {
        if message.get("method").is_none() || message.get("id").is_none() {
            return;
        }
        let result = match message["method"].as_str() {
            Some("workspace/configuration") => {
                let items = message["params"]["items"].as_array().map_or(0, Vec::len);
                Value::Array(vec![self.settings.clone(); items])
            }
            _ => Value::Null,
        };
        self.send(&json!({"jsonrpc": "2.0", "id": message["id"], "result": result}));
    }

    /// Whether nothing of a kind has come, once the server has answered something sent later.
    pub(crate) fn is_silent_about(&mut self, method: &str) -> bool {
        let params = json!({"command": "cyclint.printDebugInformation"});
        self.result("workspace/executeCommand", params);
        !self.kept.iter().any(|it| it["method"] == method)
    }

    pub(crate) fn open(&mut self, path: &str, text: &str) {
        let document =
            json!({"uri": self.uri(path), "languageId": "python", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// Replaces the whole text.
    pub(crate) fn replace(&mut self, path: &str, version: i64, text: &str) {
        self.change(path, version, json!([{"text": text}]));
    }

    pub(crate) fn change(&mut self, path: &str, version: i64, changes: Value) {
        let document = json!({"uri": self.uri(path), "version": version});
        self.notify(
            "textDocument/didChange",
            json!({"textDocument": document, "contentChanges": changes}),
        );
    }

    pub(crate) fn close(&mut self, path: &str) {
        let document = json!({"uri": self.uri(path)});
        self.notify("textDocument/didClose", json!({"textDocument": document}));
    }

    /// Files were changed on the disk.
    pub(crate) fn watched(&mut self, paths: &[&str]) {
        let changes: Vec<_> = paths
            .iter()
            .map(|it| json!({"uri": self.uri(it), "type": 2}))
            .collect();
        self.notify(
            "workspace/didChangeWatchedFiles",
            json!({"changes": changes}),
        );
    }

    /// The findings of a document, pulled.
    pub(crate) fn pull(&mut self, path: &str) -> Vec<Value> {
        let document = json!({"uri": self.uri(path)});
        let report = self.result("textDocument/diagnostic", json!({"textDocument": document}));
        report["items"].as_array().cloned().unwrap_or_default()
    }

    /// The findings of a document as `line: code`, pulled.
    pub(crate) fn findings(&mut self, path: &str) -> Vec<String> {
        self.pull(path).iter().map(short).collect()
    }

    /// The findings of a version of a document, as they are published.
    pub(crate) fn published(&mut self, path: &str, version: i64) -> Vec<String> {
        let uri = self.uri(path);
        let params = self.wait(&format!("version {version} of {path}"), |it| {
            it["method"] == "textDocument/publishDiagnostics"
                && it["params"]["uri"] == uri.as_str()
                && it["params"]["version"] == version
        });
        let diagnostics = params["params"]["diagnostics"].as_array().cloned();
        diagnostics.unwrap_or_default().iter().map(short).collect()
    }

    /// Closes the server's input.
    pub(crate) fn hang_up(&mut self) {
        self.stdin = None;
    }

    /// Waits for the server to end.
    pub(crate) fn status(&mut self) -> ExitStatus {
        self.child.wait().expect("it can be waited for")
    }

    /// Ends the session as the protocol has it.
    pub(crate) fn shut_down(mut self) {
        self.result("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        assert_eq!(self.status().code(), Some(0));
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.stdin = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A diagnostic as `line: code`, the line from 1.
pub(crate) fn short(diagnostic: &Value) -> String {
    let line = diagnostic["range"]["start"]["line"]
        .as_u64()
        .map_or(0, |it| it + 1);
    format!(
        "{line}: {}",
        diagnostic["code"].as_str().unwrap_or_default()
    )
}

fn read(reader: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        assert!(
            line.is_empty() || line.ends_with("\r\n"),
            "not of the protocol: {line:?}"
        );
        match line.trim_end() {
            "" if line.is_empty() => return None,
            "" => break,
            header => {
                let (name, value) = header.split_once(": ").expect("a header");
                assert_eq!(name, "Content-Length", "not of the protocol");
                length = value.parse().expect("a length");
            }
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("JSON"))
}
