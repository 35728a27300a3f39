//! One file's text replaced: standard input, or a buffer of an editor.

use std::io;
use std::path::{Path, PathBuf};

use super::file_system::{FileKind, FileSystem, WalkOptions, Walked};

/// A file system in which one path has another content.
pub struct Overlay<'a> {
    base: &'a dyn FileSystem,
    path: PathBuf,
    content: Vec<u8>,
}

impl<'a> Overlay<'a> {
    /// `base`, with `content` at the absolute `path`.
    pub fn new(base: &'a dyn FileSystem, path: PathBuf, content: Vec<u8>) -> Self {
        Self {
            base,
            path,
            content,
        }
    }
}

impl FileSystem for Overlay<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if path == self.path {
            return Ok(self.content.clone());
        }
        self.base.read(path)
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        if path == self.path {
            return Ok(FileKind::File);
        }
        self.base.kind(path)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        match self.base.canonicalize(path) {
            Err(_) if path == self.path => Ok(path.to_owned()),
            other => other,
        }
    }

    fn shared_identity(&self, path: &Path) -> Option<(u64, u64)> {
        self.base.shared_identity(path)
    }

    fn walk(&self, root: &Path, options: &WalkOptions) -> Walked {
        self.base.walk(root, options)
    }
}
