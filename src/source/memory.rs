//! A file system in memory.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::file_system::{FileKind, FileSystem, Found, WalkOptions, Walked, is_python_shebang};

/// Files by their absolute path. Directories exist where files lie in them; there are no links
/// and no ignore files.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Memory {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Writes a file.
    pub fn insert(&mut self, path: impl Into<PathBuf>, content: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), content.into());
    }

    fn has_directory(&self, path: &Path) -> bool {
        self.files
            .range(path.to_owned()..)
            .any(|(file, _)| file != path && file.starts_with(path))
    }
}

fn not_found() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}

impl FileSystem for Memory {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.files.get(path).cloned().ok_or_else(not_found)
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        if self.files.contains_key(path) {
            Ok(FileKind::File)
        } else if self.has_directory(path) {
            Ok(FileKind::Directory)
        } else {
            Err(not_found())
        }
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.kind(path).map(|_| path.to_owned())
    }

    fn shared_identity(&self, _path: &Path) -> Option<(u64, u64)> {
        None
    }

    fn walk(&self, root: &Path, options: &WalkOptions) -> Walked {
        let wanted = |path: &Path, content: &[u8]| {
            path != root
                && path.starts_with(root)
                && (options.wanted)(path).unwrap_or_else(|| is_python_shebang(content))
                && !options.excludes.matches_below(path, root)
        };
        let files = self.files.iter();
        Walked {
            files: files
                .filter(|(path, content)| wanted(path, content))
                .map(|(path, _)| Found {
                    path: path.clone(),
                    is_link: false,
                })
                .collect(),
            errors: Vec::new(),
        }
    }
}
