//! The settings of a run of `cyclint check`: the project's configuration, and the arguments.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::args::{CheckArgs, GlobalArgs};
use crate::config::{
    ConfigError, Layer, Located, Options, Settings, from_file, from_inline, locate, resolve,
};
use crate::source::discover::absolute;
use crate::source::file_system::FileKind;
use crate::source::{FileSystem, display_path};

/// Resolves the settings for a run on `paths`, which are absolute. `fallback_root` is the
/// project's directory if nothing on disk says which it is.
pub(super) fn settings(
    fs: &dyn FileSystem,
    args: &CheckArgs,
    global: &GlobalArgs,
    cwd: &Path,
    start: &Path,
    fallback_root: &Path,
) -> Result<Settings, ConfigError> {
    let last = Layer {
        options: options(args),
        base: cwd.to_owned(),
        origin: "command line".to_owned(),
        text: String::new(),
    };
    resolve_layers(fs, Some(last), global, cwd, start, fallback_root)
}

/// The settings for a command that has no options of its own for them.
pub(super) fn settings_without_arguments(
    fs: &dyn FileSystem,
    global: &GlobalArgs,
    cwd: &Path,
    paths: &[PathBuf],
) -> Result<Settings, ConfigError> {
    let start = common_directory(fs, paths, cwd);
    resolve_layers(fs, None, global, cwd, &start, &start)
}

fn resolve_layers(
    fs: &dyn FileSystem,
    last: Option<Layer>,
    global: &GlobalArgs,
    cwd: &Path,
    start: &Path,
    fallback_root: &Path,
) -> Result<Settings, ConfigError> {
    let (file, inline) = config_arguments(fs, &global.config, cwd)?;
    let located = match file {
        Some(path) => from_file(fs, &path, cwd)?,
        None if global.isolated => Located::default(),
        None => locate(fs, start, cwd)?,
    };
    let root = located.root.clone();
    let root = root.unwrap_or_else(|| fallback_root.to_owned());

    let mut layers = vec![file_layer(&located, cwd)];
    layers.extend(inline);
    layers.extend(last);
    resolve(fs, &located, &root, &layers)
}

/// The directory that all paths lie in.
pub(super) fn common_directory(fs: &dyn FileSystem, paths: &[PathBuf], cwd: &Path) -> PathBuf {
    let directories = paths.iter().map(|path| {
        let path = absolute(path, cwd);
        let path = fs.canonicalize(&path).unwrap_or(path);
        match (fs.kind(&path), path.parent()) {
            (Ok(FileKind::Directory), _) | (_, None) => path,
            (_, Some(parent)) => parent.to_owned(),
        }
    });
    let common = directories.reduce(|common, next| {
        let shared = common.components().zip(next.components());
        shared
            .take_while(|(a, b)| a == b)
            .map(|(it, _)| it)
            .collect()
    });
    common.unwrap_or_else(|| cwd.to_owned())
}

/// Splits the values of `--config` into at most one file, and options.
fn config_arguments(
    fs: &dyn FileSystem,
    values: &[String],
    cwd: &Path,
) -> Result<(Option<PathBuf>, Vec<Layer>), ConfigError> {
    let mut file = None;
    let mut inline = Vec::new();
    for value in values {
        let path = absolute(Path::new(value), cwd);
        let is_file = matches!(fs.kind(&path), Ok(FileKind::File));
        if is_file || !value.contains('=') {
            if file.replace(path).is_some() {
                let message = "only one configuration file can be given";
                return Err(ConfigError::plain("--config", message));
            }
            continue;
        }
        inline.push(Layer {
            options: from_inline(value)?,
            base: cwd.to_owned(),
            origin: "--config".to_owned(),
            text: value.clone(),
        });
    }
    Ok((file, inline))
}

fn file_layer(located: &Located, cwd: &Path) -> Layer {
    let base = located.root.as_deref().unwrap_or(cwd);
    let file = located.file.as_deref();
    Layer {
        options: located.options.clone(),
        base: base.to_owned(),
        origin: file.map_or_else(String::new, |it| display_path(it, cwd)),
        text: located.text.clone(),
    }
}

/// What the arguments say, as options.
fn options(args: &CheckArgs) -> Options {
    let CheckArgs {
        rules,
        analysis,
        files,
        ..
    } = args;
    let per_file_ignores = rules.per_file_ignores.as_ref().map(|pairs| {
        let mut result = BTreeMap::new();
        for pair in pairs {
            let rules: &mut Vec<_> = result.entry(pair.pattern.clone()).or_default();
            rules.push(pair.rule.clone());
        }
        result
    });
    Options {
        select: rules.select.clone(),
        extend_select: rules.extend_select.clone(),
        ignore: rules.ignore.clone(),
        per_file_ignores,
        scope: rules.scope,
        confidence: rules.confidence,
        report_broken: rules.report_broken.then_some(true),
        target_version: analysis.target_version,
        src: analysis.src.clone(),
        finalizers: None,
        models: None,
        python: analysis
            .python
            .clone()
            .map(|it| toml::Spanned::new(0..0, it)),
        exclude: files.exclude.clone(),
        extend_exclude: files.extend_exclude.clone(),
        force_exclude: switch(files.force_exclude, files.no_force_exclude),
        respect_gitignore: switch(files.respect_gitignore, files.no_respect_gitignore),
        output_format: args.output_format,
    }
}

/// A pair of flags of which at most one is set.
fn switch(on: bool, off: bool) -> Option<bool> {
    (on || off).then_some(on)
}
