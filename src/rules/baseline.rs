//! Findings that are known already: an old code base starts with them, and only loses them.
//!
//! A baseline is a text file with one finding a line, made to be read in a review: the fingerprint,
//! the rule, the file and the ring. No line numbers are in it, so it survives edits of everything
//! that is not the ring itself. A ring whose file was renamed has another fingerprint; it is still
//! known by its rule and its classes and attributes.

use super::finding::Finding;

const HEADER: &str = "\
# Known findings of cyclint, one a line. Fix one and remove its line, or rewrite the file:
# cyclint check --baseline FILE --update-baseline
";

/// A known finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The file, relative to that of the baseline.
    pub path: String,
    /// The rule's code.
    pub code: String,
    /// The ring by its classes and attributes, or the message where there is no ring.
    pub ring: String,
    /// The fingerprint.
    pub fingerprint: String,
}

/// How a run compares with a baseline.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// For each finding, whether it is known.
    pub known: Vec<bool>,
    /// The entries that no finding matches, in order.
    pub unmatched: Vec<Entry>,
}

impl Entry {
    /// The entry of a finding in the file `path`.
    pub fn of(finding: &Finding, fingerprint: &str, path: String) -> Self {
        Self {
            path: one_line(&path),
            code: finding.code.to_owned(),
            ring: one_line(&ring(finding)),
            fingerprint: fingerprint.to_owned(),
        }
    }
}

/// `Button.toolbar -> Toolbar.save_button`: from its least reference on, as a ring has no beginning.
fn ring(finding: &Finding) -> String {
    let mut parts: Vec<_> = finding
        .cycle
        .iter()
        .map(|it| format!("{}.{}", it.from, it.via))
        .collect();
    if let Some(first) = (0..parts.len()).min_by_key(|&it| parts.get(it)) {
        parts.rotate_left(first);
        return parts.join(" -> ");
    }
    finding.message.clone()
}

/// The text without anything that would end a line or a column of the file.
fn one_line(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for ch in text.chars() {
        if ch.is_control() || matches!(ch, '\u{2028}' | '\u{2029}') {
            result.extend(ch.escape_unicode());
        } else {
            result.push(ch);
        }
    }
    result
}

/// Reads a baseline.
///
/// # Errors
///
/// The number of a line that is no entry.
pub fn parse(text: &str) -> Result<Vec<Entry>, usize> {
    let mut entries = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let mut columns = line.splitn(4, '\t');
        let mut next = || columns.next().map(str::to_owned);
        let (Some(fingerprint), Some(code), Some(path), Some(ring)) =
            (next(), next(), next(), next())
        else {
            return Err(number);
        };
        entries.push(Entry {
            path,
            code,
            ring,
            fingerprint,
        });
    }
    Ok(entries)
}

/// The text of a baseline, in an order that gives small differences.
pub fn format(mut entries: Vec<Entry>) -> String {
    entries.sort();
    let mut text = HEADER.to_owned();
    for it in entries {
        text.push_str(&format!(
            "{}\t{}\t{}\t{}\n",
            it.fingerprint, it.code, it.path, it.ring
        ));
    }
    text
}

/// Holds findings against a baseline. Each entry stands for one finding: first for that with its
/// fingerprint, then for one of the same rule with the same ring.
pub fn compare(found: &[Entry], baseline: Vec<Entry>) -> Comparison {
    let mut known = vec![false; found.len()];
    let mut match_up = |entry: &Entry, is_same: fn(&Entry, &Entry) -> bool| {
        let pairs = found.iter().zip(&mut known);
        let slot = pairs
            .into_iter()
            .find(|(it, known)| !**known && is_same(it, entry));
        slot.map(|(_, known)| *known = true).is_some()
    };
    let mut unmatched = baseline;
    unmatched.retain(|it| !match_up(it, |a, b| a.fingerprint == b.fingerprint));
    unmatched.retain(|it| !match_up(it, |a, b| a.code == b.code && a.ring == b.ring));
    Comparison { known, unmatched }
}

#[cfg(test)]
mod tests {
    use super::{Comparison, Entry, compare, format, parse};

    fn entry(fingerprint: &str, path: &str, ring: &str) -> Entry {
        Entry {
            path: path.to_owned(),
            code: "CYC102".to_owned(),
            ring: ring.to_owned(),
            fingerprint: fingerprint.to_owned(),
        }
    }

    #[test]
    fn what_is_written_can_be_read() {
        let entries = vec![
            entry("1", "a b.py", "A.b -> B.a"),
            entry("2", "c.py", "A.\tb"),
        ];
        assert_eq!(parse(&format(entries.clone())), Ok(entries));
        assert_eq!(parse("# a\n\nnonsense\n"), Err(3));
    }

    #[test]
    fn each_entry_stands_for_one_finding() {
        let found = [entry("1", "a.py", "A.b"), entry("3", "new.py", "A.b")];
        let baseline = vec![
            entry("1", "a.py", "A.b"),
            entry("2", "old.py", "A.b"),
            entry("4", "a.py", "gone"),
        ];
        let expected = Comparison {
            known: vec![true, true],
            unmatched: vec![entry("4", "a.py", "gone")],
        };
        assert_eq!(compare(&found, baseline), expected);
        let once = compare(&found, vec![entry("1", "a.py", "A.b")]);
        assert_eq!(once.known, [true, false]);
    }
}
