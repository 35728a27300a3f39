//! `--baseline`: comparing a run with the findings that are known, and writing them down.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::out_file;
use super::terminal::Terminal;
use crate::config::Settings;
use crate::project::Outcome;
use crate::rules::baseline::{Entry, compare, format, parse};
use crate::rules::finding::Finding;
use crate::source::Disk;
use crate::source::discover::absolute;
use crate::source::file_system::{FileKind, FileSystem};

/// A baseline in its file.
pub(super) struct BaselineFile<'a> {
    /// As it was named.
    shown: &'a Path,
    path: PathBuf,
    entries: Vec<Entry>,
}

impl<'a> BaselineFile<'a> {
    /// Reads the file. One that is to be written need not be there yet.
    pub(super) fn read(shown: &'a Path, cwd: &Path, to_update: bool) -> anyhow::Result<Self> {
        let path = absolute(shown, cwd);
        let entries = match Disk.kind(&path) {
            Err(_) if to_update => Vec::new(),
            Ok(FileKind::Special) => bail!("{} is not a regular file", shown.display()),
            _ => {
                let text = fs::read_to_string(&path)
                    .with_context(|| format!("{} cannot be read", shown.display()))?;
                parse(&text).map_err(|line| {
                    let shown = shown.display();
                    anyhow::anyhow!(
                        "{shown}:{line}: expected a fingerprint, a rule, a file and a ring with \
                         tabs between them, as --update-baseline writes them"
                    )
                })?
            }
        };
        Ok(Self {
            shown,
            path,
            entries,
        })
    }

    /// Takes out of a run what is known. Gives the entries that nothing matches though their file
    /// was analyzed, or is gone.
    pub(super) fn apply(self, outcome: &mut Outcome, settings: &Settings) -> Vec<Entry> {
        let found = self.found(outcome);
        let compared = compare(&found, self.entries.clone());
        let mut known = compared.known.iter();
        outcome.findings.retain(|_| known.next() != Some(&true));
        let mut known = compared.known.iter();
        outcome.fingerprints.retain(|_| known.next() != Some(&true));
        let mut stale = compared.unmatched;
        stale.retain(|it| settings.rules.contains(&it.code) && self.is_judged(it, outcome));
        stale
    }

    /// Writes the findings of a run. What is known of files that were not analyzed stays.
    pub(super) fn update(self, outcome: &Outcome) -> anyhow::Result<usize> {
        if let Some(problem) = outcome.problems.first() {
            let path = &problem.path;
            bail!("{path} could not be read, so the baseline was left as it is");
        }
        let mut entries = self.found(outcome);
        let compared = compare(&entries, self.entries.clone());
        let others = compared.unmatched.into_iter();
        entries.extend(others.filter(|it| !self.is_judged(it, outcome)));
        let count = entries.len();
        out_file::write(&self.path, format(entries).as_bytes())
            .with_context(|| format!("{} cannot be written", self.shown.display()))?;
        Ok(count)
    }

    fn found(&self, outcome: &Outcome) -> Vec<Entry> {
        let findings = outcome.findings.iter().zip(&outcome.fingerprints);
        findings
            .map(|(it, fingerprint)| Entry::of(it, fingerprint, self.relative(it, outcome)))
            .collect()
    }

    fn relative(&self, finding: &Finding, outcome: &Outcome) -> String {
        let Some(file) = outcome.program.files.get(finding.place.file.0 as usize) else {
            return String::new();
        };
        let below = file.path.strip_prefix(self.directory()).ok();
        let below = below.map(|it| it.to_string_lossy().replace('\\', "/"));
        below.unwrap_or_else(|| file.display.clone())
    }

    /// Whether this run can tell that an entry's finding is gone: its file was analyzed, or does
    /// not exist any more.
    fn is_judged(&self, entry: &Entry, outcome: &Outcome) -> bool {
        let path = self.directory().join(&entry.path);
        outcome.program.files.iter().any(|it| it.path == path) || !path.exists()
    }

    fn directory(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("/"))
    }
}

/// Tells of entries that can go. Whether that is a failure: where nobody watches, in continuous
/// integration, it is.
pub(super) fn report_stale(stale: &[Entry], shown: &Path, terminal: &Terminal) -> bool {
    let in_ci = env::var_os("CI").is_some_and(|it| !it.is_empty() && it != "false" && it != "0");
    let shown = shown.display();
    for it in stale {
        let message = format!(
            "{shown}: nothing matches this entry any more, remove it: {} {}: {} ({})",
            it.code, it.path, it.ring, it.fingerprint,
        );
        if in_ci {
            terminal.error(&message);
        } else {
            terminal.warning(&message);
        }
    }
    in_ci && !stale.is_empty()
}
