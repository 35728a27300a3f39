//! Where the configuration is, and reading it.

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::de::DeTable;

use crate::rules::registry::closest;
use crate::source::discover::describe;
use crate::source::file_system::FileKind;
use crate::source::{FileSystem, display_path};

use super::{ConfigError, Options, PythonVersion};

/// The files that are looked for in each directory, the most specific first.
const NAMES: [&str; 3] = [".cyclint.toml", "cyclint.toml", PYPROJECT];

const PYPROJECT: &str = "pyproject.toml";

/// A configuration file that was found.
#[derive(Clone, Debug, Default)]
pub struct Located {
    /// The file; none if the project has no configuration.
    pub file: Option<PathBuf>,
    /// What it says.
    pub options: Options,
    /// Its text, for messages.
    pub text: String,
    /// The project's directory, if there are signs of a project.
    pub root: Option<PathBuf>,
    /// The lower bound of `requires-python` of the nearest `pyproject.toml`.
    pub requires_python: Option<PythonVersion>,
}

/// What a `pyproject.toml` holds for us.
#[derive(Default)]
struct Content {
    options: Option<Options>,
    requires_python: Option<PythonVersion>,
}

/// Looks for the configuration from the directory `start` upwards. Without any, the project's
/// directory is that of the nearest `pyproject.toml`.
///
/// # Errors
///
/// If a file on the way is broken.
pub fn locate(fs: &dyn FileSystem, start: &Path, cwd: &Path) -> Result<Located, ConfigError> {
    let mut located = Located::default();
    let mut project = None;
    for directory in start.ancestors() {
        for name in NAMES {
            let path = directory.join(name);
            let Some(text) = read_if_there(fs, &path, cwd)? else {
                continue;
            };
            let content = parse(&text, name == PYPROJECT, &display_path(&path, cwd))?;
            if name == PYPROJECT {
                project.get_or_insert_with(|| directory.to_owned());
                located.requires_python = located.requires_python.or(content.requires_python);
            }
            if located.file.is_some() {
                continue;
            }
            if let Some(options) = content.options {
                located.options = options;
                located.root = Some(directory.to_owned());
                located.file = Some(path);
                located.text = text;
            }
        }
        if located.file.is_some() {
            return Ok(located);
        }
    }
    located.root = project;
    Ok(located)
}

/// Reads the file that `--config` names. What it says is relative to the working directory.
///
/// # Errors
///
/// If it cannot be read or is broken.
pub fn from_file(fs: &dyn FileSystem, path: &Path, cwd: &Path) -> Result<Located, ConfigError> {
    let shown = display_path(path, cwd);
    let text = read(fs, path, &shown)?;
    let in_pyproject = path.file_name().is_some_and(|it| it == PYPROJECT);
    let content = parse(&text, in_pyproject, &shown)?;
    Ok(Located {
        file: Some(path.to_owned()),
        options: content.options.unwrap_or_default(),
        text,
        root: None,
        requires_python: content.requires_python,
    })
}

/// Reads `key = value`, as given to `--config`.
///
/// # Errors
///
/// If it is no valid option.
pub fn from_inline(text: &str) -> Result<Options, ConfigError> {
    let content = parse(text, false, "--config").map_err(|mut error| {
        let help = "write it as in TOML: `key = value`, with strings in quotes".to_owned();
        error.help.get_or_insert(help);
        error
    })?;
    Ok(content.options.unwrap_or_default())
}

/// Reads the text of a configuration file that lies nowhere: settings of an editor. `origin` is
/// what messages call it.
///
/// # Errors
///
/// If it is broken.
pub fn from_text(text: &str, origin: &str) -> Result<Options, ConfigError> {
    let content = parse(text, false, origin)?;
    Ok(content.options.unwrap_or_default())
}

fn read_if_there(
    fs: &dyn FileSystem,
    path: &Path,
    cwd: &Path,
) -> Result<Option<String>, ConfigError> {
    match fs.kind(path) {
        Ok(FileKind::File) => read(fs, path, &display_path(path, cwd)).map(Some),
        _ => Ok(None),
    }
}

fn read(fs: &dyn FileSystem, path: &Path, shown: &str) -> Result<String, ConfigError> {
    // Opening a pipe would wait for somebody to write to it.
    fs.kind(path)
        .and_then(|kind| match kind {
            FileKind::Special => Err(io::Error::other("not a regular file")),
            FileKind::File | FileKind::Directory => fs.read(path),
        })
        .and_then(|bytes| String::from_utf8(bytes).map_err(|_| io::Error::other("not valid UTF-8")))
        .map_err(|error| ConfigError::plain(shown, format!("cannot be read: {}", describe(&error))))
}

fn parse(text: &str, in_pyproject: bool, origin: &str) -> Result<Content, ConfigError> {
    let wrong = |error: &toml::de::Error| wrong(text, origin, error);
    let document = DeTable::parse(text).map_err(|it| wrong(&it))?;
    if !in_pyproject {
        check_keys(document.get_ref(), text, origin)?;
        let options = Options::deserialize(toml::Deserializer::from(document));
        return Ok(Content {
            options: Some(options.map_err(|it| wrong(&it))?),
            requires_python: None,
        });
    }
    let document = document.into_inner();
    let requires_python = document
        .get("project")
        .and_then(|it| it.get_ref().get("requires-python")?.get_ref().as_str())
        .and_then(PythonVersion::lower_bound);
    let Some(section) = document
        .get("tool")
        .and_then(|it| it.get_ref().get("cyclint"))
    else {
        return Ok(Content {
            options: None,
            requires_python,
        });
    };
    if let Some(keys) = section.get_ref().as_table() {
        check_keys(keys, text, origin)?;
    }
    let options = Options::deserialize(toml::de::ValueDeserializer::from(section.clone()));
    Ok(Content {
        options: Some(options.map_err(|it| wrong(&it))?),
        requires_python,
    })
}

/// Rejects keys that do not exist, before serde does it with fewer words.
fn check_keys(table: &DeTable<'_>, text: &str, origin: &str) -> Result<(), ConfigError> {
    let mut unknown: Vec<_> = table
        .keys()
        .filter(|key| !Options::KEYS.contains(&key.get_ref().as_ref()))
        .collect();
    unknown.sort_by_key(|it| it.span().start);
    let Some(key) = unknown.first() else {
        return Ok(());
    };
    let help = match closest(key.get_ref(), Options::KEYS) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("expected one of: {}", Options::KEYS.join(", ")),
    };
    Err(ConfigError {
        origin: origin.to_owned(),
        text: text.to_owned(),
        span: Some(key.span()),
        message: format!("unknown key `{}`", key.get_ref()),
        help: Some(help),
    })
}

fn wrong(text: &str, origin: &str, error: &toml::de::Error) -> ConfigError {
    ConfigError {
        origin: origin.to_owned(),
        text: text.to_owned(),
        span: error.span(),
        // serde speaks of its own types; these are the names of TOML.
        message: error
            .message()
            .replace("expected a sequence", "expected an array")
            .replace("expected a map", "expected a table"),
        help: None,
    }
}
