//! Proves that the pages in `rules/` say the truth: each block of Python under *Example* gives
//! exactly what its comments `# error: [CYC102]` say, on these lines, and each under *Use instead*
//! gives nothing; and CPython's collector sees a ring in the former and none in the latter.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot set the stage has to fail"
)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// Pages whose example the tool does not understand yet (`FN_`), or whose advice it reports
/// (`FP_`). An entry that is not true any more fails the test.
const KNOWN_WRONG: [&str; 1] = ["FN_CYC110"];

/// The page of one rule.
struct Page {
    code: String,
    bad: Vec<String>,
    good: Vec<String>,
}

#[test]
fn examples_give_what_their_comments_say() {
    let mut wrong = BTreeSet::new();
    let mut report = String::new();
    for page in pages() {
        let bad = page.bad.iter().map(|it| ("FN", it));
        let good = page.good.iter().map(|it| ("FP", it));
        for (kind, example) in bad.chain(good) {
            let expected = support::markers("main.py", example);
            let found = check(&page.code, example);
            if expected != found {
                wrong.insert(format!("{kind}_{}", page.code));
                report.push_str(&format!(
                    "{}:\n{example}expected {expected:?}\n   found {found:?}\n\n",
                    page.code
                ));
            }
        }
    }
    let known = KNOWN_WRONG.map(str::to_owned).into();
    assert_eq!(wrong, known, "wrong answers, known ones;\n{report}");
}

#[test]
fn every_page_has_examples_of_its_own_rule() {
    for page in pages() {
        let codes: BTreeSet<String> = page
            .bad
            .iter()
            .flat_map(|it| it.lines().flat_map(support::expected_codes))
            .collect();
        let own = BTreeSet::from([page.code.clone()]);
        // Where nobody breaks a ring in time, it is reported by itself beside the hole in the
        // safety net.
        let is_as_expected = if page.code == "CYC305" {
            codes.is_superset(&own)
        } else {
            codes == own
        };
        assert!(
            is_as_expected,
            "the examples of {} expect {codes:?}",
            page.code
        );
        assert!(!page.good.is_empty(), "{} shows no way out", page.code);
        for good in &page.good {
            assert!(support::markers("main.py", good).is_empty(), "{good}");
        }
    }
}

