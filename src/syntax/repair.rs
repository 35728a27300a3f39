//! Half-typed lines, made harmless.
//!
//! The parser recovers from most mistakes by itself. What it cannot know is where a bracket or a
//! string that is still being typed was to end: it takes the rest of the file with it. A line that
//! begins with `class`, `def` or another word that starts a statement cannot be within brackets, so
//! the line with the open bracket is taken out, and the others keep their meaning and their offsets.
//! Likewise a `lambda` whose colon is missing: the parser looks for it in the lines that follow.

use ruff_python_ast::Mod;
use ruff_python_ast::token::{Token, TokenKind};
use ruff_python_parser::Parsed;
use ruff_text_size::{Ranged, TextRange};

/// Lines that are taken out of one file at most.
pub(super) const MAX_REPAIRS: usize = 8;

/// The text without the first line that swallows others; none if there is no such line. As long as
/// before, byte by byte, but for what was taken out.
pub(super) fn repaired(text: &str, parsed: &Parsed<Mod>) -> Option<String> {
    let tokens: Vec<&Token> = parsed.tokens().iter().collect();
    let at = open_bracket(&tokens)
        .or_else(|| open_string(text, parsed))
        .or_else(|| open_f_string(text, &tokens))
        .or_else(|| open_lambda(&tokens))?;
    let first = logical_line_start(&tokens, at);
    let line_end = text
        .get(at..)?
        .find(['\n', '\r'])
        .map_or(text.len(), |it| at + it);
    let replacement = header(text, first, at, line_end);
    let mut result = text.as_bytes().to_vec();
    let line = result.get_mut(first..line_end)?;
    let kept = replacement
        .as_bytes()
        .iter()
        .copied()
        .chain(std::iter::repeat(b' '));
    for (byte, new) in line.iter_mut().zip(kept) {
        // A string may have begun lines before; line breaks stay where they are.
        if !matches!(byte, b'\n' | b'\r') {
            *byte = new;
        }
    }
    String::from_utf8(result).ok()
}

/// The outermost bracket that is open where a statement begins, or at the end.
fn open_bracket(tokens: &[&Token]) -> Option<usize> {
    let mut open: Vec<usize> = Vec::new();
    let mut at_line_start = false;
    for token in tokens {
        match token.kind() {
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                open.push(token.start().to_usize())
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => {
                open.pop();
            }
            // The parser found the end of the line by itself.
            TokenKind::Newline => open.clear(),
            kind if at_line_start && begins_statement(kind) => {
                if let Some(first) = open.first() {
                    return Some(*first);
                }
            }
            _ => {}
        }
        let goes_on = matches!(token.kind(), TokenKind::Comment);
        at_line_start = token.kind() == TokenKind::NonLogicalNewline || (at_line_start && goes_on);
    }
    open.first().copied()
}

/// Whether a word cannot stand within an expression.
fn begins_statement(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Class
            | TokenKind::Def
            | TokenKind::Return
            | TokenKind::Import
            | TokenKind::While
            | TokenKind::With
            | TokenKind::Try
            | TokenKind::Except
            | TokenKind::Finally
            | TokenKind::Elif
            | TokenKind::Raise
            | TokenKind::Del
            | TokenKind::Pass
            | TokenKind::Break
            | TokenKind::Continue
            | TokenKind::Global
            | TokenKind::Nonlocal
            | TokenKind::Assert
    )
}

/// A string of three quotes that does not end.
fn open_string(text: &str, parsed: &Parsed<Mod>) -> Option<usize> {
    let starts = parsed
        .errors()
        .iter()
        .map(|it| it.location.start().to_usize());
    starts.into_iter().find(|start| {
        let rest = text.get(*start..).unwrap_or_default();
        quotes(rest).is_some_and(|(it, inside)| !inside.contains(it))
    })
}

/// A formatted one; its error stands somewhere within it.
fn open_f_string(text: &str, tokens: &[&Token]) -> Option<usize> {
    let mut open = Vec::new();
    for token in tokens {
        match token.kind() {
            TokenKind::FStringStart | TokenKind::TStringStart => {
                open.push(token.start().to_usize());
            }
            TokenKind::FStringEnd | TokenKind::TStringEnd => {
                open.pop();
            }
            _ => {}
        }
    }
    let mut open = open.into_iter();
    open.find(|start| quotes(text.get(*start..).unwrap_or_default()).is_some())
}

/// The three quotes that a string begins with, and what follows them.
fn quotes(string: &str) -> Option<(&'static str, &str)> {
    let rest = string.trim_start_matches(|it: char| it.is_ascii_alphabetic());
    let mut known = ["\"\"\"", "'''"].into_iter();
    known.find_map(|it| Some((it, rest.strip_prefix(it)?)))
}

