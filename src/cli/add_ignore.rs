//! `--add-ignore`: suppression comments for all findings, written into the sources.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;

use super::terminal::Terminal;
use super::{ERROR, OK, out_file};
use crate::output::neutral::neutralize;
use crate::project::Outcome;
use crate::rules::add_ignore::{Wanted, add_ignores};
use crate::rules::registry::Rule;
use crate::source::FileSystem;
use crate::syntax::SourceKind;

/// Writes the comments. Findings about the sources themselves (CYC001, CYC002) get none: they are
/// not the code's nature but its mistakes.
pub(super) fn run(
    fs: &dyn FileSystem,
    outcome: &Outcome,
    reason: &str,
    terminal: &Terminal,
) -> anyhow::Result<u8> {
    // A comment is one line.
    let reason = neutralize(reason.trim());
    let mut by_file: BTreeMap<&Path, Vec<Wanted>> = BTreeMap::new();
    for finding in outcome.findings.iter().filter(|it| !it.cycle.is_empty()) {
        let file = outcome.program.files.get(finding.place.file.0 as usize);
        if let (Some(file), Some(rule)) = (file, Rule::by_code(finding.code)) {
            let wanted = by_file.entry(&file.path).or_default();
            wanted.push((finding.place.range.start().to_u32(), rule.name));
        }
    }
    let (mut added, mut left_out) = (0, 0);
    let files = by_file.len();
    for (path, wanted) in by_file {
        let missed = rewrite(fs, path, &wanted, &reason)
            .with_context(|| format!("{} cannot be changed", path.display()))?;
        if missed > 0 {
            let path = path.display().to_string();
            let path = neutralize(&path);
            let message = format_args!("{path}: {missed} places can hold no comment");
            terminal.warning(&message);
        }
        added += wanted.len() - missed;
        left_out += missed;
    }
    terminal.note(&format_args!("{added} findings silenced in {files} files"));
    let is_complete = left_out == 0 && outcome.problems.is_empty();
    Ok(if is_complete { OK } else { ERROR })
}

/// Changes a file; how many places were left out. One that is not UTF-8 is left alone: what is
/// written has to be its own bytes, with the comments between them.
fn rewrite(
    fs: &dyn FileSystem,
    path: &Path,
    wanted: &[Wanted],
    reason: &str,
) -> anyhow::Result<usize> {
    let content = String::from_utf8(fs.read(path)?).context("it is not UTF-8")?;
    let (mark, text) = match content.strip_prefix('\u{feff}') {
        Some(text) => ("\u{feff}", text),
        None => ("", content.as_str()),
    };
    let is_stub = path.extension().is_some_and(|it| it == "pyi");
    let kind = if is_stub {
        SourceKind::Stub
    } else {
        SourceKind::Python
    };
    let (changed, left_out) = add_ignores(text, kind, wanted, reason);
    if changed != text {
        out_file::write(path, format!("{mark}{changed}").as_bytes())?;
    }
    Ok(left_out)
}
