//! Positions as the protocol counts: lines from 0, columns in the units that were agreed on.

use gen_lsp_types::{Position, Range};
use ruff_text_size::TextRange;

use crate::source::Text;

/// What columns count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Encoding {
    /// Bytes.
    Utf8,
    /// Code units of UTF-16: what is meant where nothing was agreed on.
    #[default]
    Utf16,
    /// Code points.
    Utf32,
}

impl Encoding {
    /// The first one that the client names: its list begins with what it likes best.
    pub(super) fn negotiate<'a>(offered: impl IntoIterator<Item = &'a str>) -> Self {
        let known = |name: &str| {
            [Self::Utf8, Self::Utf16, Self::Utf32]
                .into_iter()
                .find(|it| it.name() == name)
        };
        offered.into_iter().find_map(known).unwrap_or_default()
    }

    /// Its name in the protocol.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Utf32 => "utf-32",
        }
    }

    fn width(self, ch: char) -> usize {
        match self {
            Self::Utf8 => ch.len_utf8(),
            Self::Utf16 => ch.len_utf16(),
            Self::Utf32 => 1,
        }
    }

    /// The position of a byte offset; one beyond the end is the end.
    pub(super) fn position(self, text: &Text, offset: u32) -> Position {
        let content = text.content.as_str();
        let offset = content.floor_char_boundary(offset as usize);
        let line = text.lines.line(offset as u32);
        let start = text.lines.line_range(content, line).start;
        let before = content.get(start..offset).unwrap_or_default();
        let column: usize = match self {
            Self::Utf8 => before.len(),
            _ => before.chars().map(|it| self.width(it)).sum(),
        };
        Position::new(line as u32, column as u32)
    }

    /// The range of byte offsets.
    pub(super) fn range(self, text: &Text, range: TextRange) -> Range {
        let at = |offset| self.position(text, offset);
        Range::new(at(range.start().to_u32()), at(range.end().to_u32()))
    }

    /// The byte offset of a position. A column behind the end of its line is that end, one in the
    /// middle of a character its beginning, a line behind the last one the end of the text.
    pub(super) fn offset(self, text: &Text, position: Position) -> usize {
        let content = text.content.as_str();
        let line = position.line as usize;
        if line >= text.lines.line_count() {
            return content.len();
        }
        let range = text.lines.line_range(content, line);
        let mut left = position.character as usize;
        let mut offset = range.start;
        for ch in content.get(range).unwrap_or_default().chars() {
            let width = self.width(ch);
            if left < width {
                break;
            }
            left -= width;
            offset += ch.len_utf8();
        }
        offset
    }
}

/// Whether a position lies in a range, or at its end.
pub(super) fn contains(range: Range, position: Position) -> bool {
    range.start <= position && position <= range.end
}

/// Whether two ranges have a position in common.
pub(super) fn touch(a: Range, b: Range) -> bool {
    a.start <= b.end && b.start <= a.end
}

#[cfg(test)]
mod tests {
    use gen_lsp_types::Position;

    use super::Encoding;
    use crate::source::Text;

    #[test]
    fn there_and_back() {
        let text = Text::new("aé𝔘x\r\n\ry\n".to_owned());
        for (encoding, columns) in [
            (Encoding::Utf8, [0, 1, 3, 7, 8]),
            (Encoding::Utf16, [0, 1, 2, 4, 5]),
            (Encoding::Utf32, [0, 1, 2, 3, 4]),
        ] {
            for (offset, column) in [0, 1, 3, 7, 8].into_iter().zip(columns) {
                let position = Position::new(0, column);
                assert_eq!(encoding.position(&text, offset), position);
                assert_eq!(encoding.offset(&text, position), offset as usize);
            }
            assert_eq!(encoding.position(&text, 11), Position::new(2, 0));
        }
    }

    #[test]
    fn out_of_range() {
        let text = Text::new("a𝔘\nb".to_owned());
        let offset = |line, column| Encoding::Utf16.offset(&text, Position::new(line, column));
        assert_eq!(offset(0, 2), 1, "in the middle of a character");
        assert_eq!(offset(0, 99), 5);
        assert_eq!(offset(1, 99), 7);
        assert_eq!(offset(9, 0), 7);
        assert_eq!(offset(u32::MAX, u32::MAX), 7);
    }

    #[test]
    fn negotiation() {
        let pick = |offered: &[&str]| Encoding::negotiate(offered.iter().copied()).name();
        assert_eq!(pick(&[]), "utf-16");
        assert_eq!(pick(&["utf-32", "utf-8"]), "utf-32");
        assert_eq!(pick(&["latin-1", "utf-8", "utf-16"]), "utf-8");
        assert_eq!(pick(&["latin-1"]), "utf-16");
    }
}
