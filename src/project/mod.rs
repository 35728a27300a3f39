//! All stages in a row, from paths to what is reported.
//!
//! The command line and the language server both go this way; neither reads a file or judges a
//! finding by itself.

mod environment;
mod libraries;
mod load;
mod session;
mod wanted;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::libraries::Followed;
use self::load::Lowered;
pub use self::session::Session;
use crate::config::Settings;
use crate::cycles::class_graph::ClassEdge;
use crate::engine::{self, Analysis};
use crate::program::model::Program;
use crate::progress::Progress;
use crate::rules::finding::Finding;
use crate::rules::fingerprint::{Locations, fingerprints};
use crate::rules::select::select;
use crate::source::discover::Request;
use crate::source::{Discovery, FileSystem, Problem, Texts, discover};

/// The outcome of a run.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The linked program.
    pub program: Arc<Program>,
    /// What is reported, sorted.
    pub findings: Vec<Finding>,
    /// The fingerprint of each of them.
    pub fingerprints: Vec<String>,
    /// What could not be read, sorted.
    pub problems: Vec<Problem>,
    /// How many files of libraries (models included) were read beside the project's.
    pub followed: usize,
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
    // Where no file says what the project is, its root is what was named, which may itself be
    // excluded.
    let root = match &settings.config_file {
        None if settings.root.starts_with(cwd) => cwd,
        _ => &settings.root,
    };
    discover(
        fs,
        &Request {
            paths,
            cwd,
            root,
            excludes: Arc::new(settings.files.excludes.clone()),
            force_exclude: settings.files.force_exclude,
            respect_gitignore: settings.files.respect_gitignore,
        },
    )
}

/// Which class of a project holds which.
#[derive(Debug, Default)]
pub struct ClassGraph {
    /// The linked program.
    pub program: Program,
    /// The references between its classes, sorted.
    pub edges: Vec<ClassEdge>,
    /// What could not be read, sorted.
    pub problems: Vec<Problem>,
}

/// Finds out which class holds which in the files that were found.
pub fn class_graph(
    fs: &dyn FileSystem,
    found: Discovery,
    settings: &Settings,
    progress: &dyn Progress,
) -> ClassGraph {
    let loaded = load::load(fs, found.files, &Lowered::default(), settings, progress);
    let mut problems = found.problems;
    problems.extend(loaded.problems);
    problems.sort();
    let (program, edges) = engine::class_graph(loaded.files, settings, progress);
    ClassGraph {
        program,
        edges,
        problems,
    }
}

/// Analyzes the files that were found as one program. The texts of files with findings are left in `texts`.
pub fn check(
    fs: &dyn FileSystem,
    found: Discovery,
    settings: &Settings,
    texts: &Texts<'_>,
    progress: &dyn Progress,
) -> Outcome {
    let loaded = load::load(fs, found.files, &Lowered::default(), settings, progress);
    let mut problems = found.problems;
    problems.extend(loaded.problems);
    let libraries = libraries::libraries(fs, &loaded.files, &Lowered::default(), settings);
    let mut files = loaded.files;
    files.extend(libraries.files);
    let analysis = engine::analyze(files, settings, progress);
    let followed = &libraries.followed;
    let locations = &mut Locations::default();
    outcome(analysis, problems, followed, locations, fs, settings, texts)
}

/// What an analysis comes to under the settings.
fn outcome(
    mut analysis: Analysis,
    mut problems: Vec<Problem>,
    followed: &Followed,
    locations: &mut Locations,
    fs: &dyn FileSystem,
    settings: &Settings,
    texts: &Texts<'_>,
) -> Outcome {
    problems.sort();
    analysis.cut.push((
        "modules of libraries too far away or too large to be followed".to_owned(),
        followed.cut,
    ));
    let findings = select(&analysis.program, analysis.findings, settings, texts);
    Outcome {
        fingerprints: fingerprints(&analysis.program, &findings, fs, locations),
        program: analysis.program,
        findings,
        problems,
        cut: analysis.cut,
        followed: followed.count,
    }
}