/// A `lambda` without a colon on its line.
fn open_lambda(tokens: &[&Token]) -> Option<usize> {
    let mut open = None;
    for token in tokens {
        match token.kind() {
            TokenKind::Lambda => open = Some(token.start().to_usize()),
            TokenKind::Colon => open = None,
            TokenKind::Newline if open.is_some() => break,
            _ => {}
        }
    }
    open
}

/// Where the statement begins that contains an offset.
fn logical_line_start(tokens: &[&Token], at: usize) -> usize {
    let mut first = None;
    for token in tokens {
        let range: TextRange = token.range();
        if range.start().to_usize() > at {
            break;
        }
        match token.kind() {
            TokenKind::Newline => first = None,
            TokenKind::NonLogicalNewline
            | TokenKind::Indent
            | TokenKind::Dedent
            | TokenKind::Comment => {}
            _ => {
                first.get_or_insert(range.start().to_usize());
            }
        }
    }
    first.unwrap_or(at)
}

/// What is left of the header of a class or function, so that its body stays one: the name, and
/// those parameters that are complete. Empty if there is no body, or nothing can be left.
fn header(text: &str, first: usize, open: usize, line_end: usize) -> String {
    let line = text.get(first..line_end).unwrap_or_default();
    let before = text.get(first..open).unwrap_or_default().trim_end();
    let has_body = {
        let rest = text.get(line_end..).unwrap_or_default();
        let next = rest.lines().find(|it| !it.trim().is_empty());
        indent(next.unwrap_or_default()) > column(text, first)
    };
    if !has_body {
        return String::new();
    }
    let shortened = if before.starts_with("class ") {
        format!("{before}:")
    } else if before.starts_with("def ") || before.starts_with("async def ") {
        let params = text.get(open + 1..line_end).unwrap_or_default();
        format!("{before}({}):", complete(params))
    } else if line.starts_with(['i', 'w', 'f', 'e', 't']) && line.trim_end().ends_with(':') {
        "if 1:".to_owned()
    } else {
        String::new()
    };
    if shortened.len() <= line.len() {
        shortened
    } else {
        String::new()
    }
}

/// The parameters up to the last comma that is not within brackets.
fn complete(params: &str) -> &str {
    let mut depth = 0_u32;
    let mut end = 0;
    for (at, ch) in params.char_indices() {
        match ch {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => end = at,
            '"' | '\'' | '#' => break,
            _ => {}
        }
    }
    params.get(..end).unwrap_or_default()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn column(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default();
    before.len() - before.rfind(['\n', '\r']).map_or(0, |it| it + 1)
}

#[cfg(test)]
mod tests {
    use ruff_python_ast::PythonVersion;
    use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};

    use super::repaired;

    fn repair(text: &str) -> Option<String> {
        let options = ParseOptions::from(Mode::Module);
        let options = options.with_target_version(PythonVersion::latest());
        repaired(text, &parse_unchecked(text, options))
    }

    #[track_caller]
    fn check(text: &str, line: usize, expected: &str) {
        let result = repair(text).unwrap_or_else(|| text.to_owned());
        assert_eq!(result.len(), text.len());
        assert_eq!(
            result.lines().nth(line).map(str::trim_end),
            Some(expected),
            "{result}"
        );
    }

    #[test]
    fn open_brackets() {
        check("a\nx = [\nclass B:\n    pass\n", 1, "");
        check("a\nx = [\n\n# why\ndef f(): pass\n", 1, "");
    }

    #[test]
    fn headers_with_a_body() {
        check(
            "def f(self, x=[\n    pass\nclass B: pass\n",
            0,
            "def f(self):",
        );
        check("def f(a, b=[\n    pass\n", 0, "def f(a):");
        check("class New(Base[\n    def f(self): pass\n", 0, "class New:");
    }

    #[test]
    fn open_strings() {
        check("x = '''text\nclass B:\n    pass\n", 0, "");
        check("x = '''text\nclass B:\n    pass\n", 1, "class B:");
        for string in ["f'''", "f'''text", "rf\"\"\"{x", "t'''"] {
            check(&format!("{string}\nclass B:\n    pass\n"), 0, "");
        }
    }

    #[test]
    fn open_lambdas() {
        for lambda in ["lambda", "x = lambda a, b", "lambda *"] {
            let text = format!("{lambda}\nclass B:\n    pass\n");
            check(&text, 0, "");
            check(&text, 1, "class B:");
        }
        assert_eq!(repair("x = lambda: (y: z)\n"), None);
    }

    #[test]
    fn whole_text_is_left_alone() {
        assert_eq!(repair("x = (\n  1,\n)\nclass B: pass\n"), None);
        assert_eq!(repair("x = $\n"), None);
    }
}
