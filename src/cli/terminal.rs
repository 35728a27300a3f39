//! Standard output and standard error. What messages quote is made harmless here.

use std::env;
use std::fmt;
use std::io::{self, IsTerminal, Write};

use termcolor::Buffer;

use super::args::ColorChoice;
use crate::output::neutral::neutralize;

/// Where to print, and in which colours.
pub(super) struct Terminal {
    color: ColorChoice,
    quiet: bool,
    verbose: bool,
}

impl Terminal {
    pub(super) fn new(color: ColorChoice, quiet: bool, verbose: bool) -> Self {
        Self {
            color,
            quiet,
            verbose,
        }
    }

    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// A buffer for standard output, or a file.
    pub(super) fn stdout_buffer(&self, to_file: bool) -> Buffer {
        buffer(self.has_color(!to_file && io::stdout().is_terminal()))
    }

    /// A buffer for standard error.
    pub(super) fn stderr_buffer(&self) -> Buffer {
        buffer(self.has_color(io::stderr().is_terminal()))
    }

    /// `--color` beats `FORCE_COLOR`, which beats `NO_COLOR`, which beats what the stream is.
    fn has_color(&self, is_terminal: bool) -> bool {
        match self.color {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if is_set("FORCE_COLOR") => true,
            ColorChoice::Auto if is_set("NO_COLOR") => false,
            ColorChoice::Auto => is_terminal && env::var_os("TERM").is_none_or(|it| it != "dumb"),
        }
    }

    /// Writes all, and finds out whether it arrived.
    pub(super) fn write_stdout(&self, bytes: &[u8]) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        stdout.write_all(bytes)?;
        stdout.flush()
    }

    /// There is nobody to tell if this fails.
    pub(super) fn write_stderr(&self, bytes: &[u8]) {
        let _ = io::stderr().lock().write_all(bytes);
    }

    pub(super) fn error(&self, message: &dyn fmt::Display) {
        self.say(&format!("error: {message}"));
    }

    pub(super) fn warning(&self, message: &dyn fmt::Display) {
        if !self.quiet {
            self.say(&format!("warning: {message}"));
        }
    }

    /// What was done.
    pub(super) fn note(&self, message: &dyn fmt::Display) {
        if !self.quiet {
            self.say(&message.to_string());
        }
    }

    /// For `--verbose`.
    pub(super) fn info(&self, message: &dyn fmt::Display) {
        if self.verbose {
            self.say(&message.to_string());
        }
    }

    /// A message is one line.
    fn say(&self, message: &str) {
        self.write_stderr(format!("cyclint: {}\n", neutralize(message)).as_bytes());
    }
}

fn buffer(has_color: bool) -> Buffer {
    if has_color {
        Buffer::ansi()
    } else {
        Buffer::no_color()
    }
}

/// An environment variable that is there, and neither empty nor `0`.
fn is_set(name: &str) -> bool {
    env::var_os(name).is_some_and(|it| !it.is_empty() && it != "0")
}
