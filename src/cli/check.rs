//! `cyclint check`.

use std::env;
use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use termcolor::Buffer;

use super::args::{CheckArgs, GlobalArgs};
use super::baseline::{BaselineFile, report_stale};
use super::check_settings::{common_directory, settings};
use super::progress::ProgressLine;
use super::terminal::Terminal;
use super::{ERROR, FINDINGS, OK, add_ignore, out_file};
use crate::config::Settings;
use crate::output::neutral::neutralize;
use crate::output::{Report, count, is_for_people, render, render_statistics, render_summary};
use crate::project::{self, Outcome};
use crate::source::discover::absolute;
use crate::source::{
    Discovery, Disk, FileSystem, Overlay, Problem, SourceFile, Texts, display_path,
};

/// Deeply nested sources take deep recursion in the parser. What is not used takes no memory.
const STACK_SIZE: usize = 256 << 20;

/// More threads than this only cost time to start.
const MAX_THREADS: usize = 256;

/// Runs the command.
pub(super) fn run(
    args: &CheckArgs,
    global: &GlobalArgs,
    terminal: &Terminal,
) -> anyhow::Result<u8> {
    let cwd = env::current_dir().context("there is no working directory")?;
    if args.add_ignore.is_some() && args.paths.iter().any(|it| is_stdin(it)) {
        bail!("--add-ignore changes files, and standard input is none");
    }
    let stdin = read_stdin(args, &cwd)?;
    let run = Run {
        args,
        global,
        terminal,
        cwd: &cwd,
        stdin: stdin.as_ref().map(|it| it.path.clone()),
    };
    match stdin {
        None => in_pool(args.threads, || run.check(&Disk))?,
        Some(Stdin { path, content }) => {
            let fs = Overlay::new(&Disk, path, content);
            in_pool(args.threads, || run.check(&fs))?
        }
    }
}

/// The directory of the checked-out repository, as the service that the run is a part of says, if
/// it lies around the working directory; else that.
fn repository(cwd: &Path) -> PathBuf {
    ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"]
        .into_iter()
        .filter_map(env::var_os)
        .filter_map(|it| Disk.canonicalize(Path::new(&it)).ok())
        .find(|it| cwd.starts_with(it))
        .unwrap_or_else(|| cwd.to_owned())
}

/// Works on so many threads, or one for each core.
pub(super) fn in_pool<T: Send>(
    threads: Option<NonZeroUsize>,
    work: impl FnOnce() -> T + Send,
) -> anyhow::Result<T> {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads.map_or(0, |it| it.get().min(MAX_THREADS)))
        .stack_size(STACK_SIZE)
        .build()
        .context("no threads could be started")?;
    Ok(pool.install(work))
}

/// What was given on standard input, and the file that it stands for.
struct Stdin {
    path: PathBuf,
    content: Vec<u8>,
}

fn read_stdin(args: &CheckArgs, cwd: &Path) -> anyhow::Result<Option<Stdin>> {
    let name = args.stdin_filename.as_deref();
    if name.is_none() && !args.paths.iter().any(|it| is_stdin(it)) {
        return Ok(None);
    }
    let mut content = Vec::new();
    let mut stdin = io::stdin().lock();
    stdin
        .read_to_end(&mut content)
        .context("standard input cannot be read")?;
    let path = absolute(name.unwrap_or(Path::new("<stdin>")), cwd);
    let path = Disk.canonicalize(&path).unwrap_or(path);
    Ok(Some(Stdin { path, content }))
}

pub(super) fn is_stdin(path: &Path) -> bool {
    path == Path::new("-")
}

/// Notebooks are no text, but JSON with the text in it; only an editor hands over the cells.
fn leave_out_notebooks(found: &mut Discovery) {
    let is_notebook = |it: &mut SourceFile| it.path.extension().is_some_and(|it| it == "ipynb");
    let notebooks = found.files.extract_if(.., is_notebook);
    found.problems.extend(notebooks.map(|it| Problem {
        path: it.display,
        message: "a notebook: these are analyzed in an editor only".to_owned(),
    }));
    found.problems.sort();
}

/// What the steps of a run have in common.
struct Run<'a> {
    args: &'a CheckArgs,
    global: &'a GlobalArgs,
    terminal: &'a Terminal,
    cwd: &'a Path,
    /// The file that standard input stands for.
    stdin: Option<PathBuf>,
}

