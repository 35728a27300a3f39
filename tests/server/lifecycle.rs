//! Beginning and end of a session, and what is no message at all.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::client::{Client, pulling, pushed};
use crate::programs::PORT;

fn error(answer: &Value) -> i64 {
    answer["error"]["code"].as_i64().unwrap_or_default()
}

#[test]
fn shutdown_and_exit_end_with_0() {
    Client::new(pushed(), &[]).shut_down();
}

#[test]
fn exit_alone_ends_with_1() {
    let mut client = Client::new(pushed(), &[]);
    client.notify("exit", Value::Null);
    assert_eq!(client.status().code(), Some(1));
    let mut client = Client::start(&[], &["--stdio"]);
    client.notify("exit", Value::Null);
    assert_eq!(client.status().code(), Some(1));
}

#[test]
fn ends_with_its_input() {
    let mut client = Client::new(pushed(), &[]);
    client.hang_up();
    assert_eq!(client.status().code(), Some(1));
    let mut client = Client::new(pushed(), &[]);
    client.result("shutdown", Value::Null);
    client.hang_up();
    assert_eq!(client.status().code(), Some(0));
}

/// More answers than a pipe holds, of which nobody reads one.
#[test]
fn ends_though_nobody_reads() -> std::io::Result<()> {
    for last in [
        "",
        "Content-Length: 33\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"exit\"}",
    ] {
        let mut server = Command::new(env!("CARGO_BIN_EXE_cyclint"))
            .arg("server")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut stdin = server.stdin.take().ok_or(std::io::ErrorKind::BrokenPipe)?;
        let nonsense = "Content-Length: 1\r\n\r\n{".repeat(4_000);
        stdin.write_all(nonsense.as_bytes())?;
        stdin.write_all(last.as_bytes())?;
        stdin.flush()?;
        let kept_open = (!last.is_empty()).then_some(stdin);
        assert_eq!(server.wait()?.code(), Some(1));
        drop(kept_open);
    }
    Ok(())
}

#[test]
#[cfg(target_os = "linux")]
fn ends_with_its_parent() -> std::io::Result<()> {
    let mut parent = Command::new("sleep")
        .arg("1000")
        .stdin(Stdio::null())
        .spawn()?;
    let id = parent.id();
    let mut by_argument = Client::start(&[], &[&format!("--clientProcessId={id}")]);
    // That `initialize` names another process, which lives, does not change that.
    by_argument.initialize(pushed(), Value::Null);
    let mut by_message = Client::start(&[], &["--stdio"]);
    by_message.request("initialize", json!({"processId": id, "capabilities": {}}));
    parent.kill()?;
    parent.wait()?;
    assert_eq!(by_argument.status().code(), Some(1));
    assert_eq!(by_message.status().code(), Some(1));
    // It is gone before the session begins.
    let mut late = Client::start(&[], &["--stdio"]);
    late.send_request("initialize", json!({"processId": id, "capabilities": {}}));
    assert_eq!(late.status().code(), Some(1));
    Ok(())
}

#[test]
fn order_of_requests() {
    let mut client = Client::start(&[], &[]);
    assert_eq!(
        error(&client.request("textDocument/hover", json!({}))),
        -32002
    );
    assert_eq!(error(&client.request("shutdown", Value::Null)), -32002);
    client.notify("textDocument/didOpen", json!({}));
    for wrong in [
        json!(3),
        json!({"capabilities": 3}),
        json!({"capabilities": {}, "processId": "me"}),
        json!({"capabilities": {}, "rootUri": 3}),
        json!({"capabilities": {}, "workspaceFolders": "all"}),
    ] {
        assert_eq!(error(&client.request("initialize", wrong)), -32602);
    }
    client.initialize(pulling(), Value::Null);
    assert_eq!(error(&client.request("initialize", json!({}))), -32600);
    client.notify("initialized", json!({}));
    assert_eq!(error(&client.request("what/is/this", json!({}))), -32601);
    assert_eq!(error(&client.request("$/what", Value::Null)), -32601);
    assert_eq!(
        error(&client.request("textDocument/hover", json!({"position": 3}))),
        -32602
    );
    assert_eq!(
        error(&client.request("workspace/executeCommand", json!({"command": "rm"}))),
        -32602
    );
    client.notify("what/is/this", json!([1]));
    client.notify("textDocument/didChange", json!({"textDocument": 7}));
    client.result("shutdown", Value::Null);
    assert_eq!(
        error(&client.request("textDocument/hover", json!({}))),
        -32600
    );
    client.notify("exit", Value::Null);
    assert_eq!(client.status().code(), Some(0));
}

