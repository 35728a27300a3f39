//! The format `concise`: one line a finding.

use std::io;

use termcolor::{Color, ColorSpec, WriteColor};

use super::Report;
use super::neutral::neutralize;
use super::words::headline;

/// Writes `path:row:column: CODE message` lines.
pub(super) fn render(report: &Report<'_>, out: &mut dyn WriteColor) -> io::Result<()> {
    for finding in report.findings {
        let location = report.locate(finding.place);
        out.set_color(ColorSpec::new().set_bold(true))?;
        write!(out, "{}", neutralize(&location.filename))?;
        out.reset()?;
        write!(out, ":{}:{}: ", location.start.row, location.start.column)?;
        out.set_color(ColorSpec::new().set_fg(Some(Color::Red)).set_bold(true))?;
        write!(out, "{}", finding.code)?;
        out.reset()?;
        writeln!(out, " {}", headline(finding))?;
    }
    Ok(())
}
