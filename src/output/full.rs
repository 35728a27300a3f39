//! The format `full`: every finding with its sources, explained.

use std::io;
use std::ops::Range;

use codespan_reporting::diagnostic::{Diagnostic, Label, LabelStyle, Severity as Level};
use codespan_reporting::term::{Config, emit_to_write_style};
use termcolor::WriteColor;

use crate::config::ConfigError;
use crate::program::model::{FileId, Place};
use crate::rules::finding::{Finding, Reference, Severity, Verdict};
use crate::source::Text;

use super::Report;
use super::neutral::neutralize;
use super::snippet::Snippets;
use super::wrap::wrap;

/// Writes all findings.
pub(super) fn render(report: &Report<'_>, out: &mut dyn WriteColor) -> io::Result<()> {
    for finding in report.findings {
        let mut snippets = Snippets::default();
        let diagnostic = diagnostic(report, finding, &mut snippets);
        emit(&snippets, &diagnostic, out)?;
    }
    Ok(())
}

/// Writes a mistake in the configuration.
pub(super) fn render_config_error(error: &ConfigError, out: &mut dyn WriteColor) -> io::Result<()> {
    let mut snippets = Snippets::default();
    let mut diagnostic = Diagnostic::error();
    match &error.span {
        Some(span) => {
            let text = Text::new(error.text.clone());
            let (id, marks) = snippets.add(&error.origin, &text, std::slice::from_ref(span));
            let labels = marks.into_iter().map(|it| Label::primary(id, it));
            diagnostic = diagnostic
                .with_message(neutralize(&error.message))
                .with_labels(labels.collect());
        }
        None => diagnostic = diagnostic.with_message(neutralize(&error.to_string())),
    }
    if let Some(help) = &error.help {
        diagnostic = diagnostic.with_note(wrap(&format!("help: {}", neutralize(help))));
    }
    emit(&snippets, &diagnostic, out)
}

fn emit(
    snippets: &Snippets,
    diagnostic: &Diagnostic<usize>,
    mut out: &mut dyn WriteColor,
) -> io::Result<()> {
    use codespan_reporting::files::Error;
    let config = Config::default();
    emit_to_write_style(&mut out, &config, snippets, diagnostic).map_err(|error| match error {
        Error::Io(error) => error,
        other => io::Error::other(other),
    })
}

/// Something said about a place.
struct Mark {
    place: Place,
    style: LabelStyle,
    text: String,
}

fn diagnostic(
    report: &Report<'_>,
    finding: &Finding,
    snippets: &mut Snippets,
) -> Diagnostic<usize> {
    let level = match finding.severity {
        Severity::Info => Level::Note,
        Severity::Warning => Level::Warning,
        Severity::Error => Level::Error,
    };
    Diagnostic::new(level)
        .with_code(finding.code)
        .with_message(neutralize(&finding.message))
        .with_labels(labels(report, marks(finding), snippets))
        .with_notes(notes(finding))
}

/// The place of the finding, the steps of the ring, the finalizers, and what else there is.
fn marks(finding: &Finding) -> Vec<Mark> {
    let secondary = |place, text| Mark {
        place,
        style: LabelStyle::Secondary,
        text,
    };
    let mut marks = Vec::new();
    let mut closing = None;
    for (step, reference) in (1..).zip(&finding.cycle) {
        let text = step_text(finding, step, reference);
        // The place of the finding is that of the reference which closes the ring.
        if closing.is_none() && reference.place == finding.place {
            closing = Some(text);
        } else {
            marks.push(secondary(reference.place, text));
        }
    }
    marks.insert(
        0,
        Mark {
            place: finding.place,
            style: LabelStyle::Primary,
            text: closing.unwrap_or_default(),
        },
    );
    for finalizer in &finding.finalizers {
        if let Some(place) = finalizer.place {
            let class = short(&finalizer.class);
            let fate = match finding.verdict {
                Some(Verdict::Never) => "does not run while the object is held",
                Some(Verdict::Uncollectable) => "never runs",
                Some(Verdict::Late) | None => "runs late",
            };
            marks.push(secondary(place, format!("`{class}.__del__` {fate}")));
        }
    }
    let notes = finding.notes.iter();
    marks.extend(notes.map(|it| secondary(it.place, neutralize(&it.message).into_owned())));
    marks
}

