//! From the paths that the user named to the files to analyze.

use std::collections::BTreeSet;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::exclude::Excludes;
use super::file_system::{FileKind, FileSystem, WalkOptions};
use super::{Problem, display_path};

/// A file to analyze.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// The absolute path, as named.
    pub path: PathBuf,
    /// The path as messages show it.
    pub display: String,
}

/// What to look for, and where.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The paths that the user named.
    pub paths: &'a [PathBuf],
    /// The working directory, absolute.
    pub cwd: &'a Path,
    /// The project's directory: patterns are not held against what lies above it.
    pub root: &'a Path,
    /// What to leave out.
    pub excludes: Arc<Excludes>,
    /// Leave out also what is named explicitly.
    pub force_exclude: bool,
    /// Leave out what `.gitignore` names.
    pub respect_gitignore: bool,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Discovery {
    /// The files, sorted by path, each once.
    pub files: Vec<SourceFile>,
    /// Paths that do not exist or cannot be read, sorted.
    pub problems: Vec<Problem>,
}

/// A file on its way into the result: `canonical` tells which names mean the same file, and a
/// name that is not a link is preferred.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    canonical: PathBuf,
    is_link: bool,
    path: PathBuf,
}

/// Finds the files to analyze.
pub fn discover(fs: &dyn FileSystem, request: &Request<'_>) -> Discovery {
    let mut candidates = Vec::new();
    let mut problems = BTreeSet::new();
    for named in request.paths {
        let mut path = absolute(named, request.cwd);
        let canonical = match fs.canonicalize(&path) {
            Ok(canonical) => canonical,
            Err(error) => {
                problems.insert(problem(named, request, &error));
                continue;
            }
        };
        if path.components().any(|it| it == Component::ParentDir) {
            path.clone_from(&canonical);
        }
        if request.force_exclude && request.excludes.matches_below(&path, request.root) {
            continue;
        }
        match fs.kind(&path) {
            Ok(FileKind::File) => candidates.push(Candidate {
                is_link: canonical != path,
                canonical,
                path,
            }),
            Ok(FileKind::Directory) => {
                walk(
                    fs,
                    request,
                    &path,
                    &canonical,
                    &mut candidates,
                    &mut problems,
                );
            }
            Ok(FileKind::Special) => {
                let message = "not a regular file (a pipe, socket or device)".to_owned();
                let path = display_path(&path, request.cwd);
                problems.insert(Problem { path, message });
            }
            Err(error) => {
                problems.insert(problem(named, request, &error));
            }
        }
    }
    Discovery {
        files: unique(fs, candidates, request.cwd),
        problems: problems.into_iter().collect(),
    }
}

fn walk(
    fs: &dyn FileSystem,
    request: &Request<'_>,
    root: &Path,
    canonical_root: &Path,
    candidates: &mut Vec<Candidate>,
    problems: &mut BTreeSet<Problem>,
) {
    let options = WalkOptions {
        excludes: Arc::clone(&request.excludes),
        respect_gitignore: request.respect_gitignore,
        wanted: is_python_name,
    };
    let walked = fs.walk(root, &options);
    for (path, error) in &walked.errors {
        problems.insert(problem(path, request, error));
    }
    for found in walked.files {
        // Directories are not entered through links, so a file that is none itself lies where
        // its path says: no need to ask the system for every file.
        let canonical = if found.is_link {
            fs.canonicalize(&found.path)
                .unwrap_or_else(|_| found.path.clone())
        } else {
            let below = found.path.strip_prefix(root);
            below.map_or_else(|_| found.path.clone(), |it| canonical_root.join(it))
        };
        candidates.push(Candidate {
            is_link: canonical != found.path,
            canonical,
            path: found.path,
        });
    }
}

/// Whether the name says Python; [`None`] if it has no extension, like a script.
fn is_python_name(path: &Path) -> Option<bool> {
    let extension = path.extension()?;
    Some(extension == "py" || extension == "pyi")
}

