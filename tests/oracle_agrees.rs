//! Proves that CPython agrees with every `expect.json`: `tests/oracle/judge.py` runs each program
//! of `fixtures/programs/` and looks for rings in what it leaves behind. Without a Python it
//! proves nothing, says so, and fails where `CI` is set.

mod support;

#[test]
fn cpython_agrees_with_every_expectation() {
    let Some(python) = support::python() else {
        return;
    };
    let arguments = ["tests/oracle/judge.py", "--check", "fixtures/programs"];
    let answer = support::run_python(python, &arguments);
    assert!(
        answer
            .as_ref()
            .is_ok_and(|it| it.trim_end().ends_with(" 0 disagree")),
        "CPython disagrees:\n{}",
        answer.unwrap_or_else(|it| it)
    );
}
