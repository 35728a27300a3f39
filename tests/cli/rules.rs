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

/// The cache of a method of values is a memo: CPython keeps them, and means to.
#[test]
fn memo_of_values() {
    let class = |bases: &str, body: &str| {
        format!(
            "import functools\nfrom typing import NamedTuple\n\n\nclass Size{bases}:\n    width: int\n\n    \
             @functools.lru_cache\n    def area(self):\n        return self.width\n{body}"
        )
    };
    let equal = "\n    def __eq__(self, other):\n        return self.width == other.width\n\n    \
                 def __hash__(self):\n        return hash(self.width)\n";
    let finalizer = "\n    def __del__(self):\n        pass\n";
    let found = |text: String| {
        let project = Project::with(&[("a.py", &text)]);
        project
            .run(&["check", "--isolated", "a.py"])
            .contains("CYC303")
    };
    assert!(found(class("", "")));
    assert!(!found(class("(NamedTuple)", "")));
    assert!(!found(class("", equal)));
    assert!(found(class("", &format!("{equal}{finalizer}"))));
}

/// What a window has is there as long as the window, and that is what it is for.
#[test]
fn variables_of_windows() {
    let text = "import tkinter as tk\n\n\nclass App(tk.Tk):\n    def __init__(self):\n        \
                super().__init__()\n        self.title_text = tk.StringVar(self)\n";
    let project = Project::with(&[("app.py", text)]);
    let found = project.run(&["check", "--select", "CYC3", "app.py"]);
    assert_eq!(found, "exit 0\n--- stdout\nAll checks passed!\n");
}