fn step_text(finding: &Finding, step: usize, reference: &Reference) -> String {
    let from = neutralize(&reference.from);
    let to = if finding.cycle.len() == 1 {
        "itself".to_owned()
    } else {
        quote(&reference.to)
    };
    let via = neutralize(&reference.via);
    let advice = if reference.weaken {
        " (make this one weak)"
    } else {
        ""
    };
    format!(
        "{step}: {} holds {to} through `{via}`{advice}",
        quote(&from)
    )
}

/// A class is quoted; a holder in words (`the list`) is not.
fn quote(name: &str) -> String {
    let name = neutralize(name);
    if name.contains(' ') {
        name.into_owned()
    } else {
        format!("`{name}`")
    }
}

/// The labels, with the snippets that they are in. The file of the finding comes first.
fn labels(report: &Report<'_>, marks: Vec<Mark>, snippets: &mut Snippets) -> Vec<Label<usize>> {
    let mut files: Vec<FileId> = Vec::new();
    for mark in &marks {
        if !files.contains(&mark.place.file) {
            files.push(mark.place.file);
        }
    }
    let mut labels = Vec::new();
    for file in files {
        let of_file: Vec<_> = marks.iter().filter(|it| it.place.file == file).collect();
        let Some(first) = of_file.first() else {
            continue;
        };
        let text = report.text(first.place);
        let ranges: Vec<Range<usize>> = of_file.iter().map(|it| it.place.range.into()).collect();
        let (id, shown) = snippets.add(report.filename(first.place), &text, &ranges);
        labels.extend(
            of_file
                .iter()
                .zip(shown)
                .map(|(mark, range)| Label::new(mark.style, id, range).with_message(&mark.text)),
        );
    }
    labels
}

fn notes(finding: &Finding) -> Vec<String> {
    let mut notes = Vec::new();
    if !finding.cycle.is_empty() {
        notes.push(format!("ring: {}", chain(&finding.cycle)));
    }
    if let Some(consequence) = consequence(finding) {
        notes.push(wrap(&consequence));
    }
    if let Some(method) = &finding.broken_by {
        let method = neutralize(method);
        notes.push(wrap(&format!("calling `{method}` breaks the ring")));
    }
    if !finding.help.is_empty() {
        let lines = finding.help.lines().map(neutralize).collect::<Vec<_>>();
        notes.push(wrap(&format!("help: {}", lines.join("\n"))));
    }
    notes.push(format!("`cyclint rule {}` explains more", finding.code));
    notes
}

/// `Toolbar --save_button--> Button --toolbar--> Toolbar`
fn chain(cycle: &[Reference]) -> String {
    let mut chain = String::new();
    for (idx, reference) in cycle.iter().enumerate() {
        if idx == 0 {
            chain.push_str(&neutralize(&reference.from));
        }
        let (via, to) = (neutralize(&reference.via), neutralize(&reference.to));
        chain.push_str(&format!(" --{via}--> {to}"));
    }
    chain
}

/// What it means, for somebody who has never heard of reference cycles.
fn consequence(finding: &Finding) -> Option<String> {
    let ring = if finding.cycle.len() == 1 {
        "Python frees an object at once when nothing refers to it any more. This one refers to \
         itself, so that never happens"
    } else {
        "Python frees an object at once when nothing refers to it any more. These refer to each \
         other in a ring, so that never happens, even when the rest of the program has let go of \
         them"
    };
    let finalizers = finalizers(finding);
    Some(match (finding.verdict?, finalizers.is_empty()) {
        (Verdict::Late, true) => format!(
            "{ring}: their memory stays in use until the garbage collector finds the ring, some \
             time later."
        ),
        (Verdict::Late, false) => format!(
            "{ring}. They stay until the garbage collector finds the ring, some time later, and \
             {finalizers} runs only then, on whatever thread that happens to be; with the \
             collector switched off, not before the program ends."
        ),
        (Verdict::Uncollectable, _) => format!(
            "{ring}. Before Python 3.4 the garbage collector does not free a ring with a \
             `__del__` either: the objects end up in `gc.garbage`, and the finalizer never runs."
        ),
        (Verdict::Never, _) => "Something that lives as long as the program holds this object, \
             so neither reference counting nor the garbage collector ever frees it."
            .to_owned(),
    })
}

fn finalizers(finding: &Finding) -> String {
    let mut names: Vec<_> = finding
        .finalizers
        .iter()
        .map(|it| format!("`{}.__del__`", short(&it.class)))
        .collect();
    names.dedup();
    names.join(" and ")
}

/// The class without its module.
fn short(qualified: &str) -> String {
    let name = qualified.rsplit('.').next().unwrap_or(qualified);
    neutralize(name).into_owned()
}
