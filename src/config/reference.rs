//! Every key of the configuration, for whoever writes one: what `cyclint config` prints, and what
//! the JSON schema and the reference page are made of.

use clap::ValueEnum;
use serde::Serialize;
use serde_json::{Value, json};

use crate::rules::finding::Confidence;
use crate::rules::registry::RULES;
use crate::source::exclude::DEFAULT_EXCLUDES;

use super::{OutputFormat, Scope};

/// A key.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The name, `extend-select`.
    pub name: &'static str,
    /// What may be written.
    pub kind: Kind,
    /// What holds where nothing is written: TOML, or words in parentheses.
    pub default: &'static str,
    /// What it is for, in Markdown.
    pub text: &'static str,
    /// A line of TOML.
    pub example: &'static str,
}

/// The form of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `true` or `false`.
    Bool,
    /// One string.
    Text,
    /// A version of Python.
    Version,
    /// Strings.
    Texts,
    /// Codes and names of rules.
    Rules,
    /// A table from patterns to rules.
    RulesOfPatterns,
    /// A [`Scope`].
    Scope,
    /// A [`Confidence`].
    Confidence,
    /// An [`OutputFormat`].
    OutputFormat,
}

macro_rules! keys {
    ($($name:literal $kind:ident $default:literal $text:literal $example:literal)*) => {
        /// All keys.
        pub const KEYS: &[Key] = &[$(Key {
            name: $name,
            kind: Kind::$kind,
            default: $default,
            text: $text,
            example: $example,
        }),*];
        /// Their names.
        pub(super) const NAMES: &[&str] = &[$($name),*];
    };
}

keys! {
    "select" Rules r#"["ALL"]"#
    "Rules to switch on: a code (`\"CYC102\"`), the beginning of codes (`\"CYC1\"`), a name (`\"back-reference\"`) or `\"ALL\"`."
    r#"select = ["CYC1", "back-reference"]"#
    "extend-select" Rules "[]"
    "Rules to switch on beside those of `select`."
    r#"extend-select = ["CYC110"]"#
    "ignore" Rules "[]"
    "Rules to switch off. The narrower one of `select` and `ignore` wins."
    r#"ignore = ["closure"]"#
    "per-file-ignores" RulesOfPatterns "{}"
    "A table from patterns of files to rules that are switched off there. A leading `!` inverts the pattern."
    r#"per-file-ignores = { "tests/**" = ["CYC1"] }"#
    "scope" Scope r#""finalizers""#
    "`\"finalizers\"` reports cycles that delay a finalizer, `\"all\"` reports every cycle."
    r#"scope = "all""#
    "confidence" Confidence r#""proven""#
    "The lowest confidence that is reported. `\"possible\"` also reports cycles that the types of attributes allow, but that no code is seen to build (CYC110)."
    r#"confidence = "possible""#
    "report-broken" Bool "false"
    "Also report, as information, cycles that some method breaks and that nobody is seen to forget."
    "report-broken = true"
    "target-version" Version r#"(the lower bound of `requires-python`, else "3.14")"#
    "The version of Python that the code runs on. Below 3.4 a cycle with a finalizer is never freed, and an error."
    r#"target-version = "3.12""#
    "src" Texts "(the project's folder and its `src`)"
    "Directories that absolute imports start from."
    r#"src = ["lib"]"#
    "finalizers" Texts "[]"
    "Classes that have a finalizer though no `__del__` is to be seen, such as those of C extensions."
    r#"finalizers = ["torch.Tensor"]"#
    "models" Texts "[]"
    "Files and folders that describe libraries."
    r#"models = ["cyclint-models"]"#
    "python" Text "(none)"
    "The Python environment whose packages are followed."
    r#"python = ".venv""#
    "exclude" Texts "(caches, environments, builds; see below)"
    "Patterns of files to leave out, instead of the default ones."
    r#"exclude = ["vendor"]"#
    "extend-exclude" Texts "[]"
    "Patterns of files to leave out, beside those of `exclude`."
    r#"extend-exclude = ["*_pb2.py", "src/generated/**"]"#
    "force-exclude" Bool "false"
    "Leave out excluded files even if they are named on the command line."
    "force-exclude = true"
    "respect-gitignore" Bool "true"
    "Leave out what `.gitignore` and its like name."
    "respect-gitignore = false"
    "output-format" OutputFormat r#""full""#
    "How findings are printed."
    r#"output-format = "concise""#
}