impl Run<'_> {
    fn check(&self, fs: &dyn FileSystem) -> anyhow::Result<u8> {
        let (settings, paths) = self.settings(fs)?;
        if self.args.show_settings {
            return self.print(settings.to_string().as_bytes());
        }
        let mut found = project::find_files(fs, &paths, self.cwd, &settings);
        leave_out_notebooks(&mut found);
        if self.args.show_files {
            return self.show_files(&found);
        }
        if found.files.is_empty() && found.problems.is_empty() {
            let message = "no Python files found under the given paths";
            self.terminal.warning(&message);
        }
        self.describe(&found, &settings);
        let baseline = self.args.baseline.as_deref();
        let baseline = baseline
            .map(|it| BaselineFile::read(it, self.cwd, self.args.update_baseline))
            .transpose()?;

        let progress = ProgressLine::new(!self.terminal.is_quiet());
        let texts = Texts::new(fs);
        let mut outcome = project::check(fs, found, &settings, &texts, &progress);
        progress.finish();

        self.report_problems(&outcome.problems);
        let followed = outcome.followed;
        self.terminal
            .info(&format_args!("{followed} files of libraries followed"));
        for (what, count) in outcome.cut.iter().filter(|(_, count)| *count > 0) {
            self.terminal
                .info(&format_args!("cut off: {what} ({count} times)"));
        }
        if let Some(reason) = &self.args.add_ignore {
            return add_ignore::run(fs, &outcome, reason, self.terminal);
        }
        let mut has_stale = false;
        if let (Some(baseline), Some(shown)) = (baseline, &self.args.baseline) {
            if self.args.update_baseline {
                let known = count(baseline.update(&outcome)?, "known finding");
                let shown = shown.display();
                self.terminal
                    .note(&format_args!("{known} written to {shown}"));
                return Ok(OK);
            }
            let stale = baseline.apply(&mut outcome, &settings);
            has_stale = report_stale(&stale, shown, self.terminal);
        }
        self.print(&self.render(&texts, &outcome, &settings)?)?;
        let is_clean = outcome.findings.is_empty() && !has_stale;
        let status = if !outcome.problems.is_empty() {
            ERROR
        } else if is_clean || self.args.exit_zero {
            OK
        } else {
            FINDINGS
        };
        // The process ends: taking a large program apart first would only cost time.
        if !self.args.watch {
            std::mem::forget(outcome);
        }
        Ok(status)
    }

    /// The settings, and the paths to look for files under.
    fn settings(&self, fs: &dyn FileSystem) -> anyhow::Result<(Settings, Vec<PathBuf>)> {
        let named = self.args.paths.iter().filter(|it| !is_stdin(it));
        let mut paths: Vec<_> = named.cloned().collect();
        paths.extend(self.stdin.clone());
        let start = common_directory(fs, &paths, self.cwd);
        let fallback_root = if self.stdin.is_some() && start.starts_with(self.cwd) {
            self.cwd
        } else {
            &start
        };
        let resolve = settings(fs, self.args, self.global, self.cwd, &start, fallback_root);
        let mut settings = resolve?;
        settings.active_environment = env::var_os("VIRTUAL_ENV").map(PathBuf::from);
        // A ring through the text from standard input may have its other half in any file of the
        // project. A text without a name belongs to none.
        if paths.len() == 1 && self.stdin.is_some() && self.args.stdin_filename.is_some() {
            paths.push(settings.root.clone());
        }
        Ok((settings, paths))
    }

    fn show_files(&self, found: &Discovery) -> anyhow::Result<u8> {
        self.report_problems(&found.problems);
        let lines = found.files.iter();
        let lines = lines.map(|it| format!("{}\n", neutralize(&it.display)));
        self.print(lines.collect::<String>().as_bytes())?;
        Ok(if found.problems.is_empty() { OK } else { ERROR })
    }

    fn describe(&self, found: &Discovery, settings: &Settings) {
        let root = settings.root.display();
        match &settings.config_file {
            Some(path) => {
                let path = display_path(path, self.cwd);
                self.terminal.info(&format_args!("settings from {path}"));
            }
            None => self.terminal.info(&"no settings file"),
        }
        let files = found.files.len();
        let message = format_args!("{files} files, project root {root}");
        self.terminal.info(&message);
    }

    fn report_problems(&self, problems: &[Problem]) {
        for Problem { path, message } in problems {
            self.terminal.error(&format_args!("{path}: {message}"));
        }
    }

    fn render(
        &self,
        texts: &Texts<'_>,
        outcome: &Outcome,
        settings: &Settings,
    ) -> io::Result<Vec<u8>> {
        let report = Report {
            program: &outcome.program,
            findings: &outcome.findings,
            fingerprints: &outcome.fingerprints,
            texts,
            problems: &outcome.problems,
            repository: &repository(self.cwd),
        };
        let format = settings.output_format;
        if !is_for_people(format) || self.args.statistics {
            let mut buffer = Buffer::no_color();
            if self.args.statistics {
                render_statistics(&report, format, &mut buffer)?;
            } else {
                render(&report, format, &mut buffer)?;
            }
            return Ok(buffer.into_inner());
        }
        let to_file = self.args.output_file.is_some();
        let mut buffer = self.terminal.stdout_buffer(to_file);
        render(&report, format, &mut buffer)?;
        if !self.terminal.is_quiet() {
            render_summary(&report, outcome.problems.is_empty(), &mut buffer)?;
        }
        Ok(buffer.into_inner())
    }

    /// Writes to where the output belongs.
    fn print(&self, bytes: &[u8]) -> anyhow::Result<u8> {
        match &self.args.output_file {
            Some(path) => out_file::write(path, bytes)
                .with_context(|| format!("{} cannot be written", path.display()))?,
            None => {
                let written = self.terminal.write_stdout(bytes);
                written.context("standard output cannot be written")?;
            }
        }
        Ok(OK)
    }
}
