use insta::assert_snapshot;

use crate::project::Project;

fn check(config: &str) -> String {
    Project::with(&[("pyproject.toml", config), ("a.py", "x = (\n")]).run(&["check"])
}

#[test]
fn mistakes_in_pyproject() {
    assert_snapshot!(check("[tool.cyclint]\nscope = \"all\"\nselct = []\n"), @r"
    exit 2
    --- stderr
    error: unknown key `selct`
      ┌─ pyproject.toml:3:1
      │
    3 │ selct = []
      │ ^^^^^
      │
      = help: did you mean `select`?
    ");
    assert_snapshot!(check("[tool.cyclint]\nscope = \"some\"\n"), @r#"
    exit 2
    --- stderr
    error: `some` is not possible here: expected one of `finalizers`, `all`
      ┌─ pyproject.toml:2:9
      │
    2 │ scope = "some"
      │         ^^^^^^
    "#);
    assert_snapshot!(check("[tool.cyclint]\nselect = [\n  \"CYC101\",\n  \"backreference\",\n]\n"), @r#"
    exit 2
    --- stderr
    error: unknown rule `backreference`: did you mean `back-reference`?
      ┌─ pyproject.toml:4:3
      │
    4 │   "backreference",
      │   ^^^^^^^^^^^^^^^
    "#);
    assert_snapshot!(check("[tool.cyclint]\ntarget-version = 3.12\n"), @r#"
    exit 2
    --- stderr
    error: invalid type: floating point `3.12`, expected a Python version in quotes, such as "3.12"
      ┌─ pyproject.toml:2:18
      │
    2 │ target-version = 3.12
      │                  ^^^^
    "#);
    assert_snapshot!(check("[tool.cyclint]\nexclude = [\"[\"]\n"), @r#"
    exit 2
    --- stderr
    error: `[` is no pattern of files: unclosed character class; missing ']'
      ┌─ pyproject.toml:2:12
      │
    2 │ exclude = ["["]
      │            ^^^
    "#);
    assert_snapshot!(check("[tool.cyclint]\nmodels = [\"models\"]\n"), @r#"
    exit 2
    --- stderr
    error: `models` does not exist
      ┌─ pyproject.toml:2:11
      │
    2 │ models = ["models"]
      │           ^^^^^^^^
      │
      = help: it was looked for at [DIR]/models
    "#);
    assert_snapshot!(check("[tool.cyclint]\nreport-broken = \"yes\"\n"), @r#"
    exit 2
    --- stderr
    error: invalid type: string "yes", expected a boolean
      ┌─ pyproject.toml:2:17
      │
    2 │ report-broken = "yes"
      │                 ^^^^^
    "#);
    assert_snapshot!(check("[tool.cyclint]\nper-file-ignores = { \"a.py\" = [\"E501\"] }\n"), @r#"
    exit 2
    --- stderr
    error: unknown rule `E501`: expected a code (`CYC102`), the beginning of codes (`CYC1`), a name (`back-reference`) or `ALL`
      ┌─ pyproject.toml:2:32
      │
    2 │ per-file-ignores = { "a.py" = ["E501"] }
      │                                ^^^^^^
    "#);
    assert_snapshot!(check("[tool\n"), @r"
    exit 2
    --- stderr
    error: unclosed table, expected `]`
      ┌─ pyproject.toml:1:6
      │
    1 │ [tool
      │      ^
    ");
}

#[test]
fn mistakes_on_the_command_line() {
    let project = Project::with(&[("a.py", "")]);
    assert_snapshot!(project.run(&["check", "--config", "scope = all"]), @r"
    exit 2
    --- stderr
    error: string values must be quoted, expected literal string
      ┌─ --config:1:9
      │
    1 │ scope = all
      │         ^^^
      │
      = help: write it as in TOML: `key = value`, with strings in quotes
    ");
    assert_snapshot!(project.run(&["check", "--config", "quux = 1"]), @r"
    exit 2
    --- stderr
    error: unknown key `quux`
      ┌─ --config:1:1
      │
    1 │ quux = 1
      │ ^^^^
      │
      = help: expected one of: select, extend-select, ignore, per-file-ignores, scope,
        confidence, report-broken, target-version, src, finalizers, models, python, exclude,
        extend-exclude, force-exclude, respect-gitignore, output-format
    ");
    assert_snapshot!(project.run(&["check", "--config", "missing.toml"]), @r"
    exit 2
    --- stderr
    error: missing.toml: cannot be read: no such file or directory
    ");
}

#[test]
fn the_nearest_and_most_specific_file_counts() {
    let project = Project::with(&[
        ("pyproject.toml", "[tool.cyclint]\nselect = [\"CYC101\"]\n"),
        (
            "inner/pyproject.toml",
            "[project]\nrequires-python = \">=2.7\"\n",
        ),
        ("inner/a.py", "x = (\n"),
        (
            "other/pyproject.toml",
            "[tool.cyclint]\nselect = [\"CYC101\"]\n",
        ),
        ("other/cyclint.toml", "select = [\"CYC102\"]\n"),
        ("other/.cyclint.toml", "select = [\"CYC103\"]\n"),
        ("other/a.py", "x = (\n"),
    ]);
    let select = |args: &[&str]| {
        let shown = project.run(&[&["check", "--show-settings"], args].concat());
        let wanted = |it: &&str| {
            ["# ", "select", "target"]
                .iter()
                .any(|start| it.starts_with(start))
        };
        shown.lines().filter(wanted).collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(select(&["inner"]), @r#"
    # From [DIR]/pyproject.toml
    # Project root: [DIR]
    select = ["CYC101"]
    target-version = "2.7"
    "#);
    assert_snapshot!(select(&["other/a.py"]), @r#"
    # From [DIR]/other/.cyclint.toml
    # Project root: [DIR]/other
    select = ["CYC103"]
    target-version = "3.14"
    "#);
    assert_snapshot!(select(&["other", "inner"]), @r#"
    # From [DIR]/pyproject.toml
    # Project root: [DIR]
    select = ["CYC101"]
    target-version = "3.14"
    "#);
    assert_snapshot!(select(&["other", "--isolated"]), @r#"
    # No configuration file
    # Project root: [DIR]/other
    select = ["CYC001", "CYC002", "CYC101", "CYC102", "CYC103", "CYC104", "CYC105", "CYC106", "CYC107", "CYC108", "CYC110", "CYC201", "CYC202", "CYC203", "CYC204", "CYC301", "CYC302", "CYC303", "CYC304", "CYC305", "CYC306", "CYC307", "CYC308", "CYC401", "CYC402"]
    target-version = "3.14"
    "#);
    assert_snapshot!(select(&["inner", "--config", "other/cyclint.toml", "--target-version", "py38"]), @r#"
    # From [DIR]/other/cyclint.toml
    # Project root: [DIR]/inner
    select = ["CYC102"]
    target-version = "3.8"
    "#);
    assert_snapshot!(select(&["other", "--config", "ignore = ['CYC103']", "--extend-select", "closure"]), @r#"
    # From [DIR]/other/.cyclint.toml
    # Project root: [DIR]/other
    select = ["CYC104"]
    target-version = "3.14"
    "#);
}

#[test]
fn rules_are_switched_off_where_patterns_match() {
    let project = Project::with(&[
        (
            "cyclint.toml",
            "output-format = 'concise'\n[per-file-ignores]\n'tests/*' = ['CYC001']\n'!legacy/**' = ['CYC002']\n",
        ),
        ("tests/a.py", "x = $\n"),
        ("legacy/a.py", "x = $  # cyclint: ignore[closure]\n"),
        ("a.py", "x = 1  # cyclint: ignore[closure]\n"),
    ]);
    assert_snapshot!(project.run(&["check"]), @r"
    exit 1
    --- stdout
    legacy/a.py:1:5: CYC001 syntax error: got unexpected token $
    legacy/a.py:1:26: CYC002 unused suppression: no CYC104 is reported on this line
    Found 2 problems.
    ");
    assert_snapshot!(project.run(&["check", "--per-file-ignores", "legacy:ALL"]), @r"
    exit 0
    --- stdout
    All checks passed!
    ");
}

#[test]
fn settings() {
    let project = Project::with(&[("cyclint.toml", "src = ['lib']\nextend-exclude = ['gen']\n")]);
    assert_snapshot!(project.run(&["check", "--show-settings", "--python", "."]), @r#"
    exit 0
    --- stdout
    # From [DIR]/cyclint.toml
    # Project root: [DIR]
    select = ["CYC001", "CYC002", "CYC101", "CYC102", "CYC103", "CYC104", "CYC105", "CYC106", "CYC107", "CYC108", "CYC110", "CYC201", "CYC202", "CYC203", "CYC204", "CYC301", "CYC302", "CYC303", "CYC304", "CYC305", "CYC306", "CYC307", "CYC308", "CYC401", "CYC402"]
    scope = "finalizers"
    confidence = "proven"
    target-version = "3.14"
    report-broken = false
    src = ["[DIR]/lib"]
    finalizers = []
    models = []
    python = "[DIR]"
    exclude = [".bzr", ".direnv", ".eggs", ".git", ".git-rewrite", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pants.d", ".pyenv", ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode", "__pypackages__", "_build", "buck-out", "build", "dist", "node_modules", "site-packages", "venv", "gen"]
    force-exclude = false
    respect-gitignore = true
    output-format = "full"
    "#);
}