#[test]
fn cpython_agrees_with_the_pages() {
    let Some(python) = support::python() else {
        return;
    };
    let mut examples = Vec::new();
    for page in pages().into_iter().filter(|it| it.is_about_rings()) {
        let code = &page.code;
        examples.extend(page.bad.iter().map(|it| (code.clone(), true, it.clone())));
        examples.extend(page.good.iter().map(|it| (code.clone(), false, it.clone())));
    }
    let problems = support::in_parallel(examples, |(code, is_bad, example)| {
        let verdict = judge(python, &example);
        let holds = |key: &str| verdict[key] == Value::Bool(true);
        let finalizer = match code.as_str() {
            "CYC108" | "CYC201" | "CYC202" | "CYC203" | "CYC204" => holds("finalizer_delayed"),
            _ => holds("finalizer_cycle"),
        };
        let agrees = match is_bad {
            true => holds("any_cycle") && finalizer,
            false => !holds("any_cycle") && !holds("finalizer_delayed"),
        };
        let expected = if is_bad { "a ring" } else { "no ring" };
        (!agrees).then(|| format!("{code}: {expected} expected in\n{example}but {verdict:#}"))
    });
    let problems: Vec<_> = problems.into_iter().flatten().collect();
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

#[test]
fn cpython_agrees_with_the_pages_about_pins_and_hazards() {
    let Some(python) = support::python() else {
        return;
    };
    let mut examples = Vec::new();
    for page in pages() {
        if let Some(hazard) = page.hazard() {
            let bad = page.bad.iter().map(|it| (true, it));
            let all = bad.chain(page.good.iter().map(|it| (false, it)));
            examples.extend(all.map(|(bad, it)| (page.code.clone(), hazard, bad, it.clone())));
        }
    }
    assert!(examples.len() > 15, "the pages are missing");
    let problems = support::in_parallel(examples, |(code, hazard, is_bad, example)| {
        let verdict = ask(python, "tests/oracle/pins.py", &example);
        (hazard(&verdict) != is_bad).then(|| format!("{code}: {verdict:#} of\n{example}"))
    });
    let problems: Vec<_> = problems.into_iter().flatten().collect();
    assert!(problems.is_empty(), "{}", problems.join("\n\n"));
}

impl Page {
    fn read(path: &Path) -> Self {
        let text = support::read(path);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let code = name.split('-').next().expect("a code").to_owned();
        let section = |title: &str| {
            let start = text.find(&format!("\n## {title}\n"));
            let rest = start.and_then(|it| text.get(it + 4..)).unwrap_or_default();
            python_blocks(rest.split("\n## ").next().unwrap_or_default())
        };
        let (bad, good) = (section("Example"), section("Use instead"));
        Self { code, bad, good }
    }

    /// CYC0xx are about comments and syntax.
    fn is_about_rings(&self) -> bool {
        self.code.starts_with("CYC1") || self.code.starts_with("CYC2") || self.code == "CYC305"
    }

    /// What CPython must say of a bad example, and must not say of a good one, if that is not a
    /// ring.
    fn hazard(&self) -> Option<fn(&Value) -> bool> {
        Some(match self.code.as_str() {
            // Still alive after a full collection.
            "CYC301" | "CYC302" | "CYC303" | "CYC304" | "CYC306" | "CYC307" => {
                |it| it["kept"] == Value::Bool(true)
            }
            "CYC308" => |it| it["answer"] == "nothing" || !it["raised"].is_null(),
            "CYC401" => |it| it["off"] == Value::Bool(true),
            "CYC402" => |it| it["saves"] == Value::Bool(true),
            _ => return None,
        })
    }
}

/// All pages, in the order of the codes.
fn pages() -> Vec<Page> {
    let files = support::files_below(&support::repository("rules"), ".md");
    let pages = files.iter().filter(|it| {
        let name = it.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("CYC")
    });
    let pages: Vec<_> = pages.map(|it| Page::read(it)).collect();
    assert!(pages.len() > 10, "the pages are missing");
    pages
}

/// The contents of the blocks fenced with ```` ```python ````.
fn python_blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    for part in text.split("```python\n").skip(1) {
        let block = part.split("```").next().unwrap_or_default();
        blocks.push(block.to_owned());
    }
    blocks
}

/// What is reported on an example, as (file, row, code) in order.
fn check(code: &str, example: &str) -> Vec<(String, u64, String)> {
    let folder = folder_with(example);
    let arguments: &[&str] = match code {
        "CYC110" => &["--confidence", "possible", "--select", "ALL"],
        _ => &[],
    };
    let mut all = vec!["--scope", "all"];
    all.extend(arguments);
    let findings = support::check(folder.path(), &all).unwrap_or_else(|it| panic!("{code}: {it}"));
    let mut found: Vec<_> = findings
        .into_iter()
        .map(|it| (it.file, it.row, it.code))
        .collect();
    found.sort();
    found
}

/// What CPython's collector says of an example.
fn judge(python: &str, example: &str) -> Value {
    ask(python, "tests/oracle/judge.py", example)
}

/// What one of the oracles says of an example.
fn ask(python: &str, oracle: &str, example: &str) -> Value {
    // What a finalizer prints while the interpreter shuts down would end up in the answer.
    let silent = format!("{example}\n\ndef print(*values):\n    pass\n");
    let folder = folder_with(&silent);
    let path = folder.path().to_string_lossy();
    let answer = support::run_python(python, &[oracle, &path]);
    let answer = answer.unwrap_or_else(|it| panic!("{it}\n{example}"));
    serde_json::from_str(&answer).expect("a verdict")
}

fn folder_with(example: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("main.py"), example).expect("a file");
    folder
}