/// A key for programs. Frozen, as the findings are.
#[derive(Serialize)]
pub struct JsonKey {
    name: &'static str,
    r#type: String,
    default: &'static str,
    text: &'static str,
    example: &'static str,
}

impl Key {
    /// The key with a name.
    pub fn find(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|it| it.name == name)
    }

    /// What may be written, in words.
    pub fn type_text(&self) -> String {
        match self.kind {
            Kind::Bool => "true or false".to_owned(),
            Kind::Text => "a string".to_owned(),
            Kind::Version => "a version of Python, as a string".to_owned(),
            Kind::Texts => "an array of strings".to_owned(),
            Kind::Rules => "an array of rules".to_owned(),
            Kind::RulesOfPatterns => "a table of arrays of rules".to_owned(),
            Kind::Scope | Kind::Confidence | Kind::OutputFormat => {
                let words = self.words().into_iter();
                words
                    .map(|it| format!("\"{it}\""))
                    .collect::<Vec<_>>()
                    .join(" | ")
            }
        }
    }

    /// The key for programs.
    pub fn json(&self) -> JsonKey {
        JsonKey {
            name: self.name,
            r#type: self.type_text(),
            default: self.default,
            text: self.text,
            example: self.example,
        }
    }

    fn words(&self) -> Vec<String> {
        match self.kind {
            Kind::Scope => words::<Scope>(),
            Kind::Confidence => words::<Confidence>(),
            Kind::OutputFormat => words::<OutputFormat>(),
            _ => Vec::new(),
        }
    }

    fn schema(&self) -> Value {
        let rule = json!({ "$ref": "#/definitions/rule" });
        let mut schema = match self.kind {
            Kind::Bool => json!({ "type": "boolean" }),
            Kind::Text => json!({ "type": "string" }),
            Kind::Version => json!({
                "type": "string",
                "pattern": r"^([23]\.\d+|py[23]\d+)$",
            }),
            Kind::Texts => json!({ "type": "array", "items": { "type": "string" } }),
            Kind::Rules => json!({ "type": "array", "items": rule }),
            Kind::RulesOfPatterns => json!({
                "type": "object",
                "additionalProperties": { "type": "array", "items": rule },
            }),
            Kind::Scope | Kind::Confidence | Kind::OutputFormat => json!({ "enum": self.words() }),
        };
        if let Some(object) = schema.as_object_mut() {
            object.insert("description".to_owned(), self.text.into());
            if let Ok(default) = serde_json::from_str::<Value>(self.default) {
                object.insert("default".to_owned(), default);
            }
            if self.name == "exclude" {
                object.insert("default".to_owned(), json!(DEFAULT_EXCLUDES));
            }
        }
        schema
    }
}

/// The JSON schema of `cyclint.toml`, and of `[tool.cyclint]`.
pub fn schema() -> Value {
    let properties: serde_json::Map<_, _> = KEYS
        .iter()
        .map(|it| (it.name.to_owned(), it.schema()))
        .collect();
    let rules: Vec<_> = RULES.iter().flat_map(|it| [it.code, it.name]).collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "The configuration of cyclint",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "definitions": {
            "rule": {
                "description": "The code or name of a rule, the beginning of codes, or ALL.",
                "anyOf": [
                    { "enum": rules },
                    { "type": "string", "pattern": "^(ALL|CYC\\d{0,3})$" },
                ],
            },
        },
    })
}

fn words<T: ValueEnum>() -> Vec<String> {
    let values = T::value_variants().iter();
    values
        .filter_map(ValueEnum::to_possible_value)
        .map(|it| it.get_name().to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::KEYS;
    use crate::config::from_inline;

    #[test]
    fn examples_and_defaults_can_be_read() {
        for key in KEYS {
            let read = from_inline(key.example).map(|_| ());
            assert_eq!(read, Ok(()), "{}", key.example);
            if !key.default.starts_with('(') {
                let line = format!("{} = {}", key.name, key.default);
                assert_eq!(from_inline(&line).map(|_| ()), Ok(()), "{line}");
            }
        }
    }
}
