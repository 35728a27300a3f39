//! The commands beside `check` and `rule`.

use insta::assert_snapshot;

use crate::project::Project;

const WINDOW: &str = "\
from button import Button


class Window:
    def __init__(self):
        self.button = Button(self.click)
        self.title = Title()

    def click(self):
        pass

    def __del__(self):
        pass


class Title:
    pass


class Application:
    def __init__(self):
        self.windows = [Window()]


Application()
";

const BUTTON: &str = "\
class Button:
    def __init__(self, action):
        self.action = action
";

fn windows() -> Project {
    Project::with(&[("window.py", WINDOW), ("button.py", BUTTON)])
}

#[test]
fn graph_of_weak_references() {
    let text = "\
import weakref


class Owner:
    def __init__(self):
        self.part = Part(self)
        self.other = Part(None)
        self.other.plain = self


class Part:
    def __init__(self, owner):
        self.owner = weakref.ref(owner)
        self.plain = weakref.proxy(owner)
        self.all = weakref.WeakSet([owner])


Owner()
";
    let project = Project::with(&[("a.py", text)]);
    assert_snapshot!(project.stdout(&["graph", "--all"]), @r"
    a.Owner  (on a ring)
      other ══▶ a.Part  a.py:7
      part ══▶ a.Part  a.py:6
    a.Part  (on a ring)
      all[] ╌╌▷ weakly a.Owner
      owner ╌╌▷ weakly a.Owner  a.py:13
      plain ══▶ a.Owner  a.py:8
    ");
}

#[test]
fn graph() {
    assert_snapshot!(windows().stdout(&["graph"]), @r"
    button.Button  (on a ring)
      action ══▶ window.Window  button.py:3
    window.Application
      windows[] ──▶ window.Window  window.py:22
    window.Window  (has __del__, on a ring)
      button ══▶ button.Button  window.py:6
    ");
    assert_snapshot!(windows().stdout(&["graph", "--all"]), @r"
    button.Button  (on a ring)
      action ══▶ window.Window  button.py:3
    window.Application
      windows[] ──▶ window.Window  window.py:22
    window.Title
    window.Window  (has __del__, on a ring)
      button ══▶ button.Button  window.py:6
      title ──▶ window.Title  window.py:7
    ");
    assert_snapshot!(windows().stdout(&["graph", "Title"]), @r"
    window.Title
    window.Window  (has __del__, on a ring)
      title ──▶ window.Title  window.py:7
    ");
    assert_snapshot!(windows().stdout(&["graph", "button.py", "--depth", "0"]), @r"button.Button  (on a ring)");
    assert_snapshot!(windows().stdout(&["graph", "--output-format", "dot"]), @r#"
    digraph classes {
      node [shape=box, style=rounded, fontname="sans-serif"];
      edge [fontname="sans-serif", fontsize=10];
      n0 [label="button.Button", color=red3];
      n1 [label="window.Application"];
      n2 [label="window.Window", peripheries=2, tooltip="has __del__", color=red3];
      n0 -> n2 [label="action", color=red3, penwidth=2];
      n1 -> n2 [label="windows[]"];
      n2 -> n0 [label="button", color=red3, penwidth=2];
    }
    "#);
    assert_snapshot!(windows().stdout(&["graph", "--output-format", "mermaid"]), @r#"
    flowchart TD
      n0["button.Button"]
      n1["window.Application"]
      n2["window.Window<br/>__del__"]
      n0 ==>|"action"| n2
      n1 -->|"windows[]"| n2
      n2 ==>|"button"| n0
    "#);
    assert_snapshot!(windows().run(&["graph", "Nothing"]), @r"
    exit 2
    --- stderr
    cyclint: error: no class and no file of the project is called `Nothing`
    ");
}

#[test]
fn graph_as_a_picture() {
    let svg = windows().stdout(&["graph", "--output-format", "svg"]);
    let document = uppsala::parse(&svg);
    assert!(document.is_ok(), "{svg}");
    assert_eq!(svg, windows().stdout(&["graph", "--output-format", "svg"]));
    let page = windows().stdout(&["graph", "--output-format", "html", "--all"]);
    assert!(page.contains("<svg") && page.contains("Title"), "{page}");
}

#[test]
fn config() {
    let project = Project::new();
    let keys = project.stdout(&["config"]);
    assert!(keys.starts_with("select\nextend-select\n"), "{keys}");
    assert_snapshot!(project.run(&["config", "scope"]), @r#"
    exit 0
    --- stdout
    scope

    `"finalizers"` reports cycles that delay a finalizer, `"all"` reports every cycle.

    Type: "finalizers" | "all"
    Default: "finalizers"
    Example: scope = "all"
    "#);
    assert_snapshot!(project.run(&["config", "slect"]), @r"
    exit 2
    --- stderr
    cyclint: error: there is no key `slect`: did you mean `select`?
    ");
    assert_snapshot!(project.stdout(&["config", "--output-format", "json", "target-version"]), @r#"
    {
      "name": "target-version",
      "type": "a version of Python, as a string",
      "default": "(the lower bound of `requires-python`, else \"3.14\")",
      "text": "The version of Python that the code runs on. Below 3.4 a cycle with a finalizer is never freed, and an error.",
      "example": "target-version = \"3.12\""
    }
    "#);
}

#[test]
fn completions_and_man_page() {
    let project = Project::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = project.stdout(&["generate-shell-completion", shell]);
        assert!(script.contains("output-format"), "{shell}");
    }
    let page = project.stdout(&["generate-man-page"]);
    for option in ["output\\-format", "update\\-baseline", "depth"] {
        assert!(page.contains(option), "{option}");
    }
}

#[test]
fn arguments_from_a_file() {
    let project = Project::with(&[
        ("a b.py", "x = $\n"),
        ("args", "check\na b.py\n\n--output-format\nconcise\n"),
    ]);
    assert_snapshot!(project.run(&["@args"]), @r"
    exit 1
    --- stdout
    a b.py:1:5: CYC001 syntax error: got unexpected token $
    Found 1 problem.
    ");
    // As some editors save it.
    let mut marked = Project::with(&[("a b.py", "x = $\n")]);
    marked.file(
        "args",
        "\u{feff}check\r\na b.py\r\n--output-format\r\nconcise\r\n",
    );
    assert_eq!(marked.run(&["@args"]), project.run(&["@args"]));
    assert_snapshot!(project.run(&["check", "@missing"]), @r"
    exit 2
    --- stderr
    cyclint: error: missing cannot be read as a file of arguments: No such file or directory (os error 2)
    ");
}
