//! First stage: which files there are, and what their text is.
//!
//! Everything here works through the [`FileSystem`] trait, so that tests and the language server
//! run on memory. What goes wrong is data, a [`Problem`]: one file that cannot be read never
//! keeps another one from being analyzed.

pub mod decode;
pub mod discover;
pub mod exclude;
pub mod file_system;
mod ignores;
mod memory;
pub mod models;
pub mod overlay;
pub mod position;
pub mod texts;

pub use decode::decode;
pub use discover::{Discovery, SourceFile, discover};
pub use exclude::Excludes;
pub use file_system::{Disk, FileSystem};
pub use memory::Memory;
pub use overlay::Overlay;
pub use position::{LineIndex, Position};
pub use texts::{KnownTexts, Text, Texts};

use std::path::Path;

/// Something that kept a file from being analyzed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file, as messages show it.
    pub path: String,
    /// The reason, in words.
    pub message: String,
}

/// How messages and reports show `path`: relative to `cwd` if it lies below, with `/` between
/// the parts on every platform.
pub fn display_path(path: &Path, cwd: &Path) -> String {
    let shown = path.strip_prefix(cwd).unwrap_or(path);
    if shown.as_os_str().is_empty() {
        return ".".to_owned();
    }
    let text = shown.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}
