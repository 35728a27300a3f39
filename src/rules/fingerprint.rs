//! What makes a finding the same one in the next run.
//!
//! A fingerprint is made of the rule, the file by its place in its package, and the ring by its
//! classes and attributes. It knows no line numbers, and not from where the analyzer was started.

use std::path::{Path, PathBuf};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::program::model::Program;
use crate::source::FileSystem;

use super::finding::Finding;

/// Where files lie in their packages, as far as that was looked up.
pub type Locations = FxHashMap<PathBuf, String>;

/// The fingerprint of each finding, all different.
pub fn fingerprints(
    program: &Program,
    findings: &[Finding],
    fs: &dyn FileSystem,
    locations: &mut Locations,
) -> Vec<String> {
    let mut result = vec![String::new(); findings.len()];
    let mut seen = FxHashSet::default();

    // Equal ones are told apart by their order, which must not depend on how files are shown.
    let path = |finding: &Finding| {
        let file = program.files.get(finding.place.file.0 as usize);
        file.map(|it| it.path.as_path()).unwrap_or(Path::new(""))
    };
    let mut ordered: Vec<_> = findings.iter().zip(&mut result).collect();
    ordered.sort_by_key(|(it, _)| (path(it), it.place.range.start(), it.code));
    for (finding, slot) in ordered {
        let path = path(finding);
        if !locations.contains_key(path) {
            locations.insert(path.to_owned(), location_in_package(path, fs));
        }
        let location = locations.get(path).map_or("", |it| it);
        let key = format!("{}\0{location}\0{}", finding.code, finding.signature);
        *slot = (0..)
            .map(|copy: u32| hash(&format!("{key}\0{copy}")))
            .find(|it| !seen.contains(it))
            .unwrap_or_default();
        seen.insert(slot.clone());
    }
    result
}

/// The path from the outermost package on: `pkg/sub/module.py`.
fn location_in_package(path: &Path, fs: &dyn FileSystem) -> String {
    let is_package = |it: &&Path| {
        ["__init__.py", "__init__.pyi"]
            .iter()
            .any(|name| fs.kind(&it.join(name)).is_ok())
    };
    let packages = path.ancestors().skip(1).take_while(is_package);
    let mut parts: Vec<_> = std::iter::once(path)
        .chain(packages)
        .filter_map(Path::file_name)
        .map(|it| it.to_string_lossy())
        .collect();
    parts.reverse();
    parts.join("/")
}

/// FNV-1a: stable for ever, which the standard library's hashers do not promise.
fn hash(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{hash, location_in_package};
    use crate::source::Memory;

    #[test]
    fn locations() {
        let mut fs = Memory::new();
        for path in [
            "/x/p/__init__.py",
            "/x/p/q/__init__.pyi",
            "/x/p/q/m.py",
            "/x/m.py",
        ] {
            fs.insert(path, "");
        }
        let location = |path| location_in_package(Path::new(path), &fs);
        assert_eq!(location("/x/p/q/m.py"), "p/q/m.py");
        assert_eq!(location("/x/m.py"), "m.py");
    }

    #[test]
    fn known_value_of_fnv() {
        assert_eq!(hash("a"), "af63dc4c8601ec8c");
    }
}
