//! All stages in a row, from paths to what is reported.
//!
//! The command line and the language server both go this way; neither reads a file or judges a
//! finding by itself.

mod environment;
mod libraries;
mod load;
mod wanted;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::load::Lowered;
use crate::config::Settings;
use crate::cycles::class_graph::ClassEdge;
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

/// What is kept between one run and the next on the same project.
#[derive(Debug, Default)]
pub struct Session {
    lowered: Lowered,
}

impl Session {
    /// The file at `path` has, or may have, another text than before.
    pub fn forget(&mut self, path: &Path) {
        self.lowered.remove(path);
    }

    /// Analyzes the files that were found as one program: what [`check`] would say, from what did
    /// not change since the last time.
    pub fn check(
        &mut self,
        fs: &dyn FileSystem,
        found: &Discovery,
        settings: &Settings,
        texts: &Texts<'_>,
        progress: &dyn Progress,
    ) -> Outcome {
        let files = found.files.clone();
        let loaded = load::load(fs, files, &self.lowered, settings, progress);
        let known = loaded.files.iter();
        self.lowered = known
            .map(|it| (it.path.clone(), Arc::clone(&it.ir)))
            .collect();
        judge(fs, loaded, &found.problems, settings, texts, progress)
    }
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
    judge(fs, loaded, &found.problems, settings, texts, progress)
}

/// What the files that were loaded come to.
fn judge(
    fs: &dyn FileSystem,
    loaded: load::Loaded,
    not_found: &[Problem],
    settings: &Settings,
    texts: &Texts<'_>,
    progress: &dyn Progress,
) -> Outcome {
    let mut problems = not_found.to_vec();
    problems.extend(loaded.problems);
    problems.sort();
    let libraries = libraries::libraries(fs, &loaded.files, settings);
    let followed = libraries.files.len();
    let mut files = loaded.files;
    files.extend(libraries.files);
    let mut analysis = engine::analyze(files, settings, progress);
    analysis.cut.push((
        "modules of libraries too far away or too large to be followed".to_owned(),
        libraries.cut,
    ));
    let findings = select(&analysis.program, analysis.findings, settings, texts);
    Outcome {
        fingerprints: fingerprints(&analysis.program, &findings, fs),
        program: analysis.program,
        findings,
        problems,
        cut: analysis.cut,
        followed,
    }
}
