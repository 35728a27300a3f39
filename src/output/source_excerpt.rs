//! The sources of a finding as HTML: the lines that have to do with it, with what happens there.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;

use termcolor::WriteColor;

use super::Report;
use super::markup::{escape, prose};
use super::words::{Mark, marks};
use crate::program::model::FileId;
use crate::rules::finding::Finding;
use crate::source::Text;

/// Lines shown before and after one of interest.
const CONTEXT: usize = 2;

/// The most that is shown of a line, in characters.
const LONGEST: usize = 300;

/// Writes a box for each file.
pub(super) fn excerpts(
    report: &Report<'_>,
    finding: &Finding,
    number: usize,
    out: &mut dyn WriteColor,
) -> io::Result<()> {
    let marks = marks(finding);
    let mut files: Vec<FileId> = Vec::new();
    for mark in &marks {
        if !files.contains(&mark.place.file) {
            files.push(mark.place.file);
        }
    }
    for file in files {
        let of_file: Vec<_> = marks.iter().filter(|it| it.place.file == file).collect();
        excerpt(report, finding, number, &of_file, out)?;
    }
    Ok(())
}

fn excerpt(
    report: &Report<'_>,
    finding: &Finding,
    number: usize,
    marks: &[&Mark],
    out: &mut dyn WriteColor,
) -> io::Result<()> {
    let Some(first) = marks.first() else {
        return Ok(());
    };
    let text = report.text(first.place);
    let mut by_line: BTreeMap<usize, Vec<&Mark>> = BTreeMap::new();
    for mark in marks {
        let line = text.lines.line(mark.place.range.start().to_u32());
        by_line.entry(line).or_default().push(mark);
    }
    let name = escape(report.filename(first.place));
    writeln!(out, "<div class=\"source\"><h3>{name}</h3><ol>")?;
    let mut next = None;
    for line in shown_lines(&by_line, &text) {
        if next.is_some_and(|it| it != line) {
            writeln!(
                out,
                "<li class=\"gap\"><span class=\"number\">⋯</span></li>"
            )?;
        }
        next = Some(line + 1);
        let here = by_line.get(&line).map_or(&[][..], Vec::as_slice);
        write_line(finding, number, &text, line, here, out)?;
    }
    writeln!(out, "</ol></div>")
}

/// The lines of interest and those around them. The empty one after a last line break is none.
fn shown_lines(by_line: &BTreeMap<usize, Vec<&Mark>>, text: &Text) -> Vec<usize> {
    let last = text.lines.line_count().saturating_sub(1);
    let mut lines: Vec<usize> = by_line
        .keys()
        .flat_map(|line| line.saturating_sub(CONTEXT)..=(line + CONTEXT).min(last))
        .filter(|line| {
            let is_end = *line == last && text.lines.line_range(&text.content, last).is_empty();
            !is_end || by_line.contains_key(line)
        })
        .collect();
    lines.sort_unstable();
    lines.dedup();
    lines
}

fn write_line(
    finding: &Finding,
    number: usize,
    text: &Text,
    line: usize,
    marks: &[&Mark],
    out: &mut dyn WriteColor,
) -> io::Result<()> {
    let range = text.lines.line_range(&text.content, line);
    let ranges = marks.iter().map(|it| Range::<usize>::from(it.place.range));
    let code = marked(&text.content, range, ranges.collect());
    let class = if marks.is_empty() {
        ""
    } else {
        " class=\"hit\""
    };
    writeln!(
        out,
        "<li{class}>{}<span class=\"number\">{}</span><code>{code}</code></li>",
        anchors(finding, number, marks),
        line + 1
    )?;
    for mark in marks.iter().filter(|it| !it.text.is_empty()) {
        let note = prose(&mark.text);
        writeln!(
            out,
            "<li><span class=\"number\"></span><span class=\"note\">{note}</span></li>"
        )?;
    }
    Ok(())
}

/// Where the drawing's references lead.
fn anchors(finding: &Finding, number: usize, marks: &[&Mark]) -> String {
    let steps = (1..).zip(&finding.cycle);
    let here = steps.filter(|(_, it)| marks.iter().any(|mark| mark.place == it.place));
    here.map(|(step, _)| format!("<span id=\"f{number}-s{step}\"></span>"))
        .collect()
}

/// A line as markup, the marked ranges emphasized; a long one is cut around the first.
fn marked(content: &str, line: Range<usize>, mut ranges: Vec<Range<usize>>) -> String {
    ranges.sort_by_key(|it| (it.start, it.end));
    let first = ranges.first().map_or(line.start, |it| it.start);
    let window = window(content, &line, first);
    let mut result = String::new();
    if window.start > line.start {
        result.push('…');
    }
    let mut at = window.start;
    for range in ranges {
        let start = content.floor_char_boundary(range.start.clamp(at, window.end));
        let end = content.floor_char_boundary(range.end.clamp(start, window.end));
        if start == end {
            continue;
        }
        result.push_str(&escape(content.get(at..start).unwrap_or_default()));
        result.push_str("<mark>");
        result.push_str(&escape(content.get(start..end).unwrap_or_default()));
        result.push_str("</mark>");
        at = end;
    }
    result.push_str(&escape(content.get(at..window.end).unwrap_or_default()));
    if window.end < line.end {
        result.push('…');
    }
    result
}

fn window(content: &str, line: &Range<usize>, first: usize) -> Range<usize> {
    if line.len() <= LONGEST {
        return line.clone();
    }
    let lead = first.saturating_sub(LONGEST / 4).max(line.start);
    let start = content.floor_char_boundary(lead);
    let end = content.floor_char_boundary((start + LONGEST).min(line.end));
    start..end.max(start)
}