fn unique(fs: &dyn FileSystem, mut candidates: Vec<Candidate>, cwd: &Path) -> Vec<SourceFile> {
    candidates.sort_unstable();
    candidates.dedup_by(|next, first| next.canonical == first.canonical);
    let shared: Vec<_> = candidates
        .par_iter()
        .map(|it| fs.shared_identity(&it.canonical))
        .collect();
    let mut seen = FxHashSet::default();
    let mut shared = shared.into_iter();
    candidates.retain(|_| shared.next().flatten().is_none_or(|it| seen.insert(it)));
    let mut files: Vec<_> = candidates
        .into_iter()
        .map(|it| {
            // The working directory has no links in it; a path that was named through some may
            // still lie below.
            let below = it.path.starts_with(cwd) || !it.canonical.starts_with(cwd);
            let shown = if below { &it.path } else { &it.canonical };
            SourceFile {
                display: display_path(shown, cwd),
                path: it.path,
            }
        })
        .collect();
    files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    files
}

/// `path` from `cwd`, without `.`; `..` stays, since what it means depends on links.
pub fn absolute(path: &Path, cwd: &Path) -> PathBuf {
    cwd.join(path)
        .components()
        .filter(|it| *it != Component::CurDir)
        .collect()
}

fn problem(path: &Path, request: &Request<'_>, error: &io::Error) -> Problem {
    Problem {
        path: display_path(path, request.cwd),
        message: describe(error),
    }
}

/// An error of the system in words, without its number.
pub fn describe(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        io::ErrorKind::IsADirectory => "is a directory".to_owned(),
        _ => {
            let text = error.to_string();
            match text.find(" (os error") {
                Some(end) => text.get(..end).unwrap_or_default().to_lowercase(),
                None => text,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::{Request, discover};
    use crate::source::exclude::Pattern;
    use crate::source::{Excludes, Memory};

    #[track_caller]
    fn check(paths: &[&str], force_exclude: bool, expected: &[&str]) {
        let mut fs = Memory::new();
        for path in ["a.py", "b.pyi", "notes.txt", "venv/c.py", "pkg/d.py"] {
            fs.insert(format!("/p/{path}"), "");
        }
        fs.insert("/p/script", "#!/usr/bin/env python\n");
        fs.insert("/p/LICENSE", "MIT");
        let pattern = Pattern {
            text: "venv".to_owned(),
            base: "/p".into(),
        };
        let excludes = Excludes::new(&[pattern]).unwrap_or_else(|error| unreachable!("{error}"));
        let paths: Vec<_> = paths.iter().map(Into::into).collect();
        let request = Request {
            paths: &paths,
            cwd: Path::new("/p"),
            root: Path::new("/p"),
            excludes: Arc::new(excludes),
            force_exclude,
            respect_gitignore: true,
        };
        let found = discover(&fs, &request);
        let files = found.files.iter().map(|it| it.display.clone());
        let problems = found
            .problems
            .iter()
            .map(|it| format!("{}: {}", it.path, it.message));
        assert_eq!(files.chain(problems).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn folders_and_files() {
        check(&["."], false, &["a.py", "b.pyi", "pkg/d.py", "script"]);
        check(&["notes.txt", "./pkg"], false, &["notes.txt", "pkg/d.py"]);
        check(
            &["a.py", "/p/a.py", "."],
            false,
            &["a.py", "b.pyi", "pkg/d.py", "script"],
        );
    }

    #[test]
    fn named_explicitly() {
        check(&["venv"], false, &["venv/c.py"]);
        check(&["venv/c.py"], false, &["venv/c.py"]);
        check(&["venv/c.py", "a.py"], true, &["a.py"]);
    }

    #[test]
    fn missing() {
        check(
            &["a.py", "x.py"],
            false,
            &["a.py", "x.py: no such file or directory"],
        );
    }
}
