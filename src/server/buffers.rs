//! What is open in the editor, over what is on the disk.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{Location, Uri};
use ruff_text_size::{TextRange, TextSize};

use super::position::Encoding;
use super::uri;
use crate::source::file_system::{
    FileKind, FileSystem, Found, WalkOptions, Walked, is_python_shebang,
};
use crate::source::{Disk, Text};

/// The content of a file that is open.
#[derive(Clone, Debug)]
pub(super) enum Buffer {
    /// A text.
    Text {
        uri: Uri,
        text: Arc<Text>,
        is_python: bool,
    },
    /// The cells of a notebook: all in a row, and each.
    Notebook(Arc<String>, Vec<Part>),
}

/// A cell within the text of its notebook.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// Where it begins.
    pub(super) start: u32,
    pub(super) uri: Uri,
    pub(super) text: Arc<Text>,
}

/// The file system as the user sees it.
#[derive(Clone, Debug, Default)]
pub(super) struct Buffers {
    open: BTreeMap<PathBuf, Buffer>,
}

impl Buffers {
    /// Puts a text over a file.
    pub(super) fn insert(&mut self, path: PathBuf, buffer: Buffer) {
        self.open.insert(path, buffer);
    }

    /// The files that are open and can be analyzed.
    pub(super) fn sources(&self) -> impl Iterator<Item = &PathBuf> {
        let sources = self.open.iter().filter(|(_, buffer)| match buffer {
            Buffer::Text { is_python, .. } => *is_python,
            Buffer::Notebook(..) => true,
        });
        sources.map(|(path, _)| path)
    }

    /// A place for the client; `text` is that of the file.
    pub(super) fn locate(
        &self,
        path: &Path,
        text: &Text,
        range: TextRange,
        encoding: Encoding,
    ) -> Location {
        match self.open.get(path) {
            Some(Buffer::Text { uri, .. }) => {
                Location::new(uri.clone(), encoding.range(text, range))
            }
            Some(Buffer::Notebook(_, parts)) => {
                let after = parts.partition_point(|it| it.start <= range.start().to_u32());
                match after.checked_sub(1).and_then(|it| parts.get(it)) {
                    Some(part) => part.locate(range, encoding),
                    None => Location::new(uri::from_path(path), encoding.range(text, range)),
                }
            }
            None => Location::new(uri::from_path(path), encoding.range(text, range)),
        }
    }
}

impl Part {
    fn locate(&self, range: TextRange, encoding: Encoding) -> Location {
        // A range that reaches into the next cell ends with this one.
        let within = |it: TextSize| {
            it.to_u32()
                .saturating_sub(self.start)
                .min(self.text.content.len() as u32)
        };
        let range = TextRange::new(within(range.start()).into(), within(range.end()).into());
        Location::new(self.uri.clone(), encoding.range(&self.text, range))
    }
}

impl FileSystem for Buffers {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        Disk.read(path)
    }

    fn text(&self, path: &Path) -> Result<String, String> {
        // The editor has decoded it; a coding comment says how it will be saved.
        match self.open.get(path) {
            Some(Buffer::Text { text, .. }) => Ok(text.content.clone()),
            Some(Buffer::Notebook(text, _)) => Ok(text.as_str().to_owned()),
            None => Disk.text(path),
        }
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        match self.open.contains_key(path) {
            true => Ok(FileKind::File),
            false => Disk.kind(path),
        }
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        match Disk.canonicalize(path) {
            Err(_) if self.open.contains_key(path) => Ok(path.to_owned()),
            other => other,
        }
    }

    fn shared_identity(&self, path: &Path) -> Option<(u64, u64)> {
        Disk.shared_identity(path)
    }

    /// Files that were not saved yet are found, too. Whether one that is on the disk is ignored
    /// was decided there.
    fn walk(&self, root: &Path, options: &WalkOptions) -> Walked {
        let mut walked = Disk.walk(root, options);
        let is_wanted = |path: &Path, buffer: &Buffer| match buffer {
            Buffer::Text { text, .. } => {
                let has_shebang = || is_python_shebang(text.content.as_bytes());
                (options.wanted)(path).unwrap_or_else(has_shebang) && Disk.kind(path).is_err()
            }
            Buffer::Notebook(..) => true,
        };
        let unsaved = self.open.iter().filter(|(path, buffer)| {
            path.starts_with(root)
                && is_wanted(path, buffer)
                && !options.excludes.matches_below(path, root)
        });
        walked.files.extend(unsaved.map(|(path, _)| Found {
            path: path.clone(),
            is_link: false,
        }));
        walked
    }
}
