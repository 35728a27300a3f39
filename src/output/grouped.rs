//! The format `grouped`: the findings of each file under its name.

use std::io;

use termcolor::{Color, ColorSpec, WriteColor};

use super::neutral::neutralize;
use super::words::headline;
use super::{Location, Report};
use crate::rules::finding::Finding;

/// Writes each file's name, then a line for each of its findings.
pub(super) fn render(report: &Report<'_>, out: &mut dyn WriteColor) -> io::Result<()> {
    let located: Vec<_> = report
        .findings
        .iter()
        .map(|it| (report.locate(it.place), it))
        .collect();
    for group in located.chunk_by(|a, b| a.0.filename == b.0.filename) {
        if let Some((location, _)) = group.first() {
            out.set_color(ColorSpec::new().set_bold(true).set_underline(true))?;
            write!(out, "{}", neutralize(&location.filename))?;
            out.reset()?;
            writeln!(out, ":")?;
        }
        render_group(group, out)?;
        writeln!(out)?;
    }
    Ok(())
}

fn render_group(group: &[(Location, &Finding)], out: &mut dyn WriteColor) -> io::Result<()> {
    let positions: Vec<_> = group
        .iter()
        .map(|(it, _)| format!("{}:{}", it.start.row, it.start.column))
        .collect();
    let width = positions.iter().map(String::len).max().unwrap_or(0);
    for (position, (_, finding)) in positions.iter().zip(group) {
        write!(out, "  {position:<width$} ")?;
        out.set_color(ColorSpec::new().set_fg(Some(Color::Red)).set_bold(true))?;
        write!(out, "{}", finding.code)?;
        out.reset()?;
        writeln!(out, " {}", headline(finding))?;
    }
    Ok(())
}
