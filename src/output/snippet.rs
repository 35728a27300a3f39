//! Lines of sources for the renderer, safe and of bearable length.
//!
//! The renderer wants whole files. It gets texts made of only the lines that are shown, in which
//! active characters are spelled out and long lines are cut around what is marked, with the line
//! numbers and columns of the real ones.

use std::collections::BTreeMap;
use std::ops::Range;

use codespan_reporting::files::{Error, Files};
use rustc_hash::FxHashMap;

use crate::source::Text;

use super::neutral;

/// The longest line that is shown whole, in characters.
const LONGEST: usize = 160;

/// How much of a longer line is shown before what is marked.
const LEAD: usize = 40;

/// The files of one diagnostic.
#[derive(Default)]
pub(super) struct Snippets {
    files: Vec<Snippet>,
}

/// The shown lines of one file.
#[derive(Default)]
struct Snippet {
    name: String,
    source: String,
    /// Line index in the file to the range in `source`.
    lines: BTreeMap<usize, Range<usize>>,
    /// Places in `source` whose column in the file is known.
    columns: FxHashMap<usize, usize>,
}

impl Snippets {
    /// Adds a file. Gives its id, and where each of `marks`, which are ranges of the file's text,
    /// is in the snippet; one of several lines is cut at the end of its first.
    pub(super) fn add(
        &mut self,
        name: &str,
        text: &Text,
        marks: &[Range<usize>],
    ) -> (usize, Vec<Range<usize>>) {
        let mut by_line: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let lines: Vec<_> = marks
            .iter()
            .map(|mark| text.lines.line(mark.start.min(text.content.len()) as u32))
            .collect();
        for (idx, line) in lines.iter().enumerate() {
            by_line.entry(*line).or_default().push(idx);
            // The renderer fills a gap of one line.
            if lines.contains(&(line + 2)) {
                by_line.entry(line + 1).or_default();
            }
        }

        let mut snippet = Snippet {
            name: neutral::neutralize(name).into_owned(),
            ..Snippet::default()
        };
        let mut result = vec![0..0; marks.len()];
        for (line, of_line) in by_line {
            let line_marks: Vec<_> = of_line.iter().filter_map(|&it| marks.get(it)).collect();
            let shown = snippet.push_line(text, line, &line_marks);
            for (idx, range) in of_line.into_iter().zip(shown) {
                if let Some(slot) = result.get_mut(idx) {
                    *slot = range;
                }
            }
        }
        self.files.push(snippet);
        (self.files.len() - 1, result)
    }

    fn file(&self, id: usize) -> Result<&Snippet, Error> {
        self.files.get(id).ok_or(Error::FileMissing)
    }
}

impl Snippet {
    /// Appends a line of the file, and gives the marks in the new text.
    fn push_line(
        &mut self,
        text: &Text,
        line: usize,
        marks: &[&Range<usize>],
    ) -> Vec<Range<usize>> {
        let line_range = text.lines.line_range(&text.content, line);
        let content = text.content.get(line_range.clone()).unwrap_or_default();
        let relative = |at: usize| {
            content
                .floor_char_boundary(at.clamp(line_range.start, line_range.end) - line_range.start)
        };
        let marks: Vec<_> = marks
            .iter()
            .map(|it| relative(it.start)..relative(it.end))
            .collect();
        let window = window(content, marks.iter().map(|it| it.start).min().unwrap_or(0));

        let start = self.source.len();
        if window.start > 0 {
            self.source.push('…');
        }
        let clamped = |at: usize| at.clamp(window.start, window.end);
        let mut shown: FxHashMap<usize, usize> = FxHashMap::default();
        let bounds = marks
            .iter()
            .flat_map(|it| [clamped(it.start), clamped(it.end)]);
        let bounds: Vec<_> = bounds.collect();
        let inside = content.get(window.clone()).unwrap_or_default();
        for (at, ch) in inside.char_indices() {
            if bounds.contains(&(window.start + at)) {
                shown.insert(window.start + at, self.source.len());
            }
            match ch {
                '\t' => self.source.push('\t'),
                _ => neutral::push(&mut self.source, ch),
            }
        }
        shown.insert(window.end, self.source.len());
        if window.end < content.len() {
            self.source.push('…');
        }
        self.lines.insert(line, start..self.source.len());
        self.source.push('\n');

        let place = |at: usize| shown.get(&clamped(at)).copied().unwrap_or(start);
        for mark in &marks {
            let before = content.get(..mark.start).unwrap_or_default();
            self.columns
                .insert(place(mark.start), before.chars().count() + 1);
        }
        marks
            .iter()
            .map(|it| place(it.start)..place(it.end))
            .collect()
    }
}

