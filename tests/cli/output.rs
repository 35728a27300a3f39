use std::fs;

use insta::assert_snapshot;

use crate::project::{Project, read};

fn broken() -> Project {
    Project::with(&[("pkg/a.py", "def f():\n    return $\n")])
}

#[test]
fn full() {
    assert_snapshot!(broken().run(&["check"]), @r"
    exit 1
    --- stdout
    error[CYC001]: syntax error: got unexpected token $
      ┌─ pkg/a.py:2:12
      │
    2 │     return $
      │            ^
      │
      = help: the rest of the file is analyzed all the same
      = `cyclint rule CYC001` explains more

    Found 1 problem.
    ");
}

#[test]
fn json() {
    assert_snapshot!(broken().run(&["check", "--output-format", "json"]), @r#"
    exit 1
    --- stdout
    [
      {
        "code": "CYC001",
        "name": "syntax-error",
        "severity": "error",
        "confidence": "proven",
        "verdict": null,
        "message": "syntax error: got unexpected token $",
        "help": "the rest of the file is analyzed all the same",
        "filename": "pkg/a.py",
        "location": {
          "row": 2,
          "column": 12
        },
        "end_location": {
          "row": 2,
          "column": 13
        },
        "cycle": [],
        "finalizers": [],
        "broken_by": null,
        "fix": null,
        "fingerprint": "9c3f38c43dfa6691",
        "url": "https://github.com/cyclint/cyclint/blob/main/rules/CYC001-syntax-error.md"
      }
    ]
    "#);
}

#[test]
fn statistics() {
    let project = Project::with(&[("a.py", "x = $\ny = $\n# cyclint: bogus\n")]);
    assert_snapshot!(project.run(&["check", "--statistics"]), @r"
    exit 1
    --- stdout
    2	CYC001	syntax-error
    1	CYC002	unused-suppression
    ");
    assert_snapshot!(project.run(&["check", "--statistics", "--output-format", "json"]), @r#"
    exit 1
    --- stdout
    [
      {
        "code": "CYC001",
        "name": "syntax-error",
        "count": 2
      },
      {
        "code": "CYC002",
        "name": "unused-suppression",
        "count": 1
      }
    ]
    "#);
}

#[test]
fn to_a_file() {
    let project = broken();
    let args = ["check", "--output-format", "concise", "-o", "report.txt"];
    assert_snapshot!(project.run(&args), @"exit 1");
    assert_snapshot!(read(&project.path("report.txt")), @r"
    pkg/a.py:2:12: CYC001 syntax error: got unexpected token $
    Found 1 problem.
    ");
    assert_snapshot!(project.run(&["check", "-o", "missing/report.txt"]), @r"
    exit 2
    --- stderr
    cyclint: error: missing/report.txt cannot be written: No such file or directory (os error 2)
    ");
    let left = fs::read_dir(project.path("")).map(Iterator::count).ok();
    assert_eq!(left, Some(2), "no temporary file is left behind");
}

#[test]
fn format_and_file_from_the_environment() {
    let project = broken()
        .env("CYCLINT_OUTPUT_FORMAT", "concise")
        .env("CYCLINT_OUTPUT_FILE", "report.txt");
    assert_snapshot!(project.run(&["check"]), @"exit 1");
    assert_snapshot!(read(&project.path("report.txt")), @r"
    pkg/a.py:2:12: CYC001 syntax error: got unexpected token $
    Found 1 problem.
    ");
}

/// As where a pipeline hands on a variable that is not set.
#[test]
fn variables_that_are_set_to_nothing() {
    let project = broken()
        .env("CYCLINT_OUTPUT_FORMAT", "")
        .env("CYCLINT_OUTPUT_FILE", "");
    assert_eq!(project.run(&["check"]), broken().run(&["check"]));
}

fn is_coloured(project: &Project, args: &[&str]) -> bool {
    project.run(&[&["check"], args].concat()).contains('\u{1b}')
}

#[test]
fn colours() {
    assert!(!is_coloured(&broken(), &[]), "no terminal");
    assert!(is_coloured(&broken(), &["--color", "always"]));

    let forced = broken().env("FORCE_COLOR", "1").env("NO_COLOR", "1");
    assert!(is_coloured(&forced, &[]), "FORCE_COLOR beats NO_COLOR");
    assert!(!is_coloured(&forced, &["--color", "never"]));
    assert!(!is_coloured(&forced, &["--output-format", "json"]));

    let unforced = broken().env("FORCE_COLOR", "0").env("NO_COLOR", "1");
    assert!(!is_coloured(&unforced, &[]));
    assert!(is_coloured(&unforced, &["--color", "always"]));
}

#[test]
fn fingerprints_survive_moves_and_other_working_directories() {
    let fingerprints = |project: &Project, path: &str| {
        let shown = project.run(&["check", "--output-format", "json", path]);
        let lines = shown.lines().filter(|it| it.contains("fingerprint"));
        lines.map(|it| it.trim().to_owned()).collect::<Vec<_>>()
    };
    let files = [("pkg/__init__.py", ""), ("pkg/a.py", "x = $\ny = $\n")];
    let first = fingerprints(&Project::with(&files), ".");
    assert_eq!(first.len(), 2);
    assert_ne!(first.first(), first.last());

    assert_eq!(first, fingerprints(&Project::with(&files), "pkg/a.py"));
    let inside = Project::with(&files).in_directory("pkg");
    assert_eq!(first, fingerprints(&inside, "."));
    let moved = [files[0], ("pkg/a.py", "\n\nx = $\n\ny = $\n")];
    assert_eq!(first, fingerprints(&Project::with(&moved), "."));
}

/// A ring that a method breaks stands only where that is not called: the line says so.
#[test]
fn what_has_to_be_forgotten() {
    let text = "\
class Session:
    def __init__(self):
        self.handler = Handler(self)

    def close(self):
        self.handler = None

    def __del__(self):
        pass


class Handler:
    def __init__(self, session):
        self.session = session


def make():
    return Session()
";
    let project = Project::with(&[("a.py", text)]);
    let args = ["check", "--report-broken", "--output-format", "concise"];
    assert_snapshot!(project.run(&args), @r"
    exit 1
    --- stdout
    a.py:3:9: CYC102 `Session.__del__` runs late: it is held by what it holds (`Session.handler` → `Handler.session` → `Session`) (only where `a.Session.close` is not called)
    Found 1 reference cycle.
    ");
}

/// Whatever is quoted, a message is one line that moves nothing on the terminal.
#[test]
fn messages_quote_harmlessly() {
    let name = "a\u{1b}[31m\nb";
    let mut project = Project::new();
    project.file(&format!("{name}/a.py"), "x = 1\n");
    let project = project.in_directory(name);
    for arguments in [
        &["check", "-v"][..],
        &["check", "-o", "no\u{1b}[2J/x"],
        &["check", "\u{1b}[2J.py"],
        &["check", "--baseline", "\u{1b}[2J"],
        &["check", "--config", "\u{1b}[2J"],
        &["check", "@\u{1b}[2J"],
        &["graph", "\u{1b}[2J"],
        &["rule", "\u{1b}[2J"],
    ] {
        let shown = project.run(arguments);
        assert!(shown.contains("--- stderr"), "{arguments:?}");
        assert!(!shown.contains('\u{1b}'), "{arguments:?}: {shown:?}");
    }
}
