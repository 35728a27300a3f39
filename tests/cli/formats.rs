//! The formats for other programs: valid by their schemas, whatever names the code has.

#![expect(
    clippy::expect_used,
    reason = "a report that cannot be read has to fail the test"
)]

use insta::assert_snapshot;
use serde_json::Value;

use crate::project::{Project, read};

/// A ring across two files, of which one has a name that means something to every format.
const NAME: &str = "a <b>&\"c\" %41,:'é].py";

fn hostile() -> Project {
    let mut project = Project::new();
    project.file(
        NAME,
        "class Größe:\n    def __init__(self):\n        \
         self.items = {}\n        \
         self.items[\"</script>](x)%0A::error::\"] = self\n    def __del__(self):\n        pass\n\nGröße()\n",
    );
    project.file("broken.py", "x = $\n");
    project
}

fn report(project: &Project, format: &str) -> String {
    project.stdout(&["check", "--output-format", format])
}

fn schema(name: &str) -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas");
    read(&folder.join(name))
}

fn json(project: &Project, format: &str) -> Value {
    serde_json::from_str(&report(project, format)).expect("JSON")
}

/// The projects whose reports are held against schemas.
fn projects() -> [Project; 3] {
    let mut unreadable = Project::with(&[("a.py", "x = 1\n")]);
    unreadable.file("b.py", b"x = '\xff'\n");
    [hostile(), Project::with(&[("a.py", "x = 1\n")]), unreadable]
}

#[test]
fn sarif_is_valid() {
    let mut schema: Value = serde_json::from_str(&schema("sarif-2.1.0.json")).expect("a schema");
    // One pattern of the published schema, for properties that are not written, is no ECMAScript
    // regular expression: it has a `]` too many.
    for object in ["run", "toolComponent"] {
        schema["definitions"][object]["properties"]["language"]["pattern"] = "".into();
    }
    let validator = jsonschema::draft7::options()
        .should_validate_formats(true)
        .build(&schema)
        .expect("a schema");
    for project in projects() {
        let log = json(&project, "sarif");
        let errors: Vec<_> = validator
            .iter_errors(&log)
            .map(|it| it.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
    assert!(!validator.is_valid(&serde_json::json!({ "version": "2.1.0" })));
}

#[test]
fn sarif_shows_the_ring() {
    let log = json(&hostile(), "sarif");
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    let result = &run["results"][0];
    assert_eq!(result["ruleId"], "CYC101");
    let rule = result["ruleIndex"].as_u64().expect("an index") as usize;
    assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], "CYC101");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(
        place["artifactLocation"],
        serde_json::json!({
            "uri": "a%20%3Cb%3E%26%22c%22%20%2541%2C%3A%27%C3%A9%5D.py",
            "uriBaseId": "%SRCROOT%",
        })
    );
    let steps = result["codeFlows"][0]["threadFlows"][0]["locations"].as_array();
    assert_eq!(steps.map(Vec::len), Some(1));
    let related = result["relatedLocations"].as_array().expect("places");
    assert_eq!(related.len(), 2, "the store and the finalizer");
    let fingerprint = &result["partialFingerprints"]["cyclint/v1"];
    assert_eq!(*fingerprint, json(&hostile(), "json")[0]["fingerprint"]);
}

#[test]
fn sarif_tells_what_could_not_be_read() {
    let [_, _, unreadable] = projects();
    let log = json(&unreadable, "sarif");
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let text = invocation["toolExecutionNotifications"][0]["message"]["text"].as_str();
    assert!(text.is_some_and(|it| it.starts_with("b.py: ")), "{text:?}");
}

#[test]
fn junit_is_valid() {
    let schema = schema("junit-10.xsd");
    let schema = uppsala::parse(&schema).expect("a schema");
    let validator = uppsala::XsdValidator::from_schema(&schema).expect("a schema");
    let errors = |text: &str| -> Vec<String> {
        let document = uppsala::parse(text).expect("XML");
        let errors = validator.validate(&document);
        errors.iter().map(ToString::to_string).collect()
    };
    for project in projects() {
        let text = report(&project, "junit");
        assert_eq!(errors(&text), Vec::<String>::new(), "{text}");
    }
    assert_ne!(errors("<testsuites><bug/></testsuites>").len(), 0);
}

