//! `--statistics`: how often each rule found something. As lines of text, or JSON where that is the
//! format; the others have no place for numbers.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::Report;
use crate::config::OutputFormat;
use crate::rules::registry::Rule;

/// The findings of one rule.
#[derive(Serialize)]
struct RuleCount {
    code: &'static str,
    name: &'static str,
    count: usize,
}

/// Writes the number of findings of each rule, the most frequent first.
///
/// # Errors
///
/// If the writer fails.
pub fn render(report: &Report<'_>, format: OutputFormat, out: &mut dyn Write) -> io::Result<()> {
    let mut counts: BTreeMap<&'static str, usize> = BTreeMap::new();
    for finding in report.findings {
        *counts.entry(finding.code).or_default() += 1;
    }
    let mut counts: Vec<_> = counts
        .into_iter()
        .map(|(code, count)| RuleCount {
            code,
            name: Rule::by_code(code).map_or("", |it| it.name),
            count,
        })
        .collect();
    counts.sort_by_key(|it| std::cmp::Reverse(it.count));
    match format {
        OutputFormat::Json => writeln!(out, "{}", serde_json::to_string_pretty(&counts)?),
        OutputFormat::JsonLines => counts
            .iter()
            .try_for_each(|it| writeln!(out, "{}", serde_json::to_string(it)?)),
        _ => counts
            .iter()
            .try_for_each(|it| writeln!(out, "{}\t{}\t{}", it.count, it.code, it.name)),
    }
}
