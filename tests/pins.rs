//! Proves that cyclint and CPython agree on the programs of `fixtures/pins/`: objects that
//! something holds for good, hazards around finalizers and weak references, and what is done with
//! the collector.
//!
//! The comments `# error: [CYC301]` say what is reported in the default scope, line by line;
//! `tests/oracle/pins.py` asks CPython whether the object that `main()` gives is still alive after
//! a full collection. Each program has a twin that differs in a detail and is none.

#![expect(clippy::panic, reason = "a test that cannot set the stage has to fail")]

mod support;

use std::path::PathBuf;

#[test]
fn findings_are_what_the_comments_say() {
    let programs = programs();
    assert!(programs.len() > 70, "the programs are missing");
    let answers = support::in_parallel(programs, |folder| {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let text = support::read(&folder.join("main.py"));
        let expected = support::markers("main.py", &text);
        let findings = support::check(&folder, &[]).unwrap_or_else(|it| panic!("{name}: {it}"));
        let mut found: Vec<_> = findings
            .into_iter()
            .map(|it| (it.file, it.row, it.code))
            .collect();
        found.sort();
        let report = format!("{name}: expected {expected:?}, found {found:?}\n");
        (found != expected).then_some(report)
    });
    let wrong: Vec<String> = answers.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "\n{}", wrong.concat());
}

#[test]
fn cpython_agrees_with_the_comments() {
    let Some(python) = support::python() else {
        return;
    };
    let arguments = ["tests/oracle/pins.py", "--check", "fixtures/pins"];
    let answer = support::run_python(python, &arguments);
    assert!(
        answer
            .as_ref()
            .is_ok_and(|it| it.trim_end().ends_with(" 0 disagree")),
        "CPython disagrees:\n{}",
        answer.unwrap_or_else(|it| it)
    );
}

fn programs() -> Vec<PathBuf> {
    let files = support::files_below(&support::repository("fixtures/pins"), "main.py");
    files
        .iter()
        .filter_map(|it| Some(it.parent()?.to_owned()))
        .collect()
}
