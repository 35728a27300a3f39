//! Between URIs and paths.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;

/// The path of a document. One that is no file (`untitled:Untitled-1`) gets a path of its own,
/// where no file can be.
pub(super) fn to_path(uri: &Uri) -> PathBuf {
    let text = uri.as_ref();
    let Some(rest) = text.strip_prefix("file:") else {
        return PathBuf::from(format!("/{}", text.replace('/', "\u{2215}")));
    };
    let path = match rest.strip_prefix("//") {
        // What stands before the path is a host, which is this one.
        Some(rest) => rest.find('/').and_then(|it| rest.get(it..)).unwrap_or("/"),
        None => rest,
    };
    let path = decode(path);
    if cfg!(windows) {
        let drive = path
            .strip_prefix('/')
            .filter(|it| it.get(1..2) == Some(":"));
        return PathBuf::from(drive.unwrap_or(&path));
    }
    // As discovery writes paths: no trailing separator.
    PathBuf::from(path).components().collect()
}

/// The URI of a path.
pub(super) fn from_path(path: &Path) -> Uri {
    let text = path.to_string_lossy();
    let text = if cfg!(windows) {
        format!("/{}", text.replace('\\', "/"))
    } else {
        text.into_owned()
    };
    let mut uri = String::with_capacity(text.len() + 8);
    uri.push_str("file://");
    for byte in text.bytes() {
        let is_plain = byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
        if is_plain {
            uri.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    Uri::from(uri)
}

/// Replaces `%20` and the like; what is no escape stays.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match tail {
            [high, low, ..] if *first == b'%' => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => {
                bytes.push(high * 16 + low);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|it| it as u8)
}

#[cfg(all(test, unix))]
mod tests {
    use std::path::Path;

    use gen_lsp_types::Uri;

    use super::{from_path, to_path};

    #[test]
    fn files() {
        for (uri, path) in [
            ("file:///a/b.py", "/a/b.py"),
            ("file:///a%20b/%C3%A9.py", "/a b/é.py"),
            ("file://localhost/a/b.py", "/a/b.py"),
            ("file:///a/", "/a"),
            ("file:///100%", "/100%"),
            ("file:///100%zz%4", "/100%zz%4"),
            ("file:", ""),
        ] {
            assert_eq!(to_path(&Uri::from(uri)), Path::new(path), "{uri}");
        }
        let there = from_path(Path::new("/a b/é#?.py"));
        assert_eq!(there.as_ref(), "file:///a%20b/%C3%A9%23%3F.py");
        assert_eq!(to_path(&there), Path::new("/a b/é#?.py"));
    }

    #[test]
    fn others() {
        let path = to_path(&Uri::from("untitled:Untitled-1"));
        assert_eq!(path, Path::new("/untitled:Untitled-1"));
    }
}
