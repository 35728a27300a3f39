//! `--watch`: a run, and another one whenever a file has changed.
//!
//! The files are looked at twice a second. That needs no service of the system, and works on
//! network and container file systems, which tell nobody of changes.

use std::env;
use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::{Context, bail};

use super::args::{CheckArgs, GlobalArgs};
use super::check_settings::{common_directory, settings};
use super::terminal::Terminal;
use super::{check, fail};
use crate::project;
use crate::source::Disk;

const INTERVAL: Duration = Duration::from_millis(500);

/// The names of files that hold settings.
const SETTINGS: [&str; 3] = ["pyproject.toml", "cyclint.toml", ".cyclint.toml"];

/// What tells whether a file has changed.
type Stamp = (PathBuf, Option<(SystemTime, u64)>);

/// Runs until it is interrupted.
pub(super) fn run(
    args: &CheckArgs,
    global: &GlobalArgs,
    terminal: &Terminal,
) -> anyhow::Result<u8> {
    if args.paths.iter().any(|it| check::is_stdin(it)) {
        bail!("--watch looks at files, and standard input is none");
    }
    let cwd = env::current_dir().context("there is no working directory")?;
    loop {
        if io::stdout().is_terminal() {
            // Clears the screen, and goes to its beginning.
            terminal.write_stdout(b"\x1b[2J\x1b[H")?;
        }
        // Before the run: what changes during it is seen afterwards.
        let before = stamps(args, global, &cwd);
        if let Err(error) = check::run(args, global, terminal)
            && fail(&error, terminal) == super::OK
        {
            return Ok(super::OK);
        }
        terminal.info(&"watching for changes");
        while stamps(args, global, &cwd) == before {
            thread::sleep(INTERVAL);
        }
    }
}

/// The state of all files that the result depends on.
fn stamps(args: &CheckArgs, global: &GlobalArgs, cwd: &Path) -> Vec<Stamp> {
    let start = common_directory(&Disk, &args.paths, cwd);
    let mut paths: Vec<_> = start
        .ancestors()
        .flat_map(|directory| SETTINGS.map(|it| directory.join(it)))
        .collect();
    paths.extend(global.config.iter().map(|it| cwd.join(it)));
    paths.extend(args.baseline.clone());
    // With broken settings, nothing is run until those change.
    if let Ok(settings) = settings(&Disk, args, global, cwd, &start, &start) {
        let found = project::find_files(&Disk, &args.paths, cwd, &settings);
        paths.extend(found.files.into_iter().map(|it| it.path));
    }
    paths.into_iter().map(stamp).collect()
}

fn stamp(path: PathBuf) -> Stamp {
    let metadata = fs::metadata(&path).ok();
    let state = metadata.and_then(|it| Some((it.modified().ok()?, it.len())));
    (path, state)
}
