//! `cyclint graph`.

use std::env;

use anyhow::{Context, bail};

use super::args::{GlobalArgs, GraphArgs, GraphFormat};
use super::check_settings::settings_without_arguments;
use super::progress::ProgressLine;
use super::terminal::Terminal;
use super::{ERROR, OK, out_file};
use crate::output::graph::{ClassPicture, GraphStyle, Wanted};
use crate::project;
use crate::source::{Disk, Texts};

/// Runs the command.
pub(super) fn run(
    args: &GraphArgs,
    global: &GlobalArgs,
    terminal: &Terminal,
) -> anyhow::Result<u8> {
    let cwd = env::current_dir().context("there is no working directory")?;
    let paths = [args.project.clone()];
    let settings = settings_without_arguments(&Disk, global, &cwd, &paths)?;
    let found = project::find_files(&Disk, &paths, &cwd, &settings);
    let progress = ProgressLine::new(!terminal.is_quiet());
    let graph = super::check::in_pool(None, || {
        project::class_graph(&Disk, found, &settings, &progress)
    })?;
    progress.finish();
    for it in &graph.problems {
        terminal.error(&format_args!("{}: {}", it.path, it.message));
    }
    let wanted = Wanted {
        what: args.what.clone(),
        all: args.all,
        depth: args.depth,
    };
    let texts = Texts::new(&Disk);
    let (picture, unknown) = ClassPicture::new(&graph.program, &graph.edges, &texts, &wanted);
    if let Some(name) = unknown.first() {
        bail!("no class and no file of the project is called `{name}`");
    }
    let mut text = Vec::new();
    picture.render(style(args.output_format), &mut text)?;
    match &args.output_file {
        Some(path) => out_file::write(path, &text)
            .with_context(|| format!("{} cannot be written", path.display()))?,
        None => {
            let written = terminal.write_stdout(&text);
            written.context("standard output cannot be written")?;
        }
    }
    Ok(if graph.problems.is_empty() { OK } else { ERROR })
}

fn style(format: GraphFormat) -> GraphStyle {
    match format {
        GraphFormat::Text => GraphStyle::Text,
        GraphFormat::Dot => GraphStyle::Dot,
        GraphFormat::Mermaid => GraphStyle::Mermaid,
        GraphFormat::Svg => GraphStyle::Svg,
        GraphFormat::Html => GraphStyle::Html,
    }
}
