//! Where the logical lines of a text end.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::{Ranged, TextRange, TextSize};

/// The end of a logical line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LineEnd {
    /// Where it ends, before the line break.
    pub offset: TextSize,
    /// The comment that it ends with.
    pub comment: Option<TextRange>,
}

/// The end of the logical line that contains `offset`; none if the line is not finished, or the
/// parser fails on the text.
pub fn logical_line_end(text: &str, offset: TextSize) -> Option<LineEnd> {
    // Magic commands of notebooks do no harm elsewhere: nobody looks at the tree.
    let options = ParseOptions::from(Mode::Ipython);
    let parsed = std::panic::catch_unwind(|| parse_unchecked(text, options)).ok()?;
    let mut comment = None;
    for token in parsed.tokens() {
        match token.kind() {
            TokenKind::Newline if token.start() >= offset => {
                return Some(LineEnd {
                    offset: token.start(),
                    comment,
                });
            }
            TokenKind::Comment => comment = Some(token.range()),
            _ => comment = None,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::logical_line_end;

    /// The text up to the end of the logical line of `|`, and its comment.
    fn end(marked: &str) -> Option<(String, String)> {
        let offset = marked.find('|')?;
        let text = marked.replacen('|', "", 1);
        let end = logical_line_end(&text, (offset as u32).into())?;
        let comment = end.comment.map(|it| text[it.to_std_range()].to_owned());
        Some((
            text[..end.offset.to_usize()].to_owned(),
            comment.unwrap_or_default(),
        ))
    }

    fn check(marked: &str, text: &str, comment: &str) {
        assert_eq!(end(marked), Some((text.to_owned(), comment.to_owned())));
    }

    #[test]
    fn ends() {
        check("|x = 1\ny = 2\n", "x = 1", "");
        check("x = |1  # why\r\ny = 2\n", "x = 1  # why", "# why");
        check("x = f(|1, # a\n  2)\ny\n", "x = f(1, # a\n  2)", "");
        check("x = |1 + \\\n  2\ny\n", "x = 1 + \\\n  2", "");
        check("x = |'''a\nb'''\n", "x = '''a\nb'''", "");
        check("x = |1", "x = 1", "");
    }
}
