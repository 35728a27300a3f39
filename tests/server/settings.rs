//! Where settings come from.

use serde_json::{Value, json};

use crate::client::{Client, pulling};
use crate::programs::PORT;

/// A ring without a finalizer: reported only where the scope is `all`.
fn plain() -> String {
    PORT.replace("__del__", "close")
}

fn asking() -> Value {
    let mut capabilities = pulling();
    capabilities["workspace"]["configuration"] = true.into();
    capabilities
}

#[test]
fn initialization_options() {
    for options in [
        json!({"scope": "all"}),
        json!({"settings": {"scope": "all"}}),
        json!({"settings": {"cyclint": {"scope": "all"}}}),
    ] {
        let mut client = Client::with_options(pulling(), options, &[("a.py", &plain())]);
        assert_eq!(client.findings("a.py"), ["3: CYC102"]);
        client.shut_down();
    }
}

#[test]
fn told_by_the_client() {
    let mut client = Client::new(pulling(), &[("a.py", &plain())]);
    assert_eq!(client.findings("a.py"), [""; 0]);
    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": {"cyclint": {"scope": "all"}}}),
    );
    assert_eq!(client.findings("a.py"), ["3: CYC102"]);
    client.told("workspace/diagnostic/refresh");
    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": {"cyclint": {"scope": "all", "ignore": ["back-reference"]}}}),
    );
    assert_eq!(client.findings("a.py"), [""; 0]);
    client.shut_down();
}

#[test]
fn asked_from_the_client() {
    let mut client = Client::start(&[("a.py", &plain())], &[]);
    client.settings = json!({"scope": "all"});
    client.initialize(asking(), Value::Null);
    client.notify("initialized", json!({}));
    assert_eq!(client.findings("a.py"), ["3: CYC102"]);
    client.settings = json!({"scope": "finalizers"});
    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": null}),
    );
    assert_eq!(client.findings("a.py"), [""; 0]);
    client.shut_down();
}

#[test]
fn what_was_said_last_counts() {
    let mut client = Client::start(&[("a.py", &plain())], &[]);
    client.settings = json!({"scope": "finalizers"});
    client.initialize(asking(), Value::Null);
    client.notify("initialized", json!({}));
    assert_eq!(client.findings("a.py"), [""; 0]);
    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": {"cyclint": {"scope": "all"}}}),
    );
    assert_eq!(client.findings("a.py"), ["3: CYC102"]);
    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": null}),
    );
    assert_eq!(client.findings("a.py"), [""; 0]);
    client.shut_down();
}

/// With a section, Visual Studio Code would send the settings of no folder, instead of being asked.
#[test]
fn clients_that_can_be_asked_are_not_to_send() {
    for (can_be_asked, section) in [(true, Value::Null), (false, json!("cyclint"))] {
        let mut capabilities = asking();
        capabilities["workspace"]["configuration"] = can_be_asked.into();
        capabilities["workspace"]["didChangeConfiguration"] = json!({"dynamicRegistration": true});
        let mut client = Client::new(capabilities, &[]);
        let registration = client.told("client/registerCapability");
        let registrations = registration["params"]["registrations"].as_array().cloned();
        let ours = registrations.unwrap_or_default().into_iter();
        let mut ours = ours.filter(|it| it["method"] == "workspace/didChangeConfiguration");
        let ours = ours.next().unwrap_or_default();
        assert_eq!(ours["registerOptions"]["section"], section);
        client.shut_down();
    }
}

#[test]
fn null_undoes_nothing() {
    let options = json!({"scope": "all"});
    let mut client = Client::with_options(asking(), options, &[("a.py", &plain())]);
    assert_eq!(client.findings("a.py"), ["3: CYC102"]);
    client.notify(
        "workspace/didChangeConfiguration",
        json!({"settings": null}),
    );
    assert_eq!(client.findings("a.py"), ["3: CYC102"]);
    client.shut_down();
}

#[test]
fn files_count_as_soon_as_they_are_announced() {
    let mut client = Client::new(pulling(), &[("a.py", &plain())]);
    assert_eq!(client.findings("a.py"), [""; 0]);
    client.write("pyproject.toml", "[tool.cyclint]\nscope = 'all'\n");
    client.watched(&["pyproject.toml"]);
    assert_eq!(client.findings("a.py"), ["3: CYC102"]);
    client.write("pyproject.toml", "[tool.cyclint]\nscope = \n");
    client.watched(&["pyproject.toml"]);
    assert_eq!(
        client.findings("a.py"),
        ["3: CYC102"],
        "what was right before stays"
    );
    let message = client.told("window/showMessage");
    assert!(
        message["params"]["message"]
            .as_str()
            .is_some_and(|it| it.contains("pyproject.toml"))
    );
    client.shut_down();
}

#[test]
fn wrong_settings_are_told_and_left_out() {
    let options = json!({"scop": "all", "scope": "all"});
    let mut client = Client::with_options(pulling(), options, &[("a.py", &plain())]);
    assert_eq!(client.findings("a.py"), ["3: CYC102"]);
    client.wait("a warning", |it| {
        it["params"]["message"]
            .as_str()
            .is_some_and(|it| it.contains("did you mean `scope`"))
    });
    client.shut_down();
}

#[test]
fn folders_come_and_go() {
    let mut client = Client::new(pulling(), &[("one/a.py", PORT), ("two/b.py", PORT)]);
    let folder = |client: &Client, name: &str| json!({"uri": client.uri(name), "name": name});
    let root = json!({"uri": client.root(), "name": "w"});
    let event = json!({"added": [folder(&client, "one")], "removed": [root]});
    client.notify(
        "workspace/didChangeWorkspaceFolders",
        json!({"event": event}),
    );
    assert_eq!(client.findings("one/a.py"), ["3: CYC102"]);
    assert_eq!(client.findings("two/b.py"), [""; 0]);
    // A file outside of all folders is looked at by itself.
    client.open("two/b.py", PORT);
    assert_eq!(client.findings("two/b.py"), ["3: CYC102"]);
    client.open("two/c.py", PORT);
    assert_eq!(client.findings("two/c.py"), ["3: CYC102"]);
    client.close("two/b.py");
    assert_eq!(client.findings("two/b.py"), [""; 0]);
    assert_eq!(client.findings("two/c.py"), ["3: CYC102"]);
    client.shut_down();
}
