//! Text inside XML, HTML and SVG.

use std::borrow::Cow;

use super::neutral;

/// Text for an element or a quoted attribute. What XML 1.0 cannot hold, and what would change how
/// the text is displayed, is spelled out; tabs and line breaks stay.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(needs_escape) {
        return Cow::Borrowed(text);
    }
    let mut result = String::with_capacity(text.len() + 16);
    for ch in text.chars() {
        match ch {
            '&' => result.push_str("&amp;"),
            '<' => result.push_str("&lt;"),
            '>' => result.push_str("&gt;"),
            '"' => result.push_str("&quot;"),
            '\'' => result.push_str("&#39;"),
            '\n' | '\t' => result.push(ch),
            '\u{fffe}' | '\u{ffff}' => result.extend(ch.escape_unicode()),
            _ => neutral::push(&mut result, ch),
        }
    }
    Cow::Owned(result)
}

/// Prose as HTML: what stands in back quotes becomes code.
pub(super) fn prose(text: &str) -> String {
    let mut result = String::with_capacity(text.len() + 32);
    let mut parts = text.split('`').peekable();
    let mut is_code = false;
    while let Some(part) = parts.next() {
        let is_last = parts.peek().is_none();
        match (is_code, is_last) {
            // A quote that is not closed is one.
            (true, true) => result.push_str(&format!("`{}", escape(part))),
            (true, false) => result.push_str(&format!("<code>{}</code>", escape(part))),
            (false, _) => result.push_str(&escape(part)),
        }
        is_code = !is_code;
    }
    result
}

/// Text in an attribute that XML parsers hand on as it is: they turn line breaks and tabs in
/// attributes into spaces, unless those are references.
pub(super) fn escape_attribute(text: &str) -> String {
    escape(text).replace('\n', "&#10;").replace('\t', "&#9;")
}

fn needs_escape(ch: char) -> bool {
    matches!(ch, '&' | '<' | '>' | '"' | '\'' | '\u{fffe}' | '\u{ffff}') || neutral::is_active(ch)
}

#[cfg(test)]
mod tests {
    use super::{escape, escape_attribute, prose};

    #[test]
    fn markup_and_active_characters() {
        assert_eq!(escape("plain é"), "plain é");
        assert_eq!(
            escape("<a href=\"'&'\">\u{1b}\u{202e}\u{ffff}\n"),
            "&lt;a href=&quot;&#39;&amp;&#39;&quot;&gt;\\u{1b}\\u{202e}\\u{ffff}\n"
        );
        assert_eq!(escape_attribute("a\n\tb"), "a&#10;&#9;b");
    }

    #[test]
    fn code_in_prose() {
        assert_eq!(prose("a `b<` c"), "a <code>b&lt;</code> c");
        assert_eq!(prose("a `b` `c"), "a <code>b</code> `c");
    }
}
