use insta::assert_snapshot;

use crate::project::Project;

#[test]
fn without_a_name() {
    let project = Project::with(&[("a.py", "x = (\n")]);
    assert_snapshot!(project.run_with(&["check", "-"], "x = $\n"), @r"
    exit 1
    --- stdout
    error[CYC001]: syntax error: got unexpected token $
      ┌─ <stdin>:1:5
      │
    1 │ x = $
      │     ^
      │
      = help: the rest of the file is analyzed all the same
      = `cyclint rule CYC001` explains more

    Found 1 problem.
    ");
}

#[test]
fn the_text_replaces_the_file_in_its_project() {
    let project = Project::with(&[
        ("cyclint.toml", "output-format = 'concise'\n"),
        ("pkg/a.py", "x = (\n"),
        ("pkg/b.py", "x = 1; y = $\n"),
    ]);
    let args = ["check", "-", "--stdin-filename", "pkg/a.py"];
    assert_snapshot!(project.run_with(&args, "x = $\n"), @r"
    exit 1
    --- stdout
    pkg/a.py:1:5: CYC001 syntax error: got unexpected token $
    pkg/b.py:1:12: CYC001 syntax error: got unexpected token $
    Found 2 problems.
    ");
    let args = ["check", "-", "--stdin-filename", "pkg/new.py"];
    assert_snapshot!(project.run_with(&args, "x = $\n"), @r"
    exit 1
    --- stdout
    pkg/a.py:2:1: CYC001 syntax error: unexpected EOF while parsing
    pkg/b.py:1:12: CYC001 syntax error: got unexpected token $
    pkg/new.py:1:5: CYC001 syntax error: got unexpected token $
    Found 3 problems.
    ");
}

#[test]
fn excluded_names() {
    let project = Project::with(&[("cyclint.toml", "extend-exclude = ['gen']\n")]);
    let args = [
        "check",
        "-",
        "--stdin-filename",
        "gen/a.py",
        "--force-exclude",
    ];
    assert_snapshot!(project.run_with(&args, "x = $\n"), @r"
    exit 0
    --- stdout
    All checks passed!
    --- stderr
    cyclint: warning: no Python files found under the given paths
    ");
}
