use insta::assert_snapshot;

use crate::project::Project;

fn check(text: &str, args: &[&str]) -> String {
    let args = [&["check", "--output-format", "concise"], args].concat();
    Project::with(&[("a.py", text)]).run(&args)
}

#[test]
fn on_the_line() {
    assert_snapshot!(check("x = $  # cyclint: ignore[syntax-error] why\n", &[]), @r"
    exit 0
    --- stdout
    All checks passed!
    ");
    assert_snapshot!(check("x = $  # noqa\n", &[]), @r"
    exit 0
    --- stdout
    All checks passed!
    ");
    assert_snapshot!(check("x = $  # noqa: E501, CYC001\n", &[]), @r"
    exit 0
    --- stdout
    All checks passed!
    ");
    assert_snapshot!(check("x = $  # cyclint: ignore[closure]\n", &[]), @r"
    exit 1
    --- stdout
    a.py:1:5: CYC001 syntax error: got unexpected token $
    a.py:1:26: CYC002 unused suppression: no CYC104 is reported on this line
    Found 2 problems.
    ");
}

#[test]
fn on_the_line_before() {
    assert_snapshot!(check("# cyclint: ignore\n\nx = $\n", &[]), @r"
    exit 0
    --- stdout
    All checks passed!
    ");
    assert_snapshot!(check("# noqa\nx = $\n", &[]), @r"
    exit 1
    --- stdout
    a.py:2:5: CYC001 syntax error: got unexpected token $
    Found 1 problem.
    ");
}

#[test]
fn on_the_file() {
    assert_snapshot!(check("x = $\n# cyclint: file-ignore[CYC001]\n", &[]), @r"
    exit 0
    --- stdout
    All checks passed!
    ");
}

#[test]
fn unused() {
    assert_snapshot!(check("x = 1  # cyclint: ignore\ny = 1  # cyclint: ignore[closure, closur]\n", &[]), @r"
    exit 1
    --- stdout
    a.py:1:8: CYC002 unused suppression: nothing is reported on this line
    a.py:2:26: CYC002 unused suppression: no CYC104 is reported on this line
    a.py:2:35: CYC002 there is no rule `closur`: did you mean `closure`?
    Found 3 problems.
    ");
    assert_snapshot!(check("x = 1  # noqa: E501, CYC104\ny = 1  # noqa\n", &[]), @r"
    exit 1
    --- stdout
    a.py:1:22: CYC002 unused suppression: no CYC104 is reported on this line
    Found 1 problem.
    ");
    assert_snapshot!(check("# cyclint: file-ignore[closure]\n# cyclint: ignoer\n", &[]), @r"
    exit 1
    --- stdout
    a.py:1:24: CYC002 unused suppression: no CYC104 is reported in this file
    a.py:2:1: CYC002 `ignoer` is no directive: expected `ignore` or `file-ignore`
    Found 2 problems.
    ");
}

#[test]
fn not_for_rules_that_are_switched_off() {
    let text =
        "x = 1  # cyclint: ignore[closure]\ny = 1  # noqa: CYC110\nz = 1  # cyclint: ignore\n";
    assert_snapshot!(check(text, &["--ignore", "closure"]), @r"
    exit 0
    --- stdout
    All checks passed!
    ");
    assert_snapshot!(check(text, &["--ignore", "CYC002"]), @r"
    exit 0
    --- stdout
    All checks passed!
    ");
}

#[test]
fn of_itself() {
    let text = "x = 1  # cyclint: ignore[closure, unused-suppression]\n";
    assert_snapshot!(check(text, &[]), @r"
    exit 0
    --- stdout
    All checks passed!
    ");
}
