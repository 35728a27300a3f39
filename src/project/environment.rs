//! Where an installed Python keeps its sources, told from the files alone.

use std::path::{Path, PathBuf};

use crate::source::FileSystem;
use crate::source::file_system::FileKind;

/// The newest minor version of Python 3 that a folder `python3.N` is looked for.
const NEWEST_MINOR: u8 = 30;

/// The folders in which the modules of a Python environment lie, in the order in which Python looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Environment {
    /// The standard library, then `site-packages`.
    pub(super) folders: Vec<PathBuf>,
}

/// The environment that nobody named: the active one, else a `.venv` in the project.
pub(super) fn detect(
    fs: &dyn FileSystem,
    root: &Path,
    active: Option<&Path>,
) -> Option<Environment> {
    let beside = root.join(".venv");
    let candidates = active.into_iter().chain([beside.as_path()]);
    candidates
        .filter(|it| is_file(fs, &it.join("pyvenv.cfg")))
        .map(|it| of(fs, it))
        .find(|it| !it.folders.is_empty())
}

/// The environment at a path: an environment's folder, its interpreter, a folder `site-packages`,
/// or any folder with packages in it.
pub(super) fn of(fs: &dyn FileSystem, path: &Path) -> Environment {
    let mut folders = Vec::new();
    if is_file(fs, path) {
        // `prefix/bin/python`; the link itself lies in the virtual environment.
        if let Some(prefix) = path.parent().and_then(Path::parent) {
            add_prefix(fs, prefix, &mut folders);
        }
        let real = fs.canonicalize(path).ok();
        if folders.is_empty()
            && let Some(prefix) = real.as_deref().and_then(|it| it.parent()?.parent())
        {
            add_prefix(fs, prefix, &mut folders);
        }
    } else {
        add_prefix(fs, path, &mut folders);
        if folders.is_empty() {
            folders.push(path.to_owned());
        }
    }
    Environment { folders }
}

/// Adds the folders of an installation, or of a virtual environment and the one it was made from.
fn add_prefix(fs: &dyn FileSystem, prefix: &Path, folders: &mut Vec<PathBuf>) {
    let config = fs.read(&prefix.join("pyvenv.cfg")).unwrap_or_default();
    let config = String::from_utf8_lossy(&config);
    let setting = |name: &str| {
        let lines = config.lines().filter_map(|it| it.split_once('='));
        let mut values = lines.filter(|(key, _)| key.trim() == name);
        values.next().map(|(_, value)| value.trim())
    };
    let base = setting("home").and_then(|it| Path::new(it).parent());
    if let Some(library) = base.and_then(|it| library(fs, it)) {
        folders.push(library);
    }
    if let Some(library) = library(fs, prefix) {
        let packages = library.join("site-packages");
        if base.is_none() {
            folders.push(library);
        }
        if is_folder(fs, &packages) {
            folders.push(packages);
        }
    }
    // Windows.
    let packages = prefix.join("Lib").join("site-packages");
    if folders.is_empty() && is_folder(fs, &packages) {
        folders.extend([prefix.join("Lib"), packages]);
    }
    if setting("include-system-site-packages") == Some("true")
        && let Some(packages) = base.and_then(|it| library(fs, it))
    {
        folders.push(packages.join("site-packages"));
    }
}

/// `lib/pythonX.Y` below a prefix.
fn library(fs: &dyn FileSystem, prefix: &Path) -> Option<PathBuf> {
    let lib = prefix.join("lib");
    let versions = (0..=NEWEST_MINOR).rev();
    versions
        .map(|minor| lib.join(format!("python3.{minor}")))
        .find(|it| is_folder(fs, it))
}

fn is_file(fs: &dyn FileSystem, path: &Path) -> bool {
    matches!(fs.kind(path), Ok(FileKind::File))
}

fn is_folder(fs: &dyn FileSystem, path: &Path) -> bool {
    matches!(fs.kind(path), Ok(FileKind::Directory))
}

#[cfg(test)]
mod tests {
    use super::{detect, of};
    use crate::source::Memory;
    use std::path::Path;

    fn folders(fs: &Memory, path: &str) -> Vec<String> {
        let found = of(fs, Path::new(path)).folders;
        found.iter().map(|it| it.display().to_string()).collect()
    }

    fn machine() -> Memory {
        let mut fs = Memory::new();
        fs.insert("/usr/bin/python3", "");
        fs.insert("/usr/lib/python3.12/queue.py", "");
        fs.insert("/usr/lib/python3.12/site-packages/six.py", "");
        fs.insert("/p/.venv/pyvenv.cfg", "home = /usr/bin\nversion = 3.12.1\n");
        fs.insert("/p/.venv/bin/python", "");
        fs.insert("/p/.venv/lib/python3.12/site-packages/zmq/__init__.py", "");
        fs
    }

    #[test]
    fn environments_and_interpreters() {
        let fs = machine();
        let expected = [
            "/usr/lib/python3.12",
            "/p/.venv/lib/python3.12/site-packages",
        ];
        assert_eq!(folders(&fs, "/p/.venv"), expected);
        assert_eq!(folders(&fs, "/p/.venv/bin/python"), expected);
        let expected = ["/usr/lib/python3.12", "/usr/lib/python3.12/site-packages"];
        assert_eq!(folders(&fs, "/usr/bin/python3"), expected);
        let packages = "/p/.venv/lib/python3.12/site-packages";
        assert_eq!(folders(&fs, packages), [packages]);
    }

    #[test]
    fn found_by_itself() {
        let fs = machine();
        let root = Path::new("/p");
        assert!(detect(&fs, root, None).is_some());
        assert!(detect(&fs, Path::new("/q"), None).is_none());
        let active = Path::new("/p/.venv");
        assert!(detect(&fs, Path::new("/q"), Some(active)).is_some());
    }
}
