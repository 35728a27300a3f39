//! The arguments, as data.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config::{Glob, OutputFormat, PythonVersion, Scope};
use crate::rules::finding::Confidence;
use crate::rules::registry::Selector;

/// Finds the reference cycles that keep Python objects alive.
#[derive(Debug, Parser)]
#[command(name = "cyclint", version, propagate_version = false)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What all commands understand.
    #[command(flatten)]
    pub global: GlobalArgs,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check files and folders for reference cycles.
    Check(Box<CheckArgs>),
    /// Explain a rule.
    Rule(RuleArgs),
    /// Serve an editor: the Language Server Protocol on standard input and output.
    Server(ServerArgs),
    /// Show which class holds which.
    Graph(Box<GraphArgs>),
    /// List the keys of the configuration, or explain one.
    Config(ConfigArgs),
    /// Print the version.
    Version,
    /// Print a script that completes cyclint's arguments in a shell.
    GenerateShellCompletion(CompletionArgs),
    /// Print the manual page.
    GenerateManPage,
    /// Print the JSON schema of the configuration.
    GenerateConfigSchema,
}

/// When to use colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub enum ColorChoice {
    /// On terminals, unless `NO_COLOR` is set; also elsewhere if `FORCE_COLOR` is.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What all commands understand.
#[derive(Debug, Args)]
pub struct GlobalArgs {
    /// When to use colours.
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        help_heading = "Global options"
    )]
    pub color: ColorChoice,
    /// Print findings, but no summary and no warnings.
    #[arg(
        long,
        short,
        global = true,
        help_heading = "Global options",
        conflicts_with = "verbose"
    )]
    pub quiet: bool,
    /// Print what was read, and what the bounds of the analysis cut off.
    #[arg(long, short, global = true, help_heading = "Global options")]
    pub verbose: bool,
    /// A configuration file, or an option as `key = value`; may be given several times.
    #[arg(
        long,
        global = true,
        value_name = "PATH|KEY=VALUE",
        help_heading = "Global options"
    )]
    pub config: Vec<String>,
    /// Ignore all configuration files.
    #[arg(long, global = true, help_heading = "Global options")]
    pub isolated: bool,
}

/// The arguments of `cyclint check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Files and folders; `-` reads standard input.
    #[arg(value_name = "PATH", default_value = ".")]
    pub paths: Vec<PathBuf>,
    /// How to print findings [default: full].
    #[arg(
        long,
        value_name = "FORMAT",
        env = "CYCLINT_OUTPUT_FORMAT",
        hide_env_values = true
    )]
    pub output_format: Option<OutputFormat>,
    /// Write to a file instead of standard output.
    #[arg(
        long,
        short,
        value_name = "FILE",
        env = "CYCLINT_OUTPUT_FILE",
        hide_env_values = true
    )]
    pub output_file: Option<PathBuf>,
    /// Exit with 0 even if there are findings.
    #[arg(long, short)]
    pub exit_zero: bool,
    /// Print how often each rule found something, instead of the findings.
    #[arg(long)]
    pub statistics: bool,
    /// Number of threads [default: one for each core].
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// Where standard input belongs: it replaces that file in the project.
    #[arg(long, value_name = "PATH")]
    pub stdin_filename: Option<PathBuf>,
    /// Print the files that would be analyzed, and stop.
    #[arg(long)]
    pub show_files: bool,
    /// Print the resolved configuration, and stop.
    #[arg(long)]
    pub show_settings: bool,
    /// Run again whenever a file changes, until interrupted.
    #[arg(long, short, conflicts_with_all = ["stdin_filename", "add_ignore", "update_baseline"])]
    pub watch: bool,
    /// A file with known findings, which are not reported; entries that nothing matches any more
    /// are, and are findings where `CI` is set.
    #[arg(long, value_name = "FILE", help_heading = "Adoption")]
    pub baseline: Option<PathBuf>,
    /// Write all findings into the baseline.
    #[arg(long, requires = "baseline", help_heading = "Adoption")]
    pub update_baseline: bool,
    /// Add a suppression comment for each finding to the sources.
    #[arg(
        long,
        value_name = "REASON",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "",
        conflicts_with = "stdin_filename",
        help_heading = "Adoption"
    )]
    pub add_ignore: Option<String>,
    /// Which findings are reported.
    #[command(flatten, next_help_heading = "Rule selection")]
    pub rules: RuleSelectionArgs,
    /// How the code is understood.
    #[command(flatten, next_help_heading = "Analysis")]
    pub analysis: AnalysisArgs,
    /// Which files are analyzed.
    #[command(flatten, next_help_heading = "File selection")]
    pub files: FileSelectionArgs,
}

/// Which findings are reported.
#[derive(Debug, Args)]
pub struct RuleSelectionArgs {
    /// Rules to switch on, instead of those of the configuration (code, beginning of codes,
    /// name, or ALL).
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub select: Option<Vec<Selector>>,
    /// Rules to switch on beside the others.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub extend_select: Option<Vec<Selector>>,
    /// Rules to switch off.
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Option<Vec<Selector>>,
    /// Rules to switch off in some files.
    #[arg(long, value_name = "PATTERN:RULE", value_delimiter = ',')]
    pub per_file_ignores: Option<Vec<PatternRule>>,
    /// Rings to report: those that delay a finalizer, or all [default: finalizers].
    #[arg(long)]
    pub scope: Option<Scope>,
    /// The lowest confidence to report [default: proven].
    #[arg(long)]
    pub confidence: Option<Confidence>,
    /// Report, as information, also rings that a method breaks and that nobody is seen to
    /// forget.
    #[arg(long)]
    pub report_broken: bool,
}

