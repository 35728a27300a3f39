//! Prose in lines.

/// The longest line of prose, in characters.
const WIDTH: usize = 88;

/// Breaks each line of `text` at spaces. Lines that begin with white space are code, and stay.
pub(super) fn wrap(text: &str) -> String {
    let mut result = String::with_capacity(text.len() + 8);
    for line in text.lines() {
        if !result.is_empty() {
            result.push('\n');
        }
        if line.starts_with(char::is_whitespace) {
            result.push_str(line);
        } else {
            wrap_line(line, &mut result);
        }
    }
    result
}

fn wrap_line(line: &str, result: &mut String) {
    let mut width = 0;
    for word in line.split(' ') {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > WIDTH {
            result.push('\n');
            width = 0;
        } else if width > 0 {
            result.push(' ');
            width += 1;
        }
        result.push_str(word);
        width += length;
    }
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn prose_breaks_and_code_does_not() {
        let word = "x".repeat(50);
        assert_eq!(wrap(&format!("{word} {word}")), format!("{word}\n{word}"));
        let code = format!("    {word} {word}");
        assert_eq!(wrap(&format!("a b\n{code}")), format!("a b\n{code}"));
    }
}
