//! The texts of files that something has to be said about.
//!
//! The analysis drops each text as soon as the file is lowered: a large project would not fit in
//! memory otherwise. The few files with findings are read once more.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

use super::{FileSystem, LineIndex, Position, models};

/// A text and its lines.
#[derive(Debug)]
pub struct Text {
    /// The decoded content; empty if the file cannot be read any more.
    pub content: String,
    /// Its lines.
    pub lines: LineIndex,
}

impl Text {
    /// Indexes a text.
    pub fn new(content: String) -> Self {
        let lines = LineIndex::new(&content);
        Self { content, lines }
    }

    /// The row and column of an offset.
    pub fn position(&self, offset: u32) -> Position {
        self.lines.position(&self.content, offset)
    }
}

/// Texts that were read.
#[derive(Debug, Default)]
pub struct KnownTexts(FxHashMap<PathBuf, Arc<Text>>);

impl KnownTexts {
    /// A file has, or may have, another text than before.
    pub fn forget(&mut self, path: &Path) {
        self.0.remove(path);
    }
}

/// Reads texts, each once.
pub struct Texts<'a> {
    fs: &'a dyn FileSystem,
    known: Mutex<FxHashMap<PathBuf, Arc<Text>>>,
}

impl<'a> Texts<'a> {
    /// Nothing is read yet.
    pub fn new(fs: &'a dyn FileSystem) -> Self {
        Self {
            fs,
            known: Mutex::default(),
        }
    }

    /// Some texts were read before.
    pub fn with(fs: &'a dyn FileSystem, known: KnownTexts) -> Self {
        let known = Mutex::new(known.0);
        Self { fs, known }
    }

    /// What was read, for the next time.
    pub fn into_known(self) -> KnownTexts {
        KnownTexts(
            self.known
                .into_inner()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// The text of a file.
    pub fn get(&self, path: &Path) -> Arc<Text> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(text) = known.get(path) {
            return Arc::clone(text);
        }
        let text = match models::read(path) {
            Some(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            None => self.fs.text(path).unwrap_or_default(),
        };
        let text = Arc::new(Text::new(text));
        known.insert(path.to_owned(), Arc::clone(&text));
        text
    }
}