/// The part of a line that is shown, if the first mark begins at `first`.
fn window(content: &str, first: usize) -> Range<usize> {
    if content.len() <= LONGEST || content.chars().nth(LONGEST).is_none() {
        return 0..content.len();
    }
    let before = content.get(..first).unwrap_or_default();
    let start = before
        .char_indices()
        .rev()
        .nth(LEAD - 1)
        .map_or(0, |(at, _)| at);
    let rest = content.get(start..).unwrap_or_default();
    let end = rest.char_indices().nth(LONGEST).map(|(at, _)| start + at);
    start..end.unwrap_or(content.len())
}

impl<'a> Files<'a> for Snippets {
    type FileId = usize;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, id: usize) -> Result<&'a str, Error> {
        Ok(&self.file(id)?.name)
    }

    fn source(&'a self, id: usize) -> Result<&'a str, Error> {
        Ok(&self.file(id)?.source)
    }

    fn line_index(&'a self, id: usize, byte_index: usize) -> Result<usize, Error> {
        let lines = &self.file(id)?.lines;
        let line = lines.iter().find(|(_, range)| byte_index <= range.end);
        line.map(|(line, _)| *line).ok_or(Error::FileMissing)
    }

    fn line_range(&'a self, id: usize, line_index: usize) -> Result<Range<usize>, Error> {
        let lines = &self.file(id)?.lines;
        let max = lines.last_key_value().map_or(0, |(line, _)| *line);
        let range = lines.get(&line_index).cloned();
        range.ok_or(Error::LineTooLarge {
            given: line_index,
            max,
        })
    }

    fn column_number(
        &'a self,
        id: usize,
        line_index: usize,
        byte_index: usize,
    ) -> Result<usize, Error> {
        let file = self.file(id)?;
        if let Some(column) = file.columns.get(&byte_index) {
            return Ok(*column);
        }
        let start = self.line_range(id, line_index)?.start;
        let before = file.source.get(start..byte_index).unwrap_or_default();
        Ok(before.chars().count() + 1)
    }
}

#[cfg(test)]
mod tests {
    use codespan_reporting::files::Files;

    use super::Snippets;
    use crate::source::Text;

    #[track_caller]
    fn check(text: &str, marked: &str, line: &str, shown: &str, column: usize) {
        let start = text.find(marked).unwrap_or_default();
        let text = Text::new(text.to_owned());
        let mut snippets = Snippets::default();
        let marks = std::slice::from_ref(&(start..start + marked.len())).to_vec();
        let (id, ranges) = snippets.add("a.py", &text, &marks);
        let source = snippets.source(id).unwrap_or_default();
        assert_eq!(source, format!("{line}\n"));
        assert_eq!(ranges.first().map(|it| &source[it.clone()]), Some(shown));
        let location = ranges
            .first()
            .and_then(|it| snippets.location(id, it.start).ok());
        assert_eq!(location.map(|it| it.column_number), Some(column));
    }

    #[test]
    fn columns_are_those_of_the_file() {
        check(
            "x = 1\r\n\u{202e}\ty = 2\r\n",
            "y = 2",
            "\\u{202e}\ty = 2",
            "y = 2",
            3,
        );
    }

    #[test]
    fn of_several_lines_the_first() {
        check("f(a,\n  b)\n", "f(a,\n  b)", "f(a,", "f(a,", 1);
    }

    #[test]
    fn long_lines_are_cut_around_the_mark() {
        let line = format!("{}MARK{}", "a".repeat(500), "b".repeat(500));
        let shown = format!("…{}MARK{}…", "a".repeat(40), "b".repeat(116));
        check(&line, "MARK", &shown, "MARK", 501);
    }

    #[test]
    fn a_mark_at_the_end() {
        check("def f(", "", "def f(", "", 1);
    }
}
