//! Proves that cyclint and CPython agree on the programs of `fixtures/programs/`.
//!
//! `expect.json` is the verdict of CPython's collector (`tests/oracle_agrees.rs` asks it again).
//! Every program is checked twice, as `tests/oracle/score.py` does, in the default scope and with
//! `--scope all`; an answer that differs from the verdict must stand in
//! `fixtures/known-wrong.txt`, and what stands there must be wrong.
//!
//! The comments `# error: [CYC102]` in the programs must be exactly what is reported in the
//! default scope, line by line; `tests/oracle/mark.py` writes them.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot set the stage has to fail"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;
use support::Finding;

/// A program, what CPython says of it and what cyclint does.
struct Program {
    name: String,
    folder: PathBuf,
    finalizer_cycle: bool,
    finalizer_delayed: bool,
    any_cycle: bool,
    /// (file, row) of the references of rings with a finalizer.
    lines: BTreeSet<(String, u64)>,
    /// The same, of all rings.
    any_lines: BTreeSet<(String, u64)>,
    /// Everything that is reported in the default scope.
    default: Vec<Finding>,
    /// Everything that is reported with `--scope all`.
    all: Vec<Finding>,
}

#[test]
fn answers_are_right_except_those_known_to_be_wrong() {
    let known = known_wrong();
    let wrong: BTreeSet<(String, String)> = programs()
        .iter()
        .flat_map(|it| {
            let kinds = it.wrong_answers().into_iter();
            kinds.map(|kind| (kind.to_owned(), it.name.clone()))
        })
        .collect();
    let mut report = String::new();
    let mut section = |title: &str, entries: Vec<&(String, String)>| {
        if !entries.is_empty() {
            report.push_str(&format!("\n{title}\n"));
        }
        for (kind, name) in entries {
            report.push_str(&format!("    {kind} {name}\n"));
        }
    };
    let new = |prefix: &str| -> Vec<_> {
        let new = wrong.difference(&known);
        new.filter(|(kind, _)| kind.starts_with(prefix)).collect()
    };
    section(
        "False negatives: a ring that CPython confirms is not reported, or on another line. \
         Make cyclint see it; if it cannot, add the line to fixtures/known-wrong.txt and say why:",
        new("FN_"),
    );
    section(
        "False positives: CPython finds no such ring. This is always a bug; if it cannot be \
         mended now, add the line to fixtures/known-wrong.txt and say why:",
        new("FP_"),
    );
    section(
        "Right now, but listed as wrong: remove the line from fixtures/known-wrong.txt, and run \
         tests/oracle/mark.py to write the markers:",
        known.difference(&wrong).collect(),
    );
    assert!(report.is_empty(), "{report}");
}

#[test]
fn markers_and_findings_agree() {
    let known = known_wrong();
    let mut report = String::new();
    for program in programs() {
        let is_known = |kind: &str| known.contains(&(kind.to_owned(), program.name.clone()));
        let excused = is_known("FP_default") || is_known("FP_line");
        let mut unmatched: BTreeMap<(String, u64, String), i32> = BTreeMap::new();
        for path in support::files_below(&program.folder, ".py") {
            let file = support::relative(&path, &program.folder);
            for marker in support::markers(&file, &support::read(&path)) {
                *unmatched.entry(marker).or_default() -= 1;
            }
        }
        for finding in &program.default {
            if !(excused && program.is_beside_the_ring(finding)) {
                let Finding {
                    file, row, code, ..
                } = finding.clone();
                *unmatched.entry((file, row, code)).or_default() += 1;
            }
        }
        for ((file, row, code), count) in unmatched {
            let what = match count {
                0 => continue,
                1.. => "is reported, but no comment expects it",
                ..0 => "is expected by a comment, but not reported",
            };
            report.push_str(&format!("{}/{file}:{row}: {code} {what}\n", program.name));
        }
    }
    assert!(
        report.is_empty(),
        "{report}If this is what should be reported, write the comments with\n    \
         python3 tests/oracle/mark.py fixtures/programs target/debug/cyclint"
    );
}

