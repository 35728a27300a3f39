//! What an analysis came to, in the words of the protocol.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher;
use std::path::{Path, PathBuf};

use gen_lsp_types::{
    Code, CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity,
    DiagnosticTag, Location, Position, Range, Uri,
};
use rustc_hash::FxHasher;
use serde_json::json;

use super::buffers::Buffers;
use super::position::{Encoding, contains, touch};
use crate::program::model::Place;
use crate::project::Outcome;
use crate::rules::finding::{Finding, Severity};
use crate::rules::registry::Rule;
use crate::source::{Text, Texts};

/// The findings of all projects at some point in time.
#[derive(Clone, Debug, Default)]
pub(super) struct Snapshot {
    /// Every change before this one is taken into account.
    pub(super) generation: u64,
    /// All documents with findings, by their URI.
    pub(super) files: BTreeMap<String, FileReport>,
    /// The files that were looked for, with or without findings.
    pub(super) analyzed: Analyzed,
    /// What could not be analyzed, and why.
    pub(super) problems: Vec<String>,
}

/// The files of all projects.
#[derive(Clone, Debug, Default)]
pub(super) struct Analyzed(BTreeSet<PathBuf>);

impl Analyzed {
    /// Whether a file is among them.
    pub(super) fn contains(&self, path: &Path) -> bool {
        self.0.contains(path)
    }

    /// Those that lie in a folder.
    pub(super) fn below(&self, folder: &Path) -> Vec<PathBuf> {
        let from = self.0.range(folder.to_owned()..);
        let below = from.take_while(|it| it.starts_with(folder));
        below.filter(|it| *it != folder).cloned().collect()
    }
}

/// The findings of a document.
#[derive(Clone, Debug, Default)]
pub(super) struct FileReport {
    /// The file; for a cell the notebook's.
    pub(super) path: PathBuf,
    pub(super) items: Vec<Item>,
    /// Changes when anything about the findings does.
    pub(super) result_id: String,
}

/// A finding.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) diagnostic: Diagnostic,
    pub(super) finding: Finding,
    /// Where each reference of the ring is stored.
    pub(super) references: Vec<Location>,
}

impl FileReport {
    /// The findings for the client.
    pub(super) fn diagnostics(&self) -> Vec<Diagnostic> {
        self.items.iter().map(|it| it.diagnostic.clone()).collect()
    }
}

impl Snapshot {
    /// Adds what one project came to. `owns` says whether a file is reported by this project.
    pub(super) fn add(
        &mut self,
        outcome: &Outcome,
        texts: &Texts<'_>,
        buffers: &Buffers,
        encoding: Encoding,
        owns: impl Fn(&Path) -> bool,
    ) {
        let locator = Locator {
            outcome,
            texts,
            buffers,
            encoding,
        };
        for (finding, fingerprint) in outcome.findings.iter().zip(&outcome.fingerprints) {
            let Some(path) = locator.path(finding.place) else {
                continue;
            };
            if !owns(path) {
                continue;
            }
            let location = locator.locate(finding.place);
            let file = self
                .files
                .entry(location.uri.as_ref().to_owned())
                .or_default();
            file.path.clone_from(path);
            file.items
                .push(locator.item(finding, fingerprint, location.range));
        }
        let files = outcome.program.files.iter();
        self.analyzed.0.extend(files.map(|it| it.path.clone()));
        let problems = outcome.problems.iter();
        self.problems
            .extend(problems.map(|it| format!("{}: {}", it.path, it.message)));
    }

    /// Gives each document its result id, once all projects are in.
    pub(super) fn finish(&mut self) {
        for file in self.files.values_mut() {
            let text = serde_json::to_string(&file.diagnostics()).unwrap_or_default();
            let mut hasher = FxHasher::default();
            hasher.write(text.as_bytes());
            file.result_id = format!("{:016x}", hasher.finish());
        }
    }

    /// The findings that stand in a range of a document.
    pub(super) fn in_range(&self, uri: &Uri, range: Range) -> impl Iterator<Item = &Item> {
        let file = self.files.get(uri.as_ref());
        let items = file.into_iter().flat_map(|it| &it.items);
        items.filter(move |it| touch(it.diagnostic.range, range))
    }

