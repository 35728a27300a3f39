//! How suppressions that suppress nothing are removed.

use std::ops::Range;

/// What to delete from `text` so that the parts of suppression comments at `unused` are gone: a
/// name with its comma, or the whole directive if none of its names is left. The ranges are sorted.
pub fn removals(text: &str, unused: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut result: Vec<Range<usize>> = Vec::new();
    for part in unused {
        let Some(directive) = Directive::around(text, part) else {
            continue;
        };
        let is_left = |it: &Range<usize>| !unused.contains(it);
        let deleted = if directive.names.iter().any(is_left) {
            directive.with_comma(part, is_left)
        } else {
            directive.whole(text)
        };
        if !result.contains(&deleted) {
            result.push(deleted);
        }
    }
    result
}

/// `# cyclint: ignore[a, b] reason`, or `# noqa: A, B`.
struct Directive {
    range: Range<usize>,
    names: Vec<Range<usize>>,
}

impl Directive {
    fn around(text: &str, part: &Range<usize>) -> Option<Self> {
        let line_end = text.get(part.start..)?.find(['\n', '\r']);
        let line_end = line_end.map_or(text.len(), |it| part.start + it);
        let start = if text.get(part.start..)?.starts_with('#') {
            part.start
        } else {
            text.get(..part.start)?.rfind('#')?
        };
        // The next directive in the same comment stays.
        let next = text.get(start + 1..line_end)?.find('#');
        let end = next.map_or(line_end, |it| start + 1 + it);
        let body = text.get(start..end)?;
        let list = match body.split_once('[') {
            Some((before, rest)) => {
                let from = start + before.len() + 1;
                from..from + rest.find(']').unwrap_or(rest.len())
            }
            None => match body.split_once(':') {
                Some((before, _)) => start + before.len() + 1..end,
                None => start..start,
            },
        };
        let is_list = list.start <= part.start && part.end <= list.end && !list.is_empty();
        let names = match is_list {
            true => names(text, list),
            false => vec![part.clone()],
        };
        Some(Self {
            range: start..end,
            names,
        })
    }

    /// All of it, with the blanks that are left over.
    fn whole(&self, text: &str) -> Range<usize> {
        let goes_on = text
            .get(self.range.end..)
            .is_some_and(|it| it.starts_with('#'));
        if goes_on {
            return self.range.clone();
        }
        with_space_before(text, self.range.clone())
    }

    /// A name with the comma that it has too much: the one before it if a name before it is left.
    fn with_comma(
        &self,
        part: &Range<usize>,
        is_left: impl Fn(&Range<usize>) -> bool,
    ) -> Range<usize> {
        let before = self
            .names
            .iter()
            .rev()
            .skip_while(|it| it.start >= part.start);
        let mut before = before.peekable();
        let previous = before.peek().map(|it| it.end);
        if let Some(end) = previous.filter(|_| before.any(is_left)) {
            return end..part.end;
        }
        let next = self.names.iter().find(|it| it.start > part.start);
        part.start..next.map_or(part.end, |it| it.start)
    }
}

/// The words of a list; after one that is no name comes the reason.
fn names(text: &str, list: Range<usize>) -> Vec<Range<usize>> {
    let mut result = Vec::new();
    let mut at = list.start;
    let is_name = |it: char| it.is_alphanumeric() || it == '-' || it == '_';
    while at < list.end {
        let rest = text.get(at..list.end).unwrap_or_default();
        let gap = rest.find(is_name).unwrap_or(rest.len());
        let word = rest.get(gap..).unwrap_or_default();
        let length = word.find(|it| !is_name(it)).unwrap_or(word.len());
        if length == 0 {
            break;
        }
        result.push(at + gap..at + gap + length);
        at += gap + length;
    }
    result
}

/// With the blanks before it; if nothing else is on the line, the whole line.
fn with_space_before(text: &str, range: Range<usize>) -> Range<usize> {
    let before = text.get(..range.start).unwrap_or_default();
    let start = before.trim_end_matches([' ', '\t', '\u{c}']).len();
    let after = text.get(range.end..).unwrap_or_default();
    let is_own_line = before.get(..start).unwrap_or_default();
    let is_own_line = is_own_line.is_empty() || is_own_line.ends_with(['\n', '\r']);
    if !is_own_line {
        return start..range.end;
    }
    let line_break = match after.as_bytes() {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        // Something follows: a directive of another tool.
        [_, ..] => return range,
        [] => 0,
    };
    start..range.end + line_break
}

#[cfg(test)]
mod tests {
    use super::removals;

    /// Removes what stands between `<` and `>`.
    #[track_caller]
    fn check(marked: &str, expected: &str) {
        let mut text = String::new();
        let mut parts = Vec::new();
        for ch in marked.chars() {
            match ch {
                '<' => parts.push(text.len()..text.len()),
                '>' => {
                    if let Some(it) = parts.last_mut() {
                        it.end = text.len();
                    }
                }
                _ => text.push(ch),
            }
        }
        for it in removals(&text, &parts).into_iter().rev() {
            text.replace_range(it, "");
        }
        assert_eq!(text, expected);
    }

    #[test]
    fn whole_directives() {
        check("x = 1  <# cyclint: ignore>\r\ny\r\n", "x = 1\r\ny\r\n");
        check("x = 1  # cyclint: ignore[<closure>] why\ny\n", "x = 1\ny\n");
        check("x = 1  # noqa: <CYC104>\n", "x = 1\n");
        check("x\n  # cyclint: ignore[<closure>]\ny\n", "x\ny\n");
        check("x  # cyclint: ignore[<a>, <b>]", "x");
    }

    #[test]
    fn one_of_several() {
        check(
            "x  # cyclint: ignore[<a>, b] c\n",
            "x  # cyclint: ignore[b] c\n",
        );
        check(
            "x  # cyclint: ignore[a, <b>]\n",
            "x  # cyclint: ignore[a]\n",
        );
        check(
            "x  # cyclint: ignore[a, <b>, <c>]\n",
            "x  # cyclint: ignore[a]\n",
        );
        check(
            "x  # cyclint: ignore[<a>, <b>, c]\n",
            "x  # cyclint: ignore[c]\n",
        );
        check("x  # noqa: E501, <CYC102>\n", "x  # noqa: E501\n");
    }

    #[test]
    fn other_comments_stay() {
        check(
            "x  # type: ignore  # cyclint: ignore[<a>]\n",
            "x  # type: ignore\n",
        );
        check(
            "x  # cyclint: ignore[<a>]  # noqa: E501\n",
            "x  # noqa: E501\n",
        );
    }
}
