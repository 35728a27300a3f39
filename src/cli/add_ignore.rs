//! `--add-ignore`: suppression comments for all findings, written into the sources.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;

use super::terminal::Terminal;
use super::{ERROR, OK, out_file};
use crate::output::count;
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
    let mut by_file: BTreeMap<u32, Vec<Wanted>> = BTreeMap::new();
    for finding in outcome.findings.iter().filter(|it| !it.cycle.is_empty()) {
        if let Some(rule) = Rule::by_code(finding.code) {
            let wanted = by_file.entry(finding.place.file.0).or_default();
            wanted.push((finding.place.range.start().to_u32(), rule.name));
        }
    }
    let (mut added, mut files) = (0, 0);
    let mut is_complete = outcome.problems.is_empty();
    for (file, wanted) in by_file {
        let Some(file) = outcome.program.files.get(file as usize) else {
            continue;
        };
        let shown = &file.display;
        // A file that cannot be changed does not keep the others from it.
        match rewrite(fs, &file.path, &wanted, &reason) {
            Ok(missed) => {
                if missed > 0 {
                    let places = count(missed, "place");
                    terminal.warning(&format_args!("{shown}: {places} can hold no comment"));
                }
                is_complete &= missed == 0;
                added += wanted.len() - missed;
                files += usize::from(wanted.len() > missed);
            }
            Err(error) => {
                terminal.error(&format_args!("{shown} cannot be changed: {error:#}"));
                is_complete = false;
            }
        }
    }
    let (added, files) = (count(added, "finding"), count(files, "file"));
    terminal.note(&format_args!("{added} silenced in {files}"));
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
