//! From options to settings.

use std::path::{Path, PathBuf};

use crate::rules::finding::Confidence;
use crate::rules::registry::{RuleSet, Selection, Selector};
use crate::source::discover::absolute;
use crate::source::exclude::{DEFAULT_EXCLUDES, Pattern};
use crate::source::{Excludes, FileSystem};

use super::{
    ConfigError, FileSettings, Glob, Located, Options, PerFileIgnore, PythonVersion, Settings,
};

/// Options from one place.
#[derive(Clone, Debug)]
pub struct Layer {
    /// What is written there.
    pub options: Options,
    /// What relative paths and patterns are relative to.
    pub base: PathBuf,
    /// The file as messages show it, or the option.
    pub origin: String,
    /// The text of the file, for messages.
    pub text: String,
}

/// Resolves the options of all layers, of which a later one beats an earlier one, for the project
/// in the directory `root`.
///
/// # Errors
///
/// If a value turns out to be wrong.
pub fn resolve(
    fs: &dyn FileSystem,
    located: &Located,
    root: &Path,
    layers: &[Layer],
) -> Result<Settings, ConfigError> {
    let requires_python = located.requires_python;
    let target_version = last(layers, |it| it.target_version).or(requires_python);
    let finalizers = last(layers, |it| it.finalizers.clone());
    Ok(Settings {
        root: root.to_owned(),
        config_file: located.file.clone(),
        target_version: target_version.unwrap_or(PythonVersion::LATEST),
        src: source_roots(layers, root),
        finalizers: finalizers.unwrap_or_default(),
        models: models(fs, layers)?,
        python: python(fs, layers)?,
        active_environment: None,
        rules: rules(layers),
        scope: last(layers, |it| it.scope).unwrap_or_default(),
        confidence: last(layers, |it| it.confidence).unwrap_or(Confidence::Proven),
        report_broken: last(layers, |it| it.report_broken).unwrap_or(false),
        per_file_ignores: per_file_ignores(layers)?,
        files: FileSettings {
            excludes: excludes(layers, root)?,
            force_exclude: last(layers, |it| it.force_exclude).unwrap_or(false),
            respect_gitignore: last(layers, |it| it.respect_gitignore).unwrap_or(true),
        },
        output_format: last(layers, |it| it.output_format).unwrap_or_default(),
    })
}

/// The value of the last layer that has one.
fn last<T>(layers: &[Layer], value: impl Fn(&Options) -> Option<T>) -> Option<T> {
    layers.iter().rev().find_map(|it| value(&it.options))
}

/// The last layer that has a value, with the value.
fn last_layer<'a, T>(
    layers: &'a [Layer],
    value: impl Fn(&'a Options) -> Option<&'a T>,
) -> Option<(&'a Layer, &'a T)> {
    let mut layers = layers.iter().rev();
    layers.find_map(|it| Some((it, value(&it.options)?)))
}

fn source_roots(layers: &[Layer], root: &Path) -> Vec<PathBuf> {
    match last_layer(layers, |it| it.src.as_ref()) {
        Some((layer, src)) => src
            .iter()
            .map(|it| absolute(Path::new(it), &layer.base))
            .collect(),
        None => vec![root.to_owned(), root.join("src")],
    }
}

fn models(fs: &dyn FileSystem, layers: &[Layer]) -> Result<Vec<PathBuf>, ConfigError> {
    let Some((layer, models)) = last_layer(layers, |it| it.models.as_ref()) else {
        return Ok(Vec::new());
    };
    models.iter().map(|it| existing(fs, layer, it)).collect()
}

fn python(fs: &dyn FileSystem, layers: &[Layer]) -> Result<Option<PathBuf>, ConfigError> {
    last_layer(layers, |it| it.python.as_ref())
        .map(|(layer, path)| existing(fs, layer, path))
        .transpose()
}

fn existing(
    fs: &dyn FileSystem,
    layer: &Layer,
    written: &toml::Spanned<String>,
) -> Result<PathBuf, ConfigError> {
    let path = absolute(Path::new(written.get_ref()), &layer.base);
    if fs.kind(&path).is_ok() {
        return Ok(path);
    }
    Err(ConfigError {
        origin: layer.origin.clone(),
        text: layer.text.clone(),
        span: (!layer.text.is_empty()).then(|| written.span()),
        message: format!("`{}` does not exist", written.get_ref()),
        help: Some(format!("it was looked for at {}", path.display())),
    })
}

fn rules(layers: &[Layer]) -> RuleSet {
    let mut selection = Selection::default();
    for Layer { options, .. } in layers {
        selection.apply(
            options.select.as_deref(),
            options.extend_select.as_deref().unwrap_or_default(),
            options.ignore.as_deref().unwrap_or_default(),
        );
    }
    selection.rules()
}

fn excludes(layers: &[Layer], root: &Path) -> Result<Excludes, ConfigError> {
    let mut patterns = match last_layer(layers, |it| it.exclude.as_ref()) {
        Some((layer, globs)) => globs.iter().map(|it| pattern(&it.0, &layer.base)).collect(),
        None => {
            let defaults = DEFAULT_EXCLUDES.iter();
            defaults.map(|it| pattern(it, root)).collect::<Vec<_>>()
        }
    };
    for layer in layers {
        let more = layer.options.extend_exclude.iter().flatten();
        patterns.extend(more.map(|it| pattern(&it.0, &layer.base)));
    }
    compile(&patterns)
}

fn pattern(text: &str, base: &Path) -> Pattern {
    Pattern {
        text: text.to_owned(),
        base: base.to_owned(),
    }
}

fn per_file_ignores(layers: &[Layer]) -> Result<Vec<PerFileIgnore>, ConfigError> {
    let mut result = Vec::new();
    for layer in layers {
        for (glob, selectors) in layer.options.per_file_ignores.iter().flatten() {
            result.push(per_file_ignore(glob, selectors, &layer.base)?);
        }
    }
    Ok(result)
}

fn per_file_ignore(
    glob: &Glob,
    selectors: &[Selector],
    base: &Path,
) -> Result<PerFileIgnore, ConfigError> {
    let (text, negated) = match glob.0.strip_prefix('!') {
        Some(text) => (text, true),
        None => (glob.0.as_str(), false),
    };
    Ok(PerFileIgnore {
        pattern: glob.0.clone(),
        files: compile(&[pattern(text, base)])?,
        negated,
        rules: selectors.iter().collect(),
    })
}

fn compile(patterns: &[Pattern]) -> Result<Excludes, ConfigError> {
    // Each pattern was found valid when it was read; all together may still be too large.
    Excludes::new(patterns).map_err(|error| ConfigError::plain("exclude", error.to_string()))
}
