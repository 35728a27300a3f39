//! Hover, code actions, commands.

use serde_json::{Value, json};

use crate::client::{Client, pulling};
use crate::programs::{PORT, TWO_FILES};

fn at(client: &Client, path: &str, line: u32, character: u32) -> Value {
    json!({"textDocument": {"uri": client.uri(path)}, "position": {"line": line, "character": character}})
}

fn hover(client: &mut Client, path: &str, line: u32, character: u32) -> String {
    let params = at(client, path, line, character);
    let result = client.result("textDocument/hover", params);
    result["contents"]["value"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn hover_tells_the_ring() {
    let mut client = Client::new(pulling(), &TWO_FILES);
    for (path, line) in [("reader.py", 2), ("port.py", 3)] {
        let text = hover(&mut client, path, line, 10);
        assert!(
            text.contains("Port.__del__") && text.contains("reader.py:3"),
            "{text}"
        );
    }
    assert_eq!(hover(&mut client, "port.py", 0, 0), "");
    client.shut_down();
}

#[test]
fn hover_in_the_format_that_the_client_likes_best() {
    for (formats, kind) in [
        (json!(["plaintext", "markdown"]), "plaintext"),
        (json!(["plaintext"]), "plaintext"),
        (json!(["html", "markdown", "plaintext"]), "markdown"),
    ] {
        let mut capabilities = pulling();
        capabilities["textDocument"]["hover"] = json!({"contentFormat": formats});
        let mut client = Client::new(capabilities, &TWO_FILES);
        let params = at(&client, "port.py", 3, 10);
        let contents = client.result("textDocument/hover", params)["contents"].clone();
        assert_eq!(contents["kind"], kind);
        let text = contents["value"].as_str().unwrap_or_default();
        assert_eq!(text.contains("]("), kind == "markdown", "{text}");
        assert_eq!(text.contains("**"), kind == "markdown", "{text}");
        client.shut_down();
    }
}

#[test]
fn hover_explains_suppressions() {
    let text = PORT.replace(
        "= port\n",
        "= port  # why  # cyclint: ignore[back-reference, closure]\n",
    );
    let mut client = Client::new(pulling(), &[]);
    client.open("a.py", &text);
    let column = |word: &str| {
        text.lines()
            .nth(7)
            .and_then(|it| it.find(word))
            .unwrap_or_default() as u32
    };
    assert!(
        hover(&mut client, "a.py", 7, column("back-ref")).starts_with("# back-reference (CYC102)")
    );
    assert!(hover(&mut client, "a.py", 7, column("closure")).starts_with("# closure (CYC104)"));
    client.shut_down();
}

/// The code actions of a document, by title.
fn actions(client: &mut Client, path: &str, line: u32, only: &Value) -> Vec<Value> {
    let place = json!({"line": line, "character": 10});
    let mut context = json!({"diagnostics": []});
    if !only.is_null() {
        context["only"] = only.clone();
    }
    let params = json!({
        "textDocument": {"uri": client.uri(path)},
        "range": {"start": place, "end": place},
        "context": context,
    });
    client
        .result("textDocument/codeAction", params)
        .as_array()
        .cloned()
        .unwrap_or_default()
}

/// Applies the edits of an action to a text, which is ASCII.
fn apply(text: &str, action: &Value, uri: &str) -> String {
    let mut text = text.to_owned();
    let edits = action["edit"]["changes"][uri]
        .as_array()
        .cloned()
        .unwrap_or_default();
    assert!(!edits.is_empty(), "{action}");
    let offset = |text: &str, place: &Value| {
        let line = place["line"].as_u64().unwrap_or_default() as usize;
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        start + place["character"].as_u64().unwrap_or_default() as usize
    };
    for edit in edits.iter().rev() {
        let range = offset(&text, &edit["range"]["start"])..offset(&text, &edit["range"]["end"]);
        text.replace_range(range, edit["newText"].as_str().unwrap_or_default());
    }
    text
}

#[track_caller]
fn check_suppression(line: &str, expected: &str) {
    let text = PORT
        .replace("        self.reader = Reader(self)\n", line)
        .replace('\n', "\r\n");
    let mut client = Client::new(pulling(), &[]);
    client.open("a.py", &text);
    let found = actions(&mut client, "a.py", 2, &json!(["quickfix"]));
    let action = found.iter().find(|it| {
        it["title"]
            .as_str()
            .is_some_and(|it| it.starts_with("Ignore"))
    });
    let action = action.cloned().unwrap_or_default();
    assert_eq!(action["diagnostics"][0]["code"], "CYC102");
    let uri = client.uri("a.py");
    let edited = apply(&text, &action, &uri);
    assert_eq!(
        edited,
        PORT.replace("        self.reader = Reader(self)\n", expected)
            .replace('\n', "\r\n")
    );
    client.replace("a.py", 2, &edited);
    assert!(!client.findings("a.py").contains(&"3: CYC102".to_owned()));
    client.shut_down();
}

#[test]
fn suppressions_are_inserted() {
    let comment = "# cyclint: ignore[back-reference]";
    check_suppression(
        "        self.reader = Reader(self)\n",
        &format!("        self.reader = Reader(self)  {comment}\n"),
    );
    check_suppression(
        "        self.reader = Reader(self)  # kept\n",
        &format!("        self.reader = Reader(self)  # kept  {comment}\n"),
    );
    check_suppression(
        "        self.reader = Reader(self)  # cyclint: ignore[syntax-error]\n",
        "        self.reader = Reader(self)  # cyclint: ignore[syntax-error, back-reference]\n",
    );
    check_suppression(
        "        self.reader = (Reader(  # one\n          self))\n",
        &format!("        self.reader = (Reader(  # one\n          self))  {comment}\n"),
    );
}

#[test]
fn unused_suppressions_are_removed() {
    let text = "x = 1  # cyclint: ignore[closure]\r\ny = 2  # noqa: E501, CYC102\r\n";
    let mut client = Client::new(pulling(), &[]);
    client.open("a.py", text);
    let uri = client.uri("a.py");
    assert_eq!(client.findings("a.py"), ["1: CYC002", "2: CYC002"]);
    let all = actions(&mut client, "a.py", 0, &json!(["source.fixAll"]));
    assert_eq!(all[0]["kind"], "source.fixAll.cyclint");
    assert_eq!(
        apply(text, &all[0], &uri),
        "x = 1\r\ny = 2  # noqa: E501\r\n"
    );
    assert!(actions(&mut client, "a.py", 0, &json!(["refactor"])).is_empty());
    client.shut_down();
}

#[test]
fn the_graph_of_a_ring() {
    let mut client = Client::new(pulling(), &TWO_FILES);
    let fingerprint = client.pull("port.py")[0]["data"]["fingerprint"].clone();
    let uri = client.uri("port.py");
    let place = json!({"line": 3, "character": 9});
    for arguments in [
        json!([{"uri": uri, "position": place}]),
        json!([uri, place]),
        json!([{"fingerprint": fingerprint}]),
        json!([fingerprint]),
    ] {
        let params = json!({"command": "cyclint.showGraph", "arguments": arguments});
        let graph = client.result("workspace/executeCommand", params);
        assert_eq!(graph["nodes"].as_array().map(Vec::len), Some(2), "{graph}");
        assert_eq!(graph["edges"].as_array().map(Vec::len), Some(2));
        let location = &graph["edges"][0]["location"];
        assert!(location["range"]["start"]["line"].is_u64());
        assert!(
            graph["dot"]
                .as_str()
                .is_some_and(|it| it.starts_with("digraph"))
        );
    }
    let params =
        json!({"command": "cyclint.showGraph", "arguments": [uri, {"line": 0, "character": 0}]});
    assert_eq!(
        client.result("workspace/executeCommand", params),
        Value::Null
    );
    let params = json!({"command": "cyclint.showGraph", "arguments": [3]});
    assert_eq!(
        client.request("workspace/executeCommand", params)["error"]["code"],
        -32602
    );
    client.shut_down();
}
