//! Patterns of files to leave out.

use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};

/// Directories that hold no code of the project: version control, environments, caches, builds.
pub const DEFAULT_EXCLUDES: &[&str] = &[
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".git-rewrite",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pyenv",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    ".vscode",
    "__pypackages__",
    "_build",
    "buck-out",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
];

/// A pattern as it was written, and the directory that it is relative to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// The glob.
    pub text: String,
    /// The directory of the configuration file, or the working directory.
    pub base: PathBuf,
}

/// A set of [`Pattern`]s. One matches a path if it matches the last part alone (`venv`,
/// `*_pb2.py`), or the whole path from its base on (`src/generated/**`).
#[derive(Clone, Debug)]
pub struct Excludes {
    patterns: Vec<String>,
    names: GlobSet,
    paths: GlobSet,
}

impl Excludes {
    /// Compiles the patterns.
    ///
    /// # Errors
    ///
    /// If one of them is no valid glob.
    pub fn new(patterns: &[Pattern]) -> Result<Self, globset::Error> {
        let mut names = GlobSetBuilder::new();
        let mut paths = GlobSetBuilder::new();
        for pattern in patterns {
            names.add(Glob::new(pattern.text.trim_end_matches('/'))?);
            paths.add(rooted(pattern)?);
        }
        Ok(Self {
            patterns: patterns.iter().map(|it| it.text.clone()).collect(),
            names: names.build()?,
            paths: paths.build()?,
        })
    }

    /// The patterns as they were written.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// Whether the path itself is excluded, whatever it lies in.
    pub fn matches(&self, path: &Path) -> bool {
        self.paths.is_match(path)
            || path
                .file_name()
                .is_some_and(|name| self.names.is_match(Path::new(name)))
    }

    /// Whether the path, or a directory between it and `root`, is excluded.
    pub fn matches_below(&self, path: &Path, root: &Path) -> bool {
        path.ancestors()
            .take_while(|it| *it != root)
            .any(|it| self.matches(it))
    }
}

/// The pattern as one for absolute paths. The base is taken literally, whatever is in its name.
fn rooted(pattern: &Pattern) -> Result<Glob, globset::Error> {
    let relative = pattern.text.trim_end_matches('/');
    let relative = relative.strip_prefix("./").unwrap_or(relative);
    if Path::new(relative).is_absolute() {
        return Glob::new(relative);
    }
    let base = globset::escape(&pattern.base.to_string_lossy());
    Glob::new(&format!("{}/{relative}", base.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Excludes, Pattern};

    fn excluded(pattern: &str, path: &str) -> bool {
        let pattern = Pattern {
            text: pattern.to_owned(),
            base: "/p [1]".into(),
        };
        Excludes::new(&[pattern])
            .is_ok_and(|it| it.matches_below(Path::new(path), Path::new("/p [1]")))
    }

    #[test]
    fn by_name_anywhere() {
        assert!(excluded("venv", "/p [1]/a/venv/b.py"));
        assert!(excluded("venv/", "/p [1]/venv/b.py"));
        assert!(excluded("*_pb2.py", "/p [1]/a/x_pb2.py"));
        assert!(!excluded("venv", "/p [1]/a/venv2/b.py"));
    }

    #[test]
    fn by_path_from_the_base() {
        assert!(excluded("src/gen", "/p [1]/src/gen/b.py"));
        assert!(excluded("src/**/t.py", "/p [1]/src/x/t.py"));
        assert!(excluded("./a.py", "/p [1]/a.py"));
        assert!(!excluded("src/gen", "/p [1]/lib/src/gen/b.py"));
    }
}
