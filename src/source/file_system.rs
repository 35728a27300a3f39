//! What the analyzer needs of a file system, and the real one.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{WalkBuilder, WalkState};

use super::decode::DecodeError;
use super::discover::describe;
use super::ignores::Ignores;
use super::{Excludes, decode};

/// What a path leads to, symbolic links followed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A pipe, socket or device: opening one may block or have effects, so nobody does.
    Special,
}

/// A file found by [`FileSystem::walk`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// Where, below the root that was walked.
    pub path: PathBuf,
    /// Whether it is a symbolic link.
    pub is_link: bool,
}

/// How to walk.
#[derive(Clone, Debug)]
pub struct WalkOptions {
    /// What to leave out; an excluded directory is not entered.
    pub excludes: Arc<Excludes>,
    /// Leave out what `.gitignore`, `.ignore` and git's own excludes name.
    pub respect_gitignore: bool,
    /// Whether a file name is wanted; [`None`] if the first bytes have to tell.
    pub wanted: fn(&Path) -> Option<bool>,
}

/// The outcome of a walk.
#[derive(Debug, Default)]
pub struct Walked {
    /// The wanted files, in no particular order.
    pub files: Vec<Found>,
    /// Directories that could not be read.
    pub errors: Vec<(PathBuf, io::Error)>,
}

/// The operations on files that the analyzer uses.
pub trait FileSystem: Send + Sync {
    /// The content of a file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// The text of a source file.
    ///
    /// # Errors
    ///
    /// Why there is none, in words.
    fn text(&self, path: &Path) -> Result<String, String> {
        let bytes = self.read(path).map_err(|it| describe(&it))?;
        decode(bytes).map_err(|it| it.to_string())
    }

    /// What a path leads to.
    fn kind(&self, path: &Path) -> io::Result<FileKind>;

    /// The absolute path without symbolic links.
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf>;

    /// What the names of a file that has several (hard links) have in common.
    fn shared_identity(&self, path: &Path) -> Option<(u64, u64)>;

    /// All wanted files below a directory. Hidden files are left out, and symbolic links to
    /// directories are not followed.
    fn walk(&self, root: &Path, options: &WalkOptions) -> Walked;
}

/// The file system of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl FileSystem for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let mut file = fs::File::open(path)?;
        let size = file.metadata()?.len();
        // What cannot be analyzed anyway is not read into memory first.
        let size = u32::try_from(size).map_err(|_| io::Error::other(DecodeError::TooLarge))?;
        let mut content = Vec::with_capacity(size as usize);
        file.read_to_end(&mut content)?;
        Ok(content)
    }

    fn kind(&self, path: &Path) -> io::Result<FileKind> {
        let file_type = fs::metadata(path)?.file_type();
        Ok(if file_type.is_file() {
            FileKind::File
        } else if file_type.is_dir() {
            FileKind::Directory
        } else {
            FileKind::Special
        })
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        fs::canonicalize(path)
    }

    #[cfg(unix)]
    fn shared_identity(&self, path: &Path) -> Option<(u64, u64)> {
        use std::os::unix::fs::MetadataExt;
        let metadata = fs::metadata(path).ok()?;
        (metadata.nlink() > 1).then(|| (metadata.dev(), metadata.ino()))
    }

    #[cfg(not(unix))]
    fn shared_identity(&self, _path: &Path) -> Option<(u64, u64)> {
        None
    }

    fn walk(&self, root: &Path, options: &WalkOptions) -> Walked {
        let excludes = Arc::clone(&options.excludes);
        let ignores = options.respect_gitignore.then(|| Ignores::below(root));
        let mut builder = WalkBuilder::new(root);
        builder
            .standard_filters(false)
            .follow_links(false)
            .threads(rayon::current_num_threads())
            .filter_entry(move |entry| {
                entry.depth() == 0
                    || !excludes.matches(entry.path()) && !is_left_out(entry, ignores.as_ref())
            });

        let result = Mutex::new(Walked::default());
        builder.build_parallel().run(|| {
            Box::new(|entry| {
                let found = match entry {
                    Ok(entry) => examine(&entry, options).map(Ok),
                    Err(error) => Some(Err(walk_error(root, error))),
                };
                let mut result = result.lock().unwrap_or_else(PoisonError::into_inner);
                match found {
                    Some(Ok(file)) => result.files.push(file),
                    Some(Err(error)) => result.errors.push(error),
                    None => {}
                }
                WalkState::Continue
            })
        });
        result.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an entry is ignored or, where no rule speaks of it, hidden.
fn is_left_out(entry: &ignore::DirEntry, ignores: Option<&Ignores>) -> bool {
    let is_directory = entry.file_type().is_some_and(|it| it.is_dir());
    let verdict = ignores.and_then(|it| it.verdict(entry.path(), is_directory));
    verdict.unwrap_or_else(|| entry.file_name().as_encoded_bytes().starts_with(b"."))
}

/// The entry, if it is a file that is wanted.
fn examine(entry: &ignore::DirEntry, options: &WalkOptions) -> Option<Found> {
    let file_type = entry.file_type()?;
    let is_link = file_type.is_symlink();
    let path = entry.path();
    let wanted = (options.wanted)(path);
    if wanted == Some(false) || !(file_type.is_file() || is_link) {
        return None;
    }
    if is_link {
        // A link that leads nowhere is kept if its name says Python: reading it will say why.
        match (fs::metadata(path), wanted) {
            (Ok(metadata), _) if !metadata.is_file() => return None,
            (Err(_), None) => return None,
            _ => {}
        }
    }
    if wanted.is_none() && !has_python_shebang(path) {
        return None;
    }
    Some(Found {
        path: path.to_owned(),
        is_link,
    })
}

/// Whether a regular file begins with `#!` and names Python in what follows.
fn has_python_shebang(path: &Path) -> bool {
    let mut start = [0; 64];
    let Ok(length) = fs::File::open(path).and_then(|mut file| file.read(&mut start)) else {
        return false;
    };
    is_python_shebang(start.get(..length).unwrap_or_default())
}

/// Whether a file that begins like this is a Python script.
pub fn is_python_shebang(start: &[u8]) -> bool {
    let line = start
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .next()
        .unwrap_or_default();
    line.starts_with(b"#!") && line.windows(6).any(|it| it == b"python")
}

/// The path and the reason of an error of the walker, which may be wrapped several times.
fn walk_error(root: &Path, error: ignore::Error) -> (PathBuf, io::Error) {
    let mut path = root.to_owned();
    let mut inner = &error;
    loop {
        match inner {
            ignore::Error::WithPath { path: at, err } => {
                path.clone_from(at);
                inner = err;
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                inner = err;
            }
            _ => break,
        }
    }
    let kind = inner
        .io_error()
        .map_or(io::ErrorKind::Other, io::Error::kind);
    let text = inner.to_string();
    (path, io::Error::new(kind, text))
}

#[cfg(test)]
mod tests {
    use super::is_python_shebang;

    #[test]
    fn shebangs() {
        assert!(is_python_shebang(b"#!/usr/bin/env python3\nimport os"));
        assert!(is_python_shebang(b"#! /usr/bin/python -E\r\n"));
        assert!(!is_python_shebang(b"#!/bin/sh\n# python"));
        assert!(!is_python_shebang(b"python"));
        assert!(!is_python_shebang(b""));
    }
}
