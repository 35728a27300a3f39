//! The open files by themselves, while the first analysis of a large workspace takes its time.

use std::time::Duration;

use crossbeam_channel::{Receiver, after, never};

use super::position::Encoding;
use super::worker::{Job, Report, Worker};

/// How long the first analysis may take before the open files are looked at alone. Small workspaces
/// never come that far.
const DELAY: Duration = Duration::from_millis(900);

/// The state of the preview: there is one at most in a session.
#[derive(Debug)]
pub(super) struct Preview {
    due: Receiver<std::time::Instant>,
    reports: Receiver<Report>,
    worker: Option<Worker>,
    was_planned: bool,
}

impl Default for Preview {
    fn default() -> Self {
        Self {
            due: never(),
            reports: never(),
            worker: None,
            was_planned: false,
        }
    }
}

impl Preview {
    /// The analysis was given a job.
    pub(super) fn first_job(&mut self) {
        if !self.was_planned {
            self.was_planned = true;
            self.due = after(DELAY);
        }
    }

    /// Says when it is time.
    pub(super) fn due(&self) -> &Receiver<std::time::Instant> {
        &self.due
    }

    /// What it found.
    pub(super) fn reports(&self) -> &Receiver<Report> {
        &self.reports
    }

    /// Starts it.
    pub(super) fn start(&mut self, job: Job, encoding: Encoding) {
        self.due = never();
        if job.projects.is_empty() {
            // Nothing is open yet: look again.
            self.due = after(DELAY / 4);
            return;
        }
        // Without a thread there is no preview.
        if let Ok((worker, reports)) = Worker::start(encoding) {
            worker.analyze(job);
            self.worker = Some(worker);
            self.reports = reports;
        }
    }

    /// It is not needed any more.
    pub(super) fn stop(&mut self) {
        if let Some(worker) = self.worker.take() {
            worker.supersede(u64::MAX);
        }
        self.due = never();
        self.reports = never();
    }
}
