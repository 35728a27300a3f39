use insta::assert_snapshot;

use crate::project::Project;

const SHOW: [&str; 2] = ["check", "--show-files"];

fn show(project: &Project, args: &[&str]) -> String {
    project.run(&[&SHOW, args].concat())
}

#[test]
fn discovery() {
    let project = Project::with(&[
        (".gitignore", "/generated/\n"),
        (".hidden/a.py", ""),
        ("LICENSE", "MIT"),
        ("build/a.py", ""),
        ("generated/a.py", ""),
        ("notes.txt", ""),
        ("pkg/.venv/a.py", ""),
        ("pkg/a.py", ""),
        ("pkg/a.pyi", ""),
        ("tool", "#!/usr/bin/env python3\n"),
        ("shell", "#!/bin/sh\n"),
    ]);
    assert_snapshot!(show(&project, &[]), @r"
    exit 0
    --- stdout
    pkg/a.py
    pkg/a.pyi
    tool
    ");
    assert_snapshot!(show(&project, &["--no-respect-gitignore"]), @r"
    exit 0
    --- stdout
    generated/a.py
    pkg/a.py
    pkg/a.pyi
    tool
    ");
    assert_snapshot!(show(&project, &["--exclude", "pkg"]), @r"
    exit 0
    --- stdout
    build/a.py
    tool
    ");
    assert_snapshot!(show(&project, &["--extend-exclude", "pkg/*.pyi"]), @r"
    exit 0
    --- stdout
    pkg/a.py
    tool
    ");
}

#[test]
fn named_explicitly() {
    let project = Project::with(&[("build/a.py", ""), ("notes.txt", "")]);
    assert_snapshot!(show(&project, &["build", "notes.txt"]), @r"
    exit 0
    --- stdout
    build/a.py
    notes.txt
    ");
    assert_snapshot!(show(&project, &["build/a.py", "notes.txt", "--force-exclude"]), @r"
    exit 0
    --- stdout
    notes.txt
    ");
}

#[test]
fn a_named_folder_is_excluded_by_force() {
    let project = Project::with(&[("a.py", ""), ("gen/b.py", "")]);
    let force = ["--force-exclude", "--extend-exclude", "gen"];
    assert_snapshot!(show(&project, &[&force[..], &["gen"]].concat()), @"exit 0");
    assert_snapshot!(show(&project, &[&force[..], &["gen", "a.py"]].concat()), @r"
    exit 0
    --- stdout
    a.py
    ");
}

/// Nearer files say more, a repository is its own, and an exception brings back what is hidden.
#[test]
fn ignored_files() {
    let mut project = Project::with(&[
        (".gitignore", "*_old.py\n/top.py\n!.tools\n"),
        (".tools/a.py", ""),
        (".hidden/a.py", ""),
        ("top.py", ""),
        ("a_old.py", ""),
        ("pkg/top.py", ""),
        ("pkg/.gitignore", "!keep_old.py\nlocal/\n"),
        ("pkg/keep_old.py", ""),
        ("pkg/local/a.py", ""),
        ("pkg/local.py", ""),
        ("vendored/.git/info/exclude", "mine.py\n"),
        ("vendored/a_old.py", ""),
        ("vendored/mine.py", ""),
        ("other/.ignore", "a_*.py\n"),
        ("other/a_b.py", ""),
    ]);
    project.file("other/.gitignore", b"\xff\xfe\n[\n");
    assert_snapshot!(show(&project, &[]), @r"
    exit 0
    --- stdout
    .tools/a.py
    pkg/keep_old.py
    pkg/local.py
    pkg/top.py
    vendored/a_old.py
    ");
    // What lies above the folder counts, too, and what is named is not asked.
    assert_snapshot!(show(&project, &["pkg", "a_old.py"]), @r"
    exit 0
    --- stdout
    a_old.py
    pkg/keep_old.py
    pkg/local.py
    pkg/top.py
    ");
}

#[test]
fn notebooks_are_for_editors() {
    let project = Project::with(&[("a.py", ""), ("n.ipynb", "{}")]);
    assert_snapshot!(show(&project, &[]), @r"
    exit 0
    --- stdout
    a.py
    ");
    assert_snapshot!(project.run(&["check", "n.ipynb", "a.py"]), @r"
    exit 2
    --- stdout
    Nothing found in the files that could be read.
    --- stderr
    cyclint: error: n.ipynb: a notebook: these are analyzed in an editor only
    ");
}

/// Five thousand million zeros, which take no place on the disk.
#[cfg(unix)]
#[test]
fn absurd_sizes() -> std::io::Result<()> {
    let project = Project::with(&[("a.py", "x = $\n")]);
    std::fs::File::create(project.path("huge.py"))?.set_len(5_000_000_000)?;
    assert_snapshot!(project.run(&["check", "--output-format", "concise"]), @r"
    exit 2
    --- stdout
    a.py:1:5: CYC001 syntax error: got unexpected token $
    Found 1 problem.
    --- stderr
    cyclint: error: huge.py: larger than 4 GiB
    ");
    Ok(())
}

#[test]
fn named_from_elsewhere() {
    let project = Project::with(&[("a/x.py", ""), ("b/y.py", "")]).in_directory("a");
    assert_snapshot!(show(&project, &["../b", ".", "../a/x.py"]), @r"
    exit 0
    --- stdout
    x.py
    [DIR]/b/y.py
    ");
}

#[cfg(unix)]
#[test]
fn links_and_special_files() -> std::io::Result<()> {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    let project = Project::with(&[("pkg/a.py", "x = (\n")]);
    symlink("..", project.path("pkg/loop"))?;
    symlink("self", project.path("pkg/self"))?;
    symlink("a.py", project.path("pkg/again.py"))?;
    symlink("pkg", project.path("linked"))?;
    std::fs::hard_link(project.path("pkg/a.py"), project.path("pkg/b.py"))?;
    let _socket = UnixListener::bind(project.path("pkg/socket.py"))?;

    assert_snapshot!(show(&project, &[]), @r"
    exit 0
    --- stdout
    pkg/a.py
    ");
    assert_snapshot!(show(&project, &["linked", "pkg/again.py", "pkg"]), @r"
    exit 0
    --- stdout
    pkg/a.py
    ");
    assert_snapshot!(show(&project, &["linked/again.py"]), @r"
    exit 0
    --- stdout
    linked/again.py
    ");
    assert_snapshot!(project.run(&["check", "pkg/socket.py"]), @r"
    exit 2
    --- stdout
    Nothing found in the files that could be read.
    --- stderr
    cyclint: error: pkg/socket.py: not a regular file (a pipe, socket or device)
    ");

    symlink("nowhere", project.path("pkg/dangling.py"))?;
    assert_snapshot!(project.run(&["check", "--output-format", "concise"]), @r"
    exit 2
    --- stdout
    pkg/a.py:2:1: CYC001 syntax error: unexpected EOF while parsing
    Found 1 problem.
    --- stderr
    cyclint: error: pkg/dangling.py: no such file or directory
    ");
    Ok(())
}

/// A pipe that is opened waits for somebody to write, for ever.
#[cfg(unix)]
#[test]
fn pipes_are_never_opened() {
    let project = Project::with(&[("a.py", "x = 1\n")]);
    let pipes = [
        "pipe.py",
        "script",
        "pyproject.toml",
        ".cyclint.toml",
        "pipe.toml",
        ".gitignore",
        ".ignore",
        ".git",
    ];
    for name in pipes {
        let made = std::process::Command::new("mkfifo")
            .arg(project.path(name))
            .status();
        assert!(made.is_ok_and(|it| it.success()), "mkfifo");
    }
    assert_snapshot!(show(&project, &[]), @r"
    exit 0
    --- stdout
    a.py
    ");
    assert_snapshot!(project.run(&["check", "pipe.py", "a.py"]), @r"
    exit 2
    --- stdout
    Nothing found in the files that could be read.
    --- stderr
    cyclint: error: pipe.py: not a regular file (a pipe, socket or device)
    ");
    assert_snapshot!(project.run(&["check", "--config", "pipe.toml"]), @r"
    exit 2
    --- stderr
    error: pipe.toml: cannot be read: not a regular file
    ");
}

#[test]
fn results_do_not_depend_on_the_number_of_threads() {
    let mut project = Project::new();
    for idx in 0..50 {
        project.file(
            &format!("pkg{}/m{idx}.py", idx % 7),
            format!("x = ({idx}\n"),
        );
    }
    let run = |threads| project.run(&["check", "--threads", threads]);
    let one = run("1");
    assert!(one.contains("Found 50 problems."), "{one}");
    assert_eq!(one, run("2"));
    assert_eq!(one, run("8"));
}

#[test]
fn an_absurd_number_of_threads() {
    let project = Project::with(&[("a.py", "x = 1\n")]);
    let run = project.run(&["check", "--threads", "100000000"]);
    assert!(run.starts_with("exit 0\n"), "{run}");
}
