//! The commands that make files for others: completions of shells, the man page, the schema of the
//! configuration.

use clap::CommandFactory;

use super::OK;
use super::args::{Cli, CompletionArgs};
use super::terminal::Terminal;
use crate::config::reference;

/// Runs `cyclint generate-shell-completion`.
pub(super) fn completion(args: &CompletionArgs, terminal: &Terminal) -> anyhow::Result<u8> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "cyclint", &mut text);
    terminal.write_stdout(&text)?;
    Ok(OK)
}

/// Runs `cyclint generate-man-page`: one page, with a section for each command.
pub(super) fn man_page(terminal: &Terminal) -> anyhow::Result<u8> {
    let mut command = Cli::command();
    command.build();
    let mut text = Vec::new();
    let page = clap_mangen::Man::new(command.clone());
    page.render(&mut text)?;
    for sub in command
        .get_subcommands()
        .filter(|it| it.get_name() != "help")
    {
        let page = clap_mangen::Man::new(sub.clone());
        text.extend(format!(".SH \"CYCLINT {}\"\n", sub.get_name().to_uppercase()).bytes());
        page.render_description_section(&mut text)?;
        page.render_synopsis_section(&mut text)?;
        page.render_options_section(&mut text)?;
    }
    terminal.write_stdout(&text)?;
    Ok(OK)
}

/// Runs `cyclint generate-config-schema`.
pub(super) fn config_schema(terminal: &Terminal) -> anyhow::Result<u8> {
    let text = serde_json::to_string_pretty(&reference::schema())? + "\n";
    terminal.write_stdout(text.as_bytes())?;
    Ok(OK)
}
