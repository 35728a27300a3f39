//! From text to IR: parse, lower, drop the tree.

use std::borrow::Cow;
use std::{panic, thread};

use ruff_python_ast::{Mod, PythonVersion};
use ruff_python_parser::{Mode, ParseOptions, Parsed, parse_unchecked};
use ruff_text_size::{Ranged, TextRange};

use super::directive::directives;
use super::ir::{FileIr, SyntaxError};
use super::lower::lower_module;
use super::nesting::{self, Stack};
use super::repair::{MAX_REPAIRS, repaired};

/// What kind of source a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// A module or script.
    Python,
    /// A stub file (`.pyi`): its functions have no behaviour.
    Stub,
    /// The cells of a notebook, joined: lines may be magic commands.
    Notebook,
}

/// Parses and lowers a file.
///
/// Never fails: what the parser rejects is listed in [`FileIr::errors`], and what it recovers is
/// lowered.
pub fn lower(text: &str, kind: SourceKind) -> FileIr {
    if u32::try_from(text.len()).is_err() {
        return rejected(text, "file is larger than 4 GiB");
    }
    let lowered = match nesting::stack_for(text) {
        Stack::Current => return lower_here(text, kind),
        Stack::OfSize(bytes) => lower_on_thread(text, kind, bytes),
        Stack::TooLarge => None,
        Stack::TooLong => return rejected(text, "too large to be analyzed"),
    };
    lowered.unwrap_or_else(|| rejected(text, "nested too deeply to be analyzed"))
}

/// Parser, lowering and the tree's own destructor recurse; this gives them the stack they need.
fn lower_on_thread(text: &str, kind: SourceKind, stack_size: usize) -> Option<FileIr> {
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(stack_size);
        let handle = builder
            .spawn_scoped(scope, || lower_here(text, kind))
            .ok()?;
        handle.join().ok()
    })
}

fn lower_here(text: &str, kind: SourceKind) -> FileIr {
    let mode = match kind {
        SourceKind::Python | SourceKind::Stub => Mode::Module,
        SourceKind::Notebook => Mode::Ipython,
    };
    let options = ParseOptions::from(mode).with_target_version(PythonVersion::latest_preview());
    // The parser has assertions of its own that malformed text can break (a magic command within
    // a call, for one). That must not take the other files down.
    let parse = |text: &str| panic::catch_unwind(|| parse_unchecked(text, options.clone())).ok();
    let Some(mut parsed) = parse(text) else {
        return rejected(text, "the parser failed on this file");
    };
    let errors = errors(&parsed);
    let mut text = Cow::Borrowed(text);
    for _ in 0..MAX_REPAIRS {
        let is_broken = !parsed.errors().is_empty();
        let Some(repaired) = is_broken.then(|| repaired(&text, &parsed)).flatten() else {
            break;
        };
        let Some(again) = parse(&repaired) else {
            break;
        };
        parsed = again;
        text = Cow::Owned(repaired);
    }
    let text: &str = &text;
    let mut ir = match parsed.syntax() {
        Mod::Module(module) => lower_module(text, &module.body, kind),
        // The mode says module.
        Mod::Expression(_) => FileIr::default(),
    };
    ir.errors = errors;
    ir.directives = directives(text, parsed.tokens());
    ir.line_count = line_count(text);
    ir
}

fn errors(parsed: &Parsed<Mod>) -> Vec<SyntaxError> {
    let rejected = parsed.errors().iter().map(|it| SyntaxError {
        range: it.location,
        message: it.error.to_string(),
    });
    let unsupported = parsed.unsupported_syntax_errors().iter();
    let unsupported = unsupported.map(|it| SyntaxError {
        range: it.range(),
        message: it.to_string(),
    });
    let mut errors: Vec<_> = rejected.chain(unsupported).collect();
    errors.sort_by_key(|it| (it.range.start(), it.range.end()));
    errors
}

/// The IR of a file that is not even parsed.
fn rejected(text: &str, why: &str) -> FileIr {
    let mut ir = lower_module("", &[], SourceKind::Python);
    ir.errors.push(SyntaxError {
        range: TextRange::default(),
        message: why.to_owned(),
    });
    ir.line_count = line_count(text);
    ir
}

/// The number of lines; a last one need not be terminated.
fn line_count(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let newlines = memchr::memchr_iter(b'\n', bytes).count();
    let returns = if memchr::memchr(b'\r', bytes).is_some() {
        let is_alone = |(idx, &it): (usize, &u8)| it == b'\r' && bytes.get(idx + 1) != Some(&b'\n');
        bytes.iter().enumerate().filter(|&it| is_alone(it)).count()
    } else {
        0
    };
    let open = bytes.last().is_some_and(|it| !matches!(it, b'\n' | b'\r'));
    u32::try_from(newlines + returns + usize::from(open)).unwrap_or(u32::MAX)
}
