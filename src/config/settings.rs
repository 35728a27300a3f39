//! What follows from all configuration: the values that the stages work with.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::rules::finding::Confidence;
use crate::rules::registry::RuleSet;
use crate::source::Excludes;

use super::PythonVersion;

/// Which rings are reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum Scope {
    /// Those that delay a finalizer.
    #[default]
    Finalizers,
    /// Every ring.
    All,
}

/// How findings are printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum OutputFormat {
    /// With the sources, every reference of the ring, and what to do.
    #[default]
    Full,
    /// One line a finding.
    Concise,
    /// One line a finding, under the name of its file.
    Grouped,
    /// One JSON array.
    Json,
    /// One JSON object a line.
    JsonLines,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// A Code Quality report of GitLab.
    Gitlab,
    /// JUnit XML, as Jenkins reads it.
    Junit,
    /// The rings as graphs for Graphviz.
    Dot,
    /// One page to look at in a browser.
    Html,
}

/// The resolved configuration.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The project's directory, absolute.
    pub root: PathBuf,
    /// The file that the configuration comes from, if there is one.
    pub config_file: Option<PathBuf>,
    /// The version of Python that the code runs on.
    pub target_version: PythonVersion,
    /// Directories that absolute imports start from, absolute.
    pub src: Vec<PathBuf>,
    /// Dotted names of classes that have a finalizer, though no `__del__` is to be seen.
    pub finalizers: Vec<String>,
    /// Files and folders with library models of the user's, absolute.
    pub models: Vec<PathBuf>,
    /// The Python environment whose packages are followed.
    pub python: Option<PathBuf>,
    /// The environment that is active (`VIRTUAL_ENV`), which stands in where none is configured.
    pub active_environment: Option<PathBuf>,
    /// The rules that are switched on.
    pub rules: RuleSet,
    /// Which rings are reported.
    pub scope: Scope,
    /// The lowest confidence that is reported.
    pub confidence: Confidence,
    /// Report rings that some method breaks, too, where nobody is seen to forget to.
    pub report_broken: bool,
    /// Rules that are switched off in some files.
    pub per_file_ignores: Vec<PerFileIgnore>,
    /// Which files are analyzed.
    pub files: FileSettings,
    /// How findings are printed.
    pub output_format: OutputFormat,
}

/// Which files are analyzed.
#[derive(Clone, Debug)]
pub struct FileSettings {
    /// The patterns of files that are left out.
    pub excludes: Excludes,
    /// Leave out also what is named explicitly.
    pub force_exclude: bool,
    /// Leave out what `.gitignore` names.
    pub respect_gitignore: bool,
}

/// Rules that are switched off where a pattern matches.
#[derive(Clone, Debug)]
pub struct PerFileIgnore {
    /// The pattern as written.
    pub pattern: String,
    /// What it matches: names, and absolute paths.
    pub files: Excludes,
    /// Whether it was written with a leading `!`: then it holds where it does not match.
    pub negated: bool,
    /// The rules.
    pub rules: RuleSet,
}

impl Settings {
    /// Whether a rule is switched on for a file.
    pub fn is_enabled(&self, code: &str, path: &Path) -> bool {
        self.rules.contains(code)
            && !self.per_file_ignores.iter().any(|it| {
                it.rules.contains(code) && it.files.matches_below(path, &self.root) != it.negated
            })
    }
}

impl ValueEnum for Confidence {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Proven, Self::Possible]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(match self {
            Self::Proven => clap::builder::PossibleValue::new("proven")
                .help("Rings whose every reference is seen to be stored"),
            Self::Possible => clap::builder::PossibleValue::new("possible")
                .help("Also rings that the types of attributes allow"),
        })
    }
}

/// The settings in the words of a configuration file, as `--show-settings` prints them.
impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let config_file = self.config_file.as_deref().map(Path::display);
        match config_file {
            Some(path) => writeln!(f, "# From {path}")?,
            None => writeln!(f, "# No configuration file")?,
        }
        writeln!(f, "# Project root: {}", self.root.display())?;
        writeln!(f, "select = {:?}", self.rules.codes())?;
        writeln!(f, "scope = {:?}", word(&self.scope))?;
        writeln!(f, "confidence = {:?}", word(&self.confidence))?;
        writeln!(f, "target-version = \"{}\"", self.target_version)?;
        writeln!(f, "report-broken = {}", self.report_broken)?;
        writeln!(f, "src = {:?}", self.src)?;
        writeln!(f, "finalizers = {:?}", self.finalizers)?;
        writeln!(f, "models = {:?}", self.models)?;
        if let Some(python) = &self.python {
            writeln!(f, "python = {python:?}")?;
        }
        writeln!(f, "exclude = {:?}", self.files.excludes.patterns())?;
        writeln!(f, "force-exclude = {}", self.files.force_exclude)?;
        writeln!(f, "respect-gitignore = {}", self.files.respect_gitignore)?;
        writeln!(f, "output-format = {:?}", word(&self.output_format))?;
        if !self.per_file_ignores.is_empty() {
            writeln!(f, "\n[per-file-ignores]")?;
        }
        for it in &self.per_file_ignores {
            writeln!(f, "{:?} = {:?}", it.pattern, it.rules.codes())?;
        }
        Ok(())
    }
}

/// A choice as it is written.
fn word(value: &impl ValueEnum) -> String {
    let value = value.to_possible_value();
    value.map_or_else(String::new, |it| it.get_name().to_owned())
}
