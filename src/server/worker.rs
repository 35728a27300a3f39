//! The thread that analyzes.
//!
//! It is told what the world looks like, and says what it found. Of several worlds that are waiting
//! only the newest counts, and an analysis whose world has changed meanwhile is broken off: the
//! [`Progress`] that the stages report to unwinds.

use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::{env, io, thread};

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::buffers::Buffers;
use super::position::Encoding;
use super::settings::{self, EditorSettings};
use super::snapshot::{KnownItems, Listed, Snapshot};
use crate::config::Settings;
use crate::progress::Progress;
use crate::project::{self, Session};
use crate::source::{KnownTexts, Texts};

/// Deeply nested sources take deep recursion in the parser.
const STACK_SIZE: usize = 64 << 20;

/// What is to be analyzed as one program.
#[derive(Clone, Debug)]
pub(super) struct Project {
    /// The folder; for files outside of all folders the one that they lie in.
    pub(super) root: PathBuf,
    /// Which files: all in the folder, or these.
    pub(super) only: Option<Vec<PathBuf>>,
    /// What the editor says; later layers beat earlier ones.
    pub(super) editor: Vec<EditorSettings>,
}

/// The world, and what is new about it.
#[derive(Clone, Debug)]
pub(super) struct Job {
    /// Counts changes.
    pub(super) generation: u64,
    pub(super) projects: Vec<Project>,
    pub(super) buffers: Buffers,
    /// Files whose text may be another than in the job before.
    pub(super) changed: Vec<PathBuf>,
    /// Whether files may have come or gone, or settings changed.
    pub(super) relist: bool,
}

/// What the worker says.
#[derive(Debug)]
pub(super) enum Report {
    /// An analysis is finished.
    Done(Box<Snapshot>),
    /// An analysis was broken off because there is something newer.
    Cancelled,
    /// An analysis failed because of a bug; what was known before still holds.
    Failed(u64, String),
    /// The user should know this.
    Message(String),
    /// How far the first analysis has come: what it does, and percent.
    Progress(&'static str, usize),
}

/// A handle to the thread.
#[derive(Debug)]
pub(super) struct Worker {
    jobs: Sender<Job>,
    /// The newest generation: what runs for an older one stops.
    newest: Arc<AtomicU64>,
}

impl Worker {
    /// Starts the thread; what it has to say comes through the receiver.
    ///
    /// # Errors
    ///
    /// If no thread can be started.
    pub(super) fn start(encoding: Encoding) -> io::Result<(Self, Receiver<Report>)> {
        let (jobs, todo) = unbounded::<Job>();
        let (reports, receiver) = unbounded();
        let newest = Arc::new(AtomicU64::new(0));
        let pool = rayon::ThreadPoolBuilder::new()
            .stack_size(STACK_SIZE)
            .build()
            .map_err(io::Error::other)?;
        let mut state = State {
            encoding,
            newest: Arc::clone(&newest),
            reports,
            programs: BTreeMap::new(),
            is_first: true,
        };
        let run = move || {
            while let Ok(job) = todo.recv() {
                pool.install(|| state.run(&job));
            }
        };
        thread::Builder::new()
            .name("analysis".to_owned())
            .spawn(run)?;
        Ok((Self { jobs, newest }, receiver))
    }

    /// Breaks off what runs for an older generation.
    pub(super) fn supersede(&self, generation: u64) {
        self.newest.store(generation, Ordering::Relaxed);
    }

