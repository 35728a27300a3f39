//! Findings while people type: pushed and pulled, across files.

use serde_json::{Value, json};

use crate::client::{Client, pulling, pushed, short};
use crate::programs::{HARMLESS_READER, PORT, TWO_FILES};

#[test]
fn a_finding() {
    let mut client = Client::new(pulling(), &TWO_FILES);
    let found = client.pull("port.py");
    assert_eq!(found.len(), 1);
    let finding = &found[0];
    assert_eq!(finding["source"], "cyclint");
    assert_eq!(finding["code"], "CYC102");
    assert_eq!(finding["severity"], 2);
    assert!(
        finding["codeDescription"]["href"]
            .as_str()
            .is_some_and(|it| it.starts_with("https://"))
    );
    assert!(finding["data"]["fingerprint"].is_string());
    let range = json!({"start": {"line": 3, "character": 8}, "end": {"line": 3, "character": 34}});
    assert_eq!(finding["range"], range);
    let related = finding["relatedInformation"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let reader = client.uri("reader.py");
    assert_eq!(
        related[0]["location"]["uri"],
        reader.as_str(),
        "{related:#?}"
    );
    assert_eq!(related[0]["location"]["range"]["start"]["line"], 2);
    client.shut_down();
}

#[test]
fn related_places_for_those_who_can_show_them() {
    for (document, is_shown) in [
        (json!({}), false),
        (json!({"publishDiagnostics": {}}), false),
        (
            json!({"publishDiagnostics": {"relatedInformation": true}}),
            true,
        ),
        (
            json!({"publishDiagnostics": {"relatedInformation": false}, "diagnostic": {}}),
            false,
        ),
        (
            json!({"publishDiagnostics": {"relatedInformation": true}, "diagnostic": {}}),
            true,
        ),
        // The protocol has a word for this only since 3.18.
        (json!({"diagnostic": {}}), true),
        (json!({"diagnostic": {"relatedInformation": false}}), false),
        (json!({"diagnostic": {"relatedInformation": true}}), true),
    ] {
        let pulls = document.get("diagnostic").is_some();
        let mut client = Client::new(json!({"textDocument": document}), &[("a.py", PORT)]);
        let finding = if pulls {
            client.pull("a.py")[0].clone()
        } else {
            client.told("textDocument/publishDiagnostics")["params"]["diagnostics"][0].clone()
        };
        assert_eq!(finding["code"], "CYC102");
        let related = finding.get("relatedInformation");
        assert_eq!(related.is_some(), is_shown, "{document}");
        client.shut_down();
    }
}

#[test]
fn a_uri_may_be_written_in_several_ways() {
    let mut client = Client::new(pulling(), &[("é(1).py", PORT)]);
    let pull = |client: &mut Client, name: &str| {
        let document = json!({"uri": client.uri(name)});
        let report = client.result("textDocument/diagnostic", json!({"textDocument": document}));
        report["items"].as_array().map_or(0, Vec::len)
    };
    for name in ["%C3%A9(1).py", "%c3%a9%281%29.py", "é(1).py"] {
        assert_eq!(pull(&mut client, name), 1, "{name}");
        client.open(name, PORT);
        assert_eq!(pull(&mut client, name), 1, "{name}");
        client.close(name);
    }
    client.shut_down();
}

#[test]
fn only_python_is_analyzed() {
    let mut client = Client::new(pulling(), &[]);
    let script = format!("#!/usr/bin/env python3\n{PORT}");
    for (uri, language, text, expected) in [
        ("untitled:Untitled-1", "python", PORT, vec!["3: CYC102"]),
        ("untitled:Untitled-2", "plaintext", "Hello (\n", vec![]),
        (
            "file:///outside/of/all/README.md",
            "markdown",
            "# (\n",
            vec![],
        ),
        ("file:///outside/of/all/a.py", "py", PORT, vec!["3: CYC102"]),
        ("unsaved_script", "python", &script, vec!["4: CYC102"]),
        ("data.json", "json", "{\n", vec![]),
    ] {
        let uri = match uri.contains(':') {
            true => uri.to_owned(),
            false => client.uri(uri),
        };
        let document = json!({"uri": uri, "languageId": language, "version": 1, "text": text});
        client.notify("textDocument/didOpen", json!({"textDocument": document}));
        let document = json!({"uri": uri});
        let report = client.result("textDocument/diagnostic", json!({"textDocument": document}));
        let found: Vec<_> = report["items"].as_array().into_iter().flatten().collect();
        let found: Vec<_> = found.into_iter().map(short).collect();
        assert_eq!(found, expected, "{uri}");
    }
    client.shut_down();
}

#[test]
fn pulled_right_after_an_edit() {
    let mut client = Client::new(pulling(), &[("a.py", PORT)]);
    client.open("a.py", PORT);
    assert_eq!(client.findings("a.py"), ["3: CYC102"]);
    // Several edits at once, each seen by the pull that follows it at the latest.
    client.replace("a.py", 2, &PORT.replace("= port", "= 1"));
    client.change("a.py", 3, json!([{"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "\n"}]));
    assert_eq!(client.findings("a.py"), [""; 0]);
    client.replace("a.py", 4, &format!("\n\n{PORT}"));
    assert_eq!(client.findings("a.py"), ["5: CYC102"]);
    client.shut_down();
}

#[test]
fn result_ids() {
    let mut client = Client::new(pulling(), &[("a.py", PORT)]);
    let document = json!({"uri": client.uri("a.py")});
    let first = client.result("textDocument/diagnostic", json!({"textDocument": document}));
    assert_eq!(first["kind"], "full");
    let params = json!({"textDocument": document, "previousResultId": first["resultId"]});
    let second = client.result("textDocument/diagnostic", params.clone());
    assert_eq!(
        second,
        json!({"kind": "unchanged", "resultId": first["resultId"]})
    );
    client.open("a.py", &format!("\n{PORT}"));
    assert_eq!(
        client.result("textDocument/diagnostic", params)["kind"],
        "full"
    );
    client.shut_down();
}

#[test]
fn the_whole_workspace() {
    let mut client = Client::new(
        pulling(),
        &[("a.py", PORT), ("b.py", PORT), ("c.py", "x = 1\n")],
    );
    let report = client.result("workspace/diagnostic", json!({"previousResultIds": []}));
    let items = report["items"].as_array().cloned().unwrap_or_default();
    let uris: Vec<_> = items.iter().map(|it| it["uri"].clone()).collect();
    assert_eq!(uris, [client.uri("a.py"), client.uri("b.py")]);
    let known: Vec<_> = items
        .iter()
        .map(|it| json!({"uri": it["uri"], "value": it["resultId"]}))
        .collect();

    // Nothing is new: the answer comes with the next change.
    let id = client.send_request("workspace/diagnostic", json!({"previousResultIds": known}));
    client.open("b.py", &format!("\n{PORT}"));
    let report = client.answer(id)["result"].clone();
    assert_eq!(report["items"][0]["kind"], "unchanged");
    assert_eq!(report["items"][1]["kind"], "full");
    assert_eq!(report["items"][1]["version"], 1);

    // A file that is gone has none.
    let id = client.send_request("workspace/diagnostic", json!({"previousResultIds": known}));
    let _ = std::fs::remove_file(client.folder.join("a.py"));
    client.watched(&["a.py"]);
    client.told("workspace/diagnostic/refresh");
    let _ = client.answer(id);
    let report = client.result("workspace/diagnostic", json!({"previousResultIds": known}));
    let gone = report["items"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|it| it["uri"] == client.uri("a.py").as_str());
    let gone = gone.cloned().unwrap_or_default();
    assert_eq!(
        (&gone["kind"], &gone["items"]),
        (&json!("full"), &json!([]))
    );
    client.shut_down();
}

#[test]
fn a_request_can_be_cancelled() {
    let mut client = Client::new(pulling(), &[("a.py", PORT)]);
    let known = json!([{"uri": client.uri("x.py"), "value": "nothing"}]);
    client.write("a.py", "x = 1\n");
    client.watched(&["a.py"]);
    client.findings("a.py");
    let id = client.send_request("workspace/diagnostic", json!({"previousResultIds": known}));
    client.notify("$/cancelRequest", json!({"id": id}));
    assert_eq!(client.answer(id)["error"]["code"], -32800);
    let id = client.send_request("workspace/diagnostic", json!({"previousResultIds": known}));
    client.result("shutdown", Value::Null);
    assert_eq!(client.answer(id)["error"]["code"], -32800);
}

#[test]
fn pushed_across_files() {
    let mut client = Client::new(pushed(), &TWO_FILES);
    client.open("port.py", TWO_FILES[0].1);
    assert_eq!(client.published("port.py", 1), ["4: CYC102"]);
    client.open("reader.py", TWO_FILES[1].1);
    assert_eq!(client.published("reader.py", 1), [""; 0]);
    // An edit of one changes what is found in the other.
    client.replace("reader.py", 2, HARMLESS_READER);
    assert_eq!(client.published("reader.py", 2), [""; 0]);
    assert_eq!(client.published("port.py", 1), [""; 0]);
    client.replace("reader.py", 3, TWO_FILES[1].1);
    assert_eq!(client.published("port.py", 1), ["4: CYC102"]);
    client.shut_down();
}

#[test]
fn buffers_over_files() {
    let mut client = Client::new(pulling(), &TWO_FILES);
    assert_eq!(client.findings("port.py"), ["4: CYC102"]);
    client.open("reader.py", HARMLESS_READER);
    assert_eq!(client.findings("port.py"), [""; 0]);
    // The disk does not count while the file is open.
    client.write("reader.py", TWO_FILES[1].1);
    client.watched(&["reader.py"]);
    assert_eq!(client.findings("port.py"), [""; 0]);
    client.close("reader.py");
    assert_eq!(client.findings("port.py"), ["4: CYC102"]);
    // A file that was never saved is part of the workspace.
    let ring = PORT.replace("Port", "Other");
    client.open("new.py", &ring);
    assert_eq!(client.findings("new.py"), ["3: CYC102"]);
    client.close("new.py");
    assert_eq!(client.findings("new.py"), [""; 0]);
    client.shut_down();
}

#[test]
fn files_that_come_and_go() {
    let mut client = Client::new(pulling(), &TWO_FILES);
    assert_eq!(client.findings("port.py"), ["4: CYC102"]);
    client.write("reader.py", HARMLESS_READER);
    client.watched(&["reader.py"]);
    client.told("workspace/diagnostic/refresh");
    assert_eq!(client.findings("port.py"), [""; 0]);
    client.write("sub/late.py", PORT);
    let file = json!({"files": [{"uri": client.uri("sub/late.py")}]});
    client.notify("workspace/didCreateFiles", file);
    assert_eq!(client.findings("sub/late.py"), ["3: CYC102"]);
    let _ = std::fs::rename(client.folder.join("sub"), client.folder.join("up"));
    let files = json!({"files": [{"oldUri": client.uri("sub"), "newUri": client.uri("up")}]});
    client.notify("workspace/didRenameFiles", files);
    assert_eq!(client.findings("sub/late.py"), [""; 0]);
    assert_eq!(client.findings("up/late.py"), ["3: CYC102"]);
    let _ = std::fs::remove_dir_all(client.folder.join("up"));
    let files = json!({"files": [{"uri": client.uri("up")}]});
    client.notify("workspace/didDeleteFiles", files);
    assert_eq!(client.findings("up/late.py"), [""; 0]);
    client.shut_down();
}

#[test]
fn what_is_ignored_is_not_reported() {
    let mut client = Client::new(
        pulling(),
        &[
            ("cyclint.toml", "extend-exclude = ['gen']\n"),
            ("gen/a.py", PORT),
            ("venv/b.py", PORT),
            ("c.py", PORT),
        ],
    );
    client.open("gen/a.py", PORT);
    assert_eq!(client.findings("gen/a.py"), [""; 0]);
    assert_eq!(client.findings("venv/b.py"), [""; 0]);
    assert_eq!(client.findings("c.py"), ["3: CYC102"]);
    client.shut_down();
}

#[test]
fn half_typed_code() {
    let mut client = Client::new(pulling(), &[]);
    let after = PORT.replace("Port", "Modem").replace("Reader", "Listener");
    for typed in [
        "class New(Base:",
        "def f(self, x=[1, 2:",
        "self.y = foo(",
        "x = \"\"\"text",
        "x = f'''text {y",
        "x = lambda a, b",
    ] {
        for length in 1..=typed.len() {
            let part = &typed[..length];
            for indent in ["", "    "] {
                let text = format!("{PORT}\n\n{indent}{part}\n\n\n{after}");
                client.open("a.py", &text);
                let found = client.findings("a.py");
                let rings: Vec<_> = found.iter().filter(|it| it.ends_with("CYC102")).collect();
                assert_eq!(
                    rings,
                    ["3: CYC102", "19: CYC102"],
                    "at {indent}{part}: {found:?}"
                );
            }
        }
    }
    client.shut_down();
}

#[test]
fn positions_in_all_encodings() {
    let text = PORT.replace("self.reader =", "'𝔘é'; self.reader =");
    for (encoding, column) in [("utf-8", 18), ("utf-16", 15), ("utf-32", 14)] {
        let mut capabilities = pulling();
        capabilities["general"]["positionEncodings"] = json!([encoding]);
        let mut client = Client::new(capabilities, &[("a.py", &text)]);
        let found = client.pull("a.py");
        assert_eq!(
            found[0]["range"]["start"]["character"], column,
            "{encoding}"
        );
        client.open("a.py", &text);
        let place = json!({"line": 2, "character": column});
        client.change(
            "a.py",
            2,
            json!([{"range": {"start": place, "end": place}, "text": "x = "}]),
        );
        let found = client.pull("a.py");
        assert_eq!(found.iter().map(short).collect::<Vec<_>>(), ["3: CYC102"]);
        client.shut_down();
    }
}

#[test]
fn wrong_edits_do_no_harm() {
    let mut client = Client::new(pulling(), &[]);
    client.open("a.py", PORT);
    let far = json!({"line": 4_000_000_000_u32, "character": 4_000_000_000_u32});
    let start = json!({"line": 0, "character": 0});
    client.change(
        "a.py",
        2,
        json!([{"range": {"start": far, "end": start}, "text": PORT}]),
    );
    client.change(
        "a.py",
        3,
        json!([{"range": {"start": far, "end": far}, "text": "\n# end\n"}]),
    );
    client.change("never_opened.py", 1, json!([{"text": "x"}]));
    assert_eq!(client.findings("a.py"), ["3: CYC102"]);
    client.shut_down();
}

#[test]
fn notebooks() {
    let mut client = Client::new(pulling(), &[]);
    let (first, second) = PORT.split_at(PORT.find("class Reader").unwrap_or_default());
    let cell = |id: &str, text: &str| json!({"uri": format!("vscode-notebook-cell:/w/n.ipynb#{id}"), "languageId": "python", "version": 1, "text": text});
    let kind = |id: &str, kind: u32| json!({"kind": kind, "document": format!("vscode-notebook-cell:/w/n.ipynb#{id}")});
    let notebook = json!({
        "uri": client.uri("n.ipynb"),
        "notebookType": "jupyter-notebook",
        "version": 1,
        "cells": [kind("a", 2), kind("text", 1), kind("shell", 2), kind("b", 2)],
    });
    let mut shell = cell("shell", "echo 'x");
    shell["languageId"] = "shellscript".into();
    let cells = json!([
        cell("a", &format!("%matplotlib inline\n{first}")),
        shell,
        cell("b", second)
    ]);
    client.notify(
        "notebookDocument/didOpen",
        json!({"notebookDocument": notebook, "cellTextDocuments": cells}),
    );
    let pull = |client: &mut Client, id: &str| {
        let document = json!({"uri": format!("vscode-notebook-cell:/w/n.ipynb#{id}")});
        let report = client.result("textDocument/diagnostic", json!({"textDocument": document}));
        report["items"]
            .as_array()
            .into_iter()
            .flatten()
            .map(short)
            .collect::<Vec<_>>()
    };
    assert_eq!(pull(&mut client, "a"), ["4: CYC102"]);
    assert_eq!(pull(&mut client, "b"), [""; 0]);
    assert_eq!(pull(&mut client, "shell"), [""; 0]);
    // A cell is edited, another one is put in between.
    let change = json!({"cells": {
        "structure": {
            "array": {"start": 1, "deleteCount": 1, "cells": [kind("c", 2)]},
            "didOpen": [cell("c", "y = 2")],
        },
        "textContent": [{
            "document": {"uri": "vscode-notebook-cell:/w/n.ipynb#a", "version": 2},
            "changes": [{"text": format!("\n\n{first}")}],
        }],
    }});
    let document = json!({"uri": client.uri("n.ipynb"), "version": 2});
    client.notify(
        "notebookDocument/didChange",
        json!({"notebookDocument": document, "change": change}),
    );
    assert_eq!(pull(&mut client, "a"), ["5: CYC102"]);
    let document = json!({"uri": client.uri("n.ipynb")});
    client.notify(
        "notebookDocument/didClose",
        json!({"notebookDocument": document, "cellTextDocuments": []}),
    );
    assert_eq!(pull(&mut client, "a"), [""; 0]);
    client.shut_down();
}
