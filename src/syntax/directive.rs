//! Comments that may be suppressions, and the statements they stand at.

use ruff_python_ast::token::{Token, TokenKind};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::ir::DirectiveComment;

/// Finds the comments that mention the tool or `noqa`.
pub(super) fn directives(text: &str, tokens: &[Token]) -> Vec<DirectiveComment> {
    let mut found: Vec<DirectiveComment> = Vec::new();
    // The first comment that still waits for the end of its logical line.
    let mut waiting = 0;
    let mut line: Option<TextRange> = None;
    for token in tokens {
        let range = token.range();
        match token.kind() {
            TokenKind::Comment => {
                let comment = text.get(range.to_std_range()).unwrap_or_default();
                if is_directive(comment) {
                    found.push(DirectiveComment {
                        range,
                        text: comment.into(),
                        own_line: is_own_line(text, range.start()),
                        statement: range,
                    });
                }
            }
            TokenKind::Newline => {
                if let Some(statement) = line.take() {
                    for comment in found.iter_mut().skip(waiting) {
                        comment.statement = statement;
                    }
                    waiting = found.len();
                }
            }
            TokenKind::NonLogicalNewline
            | TokenKind::Indent
            | TokenKind::Dedent
            | TokenKind::EndOfFile => {}
            _ => line = Some(line.map_or(range, |it| it.cover(range))),
        }
    }
    found.shrink_to_fit();
    found
}

fn is_directive(comment: &str) -> bool {
    let bytes = comment.as_bytes();
    let contains = |word: &[u8]| {
        bytes
            .windows(word.len())
            .any(|it| it.eq_ignore_ascii_case(word))
    };
    contains(b"noqa") || contains(b"cyclint:")
}

/// Whether nothing but white space stands before `offset` on its line.
fn is_own_line(text: &str, offset: TextSize) -> bool {
    let before = text.get(..offset.to_usize()).unwrap_or_default();
    let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
    line.chars()
        .all(|it| it.is_whitespace() || it == '\u{feff}')
}
