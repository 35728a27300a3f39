//! What `.gitignore` and its like leave out.
//!
//! The rules are those of git: the nearest file that says something counts, and a repository within
//! another one is its own. They are read here and not by the walker, which would open a pipe of
//! such a name, and wait for somebody to write to it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder, gitconfig_excludes_path};
use rustc_hash::FxHashMap;

/// The rules of a walk, read as far as the walk has come.
pub(super) struct Ignores {
    /// Those of the user, for all repositories.
    global: Gitignore,
    levels: Mutex<FxHashMap<PathBuf, Arc<Level>>>,
}

/// The rules that a directory has.
struct Level {
    parent: Option<Arc<Level>>,
    /// `.ignore`, which other tools than git read, too.
    ignore: Gitignore,
    /// `.gitignore`
    gitignore: Gitignore,
    /// `.git/info/exclude`
    exclude: Gitignore,
    /// What stands further up says nothing about a repository.
    is_repository: bool,
}

impl Ignores {
    /// Rules for what lies below `root`.
    pub(super) fn below(root: &Path) -> Self {
        let global = gitconfig_excludes_path();
        Self {
            global: global.map_or_else(Gitignore::empty, |it| rules(root, &it)),
            levels: Mutex::default(),
        }
    }

    /// Whether a rule says that the path is ignored (`true`) or is not (`false`).
    pub(super) fn verdict(&self, path: &Path, is_directory: bool) -> Option<bool> {
        let level = self.level(path.parent()?);
        let levels = || std::iter::successors(Some(&*level), |it| it.parent.as_deref());
        // Up to the directory of the repository, that one included.
        let mut is_left = false;
        let of_repository = || {
            levels().take_while(move |it| {
                let is_inside = !is_left;
                is_left |= it.is_repository;
                is_inside
            })
        };
        let ignore = levels().map(|it| &it.ignore);
        let gitignore = of_repository().map(|it| &it.gitignore);
        let exclude = of_repository().map(|it| &it.exclude);
        let all = ignore.chain(gitignore).chain(exclude).chain([&self.global]);
        all.map(|it| it.matched(path, is_directory))
            .find(|it| !it.is_none())
            .map(|it| matches!(it, Match::Ignore(_)))
    }

    fn level(&self, directory: &Path) -> Arc<Level> {
        let known = || self.levels.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(level) = known().get(directory) {
            return Arc::clone(level);
        }
        let git = directory.join(".git");
        let level = Arc::new(Level {
            parent: directory.parent().map(|it| self.level(it)),
            ignore: rules(directory, &directory.join(".ignore")),
            gitignore: rules(directory, &directory.join(".gitignore")),
            exclude: rules(directory, &git.join("info/exclude")),
            is_repository: fs::symlink_metadata(&git).is_ok(),
        });
        known().insert(directory.to_owned(), Arc::clone(&level));
        level
    }
}

/// The rules in a file, relative to `root`; none if it is no regular file. Lines that are no rules
/// are left out, as git does it.
fn rules(root: &Path, file: &Path) -> Gitignore {
    if !fs::metadata(file).is_ok_and(|it| it.is_file()) {
        return Gitignore::empty();
    }
    let mut builder = GitignoreBuilder::new(root);
    let _ = builder.add(file);
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}