/// How the code is understood.
#[derive(Debug, Args)]
pub struct AnalysisArgs {
    /// The version of Python that the code runs on [default: from requires-python].
    #[arg(long, value_name = "VERSION")]
    pub target_version: Option<PythonVersion>,
    /// A directory that absolute imports start from; may be given several times.
    #[arg(long, value_name = "DIR")]
    pub src: Option<Vec<String>>,
    /// The Python environment whose packages are followed.
    #[arg(long, value_name = "PATH")]
    pub python: Option<String>,
}

/// Which files are analyzed.
#[derive(Debug, Args)]
pub struct FileSelectionArgs {
    /// Patterns of files to leave out, instead of those of the configuration.
    #[arg(long, value_name = "PATTERN", value_delimiter = ',')]
    pub exclude: Option<Vec<Glob>>,
    /// Patterns of files to leave out, beside the others.
    #[arg(long, value_name = "PATTERN", value_delimiter = ',')]
    pub extend_exclude: Option<Vec<Glob>>,
    /// Leave out excluded files even if they are named on the command line.
    #[arg(long, overrides_with = "no_force_exclude")]
    pub force_exclude: bool,
    #[arg(long, overrides_with = "force_exclude", hide = true)]
    #[expect(missing_docs, reason = "the negation of the option above")]
    pub no_force_exclude: bool,
    /// Leave out what `.gitignore` and its like name; use --no-respect-gitignore to include it.
    #[arg(long, overrides_with = "no_respect_gitignore")]
    pub respect_gitignore: bool,
    #[arg(long, overrides_with = "respect_gitignore", hide = true)]
    #[expect(missing_docs, reason = "the negation of the option above")]
    pub no_respect_gitignore: bool,
}

/// The arguments of `cyclint rule`.
#[derive(Debug, Args)]
pub struct RuleArgs {
    /// The code or name of a rule.
    #[arg(
        value_name = "RULE",
        required_unless_present = "all",
        conflicts_with = "all"
    )]
    pub rule: Option<String>,
    /// Explain all rules.
    #[arg(long)]
    pub all: bool,
    /// How to print it.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub output_format: RuleFormat,
}

/// The arguments of `cyclint server`.
#[derive(Debug, Args)]
pub struct ServerArgs {
    /// Accepted because editors say it; there is no other way to talk to the server.
    #[arg(long)]
    pub stdio: bool,
    /// The process of the editor; the server ends when it does.
    #[arg(
        long = "clientProcessId",
        alias = "client-process-id",
        value_name = "ID"
    )]
    pub client_process_id: Option<u32>,
}

/// How a rule or a key is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum RuleFormat {
    /// For people.
    Text,
    /// An object, or an array of all.
    Json,
}

/// The arguments of `cyclint graph`.
#[derive(Debug, Args)]
pub struct GraphArgs {
    /// Classes to show, and files of which to show the classes [default: those on rings, and who
    /// holds them].
    #[arg(value_name = "CLASS|FILE")]
    pub what: Vec<String>,
    /// How to print it.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub output_format: GraphFormat,
    /// Show every class that holds or is held.
    #[arg(long)]
    pub all: bool,
    /// How many references to follow from the named classes, in both directions.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub depth: usize,
    /// The folder of the project.
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub project: PathBuf,
    /// Write to a file instead of standard output.
    #[arg(long, short, value_name = "FILE")]
    pub output_file: Option<PathBuf>,
}

/// How a graph is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum GraphFormat {
    /// Each class with what it holds.
    Text,
    /// For Graphviz.
    Dot,
    /// For Mermaid, as Markdown on GitHub and GitLab shows it.
    Mermaid,
    /// A picture.
    Svg,
    /// A page with the picture.
    Html,
}

/// The arguments of `cyclint config`.
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// A key, such as `select`.
    #[arg(value_name = "KEY")]
    pub key: Option<String>,
    /// How to print it.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub output_format: RuleFormat,
}

/// The arguments of `cyclint generate-shell-completion`.
#[derive(Debug, Args)]
pub struct CompletionArgs {
    /// The shell.
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// A pattern of files and a rule, with a colon between them.
#[derive(Clone, Debug)]
pub struct PatternRule {
    /// The pattern.
    pub pattern: Glob,
    /// The rule.
    pub rule: Selector,
}

impl FromStr for PatternRule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (pattern, rule) = text
            .rsplit_once(':')
            .ok_or("expected a pattern, a colon and a rule, such as `tests/**:CYC104`")?;
        Ok(Self {
            pattern: pattern.trim().parse()?,
            rule: rule.trim().parse()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    #[test]
    fn arguments_are_consistent() {
        Cli::command().debug_assert();
    }
}
