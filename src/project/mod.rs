//! All stages in a row, from paths to what is reported.
//!
//! The command line and the language server both go this way; neither reads a file or judges a
//! finding by itself.

mod load;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::config::Settings;
use crate::engine;
use crate::program::model::Program;
use crate::progress::Progress;
use crate::rules::finding::Finding;
use crate::rules::fingerprint::fingerprints;
use crate::rules::select::select;
use crate::source::discover::Request;
use crate::source::{Discovery, FileSystem, Problem, Texts, discover};

/// The outcome of a run.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The linked program.
    pub program: Program,
    /// What is reported, sorted.
    pub findings: Vec<Finding>,
    /// The fingerprint of each of them.
    pub fingerprints: Vec<String>,
    /// What could not be read, sorted.
    pub problems: Vec<Problem>,
    /// What bounds cut off, and how often.
    pub cut: Vec<(String, u64)>,
}

/// Finds the files below `paths` that the settings do not leave out.
pub fn find_files(
    fs: &dyn FileSystem,
    paths: &[PathBuf],
    cwd: &Path,
    settings: &Settings,
) -> Discovery {
    discover(
        fs,
        &Request {
            paths,
            cwd,
            root: &settings.root,
            excludes: Arc::new(settings.files.excludes.clone()),
            force_exclude: settings.files.force_exclude,
            respect_gitignore: settings.files.respect_gitignore,
        },
    )
}

/// Analyzes the files that were found as one program. The texts of files with findings are left in `texts`.
pub fn check(
    fs: &dyn FileSystem,
    found: Discovery,
    settings: &Settings,
    texts: &Texts<'_>,
    progress: &dyn Progress,
) -> Outcome {
    let loaded = load::load(fs, found.files, settings, progress);
    let mut problems = found.problems;
    problems.extend(loaded.problems);
    problems.sort();
    let analysis = engine::analyze(loaded.files, settings, progress);
    let findings = select(&analysis.program, analysis.findings, settings, texts);
    Outcome {
        fingerprints: fingerprints(&analysis.program, &findings, fs),
        program: analysis.program,
        findings,
        problems,
        cut: analysis.cut,
    }
}
