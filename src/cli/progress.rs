//! A line on the terminal that says how far the run has come.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::progress::Progress;

/// Shorter runs show nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// How often the line is drawn anew.
const INTERVAL: Duration = Duration::from_millis(100);

/// Draws on standard error, if that is a terminal.
pub(super) struct ProgressLine {
    enabled: bool,
    done: AtomicUsize,
    state: Mutex<State>,
}

struct State {
    phase: &'static str,
    steps: usize,
    next_draw: Instant,
    drawn: bool,
}

impl ProgressLine {
    pub(super) fn new(enabled: bool) -> Self {
        Self {
            enabled: enabled && io::stderr().is_terminal(),
            done: AtomicUsize::new(0),
            state: Mutex::new(State {
                phase: "",
                steps: 0,
                next_draw: Instant::now() + PATIENCE,
                drawn: false,
            }),
        }
    }

    /// Takes the line away.
    pub(super) fn finish(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::take(&mut state.drawn) {
            draw("");
        }
    }
}

impl Progress for ProgressLine {
    fn begin(&self, phase: &'static str, steps: usize) {
        self.done.store(0, Ordering::Relaxed);
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.phase = phase;
        state.steps = steps;
    }

    fn step(&self) {
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if !self.enabled {
            return;
        }
        // Whoever finds it locked has somebody else draw.
        let Ok(mut state) = self.state.try_lock() else {
            return;
        };
        let now = Instant::now();
        if now < state.next_draw {
            return;
        }
        state.next_draw = now + INTERVAL;
        state.drawn = true;
        match state.steps {
            0 => draw(&format!("{} {done}", state.phase)),
            steps => draw(&format!("{} {done}/{steps}", state.phase)),
        }
    }
}

fn draw(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = write!(stderr, "\r\u{1b}[K{text}");
    let _ = stderr.flush();
}
