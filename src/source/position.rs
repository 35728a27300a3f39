//! From byte offsets to rows and columns.

use serde::Serialize;

/// A place in a text as people count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub struct Position {
    /// The line, from 1.
    pub row: u32,
    /// The column in Unicode code points, from 1.
    pub column: u32,
}

/// Where the lines of a text begin. Lines end at `\n`, `\r\n` and `\r`, and nowhere else.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes a text.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (idx, byte) in (1..).zip(bytes) {
            let ends_line = match byte {
                b'\n' => true,
                b'\r' => bytes.get(idx as usize) != Some(&b'\n'),
                _ => false,
            };
            if ends_line {
                starts.push(idx);
            }
        }
        Self { starts }
    }

    /// The number of lines. A text that ends with a line break has an empty one after it.
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// The line, from 0, that an offset lies in.
    pub fn line(&self, offset: u32) -> usize {
        self.starts.partition_point(|&it| it <= offset) - 1
    }

    /// The bytes of a line without what ends it.
    pub fn line_range(&self, text: &str, line: usize) -> std::ops::Range<usize> {
        let start = self.starts.get(line).map_or(text.len(), |&it| it as usize);
        let next = self.starts.get(line + 1);
        let end = next.map_or(text.len(), |&it| it as usize);
        let content = text.get(start..end).unwrap_or_default();
        start..start + content.trim_end_matches(['\n', '\r']).len()
    }

    /// The row and column of an offset. One beyond the end of the text, or in the middle of a
    /// character, is taken back to the next place before it: the file may have changed since.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let offset = text.floor_char_boundary(offset as usize);
        let line = self.line(offset as u32);
        let start = self.starts.get(line).map_or(0, |&it| it as usize);
        let before = text.get(start..offset).unwrap_or_default();
        Position {
            row: line as u32 + 1,
            column: before.chars().count() as u32 + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LineIndex, Position};

    #[track_caller]
    fn check(text: &str, offset: u32, row: u32, column: u32) {
        let position = LineIndex::new(text).position(text, offset);
        assert_eq!(position, Position { row, column });
    }

    #[test]
    fn line_endings() {
        check("a\nb\r\nc\rd", 0, 1, 1);
        check("a\nb\r\nc\rd", 2, 2, 1);
        check("a\nb\r\nc\rd", 5, 3, 1);
        check("a\nb\r\nc\rd", 7, 4, 1);
        check("a\u{2028}\x0cb\u{85}c", 4, 1, 3);
    }

    #[test]
    fn columns_are_code_points() {
        check("é𝔘x", 6, 1, 3);
        check("é𝔘x", 4, 1, 2);
    }

    #[test]
    fn beyond_the_end() {
        check("ab", 99, 1, 3);
        check("", 5, 1, 1);
        check("ab\n", 3, 2, 1);
    }

    #[test]
    fn line_without_its_end() {
        let text = "ab\r\nc";
        let index = LineIndex::new(text);
        assert_eq!(index.line_range(text, 0), 0..2);
        assert_eq!(index.line_range(text, 1), 4..5);
        assert_eq!(index.line_range(text, 2), 5..5);
    }
}
