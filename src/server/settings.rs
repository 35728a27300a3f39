//! The settings of a project: its configuration file, and above it what the editor says.

use std::path::Path;

use serde_json::{Map, Value};

use crate::config::{ConfigError, Layer, Options, Settings, from_text, locate, resolve};
use crate::source::{FileSystem, display_path};

/// The name of our section in the editor's settings.
pub(super) const SECTION: &str = "cyclint";

/// Keys in that section that are for the editor's side alone.
const OF_THE_EDITOR: [&str; 7] = [
    "enable",
    "interpreter",
    "importStrategy",
    "path",
    "trace",
    "logLevel",
    "settings",
];

/// What the editor says, in the words of a configuration file.
#[derive(Clone, Debug, Default)]
pub(super) struct EditorSettings {
    options: Options,
    text: String,
}

impl EditorSettings {
    /// Reads the keys of a section. What cannot be understood is left out, each with a message.
    pub(super) fn parse(section: &Value) -> (Self, Vec<String>) {
        let mut problems = Vec::new();
        let mut good = Map::new();
        let keys = section.as_object().into_iter().flatten();
        for (key, value) in keys {
            if value.is_null() || OF_THE_EDITOR.contains(&key.as_str()) {
                continue;
            }
            let mut alone = Map::new();
            alone.insert(key.clone(), value.clone());
            match options(&alone) {
                Ok(_) => {
                    good.insert(key.clone(), value.clone());
                }
                Err(error) => problems.push(describe(&error)),
            }
        }
        let (options, text) = options(&good).unwrap_or_default();
        (Self { options, text }, problems)
    }

    fn layer(&self, root: &Path) -> Layer {
        Layer {
            options: self.options.clone(),
            base: root.to_owned(),
            origin: "the editor's settings".to_owned(),
            text: self.text.clone(),
        }
    }
}

/// Values as options; the format of configuration files is what they are checked in.
fn options(keys: &Map<String, Value>) -> Result<(Options, String), ConfigError> {
    let origin = "the editor's settings";
    let text = toml::to_string(keys).map_err(|it| ConfigError::plain(origin, it.to_string()))?;
    Ok((from_text(&text, origin)?, text))
}

/// A mistake in one line.
pub(super) fn describe(error: &ConfigError) -> String {
    match &error.help {
        Some(help) => format!("{error} ({help})"),
        None => error.to_string(),
    }
}

/// The settings of the project in the folder `root`, as the command line would see them there with
/// `layers` as arguments; a later layer beats an earlier one.
///
/// # Errors
///
/// If a configuration file is wrong.
pub(super) fn resolved(
    fs: &dyn FileSystem,
    root: &Path,
    layers: &[EditorSettings],
) -> Result<Settings, ConfigError> {
    let located = locate(fs, root, root)?;
    let project = located.root.clone().unwrap_or_else(|| root.to_owned());
    let file = located.file.as_deref();
    let mut all = vec![Layer {
        options: located.options.clone(),
        base: project.clone(),
        origin: file.map_or_else(String::new, |it| display_path(it, root)),
        text: located.text.clone(),
    }];
    all.extend(layers.iter().map(|it| it.layer(&project)));
    resolve(fs, &located, &project, &all)
}

/// The settings where nothing can be read.
pub(super) fn fallback(fs: &dyn FileSystem, root: &Path) -> Result<Settings, ConfigError> {
    resolve(fs, &Default::default(), root, &[])
}

/// Whether a path is one of the files that settings, or what is ignored, come from.
pub(super) fn is_configuration(path: &Path) -> bool {
    let name = path.file_name().and_then(|it| it.to_str());
    matches!(
        name,
        Some("pyproject.toml" | "cyclint.toml" | ".cyclint.toml" | ".gitignore" | ".ignore")
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::EditorSettings;
    use crate::config::Scope;

    #[test]
    fn keys_are_those_of_the_configuration_file() {
        let section = json!({
            "scope": "all",
            "select": ["CYC1", "closure"],
            "per-file-ignores": {"tests/**": ["CYC104"]},
            "python": null,
            "path": "/usr/bin/cyclint",
            "trace": {"server": "verbose"},
        });
        let (settings, problems) = EditorSettings::parse(&section);
        assert_eq!(settings.options.scope, Some(Scope::All));
        assert_eq!(settings.options.select.map(|it| it.len()), Some(2));
        assert_eq!(
            settings.options.per_file_ignores.map(|it| it.len()),
            Some(1)
        );
        assert!(problems.is_empty(), "{problems:?}");
    }

    #[test]
    fn what_is_wrong_is_left_out() {
        let section = json!({"scop": "all", "confidence": 3, "scope": "all"});
        let (settings, problems) = EditorSettings::parse(&section);
        assert_eq!(settings.options.scope, Some(Scope::All));
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(
            problems
                .iter()
                .any(|it| it.contains("did you mean `scope`?"))
        );
    }
}
