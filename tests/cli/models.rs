//! Models of the user's, and dependencies that are followed.

use std::fs;

use crate::project::Project;

/// The files of the worked example in `docs/MODELS.md`.
fn example() -> Vec<(String, String)> {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/MODELS.md");
    let text = fs::read_to_string(page).unwrap_or_default();
    let mut files = Vec::new();
    for block in text.split("```").skip(1).step_by(2) {
        let mut lines = block.lines().skip(1);
        let name = lines.next().and_then(|it| it.strip_prefix("# file: "));
        if let Some(name) = name {
            let content: Vec<_> = lines.collect();
            files.push((name.to_owned(), content.join("\n") + "\n"));
        }
    }
    files
}

fn project(without: &str) -> Project {
    let mut project = Project::new();
    for (name, content) in example().iter().filter(|it| it.0 != without) {
        project.file(name, content);
    }
    project
}

const CONCISE: [&str; 4] = ["check", "--output-format", "concise", "main.py"];

#[test]
fn the_worked_example() {
    let marked: Vec<_> = example()
        .iter()
        .filter(|it| it.0 == "main.py")
        .flat_map(|it| it.1.lines())
        .zip(1..)
        .filter(|it| it.0.contains("# error: [CYC103]"))
        .map(|it| it.1)
        .collect();
    let output = project("").run(&CONCISE);
    let [row] = marked[..] else {
        unreachable!("{marked:?}")
    };
    assert!(
        output.contains(&format!("main.py:{row}:9: CYC103")),
        "{output}"
    );
    assert!(output.contains("Found 1 reference cycle."), "{output}");
}

#[test]
fn without_the_model_nothing_is_known() {
    let output = project("cyclint.toml").run(&CONCISE);
    assert!(output.contains("All checks passed!"), "{output}");
}

const LIBRARY: &str = "
class Base:
    def __init__(self, owner):
        self.remember(owner)

    def remember(self, owner):
        self.owner = owner


class Closing:
    def __del__(self):
        pass
";

const MAIN: &str = "
from acme import Base, Closing


class App(Closing):
    def __init__(self):
        self.part = Base(self)


def main():
    App()
";

fn with_environment(folder: &str) -> Project {
    Project::with(&[
        ("main.py", MAIN),
        (&format!("{folder}/pyvenv.cfg"), "home = /nowhere/bin\n"),
        (
            &format!("{folder}/lib/python3.12/site-packages/acme/__init__.py"),
            "from .core import *\nfrom .unused import nothing\n",
        ),
        (
            &format!("{folder}/lib/python3.12/site-packages/acme/core.py"),
            LIBRARY,
        ),
        (
            &format!("{folder}/lib/python3.12/site-packages/acme/unused.py"),
            "def nothing(: broken\n",
        ),
    ])
}

#[test]
fn environments_are_followed() {
    for (folder, arguments) in [
        (".venv", &CONCISE[..]),
        (
            "env",
            &[
                "check",
                "--output-format",
                "concise",
                "--python",
                "env",
                "main.py",
            ],
        ),
    ] {
        let output = with_environment(folder).run(arguments);
        // The finalizer and the store are the library's, the finding is the project's.
        assert!(output.contains("main.py:7:9: CYC102"), "{output}");
        assert!(output.contains("Found 1 reference cycle."), "{output}");
    }
    let output = with_environment("elsewhere").run(&CONCISE);
    assert!(output.contains("All checks passed!"), "{output}");
}

#[test]
fn followed_files_are_counted() {
    let project = with_environment(".venv");
    let output = project.run(&["check", "--verbose", "main.py"]);
    assert!(output.contains("2 files of libraries followed"), "{output}");
    assert!(!output.contains("too far away"), "{output}");
}

/// A class that a model describes can be named as well as one that nothing is known of, or one of
/// the project.
#[test]
fn finalizers_are_named_by_their_full_names() {
    let program = |base: &str| {
        format!(
            "import torch\nimport unknown\n\n\nclass Native:\n    pass\n\n\n\
             class Part:\n    def __init__(self, owner):\n        self.owner = owner\n\n\n\
             class Owner({base}):\n    def __init__(self):\n        self.part = Part(self)\n\n\n\
             Owner()\n"
        )
    };
    for (base, name) in [
        ("torch.Tensor", "torch.Tensor"),
        ("unknown.Handle", "unknown.Handle"),
        ("Native", "main.Native"),
    ] {
        let project = Project::with(&[("main.py", &program(base))]);
        let named = format!("finalizers = ['{name}']");
        let output = project.run(&["check", "--config", &named, "main.py"]);
        assert!(output.contains("CYC102"), "{name}: {output}");
        let output = project.run(&["check", "main.py"]);
        assert!(output.contains("All checks passed!"), "{name}: {output}");
    }
}
