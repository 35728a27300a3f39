//! What the program imports and is not part of: its models, and the sources of an environment.
//!
//! Only what is imported is read. A model is read with all that it imports. Of an environment's
//! sources, only those are read that define what is named: a class with its bases and what its
//! methods name, a function with what it names, and so on, up to a depth and a size.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::environment::{self, Environment};
use super::load::Lowered;
use super::wanted::{Index, Wanted, wanted_by_all, wanted_by_name};
use crate::config::Settings;
use crate::program::keeps_nothing;
use crate::program::model::{FileId, Origin, ParsedFile, Program};
use crate::source::file_system::FileKind;
use crate::source::{FileSystem, decode, models};
use crate::syntax::{Name, SourceKind};

/// How many definitions away from the project's code sources are followed.
const MAX_DEPTH: u32 = 4;
/// Bytes of sources that are followed, all together: this much, or three times what the project
/// has, whichever is more.
const MAX_BYTES: usize = 4 << 20;
/// Larger files are generated, and define data.
const MAX_FILE: usize = 1 << 20;

/// What was read.
#[derive(Default)]
pub(super) struct Libraries {
    /// The files, in the order in which they were found.
    pub(super) files: Vec<ParsedFile>,
    pub(super) followed: Followed,
}

/// How far imports were followed.
#[derive(Debug, Default)]
pub(super) struct Followed {
    /// How many files were read.
    pub(super) count: usize,
    /// What was imported but left out by a bound.
    pub(super) cut: u64,
    /// The modules of which only what is named is followed.
    sources: FxHashSet<Name>,
    /// The lines of the project, which the bound depends on.
    lines: usize,
}

impl Followed {
    /// Whether the same would be followed if a file of the project were as `new`. Its imports are
    /// the same.
    pub(super) fn stays(&mut self, program: &Program, file: FileId, new: &ParsedFile) -> bool {
        if self.sources.is_empty() {
            return true;
        }
        let Some(old) = program.files.get(file.0 as usize) else {
            return false;
        };
        let lines = self.lines + new.ir.line_count as usize - old.ir.line_count as usize;
        let wanted = |file| -> FxHashSet<Wanted> { wanted_by_all(file).into_iter().collect() };
        let (before, after) = (wanted(old), wanted(new));
        let before_lines = std::mem::replace(&mut self.lines, lines);
        bound(lines) == bound(before_lines)
            && !before
                .symmetric_difference(&after)
                .any(|it| self.sources.contains(&it.module))
    }
}

/// How many bytes of sources are followed in a project of so many lines. In coarse steps, so that
/// it is not each edit that changes what is followed.
fn bound(lines: usize) -> usize {
    MAX_BYTES.max(3 * BYTES_PER_LINE * lines.next_multiple_of(10_000))
}

/// Reads what the files of a project import, transitively.
pub(super) fn libraries(
    fs: &dyn FileSystem,
    project: &[ParsedFile],
    lowered: &Lowered,
    settings: &Settings,
) -> Libraries {
    let environment = match &settings.python {
        Some(path) => Some(environment::of(fs, path)),
        None => environment::detect(fs, &settings.root, settings.active_environment.as_deref()),
    };
    let lines = project.iter().map(|it| it.ir.line_count as usize).sum();
    let mut reader = Reader {
        fs,
        lowered,
        user: &settings.models,
        environment,
        own: project.iter().map(|it| it.module).collect(),
        own_paths: project.iter().map(|it| it.path.as_path()).collect(),
        known: FxHashMap::default(),
        found: Libraries::default(),
        sources: Vec::new(),
        cut: 0,
        bytes_left: bound(lines),
    };
    let mut wanted: Vec<Wanted> = project.par_iter().flat_map_iter(wanted_by_all).collect();
    let mut seen = FxHashSet::default();
    for depth in 0.. {
        wanted.retain(|it| seen.insert(*it));
        if wanted.is_empty() {
            break;
        }
        wanted = reader.follow(&wanted, depth);
    }
    let sources = reader.known.iter().filter_map(|(&name, &idx)| {
        let is_source = reader.sources.get(idx?)?.is_some();
        is_source.then_some(name)
    });
    reader.found.followed = Followed {
        count: reader.found.files.len(),
        cut: reader.cut,
        sources: sources.collect(),
        lines,
    };
    reader.found
}

/// In so many lines a model says what it is, before its code begins.
const MODEL_HEAD: usize = 12;

/// As in most code.
const BYTES_PER_LINE: usize = 36;

struct Reader<'a> {
    fs: &'a dyn FileSystem,
    /// Files that are as they were when they were lowered.
    lowered: &'a Lowered,
    /// The user's models.
    user: &'a [PathBuf],
    environment: Option<Environment>,
    /// The project's modules.
    own: FxHashSet<Name>,
    own_paths: FxHashSet<&'a Path>,
    /// The index of each module's file; [`None`] if there is no file.
    known: FxHashMap<Name, Option<usize>>,
    found: Libraries,
    /// For each file that is a source, of which only what is named is followed, what it defines.
    sources: Vec<Option<Index>>,
    bytes_left: usize,
    /// What was left out by a bound.
    cut: u64,
}

/// A module's file.
struct Located {
    path: PathBuf,
    bytes: Vec<u8>,
    is_source: bool,
}

