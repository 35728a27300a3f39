//! The text of a file: PEP 263.

use encoding_rs::{DecoderResult, Encoding, UTF_16BE, UTF_16LE};
use thiserror::Error;

/// Why a file has no text.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum DecodeError {
    /// A byte that the encoding does not have.
    #[error("not valid {encoding}: byte 0x{byte:02x} at offset {offset} (line {line})")]
    Invalid {
        /// The encoding.
        encoding: String,
        /// The first offending byte.
        byte: u8,
        /// Where it is in the file.
        offset: usize,
        /// The line, from 1.
        line: usize,
    },
    /// The coding comment names something that is unknown here; Python knows some more.
    #[error("unknown or unsupported encoding `{0}` in its coding comment")]
    UnknownEncoding(String),
    /// A UTF-8 byte order mark, and a coding comment that says something else.
    #[error("has a UTF-8 byte order mark, but its coding comment says `{0}`")]
    Contradiction(String),
    /// Offsets would not fit in 32 bits.
    #[error("larger than 4 GiB")]
    TooLarge,
}

/// How to decode.
enum Codec {
    Utf8,
    Ascii,
    Latin1,
    Other(&'static Encoding),
}

/// Decodes a source file as Python does: by its byte order mark, else by the coding comment in
/// its first two lines, else as UTF-8. The byte order mark is not part of the text; line ends
/// stay as they are.
///
/// # Errors
///
/// If the content is not what the file says it is.
pub fn decode(bytes: Vec<u8>) -> Result<String, DecodeError> {
    if bytes.len() >= u32::MAX as usize {
        return Err(DecodeError::TooLarge);
    }
    let text = decode_any(bytes)?;
    // Other encodings may take more bytes as UTF-8 than they had.
    if text.len() >= u32::MAX as usize {
        return Err(DecodeError::TooLarge);
    }
    Ok(text)
}

fn decode_any(mut bytes: Vec<u8>) -> Result<String, DecodeError> {
    if let Some(rest) = bytes.strip_prefix(b"\xff\xfe") {
        return decode_with(UTF_16LE, rest, 2);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xfe\xff") {
        return decode_with(UTF_16BE, rest, 2);
    }
    let marked = bytes.strip_prefix(b"\xef\xbb\xbf");
    let has_mark = marked.is_some();
    let cookie = coding_comment(marked.unwrap_or(&bytes));
    let codec = match &cookie {
        None => Codec::Utf8,
        Some(label) => codec(label).ok_or_else(|| DecodeError::UnknownEncoding(label.clone()))?,
    };
    if has_mark {
        if !matches!(codec, Codec::Utf8) {
            return Err(DecodeError::Contradiction(cookie.unwrap_or_default()));
        }
        bytes.drain(..3);
    }
    match codec {
        Codec::Utf8 => String::from_utf8(bytes).map_err(|error| {
            let offset = error.utf8_error().valid_up_to();
            let shift = if has_mark { 3 } else { 0 };
            invalid("UTF-8", error.as_bytes(), offset, shift)
        }),
        Codec::Ascii => match bytes.iter().position(|it| !it.is_ascii()) {
            Some(offset) => Err(invalid("ASCII", &bytes, offset, 0)),
            None => Ok(bytes.into_iter().map(char::from).collect()),
        },
        Codec::Latin1 => Ok(bytes.into_iter().map(char::from).collect()),
        Codec::Other(encoding) => decode_with(encoding, &bytes, 0),
    }
}

fn invalid(encoding: &str, bytes: &[u8], offset: usize, shift: usize) -> DecodeError {
    let before = bytes.get(..offset).unwrap_or_default();
    DecodeError::Invalid {
        encoding: encoding.to_owned(),
        byte: bytes.get(offset).copied().unwrap_or_default(),
        offset: offset + shift,
        line: count_lines(before),
    }
}

fn count_lines(before: &[u8]) -> usize {
    let pairs = before.windows(2).filter(|it| it == b"\r\n").count();
    let breaks = before.iter().filter(|it| matches!(it, b'\n' | b'\r'));
    1 + breaks.count() - pairs
}

fn decode_with(
    encoding: &'static Encoding,
    bytes: &[u8],
    shift: usize,
) -> Result<String, DecodeError> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length_without_replacement(bytes.len());
    let mut text = String::with_capacity(room.ok_or(DecodeError::TooLarge)?);
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        (DecoderResult::InputEmpty, _) => Ok(text),
        (DecoderResult::Malformed(length, extra), read) => {
            let offset = read.saturating_sub(usize::from(length) + usize::from(extra));
            Err(invalid(encoding.name(), bytes, offset, shift))
        }
        (DecoderResult::OutputFull, read) => Err(invalid(encoding.name(), bytes, read, shift)),
    }
}

