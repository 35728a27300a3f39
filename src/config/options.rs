//! What can be written in a configuration file.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::Deserialize;
use toml::Spanned;

use crate::rules::finding::Confidence;
use crate::rules::registry::Selector;

use super::text::deserialize;
use super::{OutputFormat, PythonVersion, Scope};

/// The keys of `[tool.cyclint]`, of `cyclint.toml`, and of `--config "key = value"`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(
    rename_all = "kebab-case",
    deny_unknown_fields,
    expecting = "expected a table"
)]
pub struct Options {
    /// Rules to switch on, instead of all.
    pub select: Option<Vec<Selector>>,
    /// Rules to switch on beside those of `select`.
    pub extend_select: Option<Vec<Selector>>,
    /// Rules to switch off.
    pub ignore: Option<Vec<Selector>>,
    /// Rules to switch off in the files that a pattern matches.
    pub per_file_ignores: Option<BTreeMap<Glob, Vec<Selector>>>,
    /// Report only rings that delay a finalizer (`finalizers`), or every ring (`all`).
    pub scope: Option<Scope>,
    /// The lowest confidence that is reported.
    pub confidence: Option<Confidence>,
    /// Report rings that a method breaks, too, where no owner is seen to forget to call it.
    pub report_broken: Option<bool>,
    /// The version of Python that the code runs on.
    pub target_version: Option<PythonVersion>,
    /// Directories that absolute imports start from.
    pub src: Option<Vec<String>>,
    /// Classes that have a finalizer, though no `__del__` is to be seen.
    pub finalizers: Option<Vec<String>>,
    /// Files and folders with library models.
    pub models: Option<Vec<Spanned<String>>>,
    /// The Python environment whose packages are followed.
    pub python: Option<Spanned<String>>,
    /// Patterns of files to leave out, instead of the default ones.
    pub exclude: Option<Vec<Glob>>,
    /// Patterns of files to leave out, beside those of `exclude`.
    pub extend_exclude: Option<Vec<Glob>>,
    /// Leave out also what is named explicitly.
    pub force_exclude: Option<bool>,
    /// Leave out what `.gitignore` names.
    pub respect_gitignore: Option<bool>,
    /// How findings are printed.
    pub output_format: Option<OutputFormat>,
}

impl Options {
    /// All keys.
    pub const KEYS: &[&str] = super::reference::NAMES;
}

/// A pattern of files, valid.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Glob(pub String);

impl FromStr for Glob {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match globset::Glob::new(text.strip_prefix('!').unwrap_or(text)) {
            Ok(_) => Ok(Self(text.to_owned())),
            Err(error) => Err(format!("`{text}` is no pattern of files: {}", error.kind())),
        }
    }
}

deserialize!(
    Glob,
    from_string,
    "a pattern of files in quotes, such as \"tests/**\""
);
deserialize!(
    Selector,
    from_string,
    "the code or name of a rule in quotes, such as \"CYC102\""
);
deserialize!(
    PythonVersion,
    from_string,
    "a Python version in quotes, such as \"3.12\""
);
deserialize!(Scope, from_choice, "\"finalizers\" or \"all\"");
deserialize!(Confidence, from_choice, "\"proven\" or \"possible\"");
deserialize!(
    OutputFormat,
    from_choice,
    "the name of an output format in quotes, such as \"concise\""
);

#[cfg(test)]
mod tests {
    use super::Options;

    /// `deny_unknown_fields` lists what serde knows.
    #[test]
    fn keys_are_those_of_the_struct() {
        let error = toml::from_str::<Options>("nonsense = 1").err();
        let message = error.map(|it| it.message().to_owned()).unwrap_or_default();
        let listed: Vec<_> = message.split('`').skip(3).step_by(2).collect();
        assert_eq!(listed, Options::KEYS, "{message}");
    }
}
