//! Text from outside, made safe to print.
//!
//! A source file or a file name may hold escape sequences that rewrite the terminal, or marks that
//! make text read in another order than it is. They are shown, not obeyed.

use std::borrow::Cow;

/// Whether printing the character may do something else than show it.
pub fn is_active(ch: char) -> bool {
    ch.is_control()
        || matches!(
            ch,
            '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{feff}'
        )
}

/// `text` with every active character as `\u{202e}`.
pub fn neutralize(text: &str) -> Cow<'_, str> {
    if !text.contains(is_active) {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(text.len() + 8);
    for ch in text.chars() {
        push(&mut result, ch);
    }
    Cow::Owned(result)
}

/// Appends a character, neutralized.
pub(super) fn push(result: &mut String, ch: char) {
    if is_active(ch) {
        result.extend(ch.escape_unicode());
    } else {
        result.push(ch);
    }
}

#[cfg(test)]
mod tests {
    use super::neutralize;

    #[test]
    fn active_characters_are_shown() {
        assert_eq!(neutralize("naïve 🐍"), "naïve 🐍");
        assert_eq!(neutralize("a\u{1b}[31mb\n"), r"a\u{1b}[31mb\u{a}");
        assert_eq!(
            neutralize("\u{202e}x\u{2066}\u{9b}"),
            r"\u{202e}x\u{2066}\u{9b}"
        );
    }
}
