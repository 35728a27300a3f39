//! What the tests share: the built binary, its findings, the fixtures, the Python on `PATH`.

#![allow(dead_code, reason = "each test uses some of it")]
#![expect(
    clippy::expect_used,
    clippy::print_stderr,
    reason = "a test that cannot set the stage has to fail, and say what it left out"
)]

use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::thread;

use serde_json::Value;

/// A file or folder of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The content of a text file.
pub(crate) fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|it| format!("{}: {it}", path.display()))
}

/// Runs the binary in a folder, with an environment that holds nothing.
pub(crate) fn cyclint(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cyclint"))
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::null())
        .output()
        .expect("the binary starts")
}

/// A finding, as far as the tests look at it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// Relative to the folder in which the binary ran, with `/`.
    pub(crate) file: String,
    pub(crate) row: u64,
    pub(crate) code: String,
    pub(crate) severity: String,
    pub(crate) verdict: String,
}

impl Finding {
    /// Whether it claims a ring, through objects (CYC1xx) or frames (CYC2xx).
    pub(crate) fn is_about_rings(&self) -> bool {
        ["CYC1", "CYC2"].iter().any(|it| self.code.starts_with(it))
    }
}

/// `cyclint check --isolated --output-format json ... .` in a folder: what it finds there.
pub(crate) fn check(folder: &Path, arguments: &[&str]) -> Result<Vec<Finding>, String> {
    let mut all = vec!["check", "--isolated", "--output-format", "json"];
    all.extend(arguments);
    all.push(".");
    let output = cyclint(folder, &all);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if !matches!(output.status.code(), Some(0 | 1)) {
        return Err(format!("{}: {}", output.status, text(&output.stderr)));
    }
    let findings: Vec<Value> = serde_json::from_slice(&output.stdout)
        .map_err(|it| format!("no JSON: {it}: {}", text(&output.stdout)))?;
    let string = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(findings
        .iter()
        .map(|it| Finding {
            file: string(&it["filename"]).replace('\\', "/"),
            row: it["location"]["row"].as_u64().unwrap_or_default(),
            code: string(&it["code"]),
            severity: string(&it["severity"]),
            verdict: string(&it["verdict"]),
        })
        .collect())
}

/// The files below a folder whose names end in `suffix`, in order.
pub(crate) fn files_below(folder: &Path, suffix: &str) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(|it| it.is_file() && it.to_string_lossy().ends_with(suffix))
        .collect();
    found.sort();
    found
}

/// `path` below `folder`, with `/`.
pub(crate) fn relative(path: &Path, folder: &Path) -> String {
    let path = path.strip_prefix(folder).unwrap_or(path);
    path.to_string_lossy().replace('\\', "/")
}

/// The codes in the comment `# error: [CYC102]` or `# error: [CYC102, CYC103]` that ends a line.
pub(crate) fn expected_codes(line: &str) -> Vec<String> {
    let marker = line.rsplit_once("# error: [");
    let codes = marker.and_then(|(_, rest)| rest.trim_end().strip_suffix(']'));
    codes.map_or_else(Vec::new, |it| {
        it.split(',').map(|it| it.trim().to_owned()).collect()
    })
}

/// Everything that the comments in a file expect, as (file, row, code) in order.
pub(crate) fn markers(file: &str, text: &str) -> Vec<(String, u64, String)> {
    (1..)
        .zip(text.lines())
        .flat_map(|(row, line)| {
            let mut codes = expected_codes(line);
            codes.sort();
            codes.into_iter().map(move |it| (row, it))
        })
        .map(|(row, code)| (file.to_owned(), row, code))
        .collect()
}

/// Applies a function to each item, on as many threads as there are processors; the results are
/// in the order of the items.
pub(crate) fn in_parallel<T: Send, R: Send>(
    items: Vec<T>,
    function: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let queue: Mutex<VecDeque<(usize, T)>> = Mutex::new(items.into_iter().enumerate().collect());
    let results = Mutex::new(Vec::new());
    let threads = thread::available_parallelism().map_or(2, Into::into);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let next = queue.lock().expect("no thread failed").pop_front();
                    let Some((index, item)) = next else { break };
                    let result = function(item);
                    results
                        .lock()
                        .expect("no thread failed")
                        .push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().expect("no thread failed");
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// The `python3` on `PATH`, if it is new enough for the fixtures. Where there is none, says so and
/// gives nothing, which a test takes as a reason to stop; where `CI` is set it fails instead.
pub(crate) fn python() -> Option<&'static str> {
    let version = Command::new("python3")
        .args(["-c", "import sys; print(sys.version_info >= (3, 10))"])
        .output();
    let problem = match version {
        Ok(output) if output.stdout.starts_with(b"True") => return Some("python3"),
        Ok(_) => "python3 is older than 3.10",
        Err(_) => "there is no python3 on PATH",
    };
    assert!(
        std::env::var_os("CI").is_none(),
        "{problem}: the judge is missing"
    );
    eprintln!("NOT TESTED: {problem}, so CPython was not asked");
    None
}

/// Runs a program on Python; standard output, or everything it said if it failed.
pub(crate) fn run_python(python: &str, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(python)
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::null())
        .output()
        .expect("python starts");
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        Ok(stdout)
    } else {
        Err(stdout + &String::from_utf8_lossy(&output.stderr))
    }
}