    /// The findings at a position, and those that store a reference of their ring there; with the
    /// range that is meant.
    pub(super) fn at(&self, uri: &Uri, position: Position) -> Vec<(&Item, Range)> {
        let own = self
            .files
            .get(uri.as_ref())
            .into_iter()
            .flat_map(|it| &it.items);
        let own = own.map(|it| (it, it.diagnostic.range));
        let all = self.files.values().flat_map(|it| &it.items);
        let through = all.flat_map(|item| {
            let here = item.references.iter().filter(|it| it.uri == *uri);
            here.map(move |it| (item, it.range))
        });
        let mut found: Vec<_> = own
            .chain(through)
            .filter(|(_, range)| contains(*range, position))
            .collect();
        let mut seen: Vec<*const Item> = Vec::new();
        found.retain(|(item, _)| {
            let is_new = !seen.contains(&std::ptr::from_ref(*item));
            seen.push(*item);
            is_new
        });
        found
    }

    /// The finding with a fingerprint.
    pub(super) fn by_fingerprint(&self, fingerprint: &str) -> Option<&Item> {
        let all = self.files.values().flat_map(|it| &it.items);
        all.into_iter().find(|it| {
            let data = it.diagnostic.data.as_ref();
            data.and_then(|it| it.get("fingerprint")?.as_str()) == Some(fingerprint)
        })
    }
}

/// Finds places for the client.
struct Locator<'a> {
    outcome: &'a Outcome,
    texts: &'a Texts<'a>,
    buffers: &'a Buffers,
    encoding: Encoding,
}

impl Locator<'_> {
    fn path(&self, place: Place) -> Option<&PathBuf> {
        let file = self.outcome.program.files.get(place.file.0 as usize);
        file.map(|it| &it.path)
    }

    fn locate(&self, place: Place) -> Location {
        let unknown = PathBuf::new();
        let path = self.path(place).unwrap_or(&unknown);
        let text: std::sync::Arc<Text> = self.texts.get(path);
        self.buffers.locate(path, &text, place.range, self.encoding)
    }

    fn item(&self, finding: &Finding, fingerprint: &str, range: Range) -> Item {
        let references: Vec<_> = finding
            .cycle
            .iter()
            .map(|it| self.locate(it.place))
            .collect();
        let rule = Rule::by_code(finding.code);
        let diagnostic = Diagnostic {
            range,
            severity: Some(match finding.severity {
                Severity::Error => DiagnosticSeverity::Error,
                Severity::Warning => DiagnosticSeverity::Warning,
                Severity::Info => DiagnosticSeverity::Information,
            }),
            code: Some(Code::String(finding.code.to_owned())),
            code_description: rule.map(|it| CodeDescription {
                href: Uri::from(it.url()),
            }),
            source: Some("cyclint".to_owned()),
            message: finding.message.clone().into(),
            tags: (finding.code == "CYC002").then(|| vec![DiagnosticTag::Unnecessary]),
            related_information: self.related(finding, &references),
            data: Some(json!({
                "name": rule.map(|it| it.name),
                "fingerprint": fingerprint,
                "brokenBy": finding.broken_by,
            })),
        };
        Item {
            diagnostic,
            finding: finding.clone(),
            references,
        }
    }

    /// Every reference of the ring but the one that the finding stands at, in order; then what
    /// else belongs to it.
    fn related(
        &self,
        finding: &Finding,
        references: &[Location],
    ) -> Option<Vec<DiagnosticRelatedInformation>> {
        let own = finding
            .cycle
            .iter()
            .position(|it| it.place == finding.place);
        let count = finding.cycle.len();
        let others = finding.cycle.iter().zip(references).enumerate();
        let others = others.filter(|(idx, _)| Some(*idx) != own);
        let mut related: Vec<_> = others
            .map(
                |(idx, (reference, location))| DiagnosticRelatedInformation {
                    location: location.clone(),
                    message: format!(
                        "{} of {count}: {}{}",
                        idx + 1,
                        link(reference),
                        if reference.weaken {
                            " (the one to make weak)"
                        } else {
                            ""
                        },
                    ),
                },
            )
            .collect();
        related.extend(finding.notes.iter().map(|it| DiagnosticRelatedInformation {
            location: self.locate(it.place),
            message: it.message.clone(),
        }));
        let finalizers = finding.finalizers.iter();
        related.extend(finalizers.filter_map(|it| {
            Some(DiagnosticRelatedInformation {
                location: self.locate(it.place?),
                message: format!("the finalizer of `{}`", it.class),
            })
        }));
        (!related.is_empty()).then_some(related)
    }
}

/// A reference in a few words.
pub(super) fn link(reference: &crate::rules::finding::Reference) -> String {
    format!(
        "{} holds {} through `{}`",
        reference.from, reference.to, reference.via
    )
}
