//! Proves that real code does not break cyclint: Python's own standard library is analyzed without
//! a panic, and the answer has the same bytes with one thread, two and eight.

mod support;

use std::path::Path;

/// Packages with much of what is hard: event loops, callbacks, threads, widgets, descriptors.
/// They are analyzed together with the modules that stand at the top, as one program.
const PACKAGES: [&str; 14] = [
    "asyncio",
    "collections",
    "concurrent",
    "ctypes",
    "email",
    "html",
    "http",
    "importlib",
    "json",
    "logging",
    "multiprocessing",
    "tkinter",
    "unittest",
    "urllib",
];

#[test]
fn the_standard_library_is_analyzed_with_the_same_answer_on_any_number_of_threads() {
    let Some(python) = support::python() else {
        return;
    };
    let code = "import sysconfig; print(sysconfig.get_paths()['stdlib'])";
    let stdlib = support::run_python(python, &["-c", code]);
    let stdlib = stdlib.unwrap_or_default().trim().to_owned();
    let sources = sources(Path::new(&stdlib));
    assert!(sources.len() > 100, "no standard library in {stdlib}");

    let mut answers = Vec::new();
    for threads in ["1", "2", "8"] {
        let mut arguments = vec!["check", "--isolated", "--scope", "all"];
        arguments.extend(["--output-format", "json", "--threads", threads]);
        arguments.extend(sources.iter().map(String::as_str));
        let output = support::cyclint(Path::new(&stdlib), &arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(
            matches!(output.status.code(), Some(0 | 1)) && !stderr.contains("panicked"),
            "{threads} threads: {}\n{stderr}",
            output.status
        );
        answers.push((threads, output.stdout));
    }
    for pair in answers.windows(2) {
        if let [(few, left), (many, right)] = pair {
            // Not `assert_eq`: it would print the bytes.
            assert!(
                left == right,
                "the answers with {few} and {many} threads differ"
            );
        }
    }
}

/// The packages and the modules beside them, as arguments.
fn sources(stdlib: &Path) -> Vec<String> {
    let modules = support::files_below(stdlib, ".py").into_iter();
    let modules = modules
        .filter(|it| it.parent() == Some(stdlib))
        .map(|it| support::relative(&it, stdlib));
    let packages = PACKAGES.iter().map(|it| (*it).to_owned());
    packages
        .filter(|it| stdlib.join(it).is_dir())
        .chain(modules)
        .collect()
}
