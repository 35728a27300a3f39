//! Messages out of a stream of bytes: the headers and lengths of the base protocol.
//!
//! A client, or a proxy on the way, may write nonsense. That must not end the session: what cannot
//! be read is an error, and reading goes on at the next `Content-Length:`. The header is not
//! believed: memory is taken as the bytes arrive.

use std::io::{self, BufRead};

/// A body longer than this is not read.
const LONGEST_BODY: u64 = 1 << 30;

const LENGTH: &[u8] = b"content-length:";

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// The body of a message, whatever it is.
    Body(Vec<u8>),
    /// No message: why.
    Malformed(&'static str),
}

/// Reads frames.
pub(super) struct Frames<R> {
    input: R,
    /// Bytes that are to be read once more, before `input`.
    again: Vec<u8>,
    /// How far `again` was read.
    at: usize,
}

impl<R: BufRead> Frames<R> {
    /// Reads from `input`.
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            again: Vec::new(),
            at: 0,
        }
    }

    /// The next frame; none at the end of the input.
    ///
    /// # Errors
    ///
    /// If the input cannot be read.
    pub(super) fn next(&mut self) -> io::Result<Option<Frame>> {
        let length = match self.header()? {
            Header::End => return Ok(None),
            Header::Malformed(why) => {
                self.skip_to_header()?;
                return Ok(Some(Frame::Malformed(why)));
            }
            Header::Length(length) => length,
        };
        self.body(length)
    }

    /// Reads up to the empty line.
    fn header(&mut self) -> io::Result<Header> {
        let mut length = None;
        let mut wrong = None;
        let mut is_first = true;
        loop {
            let mut line = self.line()?;
            if line.is_empty() {
                // The end of the input: of no message, or in the middle of a header.
                return Ok(if is_first {
                    Header::End
                } else {
                    Header::Malformed("the input ends in a header")
                });
            }
            is_first = false;
            // Something, and then a header: what is left of a body whose length was too small.
            if let Some(start) = find(&line, LENGTH).filter(|it| *it > 0) {
                self.unread(line.split_off(start));
                return Ok(Header::Malformed("expected a header"));
            }
            let text = line.trim_ascii();
            if text.is_empty() {
                break;
            }
            match header_line(text) {
                Line::Length(Some(value)) => length = Some(value),
                Line::Length(None) => wrong = Some("Content-Length is no number"),
                Line::Other => {}
                Line::Nonsense => return Ok(Header::Malformed("expected a header")),
            }
        }
        Ok(match (length, wrong) {
            (_, Some(why)) => Header::Malformed(why),
            (None, None) => Header::Malformed("a header without Content-Length"),
            (Some(length), None) if length > LONGEST_BODY => {
                Header::Malformed("the message is too long")
            }
            (Some(length), None) => Header::Length(length),
        })
    }

    fn body(&mut self, length: u64) -> io::Result<Option<Frame>> {
        let mut body = Vec::new();
        while (body.len() as u64) < length {
            let missing = length - body.len() as u64;
            let scanned = body.len();
            let chunk = self.available()?;
            if chunk.is_empty() {
                return Ok(Some(Frame::Malformed("the input ends in a message")));
            }
            let count = chunk
                .len()
                .min(usize::try_from(missing).unwrap_or(usize::MAX));
            body.extend_from_slice(chunk.get(..count).unwrap_or_default());
            self.consume(count);
            // A header in the body: the length was too large. In JSON a line break within a string
            // is escaped, so no text of a document looks like this.
            if let Some(start) = header_in(&body, scanned) {
                self.unread(body.split_off(start));
                return Ok(Some(Frame::Malformed("the message ends before its length")));
            }
        }
        Ok(Some(Frame::Body(body)))
    }

    /// Leaves the input at the next header, or at its end.
    fn skip_to_header(&mut self) -> io::Result<()> {
        let mut seen: Vec<u8> = Vec::new();
        loop {
            let chunk = self.available()?;
            if chunk.is_empty() {
                return Ok(());
            }
            let count = chunk.len();
            seen.extend_from_slice(chunk);
            self.consume(count);
            if let Some(start) = find(&seen, LENGTH) {
                self.unread(seen.split_off(start));
                return Ok(());
            }
            // The word may be cut in two.
            let kept = seen.len().saturating_sub(LENGTH.len());
            seen.drain(..kept);
        }
    }

    /// A line with its end; empty at the end of the input. Overlong ones come in pieces.
    fn line(&mut self) -> io::Result<Vec<u8>> {
        const LONGEST: usize = 4096;
        let mut line = Vec::new();
        while line.len() < LONGEST && line.last() != Some(&b'\n') {
            let chunk = self.available()?;
            if chunk.is_empty() {
                break;
            }
            let end = chunk.iter().position(|it| *it == b'\n');
            let count = end.map_or(chunk.len(), |it| it + 1).min(LONGEST);
            line.extend_from_slice(chunk.get(..count).unwrap_or_default());
            self.consume(count);
        }
        Ok(line)
    }

    fn available(&mut self) -> io::Result<&[u8]> {
        if self.at < self.again.len() {
            return Ok(self.again.get(self.at..).unwrap_or_default());
        }
        loop {
            match self.input.fill_buf() {
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.input.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        if self.at < self.again.len() {
            self.at += count;
        } else {
            self.input.consume(count);
        }
    }

    fn unread(&mut self, mut bytes: Vec<u8>) {
        bytes.extend_from_slice(self.again.get(self.at..).unwrap_or_default());
        self.again = bytes;
        self.at = 0;
    }
}

enum Header {
    End,
    Length(u64),
    Malformed(&'static str),
}

enum Line {
    Length(Option<u64>),
    Other,
    Nonsense,
}

fn header_line(text: &[u8]) -> Line {
    let Some(colon) = text.iter().position(|it| *it == b':') else {
        return Line::Nonsense;
    };
    let (name, value) = text.split_at(colon);
    let is_name = |it: &u8| it.is_ascii_alphanumeric() || *it == b'-';
    if name.is_empty() || !name.iter().all(is_name) {
        return Line::Nonsense;
    }
    if !name.eq_ignore_ascii_case(b"content-length") {
        return Line::Other;
    }
    let digits = value.get(1..).unwrap_or_default().trim_ascii();
    let is_number = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let digits = std::str::from_utf8(digits).unwrap_or_default();
    // One with too many digits is too long in any case.
    Line::Length(is_number.then(|| digits.parse().unwrap_or(u64::MAX)))
}

/// Where a complete header begins in `body`, of which what lies before `scanned` is known.
fn header_in(body: &[u8], scanned: usize) -> Option<usize> {
    /// The longest header that is looked for: the word, a blank, digits, the line break.
    const LONGEST: usize = LENGTH.len() + 24;
    let mut from = scanned.saturating_sub(LONGEST);
    loop {
        let start = from + find(body.get(from..)?, LENGTH)?;
        let rest = body.get(start + LENGTH.len()..)?;
        let rest = rest.trim_ascii_start();
        let digits = rest.iter().take_while(|it| it.is_ascii_digit()).count();
        if digits > 0 && rest.get(digits..).is_some_and(|it| it.starts_with(b"\r\n")) {
            return Some(start);
        }
        from = start + LENGTH.len();
    }
}

/// The first place of a word in lower case, whatever the case of the text.
fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    let first = word.first()?;
    let upper = first.to_ascii_uppercase();
    let mut from = 0;
    loop {
        let rest = text.get(from..)?;
        let at = from + rest.iter().position(|it| it == first || *it == upper)?;
        let candidate = text.get(at..at + word.len())?;
        if candidate.eq_ignore_ascii_case(word) {
            return Some(at);
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Cursor};

    use super::{Frame, Frames};

    /// The frames of an input, bodies as they are and errors in brackets; read in large pieces
    /// and byte by byte.
    #[track_caller]
    fn check(input: &str, expected: &[&str]) {
        for capacity in [1, 7, 4096] {
            let reader = BufReader::with_capacity(capacity, Cursor::new(input));
            let mut frames = Frames::new(reader);
            let mut found = Vec::new();
            while let Ok(Some(frame)) = frames.next() {
                found.push(match frame {
                    Frame::Body(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
                    Frame::Malformed(why) => format!("[{why}]"),
                });
            }
            assert_eq!(found, expected, "in pieces of {capacity}");
        }
    }

    #[test]
    fn messages() {
        check("", &[]);
        check(
            "Content-Length: 2\r\n\r\n{}Content-Length: 0\r\n\r\n",
            &["{}", ""],
        );
        check(
            "content-length:2\r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n{}",
            &["{}"],
        );
    }

    #[test]
    fn wrong_headers() {
        let good = "Content-Length: 2\r\n\r\n{}";
        for (bad, why) in [
            (
                "Content-Length: abc\r\n\r\n",
                "[Content-Length is no number]",
            ),
            (
                "Content-Length: -5\r\n\r\n{}",
                "[Content-Length is no number]",
            ),
            (
                "Content-Length: 99999999999\r\n\r\n{}",
                "[the message is too long]",
            ),
            (
                "Content-Length: 99999999999999999999999\r\n\r\n",
                "[the message is too long]",
            ),
            (
                "Content-Type: x\r\n\r\n",
                "[a header without Content-Length]",
            ),
            ("what is this\r\n", "[expected a header]"),
            ("{\"jsonrpc\": \"2.0\"}\n", "[expected a header]"),
        ] {
            check(&format!("{bad}{good}"), &[why, "{}"]);
        }
    }

    #[test]
    fn wrong_lengths() {
        let good = "Content-Length: 2\r\n\r\n{}";
        let early = "[the message ends before its length]";
        check(
            &format!("Content-Length: 500\r\n\r\n{{}}{good}{good}"),
            &[early, "{}", "{}"],
        );
        check(
            &format!("Content-Length: 1\r\n\r\n{{}}{good}"),
            &["{", "[expected a header]", "{}"],
        );
        check(
            "Content-Length: 5\r\n\r\n{}",
            &["[the input ends in a message]"],
        );
        check("Content-Len", &["[expected a header]"]);
    }

    #[test]
    fn a_text_about_headers_is_no_header() {
        let body = r#"{"text":"Content-Length: 5\r\n\r\nhello"}"#;
        check(
            &format!("Content-Length: {}\r\n\r\n{body}", body.len()),
            &[body],
        );
    }
}
