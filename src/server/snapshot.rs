//! What an analysis came to, in the words of the protocol.

use std::collections::BTreeMap;
use std::hash::Hasher;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{
    Code, CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity,
    DiagnosticTag, Location, Position, Range, Uri,
};
use rustc_hash::{FxHashMap, FxHasher};
use serde_json::json;

use super::buffers::Buffers;
use super::capabilities::ClientCapabilities;
use super::position::{Encoding, contains, touch};
use super::uri;
use crate::config::Settings;
use crate::program::model::Place;
use crate::project::Outcome;
use crate::rules::finding::{Finding, Severity};
use crate::rules::registry::Rule;
use crate::source::{Discovery, Text, Texts};

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

/// The files of a project, and its settings.
pub(super) type Listed = (Settings, Discovery);

/// The files of all projects.
#[derive(Clone, Debug, Default)]
pub(super) struct Analyzed(Vec<Arc<Listed>>);

impl Analyzed {
    /// Whether a file is among them.
    pub(super) fn contains(&self, path: &Path) -> bool {
        let mut all = self.0.iter().map(|it| &it.1.files);
        all.any(|it| {
            it.binary_search_by(|it| it.path.as_path().cmp(path))
                .is_ok()
        })
    }

    /// Those that lie in a folder.
    pub(super) fn below(&self, folder: &Path) -> Vec<PathBuf> {
        let below = self.0.iter().flat_map(|it| {
            let files = &it.1.files;
            let from = files.partition_point(|it| it.path.as_path() <= folder);
            let below = files.iter().skip(from);
            below.take_while(|it| it.path.starts_with(folder))
        });
        below.map(|it| it.path.clone()).collect()
    }
}

/// The findings of a document.
#[derive(Clone, Debug, Default)]
pub(super) struct FileReport {
    /// The file; for a cell the notebook's.
    pub(super) path: PathBuf,
    items: Vec<Arc<Item>>,
    /// Changes when anything about the findings does.
    pub(super) result_id: String,
}

/// A finding.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) diagnostic: Diagnostic,
    /// Where it stands.
    location: Location,
    pub(super) finding: Finding,
    /// Where each reference of the ring is stored.
    pub(super) references: Vec<Location>,
    /// The texts of all its places.
    texts: Vec<Arc<Text>>,
    /// Stands for the diagnostic.
    hash: u64,
}

/// The findings of the snapshot before, by their fingerprints: those that are as they were need not
/// be put into words again.
#[derive(Debug, Default)]
pub(super) struct KnownItems(FxHashMap<String, Arc<Item>>);

impl FileReport {
    /// The findings, in the order of the file.
    pub(super) fn items(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().map(|it| &**it)
    }

    /// The findings for the client.
    pub(super) fn diagnostics(&self, client: &ClientCapabilities) -> Vec<Diagnostic> {
        self.items().map(|it| it.shown(client)).collect()
    }
}

impl Item {
    /// The diagnostic, with what the client understands of it.
    pub(super) fn shown(&self, client: &ClientCapabilities) -> Diagnostic {
        let mut diagnostic = self.diagnostic.clone();
        if !client.related_information {
            diagnostic.related_information = None;
        }
        diagnostic
    }
}

impl Snapshot {
    /// Adds what one project came to. `owns` says whether a file is reported by this project.
    pub(super) fn add(
        &mut self,
        outcome: &Outcome,
        listed: &Arc<Listed>,
        texts: &Texts<'_>,
        (buffers, encoding): (&Buffers, Encoding),
        known: &mut KnownItems,
        owns: impl Fn(&Path) -> bool,
    ) {
        let before = std::mem::take(&mut known.0);
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
            let item = match before.get(fingerprint) {
                Some(item) if locator.holds(item, finding) => Arc::clone(item),
                _ => Arc::new(locator.item(finding, fingerprint)),
            };
            known.0.insert(fingerprint.clone(), Arc::clone(&item));
            let uri = item.location.uri.as_ref();
            let file = self.files.entry(uri.to_owned()).or_default();
            file.path.clone_from(path);
            file.items.push(item);
        }
        self.analyzed.0.push(Arc::clone(listed));
        let problems = outcome.problems.iter();
        self.problems
            .extend(problems.map(|it| format!("{}: {}", it.path, it.message)));
    }

    /// Gives each document its result id, once all projects are in.
    pub(super) fn finish(&mut self) {
        for file in self.files.values_mut() {
            let mut hasher = FxHasher::default();
            file.items.iter().for_each(|it| hasher.write_u64(it.hash));
            file.result_id = format!("{:016x}", hasher.finish());
        }
    }

    /// The findings of a document, however the client writes its URI.
    pub(super) fn file(&self, uri: &Uri) -> Option<&FileReport> {
        let as_we_write_it = || uri::from_path(&uri::to_path(uri));
        let file = self.files.get(uri.as_ref());
        file.or_else(|| self.files.get(as_we_write_it().as_ref()))
    }

    /// The findings that stand in a range of a document.
    pub(super) fn in_range(&self, uri: &Uri, range: Range) -> impl Iterator<Item = &Item> {
        let file = self.file(uri);
        let items = file.into_iter().flat_map(FileReport::items);
        items.filter(move |it| touch(it.diagnostic.range, range))
    }

    /// The findings at a position, and those that store a reference of their ring there; with the
    /// range that is meant.
    pub(super) fn at(&self, uri: &Uri, position: Position) -> Vec<(&Item, Range)> {
        let own = self.file(uri).into_iter().flat_map(FileReport::items);
        let own = own.map(|it| (it, it.diagnostic.range));
        let all = self.files.values().flat_map(FileReport::items);
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
        let all = self.files.values().flat_map(FileReport::items);
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
        let text: Arc<Text> = self.texts.get(path);
        self.buffers.locate(path, &text, place.range, self.encoding)
    }

    /// The texts of all places of a finding.
    fn texts(&self, finding: &Finding) -> impl Iterator<Item = Arc<Text>> {
        let cycle = finding.cycle.iter().map(|it| it.place);
        let notes = finding.notes.iter().map(|it| it.place);
        let finalizers = finding.finalizers.iter().filter_map(|it| it.place);
        let places = cycle.chain(notes).chain(finalizers).chain([finding.place]);
        places.filter_map(|it| Some(self.texts.get(self.path(it)?)))
    }

    /// Whether what was said of a finding can be said again.
    fn holds(&self, item: &Item, finding: &Finding) -> bool {
        item.finding == *finding
            && self
                .texts(finding)
                .map(|it| Arc::as_ptr(&it))
                .eq(item.texts.iter().map(Arc::as_ptr))
    }

    fn item(&self, finding: &Finding, fingerprint: &str) -> Item {
        let location = self.locate(finding.place);
        let references: Vec<_> = finding
            .cycle
            .iter()
            .map(|it| self.locate(it.place))
            .collect();
        let rule = Rule::by_code(finding.code);
        let diagnostic = Diagnostic {
            range: location.range,
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
        let mut hasher = FxHasher::default();
        hasher.write(&serde_json::to_vec(&diagnostic).unwrap_or_default());
        Item {
            diagnostic,
            location,
            finding: finding.clone(),
            references,
            texts: self.texts(finding).collect(),
            hash: hasher.finish(),
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
