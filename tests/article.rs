//! Proves that the programs of the article that asked for this tool ("Python Memory leakage and gc
//! module Usage Analysis") get the answers that the article gives: the object that refers to
//! itself and the two that refer to each other are reported, and each of the three ways out that
//! it names is accepted.
//!
//! They are Python 2, with `print` statements, and stand in `fixtures/article/` as they were
//! published. Syntax errors are reported beside the rings and never hide one.

#![expect(clippy::panic, reason = "a test that cannot set the stage has to fail")]

mod support;

use std::fs;

use support::Finding;

#[test]
fn without_the_ring_nothing() {
    assert_eq!(rings("no_ring", &[]), []);
}

#[test]
fn an_object_that_refers_to_itself() {
    expect_ring("self_reference", "CYC101", "_gcleak._self = _gcleak");
}

#[test]
fn two_objects_that_refer_to_each_other() {
    expect_ring("two_objects", "CYC106", "_b._a = _a");
}

#[test]
fn either_link_commented_out_is_a_way_out() {
    assert_eq!(rings("first_link_removed", &[]), []);
    assert_eq!(rings("second_link_removed", &[]), []);
}

#[test]
fn clearing_a_link_is_a_way_out() {
    assert_eq!(rings("broken_again", &[]), []);
}

#[test]
fn every_line_of_python_2_is_an_error_once() {
    for name in [
        "no_ring",
        "self_reference",
        "two_objects",
        "first_link_removed",
        "second_link_removed",
        "broken_again",
    ] {
        let text = source(name);
        let prints = text.lines().zip(1..).filter_map(|(line, row)| {
            let is_print = line.trim_start().starts_with("print '");
            is_print.then_some(row)
        });
        let errors = check(name, &[]).into_iter();
        let errors = errors.filter(|it| it.code == "CYC001").map(|it| it.row);
        assert_eq!(
            errors.collect::<Vec<u64>>(),
            prints.collect::<Vec<u64>>(),
            "{name}: rows with CYC001, rows with a print statement"
        );
    }
}

/// There is exactly one ring, closed on the line that contains `statement`: late by today's
/// Python, and lost for good by that of the article.
fn expect_ring(name: &str, code: &str, statement: &str) {
    let row = source(name)
        .lines()
        .zip(1..)
        .find_map(|(line, row)| line.trim_start().starts_with(statement).then_some(row));
    for (target, severity, verdict) in [
        (None, "warning", "late"),
        (Some("target-version = \"2.7\""), "error", "uncollectable"),
    ] {
        let config = target.map_or_else(Vec::new, |it| vec!["--config", it]);
        let expected = Finding {
            file: format!("{name}.py"),
            row: row.unwrap_or_else(|| panic!("{name} has no `{statement}`")),
            code: code.to_owned(),
            severity: severity.to_owned(),
            verdict: verdict.to_owned(),
        };
        assert_eq!(rings(name, &config), [expected], "{name} {target:?}");
    }
}

/// What is reported beside the syntax errors.
fn rings(name: &str, arguments: &[&str]) -> Vec<Finding> {
    let mut findings = check(name, arguments);
    findings.retain(|it| it.code != "CYC001");
    findings
}

/// Checks one of the programs, alone in a folder.
fn check(name: &str, arguments: &[&str]) -> Vec<Finding> {
    let folder = tempfile::tempdir().unwrap_or_else(|it| panic!("no temporary folder: {it}"));
    let file = folder.path().join(name).with_extension("py");
    fs::write(&file, source(name)).unwrap_or_else(|it| panic!("{}: {it}", file.display()));
    support::check(folder.path(), arguments).unwrap_or_else(|it| panic!("{name}: {it}"))
}

fn source(name: &str) -> String {
    let file = format!("fixtures/article/{name}.py");
    support::read(&support::repository(&file))
}
