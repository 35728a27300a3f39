//! Holds the models of the standard library against CPython: an object that is handed to a library
//! is kept alive, or is not; cyclint has to say the same.

#![expect(clippy::expect_used, reason = "a test that cannot set the stage fails")]

mod support;

use std::collections::BTreeMap;
use std::process::Command;

use support::{check, repository};

#[test]
fn models_hold_what_cpython_holds() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = Command::new("python3")
        .arg(repository("tests/oracle/models.py"))
        .arg(folder.path())
        .output()
        .expect("Python runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let held: BTreeMap<&str, bool> = text
        .lines()
        .filter_map(|it| it.split_once(' '))
        .map(|(name, fate)| (name, fate == "held"))
        .collect();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(held.len() > 50, "{text}{errors}");
    let findings = check(folder.path(), &["--scope", "all"]).expect("cyclint runs");
    let mut wrong = Vec::new();
    for (name, is_held) in &held {
        let file = format!("{name}.py");
        let is_found = findings.iter().any(|it| it.file == file);
        if is_found != *is_held {
            let fate = if *is_held { "held" } else { "freed" };
            wrong.push(format!("{name} is {fate}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new(), "where cyclint differs");
}
