//! Suppression comments put into a text.

use std::collections::BTreeMap;

use crate::source::LineIndex;
use crate::syntax::{SourceKind, lower};

use super::suppress::FileSuppressions;

/// Where a comment is wanted: the offset of what is to be silenced, and the rule's name.
pub type Wanted = (u32, &'static str);

/// The text with a comment for each place, and how many places were left out, because no comment
/// can stand there: in the middle of a string of several lines, say.
pub fn add_ignores(
    text: &str,
    kind: SourceKind,
    wanted: &[Wanted],
    reason: &str,
) -> (String, usize) {
    let lines = LineIndex::new(text);
    let mut by_line: BTreeMap<usize, (u32, Vec<&str>)> = BTreeMap::new();
    for (offset, name) in wanted {
        let (_, names) = by_line
            .entry(lines.line(*offset))
            .or_insert_with(|| (*offset, Vec::new()));
        if !names.contains(name) {
            names.push(name);
        }
    }
    let mut result = text.to_owned();
    let mut left_out = 0;
    // From the end, so that the places before stay where they are.
    for (line, (offset, names)) in by_line.into_iter().rev() {
        let mut comment = format!("# cyclint: ignore[{}]", names.join(", "));
        if !reason.is_empty() {
            comment.push(' ');
            comment.push_str(reason);
        }
        match with_comment(&result, kind, line, offset, &comment) {
            Some(changed) => result = changed,
            None => left_out += names.len(),
        }
    }
    (result, left_out)
}

/// The text with a comment at the end of the line, or on a line of its own above. Whether it is
/// understood there is tried out.
fn with_comment(
    text: &str,
    kind: SourceKind,
    line: usize,
    offset: u32,
    comment: &str,
) -> Option<String> {
    let range = LineIndex::new(text).line_range(text, line);
    let content = text.get(range.clone())?;
    let indent: String = content
        .chars()
        .take_while(|it| matches!(it, ' ' | '\t'))
        .collect();
    let end = text.get(range.end..)?;
    let line_break = ["\r\n", "\n", "\r"].iter().find(|it| end.starts_with(**it));
    let line_break = line_break.copied().unwrap_or("\n");
    let above = format!("{indent}{comment}{line_break}");
    let insertions = [
        (
            range.start + content.trim_end().len(),
            format!("  {comment}"),
            0,
        ),
        (range.start, above.clone(), above.len() as u32),
    ];
    insertions.into_iter().find_map(|(at, inserted, shift)| {
        let mut changed = text.to_owned();
        changed.insert_str(at, &inserted);
        covers(&changed, kind, text, offset + shift).then_some(changed)
    })
}

/// Whether the changed text has one comment more than the old one that silences the place, and no
/// other errors.
fn covers(changed: &str, kind: SourceKind, old: &str, offset: u32) -> bool {
    let (before, after) = (lower(old, kind), lower(changed, kind));
    let lines = LineIndex::new(changed);
    let silencing = FileSuppressions::parse(&after.directives);
    let is_new = after.directives.len() > before.directives.len()
        || FileSuppressions::parse(&before.directives)
            .suppressions
            .len()
            < silencing.suppressions.len();
    is_new && before.errors.len() == after.errors.len() && silencing.cover(offset, &lines)
}

#[cfg(test)]
mod tests {
    use super::add_ignores;
    use crate::syntax::SourceKind;

    #[track_caller]
    fn check(text: &str, at: &str, expected: &str) {
        let offset = text.find(at).unwrap_or_default() as u32;
        let wanted = [
            (offset, "closure"),
            (offset, "closure"),
            (offset, "back-reference"),
        ];
        let (changed, left_out) = add_ignores(text, SourceKind::Python, &wanted, "known");
        assert_eq!((changed.as_str(), left_out), (expected, 0));
    }

    #[test]
    fn at_the_end_of_the_line() {
        check(
            "if 1:\r\n    a.b = c  # why \r\n",
            "a.b",
            "if 1:\r\n    a.b = c  # why  # cyclint: ignore[closure, back-reference] known \r\n",
        );
    }

    #[test]
    fn above_where_the_line_cannot_hold_one() {
        check(
            "x = 1\ny = \\\n    2\n",
            "y",
            "x = 1\n# cyclint: ignore[closure, back-reference] known\ny = \\\n    2\n",
        );
        check(
            "x = '''\n'''\n",
            "x",
            "# cyclint: ignore[closure, back-reference] known\nx = '''\n'''\n",
        );
    }

    #[test]
    fn nowhere() {
        let text = "x = '''\ny\n'''\n";
        let (changed, left_out) = add_ignores(text, SourceKind::Python, &[(8, "closure")], "");
        assert_eq!((changed.as_str(), left_out), (text, 1));
    }
}
