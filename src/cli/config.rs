//! `cyclint config`.

use anyhow::bail;

use super::OK;
use super::args::{ConfigArgs, RuleFormat};
use super::terminal::Terminal;
use crate::config::reference::{KEYS, Key};
use crate::rules::registry::closest;

/// Runs the command.
pub(super) fn run(args: &ConfigArgs, terminal: &Terminal) -> anyhow::Result<u8> {
    let text = match (&args.key, args.output_format) {
        (Some(name), RuleFormat::Text) => describe(find(name)?),
        (Some(name), RuleFormat::Json) => serde_json::to_string_pretty(&find(name)?.json())? + "\n",
        (None, RuleFormat::Text) => KEYS.iter().map(|it| format!("{}\n", it.name)).collect(),
        (None, RuleFormat::Json) => {
            let keys: Vec<_> = KEYS.iter().map(Key::json).collect();
            serde_json::to_string_pretty(&keys)? + "\n"
        }
    };
    terminal.write_stdout(text.as_bytes())?;
    Ok(OK)
}

fn find(name: &str) -> anyhow::Result<&'static Key> {
    if let Some(key) = Key::find(name) {
        return Ok(key);
    }
    let names: Vec<_> = KEYS.iter().map(|it| it.name).collect();
    match closest(name, &names) {
        Some(meant) => bail!("there is no key `{name}`: did you mean `{meant}`?"),
        None => bail!("there is no key `{name}`: `cyclint config` lists them"),
    }
}

fn describe(key: &Key) -> String {
    format!(
        "{}\n\n{}\n\nType: {}\nDefault: {}\nExample: {}\n",
        key.name,
        key.text,
        key.type_text(),
        key.default,
        key.example
    )
}
