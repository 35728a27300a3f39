//! A project that is analyzed again and again while it is edited.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::libraries::{self, Followed};
use super::load::{self, Lowered};
use super::{Outcome, outcome};
use crate::config::{Scope, Settings};
use crate::engine::Engine;
use crate::program::model::{FileId, Origin};
use crate::progress::Progress;
use crate::rules::finding::Confidence;
use crate::rules::fingerprint::Locations;
use crate::source::{Discovery, FileSystem, Problem, SourceFile, Texts};

/// What is kept between one run and the next on the same project.
#[derive(Default)]
pub struct Session {
    linked: Option<Linked>,
    /// Files as they were lowered, unless they are part of the linked program.
    lowered: Lowered,
    /// Files that may have another text than the program knows.
    changed: FxHashSet<PathBuf>,
}

/// The linked program, and what it was made of.
struct Linked {
    engine: Engine,
    from: Origins,
    /// The files of the project that could be read.
    by_path: FxHashMap<PathBuf, FileId>,
    /// Those that could not.
    problems: Vec<Problem>,
    followed: Followed,
    /// Where the files with findings lie in their packages.
    locations: Locations,
}

/// What a linked program depends on beside the texts of its files.
struct Origins {
    files: Vec<SourceFile>,
    root: PathBuf,
    src: Vec<PathBuf>,
    finalizers: Vec<String>,
    models: Vec<PathBuf>,
    python: Option<PathBuf>,
    active_environment: Option<PathBuf>,
    scope: Scope,
    confidence: Confidence,
}

impl Origins {
    /// Whether a program that is linked now would be linked from the same.
    fn are(&self, found: &Discovery, settings: &Settings) -> bool {
        self.files == found.files
            && self.root == settings.root
            && self.src == settings.src
            && self.finalizers == settings.finalizers
            && self.models == settings.models
            && self.python == settings.python
            && self.active_environment == settings.active_environment
            && self.scope == settings.scope
            && self.confidence == settings.confidence
    }

    fn of(found: &Discovery, settings: &Settings) -> Self {
        Self {
            files: found.files.clone(),
            root: settings.root.clone(),
            src: settings.src.clone(),
            finalizers: settings.finalizers.clone(),
            models: settings.models.clone(),
            python: settings.python.clone(),
            active_environment: settings.active_environment.clone(),
            scope: settings.scope,
            confidence: settings.confidence,
        }
    }
}

impl Session {
    /// The file at `path` has, or may have, another text than before.
    pub fn forget(&mut self, path: &Path) {
        self.lowered.remove(path);
        self.changed.insert(path.to_owned());
    }

    /// What the project imports may have other texts than before.
    pub fn forget_libraries(&mut self) {
        let follows = |it: &Linked| it.followed.count > 0;
        if self.linked.as_ref().is_some_and(follows) {
            self.unlink(|it| it == Origin::Project);
        }
    }

    /// Analyzes the files that were found as one program: what [`super::check`] would say, from
    /// what did not change since the last time.
    pub fn check(
        &mut self,
        fs: &dyn FileSystem,
        found: &Discovery,
        settings: &Settings,
        texts: &Texts<'_>,
        progress: &dyn Progress,
    ) -> Outcome {
        self.update(fs, found, settings);
        if self.linked.is_none() {
            self.link(fs, found, settings, progress);
        }
        let Some(linked) = &mut self.linked else {
            return Outcome::default();
        };
        let mut problems = found.problems.clone();
        problems.extend(linked.problems.iter().cloned());
        let analysis = linked.engine.analyze(settings, progress);
        let (followed, locations) = (&linked.followed, &mut linked.locations);
        outcome(analysis, problems, followed, locations, fs, settings, texts)
    }

    /// Puts new versions of files in the place of the old ones, if that is all there is to do.
    fn update(&mut self, fs: &dyn FileSystem, found: &Discovery, settings: &Settings) {
        // Should this panic, there is no half-changed program.
        let Some(mut linked) = self.linked.take() else {
            return;
        };
        let is_new = linked.from.are(found, settings)
            && self.changed.iter().all(|it| linked.replace(fs, it));
        self.linked = Some(linked);
        if is_new {
            self.changed.clear();
        } else {
            self.unlink(|_| true);
        }
    }

    /// Takes the program apart; the files that are kept stay lowered.
    fn unlink(&mut self, keep: impl Fn(Origin) -> bool) {
        let Some(linked) = self.linked.take() else {
            return;
        };
        let files = linked.engine.program().files.iter();
        let kept = files.filter(|it| keep(it.origin));
        let unchanged = kept.filter(|it| !self.changed.contains(&it.path));
        self.lowered
            .extend(unchanged.map(|it| (it.path.clone(), Arc::clone(&it.ir))));
    }

    fn link(
        &mut self,
        fs: &dyn FileSystem,
        found: &Discovery,
        settings: &Settings,
        progress: &dyn Progress,
    ) {
        let loaded = load::load(fs, found.files.clone(), &self.lowered, settings, progress);
        let libraries = libraries::libraries(fs, &loaded.files, &self.lowered, settings);
        let mut files = loaded.files;
        files.extend(libraries.files);
        let engine = Engine::new(files, settings, true);
        let files = (0..).map(FileId).zip(&engine.program().files);
        let own = files.filter(|(_, it)| it.origin == Origin::Project);
        self.linked = Some(Linked {
            by_path: own.map(|(id, it)| (it.path.clone(), id)).collect(),
            from: Origins::of(found, settings),
            problems: loaded.problems,
            followed: libraries.followed,
            engine,
            locations: Locations::default(),
        });
        self.lowered.clear();
        self.changed.clear();
    }
}

impl Linked {
    /// Reads a file again. Whether that was all there is to do.
    fn replace(&mut self, fs: &dyn FileSystem, path: &Path) -> bool {
        let Some(&id) = self.by_path.get(path) else {
            return false;
        };
        let program = self.engine.program();
        let Some(old) = program.files.get(id.0 as usize) else {
            return false;
        };
        let Some(new) = load::reload(fs, old) else {
            return false;
        };
        if !self.followed.stays(program, id, &new) {
            return false;
        }
        self.engine.replace(id, new.ir)
    }
}
