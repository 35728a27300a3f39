//! `@FILE` as an argument: the arguments are the lines of the file.

use std::ffi::OsString;
use std::fs;

use anyhow::Context;

/// Replaces each `@FILE` by the lines of the file, one argument a line; empty ones are left out. A
/// path that begins with `@` can still be given, as `./@path`.
pub(super) fn expand(args: impl Iterator<Item = OsString>) -> anyhow::Result<Vec<OsString>> {
    let mut result = Vec::new();
    for arg in args {
        let Some(path) = arg.to_str().and_then(|it| it.strip_prefix('@')) else {
            result.push(arg);
            continue;
        };
        let text = fs::read_to_string(path)
            .with_context(|| format!("{path} cannot be read as a file of arguments"))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let lines = text.lines().filter(|it| !it.is_empty());
        result.extend(lines.map(OsString::from));
    }
    Ok(result)
}
