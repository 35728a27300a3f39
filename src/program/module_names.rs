//! Dotted module names, told from the paths of the files alone.
//!
//! A name starts at the outermost directory of an unbroken chain of `__init__` files, wherever
//! that chain hangs in the project (`packages/db/src/db/__init__.py` is `db`). A file outside any
//! such chain belongs to namespace packages (PEP 420), which start at the root that contains it,
//! or below the last `src` directory on the way ("src layout").
//!
//! Imports that assume another start of the name than this are found by
//! [`link`](super::link()) through the directories.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use super::known::is_stdlib;
use crate::syntax::Name;

/// The dotted module name of each path (`pkg.db` for both `pkg/db.py` and `pkg/db/__init__.py`),
/// and whether it is a package's `__init__` file.
///
/// `roots` are the directories given by the user: what is analyzed, and explicit source roots.
/// The longest one that contains a file counts. A pure function of its arguments.
pub fn module_names(paths: &[PathBuf], roots: &[PathBuf]) -> Vec<(Name, bool)> {
    let packages: FxHashSet<&Path> = paths
        .iter()
        .filter(|path| stem(path) == "__init__")
        .filter_map(|path| path.parent())
        .collect();
    paths
        .iter()
        .map(|path| module_name(path, &packages, roots))
        .collect()
}

fn module_name(path: &Path, packages: &FxHashSet<&Path>, roots: &[PathBuf]) -> (Name, bool) {
    let stem = stem(path);
    let is_package = stem == "__init__";
    let mut parts = Vec::new();
    if !is_package {
        parts.push(part(&stem));
    }
    let parent = path.parent().unwrap_or(Path::new(""));
    let mut directory = parent;
    while packages.contains(directory) {
        parts.push(directory_part(directory));
        match directory.parent() {
            Some(up) => directory = up,
            None => break,
        }
    }
    // A copy of the library's stubs, deep in some package, is not the library.
    let is_copy = || {
        let top = parts.last().map(|it| Name::new(it));
        top.is_some_and(is_stdlib) && !is_source_root(directory, roots)
    };
    if directory == parent || is_copy() {
        parts.extend(namespace_parts(directory, roots));
    }
    parts.retain(|part| !part.is_empty());
    parts.reverse();
    (Name::new(&parts.join(".")), is_package)
}

fn is_source_root(directory: &Path, roots: &[PathBuf]) -> bool {
    directory.file_name().is_some_and(|it| it == "src") || roots.iter().any(|it| it == directory)
}

/// The namespace packages between the root that contains `directory` and `directory` itself,
/// innermost first.
fn namespace_parts(directory: &Path, roots: &[PathBuf]) -> Vec<String> {
    let below = roots
        .iter()
        .filter_map(|root| {
            directory
                .strip_prefix(root.strip_prefix(".").unwrap_or(root))
                .ok()
        })
        .min_by_key(|below| below.components().count());
    let Some(below) = below else {
        return Vec::new();
    };
    below
        .ancestors()
        .take_while(|it| it.file_name().is_some_and(|name| name != "src"))
        .map(directory_part)
        .collect()
}

/// A directory as a part of a module name. PEP 561: the stubs of `pkg` may be in `pkg-stubs`.
fn directory_part(directory: &Path) -> String {
    let name = directory.file_name().unwrap_or_default().to_string_lossy();
    part(name.strip_suffix("-stubs").unwrap_or(&name))
}

/// A dot in a file's name is not one between packages.
fn part(name: &str) -> String {
    name.replace('.', "_")
}

/// The file's name without its extension.
fn stem(path: &Path) -> String {
    path.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(roots: &[&str], paths: &[&str], expect: &str) {
        let roots: Vec<_> = roots.iter().map(PathBuf::from).collect();
        let paths: Vec<_> = paths.iter().map(PathBuf::from).collect();
        let names: Vec<_> = module_names(&paths, &roots)
            .into_iter()
            .map(|(name, is_package)| format!("{name}{}", if is_package { "/" } else { "" }))
            .collect();
        assert_eq!(names.join(" "), expect);
    }

    #[test]
    fn packages_start_at_the_outermost_init() {
        check(
            &["/p"],
            &[
                "/p/libs/db/__init__.py",
                "/p/libs/db/sql/__init__.pyi",
                "/p/libs/db/sql/row.py",
                "/p/libs/db/data/plain.py",
            ],
            "db/ db.sql/ db.sql.row libs.db.data.plain",
        );
    }

    #[test]
    fn the_package_may_lie_above_what_is_analyzed() {
        check(
            &["/p/pkg"],
            &["/p/pkg/__init__.py", "/p/pkg/a.py"],
            "pkg/ pkg.a",
        );
    }

    #[test]
    fn namespace_packages_start_at_the_longest_root() {
        check(
            &["/p", "/p/python"],
            &[
                "/p/tools/run.py",
                "/p/python/ns/mod.py",
                "/q/x.py",
                "/p/top.py",
            ],
            "tools.run ns.mod x top",
        );
    }

    #[test]
    fn src_layouts() {
        check(
            &["/p"],
            &["/p/services/a/src/ns/mod.py", "/p/src/main.py"],
            "ns.mod main",
        );
    }

    #[test]
    fn copies_of_the_library_are_not_the_library() {
        check(
            &["/p"],
            &[
                "/p/tool/typeshed/json/__init__.pyi",
                "/p/tool/typeshed/json/decoder.pyi",
                "/p/json/__init__.py",
            ],
            "tool.typeshed.json/ tool.typeshed.json.decoder json/",
        );
    }

    #[test]
    fn odd_names() {
        check(
            &["/p"],
            &[
                "/p/foo-stubs/__init__.pyi",
                "/p/a.b.py",
                "/p/script",
                "r.py",
            ],
            "foo/ a_b script r",
        );
    }
}