#[test]
fn junit() {
    let [hostile, clean, unreadable] = projects();
    assert_snapshot!(report(&hostile, "junit"));
    assert_snapshot!(report(&clean, "junit"), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="cyclint" tests="1" failures="0" errors="0">
      <testsuite name="cyclint" tests="1" failures="0" errors="0" skipped="0">
        <testcase name="No errors found" classname="cyclint"/>
      </testsuite>
    </testsuites>
    "#);
    assert_snapshot!(report(&unreadable, "junit"), @r#"
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="cyclint" tests="1" failures="0" errors="1">
        <testsuite name="b.py" tests="1" failures="0" errors="1" skipped="0">
          <testcase name="readable" classname="b.py"><error type="unreadable" message="not valid UTF-8: byte 0xff at offset 5 (line 1)"/></testcase>
        </testsuite>
      </testsuites>
      "#);
}

#[test]
fn github() {
    let commands = report(&hostile(), "github");
    assert_snapshot!(commands);
    let is_command =
        |it: &str| it.starts_with("::warning title=") || it.starts_with("::error title=");
    assert!(
        commands.lines().all(is_command),
        "one line for each finding"
    );
}

#[test]
fn github_has_no_columns_across_lines() {
    let text = "class A:\n    def __init__(self):\n        self.me = dict(\n            a=self)\n    def __del__(self): ...\nA()\n";
    let project = Project::with(&[("a.py", text)]);
    let commands = report(&project, "github");
    assert!(commands.contains(",line=3,endLine=4::"), "{commands}");
}

#[test]
fn paths_are_relative_to_the_repository_on_a_code_host() {
    let mut project = Project::new();
    project.file("pkg/a.py", "x = $\n");
    let root = project.path("").to_string_lossy().into_owned();
    let project = project.in_directory("pkg").env("GITHUB_WORKSPACE", &root);
    assert!(report(&project, "github").contains(",file=pkg/a.py,"));
    let project = project
        .env("GITHUB_WORKSPACE", "")
        .env("CI_PROJECT_DIR", &root);
    assert_eq!(json(&project, "gitlab")[0]["location"]["path"], "pkg/a.py");
    let project = project.env("CI_PROJECT_DIR", "/nowhere");
    assert_eq!(json(&project, "gitlab")[0]["location"]["path"], "a.py");
}

#[test]
fn gitlab() {
    let issues = json(&hostile(), "gitlab");
    assert_eq!(issues[0]["location"]["path"], NAME);
    let mut fingerprints: Vec<_> = issues
        .as_array()
        .expect("an array")
        .iter()
        .map(|it| it["fingerprint"].as_str())
        .collect();
    let count = fingerprints.len();
    fingerprints.sort_unstable();
    fingerprints.dedup();
    assert_eq!((count, fingerprints.len()), (2, 2));
    assert_snapshot!(serde_json::to_string_pretty(&issues[1]).expect("JSON"));
    assert_eq!(
        json(&Project::with(&[("a.py", "")]), "gitlab"),
        serde_json::json!([])
    );
}

#[test]
fn dot() {
    assert_snapshot!(report(&hostile(), "dot"));
}

#[test]
fn html_only_holds_what_it_says() {
    let page = report(&hostile(), "html");
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("</script").count(), 1);
    assert!(!page.contains("<b>"), "names are text");
    assert!(!page.contains('\u{1b}'));
    for loading in ["src=", "@import", "url(", "<link", "http-equiv=\"refresh"] {
        assert!(
            !page.contains(loading),
            "the page loads something: {loading}"
        );
    }
    assert_eq!(page.matches("<article").count(), 2);
    assert_eq!(page.matches("<svg").count(), 1);
}

/// What is held from outside is no ring: no format says so, none draws it as one.
#[test]
fn chains_do_not_come_back() {
    let text = "import atexit\n\nclass A:\n    def __init__(self):\n        atexit.register(self.close)\n\n    \
                def close(self): ...\n\n    def __del__(self): ...\n\nA()\n";
    let project = Project::with(&[("a.py", text)]);
    assert_snapshot!(report(&project, "dot"));
    for format in [
        "full", "concise", "json", "sarif", "github", "gitlab", "junit", "html",
    ] {
        let text = report(&project, format);
        // The rules' own pages, and the styles of the page, are about rings, too.
        let text = match format {
            "sarif" => json(&project, "sarif")["runs"][0]["results"].to_string(),
            "html" => text.split("<main").nth(1).unwrap_or_default().to_owned(),
            _ => text,
        };
        assert!(text.contains("atexit"), "{format}: {text}");
        let words = text.split(|it: char| !it.is_alphanumeric());
        let ring = words.filter(|it| it.eq_ignore_ascii_case("ring")).count();
        // The class of the box around the picture.
        assert_eq!(ring, usize::from(format == "html"), "{format}: {text}");
    }
    let page = report(&project, "html");
    assert!(page.contains("Chain of 2 references"));
    assert_eq!(page.matches("<g class=\"node").count(), 3);
}

#[test]
fn no_format_for_programs_is_coloured_or_summed_up() {
    let project = hostile().env("FORCE_COLOR", "1");
    for format in [
        "json",
        "json-lines",
        "sarif",
        "github",
        "gitlab",
        "junit",
        "dot",
        "html",
    ] {
        let args = ["check", "--color", "always", "--output-format", format];
        let text = project.stdout(&args);
        assert!(!text.contains('\u{1b}'), "{format}");
        assert!(!text.contains("Found 2"), "{format}");
    }
}