impl Reader<'_> {
    /// Reads the modules that are wanted; gives what these want in turn.
    fn follow(&mut self, wanted: &[Wanted], depth: u32) -> Vec<Wanted> {
        let mut modules: Vec<Name> = wanted.iter().flat_map(Wanted::modules).collect();
        modules.sort_unstable_by_key(|it| it.as_str());
        modules.dedup();
        let fresh = self.read(&modules, depth);
        let mut next: Vec<Wanted> = Vec::new();
        for idx in fresh {
            if self.sources[idx].is_none() {
                next.extend(wanted_by_all(&self.found.files[idx]));
            }
        }
        for it in wanted {
            let Some(&Some(idx)) = self.known.get(&it.module) else {
                continue;
            };
            if let (Some(index), Some(member)) = (&mut self.sources[idx], it.member) {
                next.extend(wanted_by_name(&self.found.files[idx], index, member));
            }
        }
        next
    }

    /// Reads those modules that are not read yet. Gives the indices of the new files.
    fn read(&mut self, modules: &[Name], depth: u32) -> Vec<usize> {
        let unknown: Vec<Name> = modules
            .iter()
            .copied()
            .filter(|it| !self.known.contains_key(it))
            .collect();
        let located: Vec<_> = unknown
            .par_iter()
            .map(|&module| (module, self.locate(module)))
            .collect();
        let mut accepted = Vec::new();
        for (module, located) in located {
            self.known.insert(module, None);
            let Some(located) = located else { continue };
            if located.is_source {
                let size = located.bytes.len();
                if depth > MAX_DEPTH || size > MAX_FILE || size > self.bytes_left {
                    self.cut += 1;
                    continue;
                }
                self.bytes_left -= size;
            }
            accepted.push((module, located));
        }
        let parsed: Vec<_> = accepted
            .into_par_iter()
            .filter_map(|(module, located)| {
                Some((parse(module, &located, self.lowered)?, located.is_source))
            })
            .collect();
        let mut fresh = Vec::new();
        for (file, is_source) in parsed {
            let idx = self.found.files.len();
            self.known.insert(file.module, Some(idx));
            self.sources.push(is_source.then(|| Index::of(&file)));
            self.found.files.push(file);
            fresh.push(idx);
        }
        fresh
    }

    /// The file of a module, unless the project has it: the user's model, the environment's
    /// source, or the model that comes with the program.
    fn locate(&self, module: Name) -> Option<Located> {
        if self.own.contains(&module) {
            return None;
        }
        let name = module.as_str();
        let users = self.user.iter().find_map(|it| self.model_below(it, name));
        if users.is_some() {
            return users;
        }
        let model = models::path(name).and_then(|path| {
            let bytes = models::read(&path)?.to_owned();
            let is_source = false;
            Some(Located {
                path,
                bytes,
                is_source,
            })
        });
        let is_better = model.as_ref().is_some_and(|it| {
            let mut lines = it.bytes.split(|it| *it == b'\n').take(MODEL_HEAD);
            lines.any(|it| it == models::BETTER_THAN_SOURCE.as_bytes())
        });
        if is_better {
            return model;
        }
        self.source(name).or(model)
    }

    /// `configured` is a folder with models, or one model.
    fn model_below(&self, configured: &Path, module: &str) -> Option<Located> {
        let path = match self.fs.kind(configured).ok()? {
            FileKind::File => {
                let is_it = configured.file_stem().is_some_and(|it| it == module);
                is_it.then(|| configured.to_owned())?
            }
            _ => self.module_below(configured, module)?,
        };
        Some(Located {
            bytes: self.fs.read(&path).ok()?,
            path,
            is_source: false,
        })
    }

    fn source(&self, module: &str) -> Option<Located> {
        let environment = self.environment.as_ref()?;
        if keeps_nothing(module) {
            return None;
        }
        let mut folders = environment.folders.iter();
        let path = folders.find_map(|it| self.module_below(it, module))?;
        if self.own_paths.contains(path.as_path()) {
            return None;
        }
        Some(Located {
            bytes: self.fs.read(&path).ok()?,
            path,
            is_source: true,
        })
    }

    fn module_below(&self, folder: &Path, module: &str) -> Option<PathBuf> {
        let below = folder.join(module.replace('.', std::path::MAIN_SEPARATOR_STR));
        [below.join("__init__.py"), below.with_extension("py")]
            .into_iter()
            .find(|it| matches!(self.fs.kind(it), Ok(FileKind::File)))
    }
}

/// A dependency that cannot be read is one that is not there.
fn parse(module: Name, located: &Located, lowered: &Lowered) -> Option<ParsedFile> {
    let path = located.path.clone();
    let ir = match lowered.get(&path) {
        Some(ir) => Arc::clone(ir),
        None => {
            let text = decode(located.bytes.clone()).ok()?;
            Arc::new(super::load::lower_guarded(&text, SourceKind::Python)?)
        }
    };
    Some(ParsedFile {
        ir,
        display: path.to_string_lossy().replace('\\', "/"),
        is_package: path.file_stem().is_some_and(|it| it == "__init__"),
        path,
        module,
        is_stub: false,
        origin: Origin::Library,
    })
}
