//! The command line.
//!
//! Arguments are data ([`args`]); each command is a function from them to an exit code.

mod add_ignore;
mod arg_file;
pub mod args;
mod baseline;
mod check;
mod check_settings;
mod config;
mod generate;
mod graph;
mod out_file;
mod progress;
mod rule;
mod terminal;
mod watch;

use std::env;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::panic;
use std::process::ExitCode;

use clap::builder::Resettable;
use clap::{CommandFactory, FromArgMatches};

use self::args::{Cli, ColorChoice, Command};
use self::terminal::Terminal;
use crate::config::ConfigError;
use crate::output::render_config_error;
use crate::server;

/// Nothing to report.
const OK: u8 = 0;
/// There are findings.
const FINDINGS: u8 = 1;
/// Usage, configuration, or something could not be read or written.
const ERROR: u8 = 2;

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    report_panics();
    let args = match arg_file::expand(env::args_os()) {
        Ok(args) => args,
        Err(error) => {
            let terminal = Terminal::new(ColorChoice::Auto, false, false);
            return ExitCode::from(fail(&error, &terminal));
        }
    };
    let matches = without_empty_variables(Cli::command()).try_get_matches_from(args);
    let cli = match matches.and_then(|it| Cli::from_arg_matches(&it)) {
        Ok(cli) => cli,
        Err(stop) => return ExitCode::from(explain(&stop)),
    };
    let terminal = Terminal::new(cli.global.color, cli.global.quiet, cli.global.verbose);
    let result = match &cli.command {
        Command::Check(args) if args.watch => watch::run(args, &cli.global, &terminal),
        Command::Check(args) => check::run(args, &cli.global, &terminal),
        Command::Rule(args) => rule::run(args, &terminal),
        Command::Server(args) => serve(args),
        Command::Graph(args) => graph::run(args, &cli.global, &terminal),
        Command::Config(args) => config::run(args, &terminal),
        Command::Version => version(&terminal),
        Command::GenerateShellCompletion(args) => generate::completion(args, &terminal),
        Command::GenerateManPage => generate::man_page(&terminal),
        Command::GenerateConfigSchema => generate::config_schema(&terminal),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        Err(error) => ExitCode::from(fail(&error, &terminal)),
    }
}

/// A variable that is set to nothing is not set.
fn without_empty_variables(command: clap::Command) -> clap::Command {
    let is_empty = |name: &OsStr| env::var_os(name).is_some_and(|it| it.is_empty());
    command.mut_subcommand("check", |check| {
        check.mut_args(|arg| match arg.get_env() {
            Some(name) if is_empty(name) => arg.env(Resettable::Reset),
            _ => arg,
        })
    })
}

/// Prints what was asked for (`--help`, `--version`), or what is wrong with the arguments.
fn explain(stop: &clap::Error) -> u8 {
    let wanted = u8::try_from(stop.exit_code()).unwrap_or(ERROR);
    let Err(error) = stop.print() else {
        return wanted;
    };
    let terminal = Terminal::new(ColorChoice::Auto, false, false);
    let error = anyhow::Error::from(error).context("standard output cannot be written");
    fail(&error, &terminal)
}

/// Serves an editor. The protocol asks for 0 if it said `shutdown` before it went, and 1 if not.
fn serve(args: &args::ServerArgs) -> anyhow::Result<u8> {
    let ended_well = server::run(args.client_process_id)?;
    Ok(if ended_well { 0 } else { 1 })
}

fn version(terminal: &Terminal) -> anyhow::Result<u8> {
    let text = format!("cyclint {}\n", env!("CARGO_PKG_VERSION"));
    terminal.write_stdout(text.as_bytes())?;
    Ok(OK)
}

/// Says what went wrong. A reader that closed the pipe has seen enough: that is no error.
fn fail(error: &anyhow::Error, terminal: &Terminal) -> u8 {
    let is_closed_pipe = error.chain().any(|it| {
        let io_error = it.downcast_ref::<io::Error>();
        io_error.is_some_and(|it| it.kind() == io::ErrorKind::BrokenPipe)
    });
    if is_closed_pipe {
        return OK;
    }
    match error.downcast_ref::<ConfigError>() {
        Some(error) => {
            let mut buffer = terminal.stderr_buffer();
            if render_config_error(error, &mut buffer).is_ok() {
                terminal.write_stderr(buffer.as_slice());
            }
        }
        None => terminal.error(&format_args!("{error:#}")),
    }
    ERROR
}

/// Asks for a report instead of leaving the user alone with a backtrace.
fn report_panics() {
    let default = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        default(info);
        let mut stderr = io::stderr().lock();
        let _ = writeln!(
            stderr,
            "\ncyclint: this is a bug in cyclint {}. Please report it, with the lines above and \
             the source that it was reading.",
            env!("CARGO_PKG_VERSION"),
        );
    }));
}
