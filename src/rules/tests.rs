//! Suppression, selection and grading of rings, on findings made by hand.

use std::path::{Path, PathBuf};

use ruff_text_size::{TextRange, TextSize};

use super::finding::{Confidence, Finding, Reference, Severity, Verdict};
use super::select::select;
use crate::config::{Layer, Located, Settings, from_inline, resolve};
use crate::program::model::{FileId, Origin, ParsedFile, Place, Program};
use crate::source::{Memory, Texts};
use crate::syntax::{Name, SourceKind, lower};

/// What is reported of a ring whose two references stand at `<owner>` in one file and `<part>` in
/// the other, after `change` was made to the finding.
fn report(owner: &str, part: &str, config: &str, change: fn(&mut Finding)) -> Vec<String> {
    let mut fs = Memory::new();
    let mut program = Program::default();
    for (path, text) in [("/p/owner.py", owner), ("/p/part.py", part)] {
        fs.insert(path, text);
        program.files.push(ParsedFile {
            path: PathBuf::from(path),
            display: path.trim_start_matches("/p/").to_owned(),
            module: Name::new(""),
            is_package: false,
            is_stub: false,
            origin: Origin::Project,
            ir: lower(text, SourceKind::Python).into(),
        });
    }
    let reference = |from: &str, to: &str, file, text: &str| Reference {
        from: from.to_owned(),
        via: "x".to_owned(),
        to: to.to_owned(),
        place: place(file, text),
        weaken: false,
    };
    let mut finding = Finding {
        code: "CYC102",
        severity: Severity::Warning,
        confidence: Confidence::Proven,
        verdict: Some(Verdict::Late),
        message: "ring".to_owned(),
        help: String::new(),
        place: place(0, owner),
        cycle: vec![
            reference("Owner", "Part", 0, owner),
            reference("Part", "Owner", 1, part),
        ],
        notes: Vec::new(),
        finalizers: Vec::new(),
        broken_by: None,
        only_if_broken_shown: false,
        has_finalizer: true,
        signature: String::new(),
    };
    change(&mut finding);
    let texts = Texts::new(&fs);
    let findings = select(&program, vec![finding], &settings(&fs, config), &texts);
    let show = |it: &Finding| {
        let file = program.files.get(it.place.file.0 as usize);
        let display = file.map_or("", |it| it.display.as_str());
        let verdict = it.verdict.map_or(String::new(), |it| format!(" {it:?}"));
        format!("{display} {} {:?}{verdict}", it.code, it.severity)
    };
    findings.iter().map(show).collect()
}

/// The statement that begins with `ring`.
fn place(file: u32, text: &str) -> Place {
    let start = text.find("ring").unwrap_or_default();
    Place {
        file: FileId(file),
        range: TextRange::at(TextSize::new(start as u32), TextSize::new(4)),
    }
}

fn settings(fs: &Memory, config: &str) -> Settings {
    let layer = from_inline(config).map(|options| Layer {
        options,
        base: PathBuf::from("/p"),
        origin: String::new(),
        text: String::new(),
    });
    layer
        .and_then(|it| resolve(fs, &Located::default(), Path::new("/p"), &[it]))
        .unwrap_or_else(|error| unreachable!("{error}"))
}

#[track_caller]
fn check(owner: &str, part: &str, expected: &[&str]) {
    assert_eq!(report(owner, part, "", |_| {}), expected);
}

#[track_caller]
fn check_with(config: &str, change: fn(&mut Finding), expected: &[&str]) {
    assert_eq!(report("ring\n", "ring\n", config, change), expected);
}

const REPORTED: &str = "owner.py CYC102 Warning Late";

#[test]
fn a_comment_at_any_reference_silences_the_ring() {
    check("ring\n", "ring\n", &[REPORTED]);
    check(
        "ring  # cyclint: ignore[back-reference] why\n",
        "ring\n",
        &[],
    );
    check("ring\n", "ring  # cyclint: ignore[CYC102]\n", &[]);
    check("ring\n", "# cyclint: ignore\nring\n", &[]);
    check("ring\n", "x = 1\nring  # noqa: CYC102\n", &[]);
    check("ring\n", "ring  # noqa\n", &[]);
    check(
        "ring\n",
        "# cyclint: file-ignore[back-reference]\n\nring\n",
        &[],
    );
    check("ring\n", "ring  # noqa: E501\n", &[REPORTED]);
}

#[test]
fn a_comment_holds_for_the_whole_logical_line() {
    check(
        "x = (\n  ring,\n)  # cyclint: ignore[CYC102]\n",
        "ring\n",
        &[],
    );
    check(
        "# cyclint: ignore[CYC102]\nx = (\n  ring,\n)\n",
        "ring\n",
        &[],
    );
    check("x = 1; ring  # noqa\n", "ring\n", &[]);
    check(
        "ring\nx = 1  # cyclint: ignore[CYC102]\n",
        "ring\n",
        &[REPORTED, "owner.py CYC002 Warning"],
    );
}

#[test]
fn the_wrong_rule_silences_nothing() {
    let unused = "owner.py CYC002 Warning";
    check(
        "ring  # cyclint: ignore[closure]\n",
        "ring\n",
        &[REPORTED, unused],
    );
}

#[test]
fn a_comment_for_what_the_configuration_hides_is_not_unused() {
    let text = "ring  # cyclint: ignore[back-reference]\n";
    let hidden = |it: &mut Finding| it.has_finalizer = false;
    assert!(report(text, "ring\n", "", hidden).is_empty());
}

#[test]
fn scope() {
    let no_finalizer = |it: &mut Finding| it.has_finalizer = false;
    check_with("", no_finalizer, &[]);
    check_with("scope = 'all'", no_finalizer, &[REPORTED]);
}

#[test]
fn confidence() {
    let possible = |it: &mut Finding| it.confidence = Confidence::Possible;
    check_with("", possible, &[]);
    check_with("confidence = 'possible'", possible, &[REPORTED]);
}

#[test]
fn selection() {
    check_with("select = ['CYC101']", |_| {}, &[]);
    check_with("ignore = ['back-reference']", |_| {}, &[]);
    check_with("per-file-ignores = {'owner.py' = ['CYC1']}", |_| {}, &[]);
    check_with(
        "per-file-ignores = {'part.py' = ['CYC1']}",
        |_| {},
        &[REPORTED],
    );
}

#[test]
fn broken_rings_are_information() {
    let broken = |it: &mut Finding| it.only_if_broken_shown = true;
    check_with("", broken, &[]);
    check_with(
        "report-broken = true",
        broken,
        &["owner.py CYC102 Info Late"],
    );
}

#[test]
fn before_pep_442_rings_with_finalizers_are_lost() {
    let lost = "owner.py CYC102 Error Uncollectable";
    check_with("target-version = '2.7'", |_| {}, &[lost]);
    check_with("target-version = '3.3'", |_| {}, &[lost]);
    check_with("target-version = '3.4'", |_| {}, &[REPORTED]);
    check_with(
        "target-version = '2.7'\nscope = 'all'",
        |it| it.has_finalizer = false,
        &[REPORTED],
    );
    check_with(
        "target-version = '2.7'",
        |it| it.code = "CYC108",
        &["owner.py CYC108 Warning Late"],
    );
}
