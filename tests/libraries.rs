//! Proves that cyclint knows what libraries of the package index hold on to.
//!
//! The programs of `fixtures/libraries/` were run on CPython with the real libraries: the first line
//! of each says with which version, and what became of the object that it is about. Here the
//! libraries need not be installed; the models stand in. `tests/oracle/libraries.py --check`, run
//! with an environment that has them, asks CPython again.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot set the stage has to fail"
)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// Programs on which the answer is wrong today. An entry that is right fails the test.
const KNOWN_WRONG: [&str; 5] = [
    // That a relationship is a collection is known by the foreign keys alone.
    "SQLAlchemy/back_populates_appended.py",
    // A base class that a function returns.
    "SQLAlchemy/backref.py",
    "SQLAlchemy/many_to_one.py",
    // The generator that waits for a deferred is held by it.
    "Twisted/inline_callbacks.py",
    // `Factory(lambda self: ..., takes_self=True)`
    "attrs/factory_takes_self.py",
];

#[test]
fn findings_are_what_the_comments_say() {
    let wrong = wrong(|text| {
        let expected = support::markers("main.py", text);
        Some((text.to_owned(), expected, Vec::new()))
    });
    assert_eq!(
        wrong.0,
        KNOWN_WRONG.map(String::from).into(),
        "\n{}",
        wrong.1
    );
}

/// A pin matters because of a finalizer, a ring matters to some without one. What it is called may be
/// another matter: an object of the library that has a finalizer hangs off it, too.
#[test]
fn rings_are_found_without_finalizers() {
    let wrong = wrong(|text| {
        let expected = support::markers("main.py", text);
        if expected.iter().any(|it| it.2.starts_with("CYC3")) {
            return None;
        }
        let text = text
            .replace("def __del__(self)", "def finish(self)")
            .replace("super().__del__()", "pass");
        Some((text, expected, vec!["--scope", "all"]))
    });
    assert_eq!(
        wrong.0,
        KNOWN_WRONG.map(String::from).into(),
        "\n{}",
        wrong.1
    );
}

/// What CPython said and what is expected of cyclint go together.
#[test]
fn comments_agree_with_the_verdicts() {
    for path in programs() {
        let text = support::read(&path);
        let verdict = text.lines().next().and_then(|it| it.rsplit_once(": "));
        let codes = support::markers("main.py", &text);
        let has = |kind: &str| codes.iter().any(|it| it.2.starts_with(kind));
        let agrees = match verdict.map(|it| it.1) {
            Some("freed") => codes.is_empty(),
            Some("late") => has("CYC1") && !has("CYC3"),
            // A ring that something holds for good besides, or that the collector does not see.
            Some("held") => has("CYC1") || has("CYC3"),
            _ => false,
        };
        assert!(agrees, "{}", path.display());
    }
}

type Markers = Vec<(String, u64, String)>;

fn rows(markers: &Markers) -> Vec<u64> {
    markers.iter().map(|it| it.1).collect()
}

/// The programs of which the findings are others than expected, and how they differ. Each program
/// is analyzed by itself, as it was prepared, with these arguments.
fn wrong(
    prepare: impl Fn(&str) -> Option<(String, Markers, Vec<&'static str>)> + Sync,
) -> (BTreeSet<String>, String) {
    let root = support::repository("fixtures/libraries");
    let programs = programs();
    assert!(programs.len() > 300, "the programs are missing");
    let answers = support::in_parallel(programs, |path| {
        let name = support::relative(&path, &root);
        let (text, mut expected, arguments) = prepare(&support::read(&path))?;
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("main.py"), text).expect("a file");
        let findings =
            support::check(folder.path(), &arguments).unwrap_or_else(|it| panic!("{name}: {it}"));
        let mut found: Markers = findings
            .into_iter()
            .map(|it| (it.file, it.row, it.code))
            .collect();
        found.sort();
        expected.sort();
        let report = format!("{name}: expected {expected:?}, found {found:?}\n");
        let is_right = if arguments.is_empty() {
            found == expected
        } else {
            rows(&found) == rows(&expected)
        };
        (!is_right).then_some((name, report))
    });
    let wrong: Vec<(String, String)> = answers.into_iter().flatten().collect();
    let reports = wrong.iter().map(|it| it.1.as_str()).collect();
    (wrong.into_iter().map(|it| it.0).collect(), reports)
}

fn programs() -> Vec<PathBuf> {
    support::files_below(&support::repository("fixtures/libraries"), ".py")
}
