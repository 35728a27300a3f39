//! What the README shows is what the program prints.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot set the stage has to fail"
)]

use std::process::Command;

/// The finding in the README is the output of the command above it.
#[test]
fn the_finding_in_the_readme_is_real() {
    let root = env!("CARGO_MANIFEST_DIR");
    let readme = std::fs::read_to_string(format!("{root}/README.md")).expect("the README");
    let shown = readme
        .split("```text\n")
        .nth(1)
        .and_then(|it| it.split("```").next())
        .expect("a block of output");
    let output = Command::new(env!("CARGO_BIN_EXE_cyclint"))
        .args(["check", "--color", "never", "examples/serial_monitor"])
        .current_dir(root)
        .env_remove("CYCLINT_OUTPUT_FORMAT")
        .env_remove("CYCLINT_OUTPUT_FILE")
        .output()
        .expect("the program runs");
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    let trimmed = |text: &str| -> Vec<String> {
        text.trim_end()
            .lines()
            .map(|it| it.trim_end().to_owned())
            .collect()
    };
    assert_eq!(trimmed(shown), trimmed(&printed));
    assert_eq!(output.status.code(), Some(1));
}
