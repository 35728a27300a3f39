//! An old code base: a baseline, comments for what is there.

use std::fs;

use insta::assert_snapshot;

use crate::project::{Project, read};

const RING: &str = "\
class Node:
    def __init__(self):
        self.me = self

    def __del__(self):
        pass


Node()
";

const CONCISE: [&str; 3] = ["check", "--output-format", "concise"];
const BASELINE: [&str; 2] = ["--baseline", "known.txt"];

fn run(project: &Project, args: &[&str]) -> String {
    project.run(&[&CONCISE[..], &BASELINE, args].concat())
}

fn update(project: &Project) -> String {
    run(project, &["--update-baseline"])
}

#[test]
fn known_findings_are_not_reported_and_new_ones_are() {
    let mut project = Project::with(&[("pkg/a.py", RING)]);
    assert_snapshot!(update(&project), @r"
    exit 0
    --- stderr
    cyclint: 1 known finding written to known.txt
    ");
    assert_snapshot!(read(&project.path("known.txt")), @r"
    # Known findings of cyclint, one a line. Fix one and remove its line, or rewrite the file:
    # cyclint check --baseline FILE --update-baseline
    8c5e0c70d27e8984	CYC101	pkg/a.py	Node.me
    ");
    assert_snapshot!(run(&project, &[]), @r"
    exit 0
    --- stdout
    All checks passed!
    ");

    // Moved within its file, and reformatted.
    project.file(
        "pkg/a.py",
        format!(
            "import os\n\n\n{}",
            RING.replace("self.me = self", "self.me = (\n            self\n        )")
        ),
    );
    assert!(run(&project, &[]).starts_with("exit 0\n"));

    project.file("pkg/b.py", RING.replace("Node", "Leaf"));
    assert_snapshot!(run(&project, &[]), @r"
    exit 1
    --- stdout
    pkg/b.py:3:9: CYC101 `Leaf.__del__` runs late: it holds itself (`Leaf.me` → `Leaf`)
    Found 1 reference cycle.
    ");
}

#[test]
fn a_renamed_file_has_the_same_rings() {
    let project = Project::with(&[("a.py", RING)]);
    update(&project);
    assert!(fs::rename(project.path("a.py"), project.path("b.py")).is_ok());
    assert!(run(&project, &[]).starts_with("exit 0\n"));
}

#[test]
fn what_is_fixed_has_to_go() {
    let mut project = Project::with(&[("a.py", RING), ("b.py", &RING.replace("Node", "Leaf"))]);
    update(&project);
    project.file("a.py", "");
    assert_snapshot!(run(&project, &[]), @r"
    exit 0
    --- stdout
    All checks passed!
    --- stderr
    cyclint: warning: known.txt: nothing matches this entry any more, remove it: CYC101 a.py: Node.me (6a0dbbb5818394c8)
    ");
    // A run on other files does not know.
    assert!(!run(&project, &["b.py"]).contains("stderr"));
    assert!(!run(&project, &["--select", "CYC102"]).contains("stderr"));
    let project = project.env("CI", "true");
    assert!(run(&project, &[]).starts_with("exit 1\n"));
    update(&project);
    assert_snapshot!(read(&project.path("known.txt")), @r"
    # Known findings of cyclint, one a line. Fix one and remove its line, or rewrite the file:
    # cyclint check --baseline FILE --update-baseline
    bddd0449c097c150	CYC101	b.py	Leaf.me
    ");
    assert!(run(&project, &[]).starts_with("exit 0\n"));
}

#[test]
fn a_broken_baseline() {
    let project = Project::with(&[("a.py", RING), ("known.txt", "# fine\nnonsense\n")]);
    assert_snapshot!(run(&project, &[]), @r"
    exit 2
    --- stderr
    cyclint: error: known.txt:2: expected a fingerprint, a rule, a file and a ring with tabs between them, as --update-baseline writes them
    ");
    let project = Project::with(&[("a.py", RING)]);
    assert_snapshot!(run(&project, &[]), @r"
    exit 2
    --- stderr
    cyclint: error: known.txt cannot be read: No such file or directory (os error 2)
    ");
    assert_snapshot!(project.run(&["check", "--update-baseline"]), @r"
    exit 2
    --- stderr
    error: the following required arguments were not provided:
      --baseline <FILE>

    Usage: cyclint check --baseline <FILE> --update-baseline [PATH]...

    For more information, try '--help'.
    ");
    let mut project = Project::with(&[("a.py", RING)]);
    project.file("b.py", b"x = '\xff'\n");
    assert_snapshot!(update(&project), @r"
    exit 2
    --- stderr
    cyclint: error: b.py: not valid UTF-8: byte 0xff at offset 5 (line 1)
    cyclint: error: b.py could not be read, so the baseline was left as it is
    ");
}

#[test]
fn comments_for_all_findings() {
    let mut project = Project::with(&[("a.py", RING), ("broken.py", "x = $\n")]);
    project.file("crlf.py", format!("\u{feff}{}", RING.replace('\n', "\r\n")));
    assert_snapshot!(project.run(&["check", "--add-ignore=known since 2019"]), @r"
    exit 0
    --- stderr
    cyclint: 2 findings silenced in 2 files
    ");
    assert_snapshot!(read(&project.path("a.py")).lines().nth(2).unwrap_or_default(), @r"        self.me = self  # cyclint: ignore[self-reference] known since 2019");
    let crlf = read(&project.path("crlf.py"));
    assert!(crlf.starts_with('\u{feff}'));
    assert!(
        crlf.contains("self.me = self  # cyclint: ignore[self-reference] known since 2019\r\n")
    );
    assert_snapshot!(project.run(&CONCISE), @r"
    exit 1
    --- stdout
    broken.py:1:5: CYC001 syntax error: got unexpected token $
    Found 1 problem.
    ");
}

#[test]
fn a_file_that_cannot_be_changed_keeps_no_other_from_it() {
    let mut project = Project::with(&[("b.py", RING)]);
    project.file(
        "a.py",
        [b"# coding: latin-1\n# \xe9\n", RING.as_bytes()].concat(),
    );
    assert_snapshot!(project.run(&["check", "--add-ignore"]), @r"
    exit 2
    --- stderr
    cyclint: error: a.py cannot be changed: it is not UTF-8: invalid utf-8 sequence of 1 bytes from index 20
    cyclint: 1 finding silenced in 1 file
    ");
    assert!(read(&project.path("b.py")).contains("# cyclint: ignore[self-reference]"));
}

#[test]
fn standard_input_is_no_file() {
    let project = Project::new();
    assert_snapshot!(project.run(&["check", "-", "--add-ignore"]), @r"
    exit 2
    --- stderr
    cyclint: error: --add-ignore changes files, and standard input is none
    ");
    assert_snapshot!(project.run(&["check", "-", "--watch"]), @r"
    exit 2
    --- stderr
    cyclint: error: --watch looks at files, and standard input is none
    ");
}

/// The process is asked for its second report after the file was changed.
#[test]
fn watching() -> std::io::Result<()> {
    use std::io::{BufRead, BufReader};

    let mut project = Project::with(&[("a.py", "x = 1\n")]);
    let mut child = project.start(&["check", "--watch", "--output-format", "concise"])?;
    let stdout = child.stdout.take().map(BufReader::new);
    let mut lines = stdout.into_iter().flat_map(BufRead::lines);
    assert_eq!(
        lines.next().transpose()?.as_deref(),
        Some("All checks passed!")
    );
    project.file("b.py", RING);
    let line = lines.next().transpose()?.unwrap_or_default();
    child.kill()?;
    child.wait()?;
    assert!(line.starts_with("b.py:3:9: CYC101"), "{line}");
    Ok(())
}