    /// Starts an analysis. One at a time: the caller waits for the report.
    pub(super) fn analyze(&self, job: Job) {
        self.supersede(job.generation);
        let _ = self.jobs.send(job);
    }
}

/// What the thread knows.
struct State {
    encoding: Encoding,
    newest: Arc<AtomicU64>,
    reports: Sender<Report>,
    programs: BTreeMap<PathBuf, Program>,
    is_first: bool,
}

/// A project, kept in memory.
#[derive(Default)]
struct Program {
    session: Session,
    /// The texts of files with findings.
    texts: KnownTexts,
    /// Its findings, as the client was told of them.
    known: KnownItems,
    /// Its files and settings, until they have to be looked for again.
    listed: Option<Arc<Listed>>,
    /// The last settings that were right.
    settings: Option<Settings>,
}

impl State {
    fn run(&mut self, job: &Job) {
        let roots: Vec<&Path> = job.projects.iter().map(|it| it.root.as_path()).collect();
        self.programs
            .retain(|root, _| roots.contains(&root.as_path()));
        for program in self.programs.values_mut() {
            if job.relist {
                program.listed = None;
                program.session.forget_libraries();
            }
            for path in &job.changed {
                program.session.forget(path);
                program.texts.forget(path);
            }
        }
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| self.analyze(job)));
        let report = match outcome {
            Ok(snapshot) => {
                self.is_first = false;
                Report::Done(Box::new(snapshot))
            }
            Err(payload) if payload.is::<Superseded>() => Report::Cancelled,
            Err(payload) => {
                // What a bug left half done is of no use.
                self.programs.clear();
                let text = payload.downcast_ref::<String>().map(String::as_str);
                let text = text.or(payload.downcast_ref::<&str>().copied());
                Report::Failed(job.generation, text.unwrap_or("a bug").to_owned())
            }
        };
        let _ = self.reports.send(report);
    }

    fn analyze(&mut self, job: &Job) -> Snapshot {
        let mut snapshot = Snapshot {
            generation: job.generation,
            ..Snapshot::default()
        };
        let folders: Vec<&Path> = job
            .projects
            .iter()
            .filter(|it| it.only.is_none())
            .map(|it| it.root.as_path())
            .collect();
        let progress = Watch {
            generation: job.generation,
            newest: &self.newest,
            reports: self.is_first.then_some(&self.reports),
            phase: std::sync::Mutex::new(("", 0)),
            done: AtomicUsize::new(0),
        };
        for project in &job.projects {
            let program = self.programs.entry(project.root.clone()).or_default();
            let Some(listed) = program.list(project, job, &self.reports) else {
                continue;
            };
            let (settings, found) = &*listed;
            let texts = Texts::with(&job.buffers, std::mem::take(&mut program.texts));
            let outcome = program
                .session
                .check(&job.buffers, found, settings, &texts, &progress);
            // A file in nested folders belongs to the innermost.
            let owns = |path: &Path| match project.only {
                Some(_) => true,
                None => innermost(&folders, path) == Some(project.root.as_path()),
            };
            let client = (&job.buffers, self.encoding);
            snapshot.add(&outcome, &listed, &texts, client, &mut program.known, owns);
            program.texts = texts.into_known();
        }
        snapshot.finish();
        snapshot
    }
}

/// The innermost folder that a path lies in.
pub(super) fn innermost<'a>(folders: &[&'a Path], path: &Path) -> Option<&'a Path> {
    let around = folders.iter().filter(|it| path.starts_with(it));
    around.max_by_key(|it| it.components().count()).copied()
}

impl Program {
    /// The settings and files of a project.
    fn list(
        &mut self,
        project: &Project,
        job: &Job,
        reports: &Sender<Report>,
    ) -> Option<Arc<Listed>> {
        if let Some(listed) = &self.listed {
            return Some(Arc::clone(listed));
        }
        let mut settings = match settings::resolved(&job.buffers, &project.root, &project.editor) {
            Ok(settings) => settings,
            Err(error) => {
                let message = format!(
                    "{}; the settings from before stay",
                    settings::describe(&error)
                );
                let _ = reports.send(Report::Message(message));
                let last = self.settings.clone();
                last.or_else(|| settings::fallback(&job.buffers, &project.root).ok())?
            }
        };
        settings.active_environment = env::var_os("VIRTUAL_ENV").map(PathBuf::from);
        self.settings = Some(settings.clone());
        // An open file is not one that the user named.
        settings.files.force_exclude = true;
        let folder = [project.root.clone()];
        let paths = project.only.as_deref().unwrap_or(&folder);
        let found = project::find_files(&job.buffers, paths, &project.root, &settings);
        let listed = Arc::new((settings, found));
        self.listed = Some(Arc::clone(&listed));
        Some(listed)
    }
}

/// What unwinds an analysis that nobody wants any more.
struct Superseded;

/// Watches whether there is something newer, and tells how far the first analysis is.
struct Watch<'a> {
    generation: u64,
    newest: &'a AtomicU64,
    reports: Option<&'a Sender<Report>>,
    phase: std::sync::Mutex<(&'static str, usize)>,
    done: AtomicUsize,
}

impl Watch<'_> {
    fn stop_if_superseded(&self) {
        if self.newest.load(Ordering::Relaxed) > self.generation {
            // Not a panic: the hook, which speaks of bugs, is not called.
            panic::resume_unwind(Box::new(Superseded));
        }
    }
}

impl Progress for Watch<'_> {
    fn begin(&self, phase: &'static str, steps: usize) {
        self.stop_if_superseded();
        if let Some(reports) = self.reports {
            *self
                .phase
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner) = (phase, steps);
            self.done.store(0, Ordering::Relaxed);
            let _ = reports.send(Report::Progress(phase, 0));
        }
    }

    fn step(&self) {
        self.stop_if_superseded();
        let Some(reports) = self.reports else {
            return;
        };
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        let (phase, steps) = *self
            .phase
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let percent = |done: usize| (100 * done).checked_div(steps).unwrap_or(0).min(100);
        if percent(done) / 5 > percent(done - 1) / 5 {
            let _ = reports.send(Report::Progress(phase, percent(done)));
        }
    }
}
