//! Lines without white space at their ends.

use std::io::{self, Write};

use termcolor::{ColorSpec, WriteColor};

/// Passes on what is written, except spaces before the end of a line. The renderer of snippets
/// leaves some behind, which makes output pasted into a repository fail its checks.
pub(super) struct TrimEnd<'a> {
    out: &'a mut dyn WriteColor,
    /// Spaces that are passed on once something follows on the same line.
    spaces: usize,
}

impl<'a> TrimEnd<'a> {
    pub(super) fn new(out: &'a mut dyn WriteColor) -> Self {
        Self { out, spaces: 0 }
    }
}

impl Write for TrimEnd<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in bytes.chunk_by(|a, b| *a != b'\n' && *b != b'\n') {
            if part == b"\n" {
                self.spaces = 0;
                self.out.write_all(part)?;
                continue;
            }
            let content = part.trim_ascii_end();
            if !content.is_empty() {
                write!(self.out, "{:1$}", "", std::mem::take(&mut self.spaces))?;
                self.out.write_all(content)?;
            }
            self.spaces += part.len() - content.len();
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl WriteColor for TrimEnd<'_> {
    fn supports_color(&self) -> bool {
        self.out.supports_color()
    }

    fn set_color(&mut self, spec: &ColorSpec) -> io::Result<()> {
        self.out.set_color(spec)
    }

    fn reset(&mut self) -> io::Result<()> {
        self.out.reset()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use termcolor::Buffer;

    use super::TrimEnd;

    #[test]
    fn spaces_stay_only_inside_lines() {
        let mut buffer = Buffer::no_color();
        let mut out = TrimEnd::new(&mut buffer);
        for part in ["a  ", " b", " ", " \n", "  \n", "\n c", "\n"] {
            assert!(out.write_all(part.as_bytes()).is_ok());
        }
        assert_eq!(buffer.into_inner(), b"a   b\n\n\n c\n");
    }
}