impl Program {
    fn check(folder: &Path) -> Self {
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let expected: Value = serde_json::from_str(&support::read(&folder.join("expect.json")))
            .unwrap_or_else(|it| panic!("{name}/expect.json: {it}"));
        let findings = |arguments: &[&str]| {
            support::check(folder, arguments).unwrap_or_else(|it| panic!("{name}: {it}"))
        };
        let flag = |key: &str| expected[key].as_bool().expect("a verdict");
        let lines = places(&expected["lines"]);
        let mut any_lines = places(&expected["any_lines"]);
        any_lines.extend(lines.iter().cloned());
        Self {
            finalizer_cycle: flag("finalizer_cycle"),
            finalizer_delayed: flag("finalizer_delayed"),
            any_cycle: flag("any_cycle"),
            lines,
            any_lines,
            default: findings(&[]),
            all: findings(&["--scope", "all"]),
            name: name.into_owned(),
            folder: folder.to_owned(),
        }
    }

    /// How cyclint's answers differ from CPython's, in the words of `fixtures/known-wrong.txt`.
    fn wrong_answers(&self) -> Vec<&'static str> {
        let on = |findings: &[Finding], code: &str, lines: &BTreeSet<(String, u64)>| {
            findings
                .iter()
                .any(|it| it.code.starts_with(code) && lines.contains(&(it.file.clone(), it.row)))
        };
        let on_ring =
            |findings: &[Finding], lines: &BTreeSet<(String, u64)>| on(findings, "CYC1", lines);
        let any = |findings: &[Finding]| findings.iter().any(Finding::is_about_rings);
        let waits = self.finalizer_cycle || self.finalizer_delayed;
        let only_delayed = self.finalizer_delayed && !self.finalizer_cycle;
        let beside = self.default.iter().any(|it| self.is_beside_the_ring(it));
        [
            (
                "FN_ring",
                self.finalizer_cycle && !on_ring(&self.default, &self.lines),
            ),
            (
                "FN_delayed",
                only_delayed
                    && !on(&self.default, "CYC108", &self.any_lines)
                    && !on(&self.default, "CYC2", &self.any_lines),
            ),
            (
                "FN_any",
                self.any_cycle
                    && !on_ring(&self.all, &self.any_lines)
                    && !on(&self.all, "CYC2", &self.any_lines),
            ),
            ("FP_default", !waits && any(&self.default)),
            ("FP_line", waits && beside),
            (
                "FP_all",
                any(&self.all) && !(self.any_cycle || self.finalizer_delayed),
            ),
        ]
        .into_iter()
        .filter_map(|(kind, holds)| holds.then_some(kind))
        .collect()
    }

    /// Whether a finding of the default scope claims a ring that is not there, or through a line
    /// that is not on it.
    fn is_beside_the_ring(&self, finding: &Finding) -> bool {
        let place = (finding.file.clone(), finding.row);
        let confirmed = match finding.code.as_str() {
            "CYC108" => self.finalizer_delayed && self.any_lines.contains(&place),
            code if code.starts_with("CYC2") => {
                (self.finalizer_delayed || self.finalizer_cycle) && self.any_lines.contains(&place)
            }
            _ => self.finalizer_cycle && self.lines.contains(&place),
        };
        finding.is_about_rings() && !confirmed
    }
}

/// All programs, checked once for all tests.
fn programs() -> &'static [Program] {
    static PROGRAMS: OnceLock<Vec<Program>> = OnceLock::new();
    PROGRAMS.get_or_init(|| {
        let suite = support::repository("fixtures/programs");
        let folders: Vec<_> = support::files_below(&suite, "expect.json");
        assert!(folders.len() > 400, "the fixtures are missing");
        support::in_parallel(folders, |it| Program::check(it.parent().unwrap_or(&suite)))
    })
}

fn places(value: &Value) -> BTreeSet<(String, u64)> {
    let places = value.as_array().expect("a list").iter();
    places
        .map(|it| {
            let file = it[0].as_str().expect("a file").to_owned();
            (file, it[1].as_u64().expect("a row"))
        })
        .collect()
}

/// The entries of `fixtures/known-wrong.txt`: a kind of wrong answer and a program.
fn known_wrong() -> BTreeSet<(String, String)> {
    let text = support::read(&support::repository("fixtures/known-wrong.txt"));
    let entries = text.lines().filter_map(|line| {
        let (entry, reason) = line.split_once('#').unwrap_or((line, ""));
        if entry.trim().is_empty() {
            return None;
        }
        assert!(!reason.trim().is_empty(), "no reason is given: {line}");
        let (kind, name) = entry.trim().split_once(' ').expect("a kind and a name");
        Some((kind.to_owned(), name.trim().to_owned()))
    });
    entries.collect()
}
