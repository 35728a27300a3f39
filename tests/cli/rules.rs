use insta::assert_snapshot;

use crate::project::Project;

#[test]
fn pages() {
    let project = Project::new();
    let page = project.run(&["rule", "CYC102"]);
    assert!(page.starts_with("exit 0\n--- stdout\n# back-reference (CYC102)\n\n## What it does\n"));
    assert_eq!(page, project.run(&["rule", "back-reference"]));
    let all = project.run(&["rule", "--all"]);
    assert_eq!(
        all.matches("\n## What it does\n").count(),
        all.matches("\n## Limits\n").count()
    );
    assert!(all.contains("# syntax-error (CYC001)"));
}

#[test]
fn json() {
    let project = Project::new();
    let rule = project.run(&["rule", "CYC110", "--output-format", "json"]);
    let short: Vec<_> = rule
        .lines()
        .filter(|it| !it.contains("\"explanation\""))
        .collect();
    assert_snapshot!(short.join("\n"), @r#"
    exit 0
    --- stdout
    {
      "code": "CYC110",
      "name": "possible-back-reference",
      "summary": "Classes whose attributes may refer to each other",
      "severity": "info",
      "verdict": "late",
      "since": "0.1.0",
      "fix": "none",
      "url": "https://github.com/cyclint/cyclint/blob/main/rules/CYC110-possible-back-reference.md"
    }
    "#);
    let all = project.run(&["rule", "--all", "--output-format", "json"]);
    assert!(all.starts_with("exit 0\n--- stdout\n[\n"));
}

#[test]
fn mistakes() {
    let project = Project::new();
    assert_snapshot!(project.run(&["rule", "backreference"]), @r"
    exit 2
    --- stderr
    cyclint: error: there is no rule `backreference`: did you mean `back-reference`?
    ");
    assert_snapshot!(project.run(&["rule", "E501"]), @r"
    exit 2
    --- stderr
    cyclint: error: there is no rule `E501`: `cyclint rule --all` lists them
    ");
    assert_snapshot!(project.run(&["rule"]), @r"
    exit 2
    --- stderr
    error: the following required arguments were not provided:
      <RULE>

    Usage: cyclint rule <RULE>

    For more information, try '--help'.
    ");
}
