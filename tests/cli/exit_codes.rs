use std::process::Stdio;

use insta::assert_snapshot;

use crate::project::Project;

const BROKEN: &str = "x = (\n";

#[test]
fn nothing_to_report() {
    let project = Project::with(&[("a.py", "x = 1\n")]);
    assert_snapshot!(project.run(&["check"]), @r"
    exit 0
    --- stdout
    All checks passed!
    ");
    assert_snapshot!(project.run(&["check", "--quiet"]), @"exit 0");
}

#[test]
fn findings() {
    let project = Project::with(&[("a.py", BROKEN)]);
    assert_snapshot!(project.run(&["check", "--output-format", "concise"]), @r"
    exit 1
    --- stdout
    a.py:2:1: CYC001 syntax error: unexpected EOF while parsing
    Found 1 problem.
    ");
    assert_snapshot!(project.run(&["check", "--exit-zero", "--output-format", "concise", "-q"]), @r"
    exit 0
    --- stdout
    a.py:2:1: CYC001 syntax error: unexpected EOF while parsing
    ");
}

/// `__getattr__` reads an attribute whose class has a `__getattr__`, and so on.
#[test]
fn attribute_hooks_that_call_each_other() {
    let project = Project::with(&[(
        "a.py",
        "class Proxy:
    def __new__(cls, pointer: int):
        proxy = super(Proxy, cls).__new__(cls)
        proxy.kind = Proxy(pointer)
        return proxy

    def __getattr__(self, name):
        return self.kind.method(name)

    def __setattr__(self, name, value):
        self.kind.attributes[name] = value

    @property
    def kind(self):
        return self.method.kind

    def __del__(self):
        self.kind.release()


def wrap(function):
    def wrapper(first, *args):
        result = function(Proxy(first), *args)
        if isinstance(result, Proxy):
            result = result.pointer.value
        return result

    return wrapper
",
    )]);
    let answer = project.run(&["check", "--scope", "all", "--quiet"]);
    assert!(!answer.starts_with("exit 2"), "{answer}");
}

#[test]
fn what_cannot_be_read_does_not_hide_the_rest() {
    let mut project = Project::with(&[("a.py", BROKEN)]);
    project.file("b.py", b"x = '\xff'\n");
    let args = ["check", "--output-format", "concise", ".", "missing.py"];
    assert_snapshot!(project.run(&args), @r"
    exit 2
    --- stdout
    a.py:2:1: CYC001 syntax error: unexpected EOF while parsing
    Found 1 problem.
    --- stderr
    cyclint: error: b.py: not valid UTF-8: byte 0xff at offset 5 (line 1)
    cyclint: error: missing.py: no such file or directory
    ");
    assert_snapshot!(project.run(&["check", "--exit-zero", "b.py"]), @r"
    exit 2
    --- stdout
    Nothing found in the files that could be read.
    --- stderr
    cyclint: error: b.py: not valid UTF-8: byte 0xff at offset 5 (line 1)
    ");
}

#[test]
fn no_files() {
    let project = Project::with(&[("notes.txt", "")]);
    assert_snapshot!(project.run(&["check"]), @r"
    exit 0
    --- stdout
    All checks passed!
    --- stderr
    cyclint: warning: no Python files found under the given paths
    ");
    assert_snapshot!(project.run(&["check", "--output-format", "json"]), @r"
    exit 0
    --- stdout
    []
    --- stderr
    cyclint: warning: no Python files found under the given paths
    ");
}

#[test]
fn wrong_usage() {
    let project = Project::new();
    assert_snapshot!(project.run(&["check", "--select", "CYC9"]), @r"
    exit 2
    --- stderr
    error: invalid value 'CYC9' for '--select <RULE>': unknown rule `CYC9`: did you mean `CYC402`?

    For more information, try '--help'.
    ");
    assert_snapshot!(project.run(&["check", "--scope", "some"]), @r"
    exit 2
    --- stderr
    error: invalid value 'some' for '--scope <SCOPE>'
      [possible values: finalizers, all]

    For more information, try '--help'.
    ");
    assert_snapshot!(project.run(&["check", "--per-file-ignores", "a.py"]), @r"
    exit 2
    --- stderr
    error: invalid value 'a.py' for '--per-file-ignores <PATTERN:RULE>': expected a pattern, a colon and a rule, such as `tests/**:CYC104`

    For more information, try '--help'.
    ");
}

#[test]
fn version() {
    let version = Project::new().run(&["version"]);
    assert_eq!(
        version,
        format!(
            "exit 0\n--- stdout\ncyclint {}\n",
            env!("CARGO_PKG_VERSION")
        )
    );
}

#[cfg(target_os = "linux")]
#[test]
fn full_device() {
    let project = Project::with(&[("a.py", BROKEN)]);
    let full = std::fs::File::options().write(true).open("/dev/full");
    let Ok(full) = full else {
        return;
    };
    assert_snapshot!(project.run_into(&["check"], Stdio::from(full)), @r"
    exit 2
    --- stderr
    cyclint: error: standard output cannot be written: No space left on device (os error 28)
    ");
    for arguments in [
        &["--help"][..],
        &["--version"],
        &["check", "-h"],
        &["version"],
    ] {
        let full = std::fs::File::options().write(true).open("/dev/full");
        let run = full.map(|it| project.run_into(arguments, Stdio::from(it)));
        assert!(run.is_ok_and(|it| it.starts_with("exit 2\n--- stderr\n")));
    }
    assert_snapshot!(project.run(&["check", "-o", "/dev/full"]), @r"
    exit 2
    --- stderr
    cyclint: error: /dev/full cannot be written: No space left on device (os error 28)
    ");
}

#[cfg(unix)]
#[test]
fn closed_pipe_ends_quietly() {
    let project = Project::with(&[("a.py", BROKEN)]);
    let Ok((reader, writer)) = std::io::pipe() else {
        return;
    };
    drop(reader);
    assert_snapshot!(project.run_into(&["check"], Stdio::from(writer)), @"exit 0");
}
