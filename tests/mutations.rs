//! Broken sources: files cut, repeated and scrambled at places that a fixed sequence of numbers
//! chooses. Whatever they have become, the run ends with a report, and no file stops the others.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot set the stage has to fail"
)]

mod support;

use std::fs;

use support::{cyclint, files_below, read, repository};

/// Numbers that look random and are the same in each run (Knuth's MMIX generator).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        let next = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = next.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit.max(1)
    }
}

/// What is put in between: what opens and does not close, what changes the reading of the rest.
const SPLICES: [&str; 16] = [
    "(",
    ")",
    "[",
    "{",
    "'''",
    "\"",
    "\\",
    "\n",
    "\t",
    "lambda: ",
    "def f(self):",
    "class C(C):",
    "@",
    "\u{0}",
    "\u{202e}",
    "= ",
];

fn mutated(text: &str, numbers: &mut Numbers) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=numbers.below(4) {
        let at = numbers.below(chars.len());
        let end = (at + 1 + numbers.below(40)).min(chars.len());
        match numbers.below(4) {
            0 => drop(chars.drain(at..end)),
            1 => {
                let part: Vec<_> = chars.get(at..end).unwrap_or_default().to_vec();
                let to = numbers.below(chars.len());
                chars.splice(to..to, part);
            }
            2 => chars.truncate(end),
            _ => {
                let splice = SPLICES.get(numbers.below(SPLICES.len())).unwrap_or(&"");
                chars.splice(at..at, splice.chars());
            }
        }
    }
    chars.into_iter().collect()
}

#[test]
fn broken_sources_end_in_a_report() {
    let sources = files_below(&repository("fixtures"), ".py");
    assert!(sources.len() > 100, "the fixtures are missing");
    let folder = tempfile::tempdir().expect("a folder");
    let mut numbers = Numbers(442);
    for (idx, path) in sources.iter().enumerate() {
        let text = mutated(&read(path), &mut numbers);
        fs::write(folder.path().join(format!("m{idx}.py")), text).expect("a file");
    }
    for format in ["full", "sarif", "html"] {
        let arguments = [
            "check",
            "--isolated",
            "--scope",
            "all",
            "--output-format",
            format,
            ".",
        ];
        let output = cyclint(folder.path(), &arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{format}: {stderr}");
        assert_eq!(stderr, "", "{format}");
    }
}