/// The codec of a name that Python knows. Underscores and hyphens are the same to it.
fn codec(label: &str) -> Option<Codec> {
    let label = label.to_ascii_lowercase().replace('_', "-");
    match label.as_str() {
        "utf-8" | "utf8" | "u8" | "utf" | "utf-8-sig" | "utf8-sig" | "cp65001" => {
            return Some(Codec::Utf8);
        }
        "ascii" | "us-ascii" | "646" => return Some(Codec::Ascii),
        "latin-1" | "latin1" | "latin" | "l1" | "iso-8859-1" | "iso8859-1" | "8859"
        | "iso-latin-1" | "cp819" => return Some(Codec::Latin1),
        // Python reads source in an encoding that keeps ASCII as it is, and so not these.
        _ if label.starts_with("utf-16") || label.starts_with("utf-32") => return None,
        _ => {}
    }
    // Emacs and Vim append the line ending that they use: `latin-1-unix`.
    for ending in ["-unix", "-dos", "-mac"] {
        if let Some(stem) = label.strip_suffix(ending) {
            return codec(stem);
        }
    }
    let known = match label.as_str() {
        "cp932" | "ms932" | "mskanji" => "shift_jis",
        "cp949" | "uhc" | "johab" => "euc-kr",
        "cp936" | "ms936" => "gbk",
        "cp950" => "big5",
        "cp1250" => "windows-1250",
        "mac-roman" => "macintosh",
        "mac-cyrillic" => "x-mac-cyrillic",
        "eucjp" | "ujis" | "u-jis" => "euc-jp",
        "latin-9" | "latin9" | "l9" => "iso-8859-15",
        other => other,
    };
    Encoding::for_label(known.as_bytes())
        .or_else(|| Encoding::for_label(known.replace('-', "_").as_bytes()))
        .map(Codec::Other)
}

/// The name in a comment like `# -*- coding: latin-1 -*-` on the first line, or on the second if
/// the first holds nothing but a comment.
fn coding_comment(bytes: &[u8]) -> Option<String> {
    let mut rest = bytes;
    for _ in 0..2 {
        let length = rest.iter().position(|it| matches!(it, b'\n' | b'\r'));
        let line = rest.get(..length.unwrap_or(rest.len()))?;
        let content = line.trim_ascii_start();
        if content.starts_with(b"#") {
            if let Some(name) = coding_in(content) {
                return Some(name);
            }
        } else if !content.is_empty() {
            return None;
        }
        let after = rest.get(length?..)?;
        let end = if after.starts_with(b"\r\n") { 2 } else { 1 };
        rest = after.get(end..)?;
    }
    None
}

/// What follows `coding:` or `coding=` in a comment.
fn coding_in(comment: &[u8]) -> Option<String> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let mut from = 0;
    while let Some(at) = find(comment.get(from..)?, b"coding") {
        from += at + b"coding".len();
        let after = comment.get(from..)?;
        if let [b':' | b'=', value @ ..] = after {
            let value = value.trim_ascii_start();
            let length = value.iter().take_while(|it| is_name(it)).count();
            let name = value.get(..length).unwrap_or_default();
            if !name.is_empty() {
                return Some(String::from_utf8_lossy(name).into_owned());
            }
        }
    }
    None
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|it| it == needle)
}

#[cfg(test)]
mod tests {
    use super::{DecodeError, decode};

    #[track_caller]
    fn check(bytes: &[u8], text: &str) {
        assert_eq!(decode(bytes.to_vec()).as_deref(), Ok(text));
    }

    #[track_caller]
    fn check_error(bytes: &[u8], message: &str) {
        let error = decode(bytes.to_vec()).map_err(|it: DecodeError| it.to_string());
        assert_eq!(error, Err(message.to_owned()));
    }

    #[test]
    fn utf8_is_the_default() {
        check("x = 'é'\r\ny\r".as_bytes(), "x = 'é'\r\ny\r");
        check(b"\xef\xbb\xbfx", "x");
        check_error(
            b"a\r\nb\n\xff",
            "not valid UTF-8: byte 0xff at offset 5 (line 3)",
        );
    }

    #[test]
    fn coding_comments() {
        check(
            b"# -*- coding: latin-1 -*-\n'\xe9\x80'",
            "# -*- coding: latin-1 -*-\n'é\u{80}'",
        );
        check(
            b"#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'\x80'",
            "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n'€'",
        );
        check(
            b"# coding: shift_jis\n'\x82\xa0'",
            "# coding: shift_jis\n'あ'",
        );
        check(
            b"# coding: iso_8859_15\n'\xa4'",
            "# coding: iso_8859_15\n'€'",
        );
        check_error(
            b"x = 1\n# coding: latin-1\n'\xe9'",
            "not valid UTF-8: byte 0xe9 at offset 25 (line 3)",
        );
        check_error(
            b"# coding: ascii\n\xe9",
            "not valid ASCII: byte 0xe9 at offset 16 (line 2)",
        );
        check_error(
            b"# coding: klingon\n",
            "unknown or unsupported encoding `klingon` in its coding comment",
        );
        check_error(
            b"# coding: euc-jp\n\xa4",
            "not valid EUC-JP: byte 0xa4 at offset 17 (line 2)",
        );
    }

    #[test]
    fn byte_order_marks() {
        check(b"\xff\xfex\0\xe9\0", "xé");
        check(b"\xfe\xff\0x", "x");
        check(b"\xef\xbb\xbf# coding: utf-8\n", "# coding: utf-8\n");
        check_error(
            b"\xef\xbb\xbf# coding: latin-1\n",
            "has a UTF-8 byte order mark, but its coding comment says `latin-1`",
        );
    }
}