#[test]
fn requests_do_not_wait_for_initialized() {
    let mut client = Client::start(&[("a.py", PORT)], &[]);
    client.initialize(pulling(), Value::Null);
    assert_eq!(client.findings("a.py"), ["3: CYC102"]);
    client.shut_down();
}

#[test]
fn nonsense_is_answered_and_skipped() {
    let mut client = Client::new(pulling(), &[("a.py", PORT)]);
    for (bytes, code) in [
        ("Content-Length: 5\r\n\r\n{\"a\":", -32700),
        ("Content-Length: 9999999999999\r\n\r\n{}", -32700),
        ("Content-Length: x\r\n\r\n", -32700),
        ("Content-Type: y\r\n\r\n", -32700),
        ("hello\n", -32700),
        ("Content-Length: 2\r\n\r\n[]", -32600),
        ("Content-Length: 4\r\n\r\n\u{feff}1", -32700),
        ("Content-Length: 77\r\n\r\n{\"jsonrpc\": \"2.0\"}", -32700),
    ] {
        client.send_raw(bytes.as_bytes());
        // The next message is understood.
        assert_eq!(client.findings("a.py"), ["3: CYC102"], "{bytes}");
        let answer = client.wait(bytes, |it| it["id"].is_null() && it.get("error").is_some());
        assert_eq!(error(&answer), code, "{bytes}: {answer}");
    }
    client.shut_down();
}

#[test]
fn what_it_announces() {
    let mut client = Client::start(&[], &["--stdio"]);
    let capabilities = json!({"general": {"positionEncodings": ["utf-8", "utf-16"]}});
    let result = client.initialize(capabilities, Value::Null);
    assert_eq!(result["serverInfo"]["name"], "cyclint");
    assert_eq!(result["capabilities"]["positionEncoding"], "utf-8");
    assert_eq!(result["capabilities"]["textDocumentSync"]["change"], 2);
    let diagnostics = &result["capabilities"]["diagnosticProvider"];
    assert_eq!(diagnostics["interFileDependencies"], true);
    assert_eq!(diagnostics["workspaceDiagnostics"], true);
}

#[test]
fn files_are_watched_by_registration() {
    let mut client = Client::new(pulling(), &[]);
    let registration = client.told("client/registerCapability");
    let registrations = registration["params"]["registrations"].to_string();
    for glob in ["**/*.py", "**/*.pyi", "**/pyproject.toml"] {
        assert!(registrations.contains(glob), "{registrations}");
    }
    client.shut_down();
}

#[test]
fn progress_of_the_first_analysis() {
    let capabilities = json!({"window": {"workDoneProgress": true}});
    let mut client = Client::new(capabilities, &[("a.py", PORT)]);
    let token = client.told("window/workDoneProgress/create")["params"]["token"].clone();
    for kind in ["begin", "end"] {
        let progress = client.wait(kind, |it| {
            it["method"] == "$/progress" && it["params"]["value"]["kind"] == kind
        });
        assert_eq!(progress["params"]["token"], token);
    }
    client.shut_down();
}

#[test]
fn trace() {
    let mut client = Client::new(pulling(), &[("a.py", PORT)]);
    client.findings("a.py");
    assert!(client.is_silent_about("$/logTrace"));
    client.notify("$/setTrace", json!({"value": "messages"}));
    client.findings("a.py");
    client.told("$/logTrace");
    client.shut_down();
}
