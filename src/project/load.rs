//! Reading, decoding and lowering files, in parallel; what is known already is not read again.

use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::config::Settings;
use crate::program::model::{Origin, ParsedFile};
use crate::program::module_names;
use crate::progress::Progress;
use crate::source::{FileSystem, Problem, SourceFile};
use crate::syntax::ir::FileIr;
use crate::syntax::{Name, SourceKind, lower};

/// What came of the files.
pub(super) struct Loaded {
    /// The files that could be read, in the given order.
    pub(super) files: Vec<ParsedFile>,
    /// The others.
    pub(super) problems: Vec<Problem>,
}

/// Files that were lowered, by their path.
pub(super) type Lowered = FxHashMap<PathBuf, Arc<FileIr>>;

/// Loads all files, of which those in `known` are as they were.
pub(super) fn load(
    fs: &dyn FileSystem,
    sources: Vec<SourceFile>,
    known: &Lowered,
    settings: &Settings,
    progress: &dyn Progress,
) -> Loaded {
    progress.begin("reading", sources.len());
    let paths: Vec<_> = sources.iter().map(|it| it.path.clone()).collect();
    let modules = module_names(&paths, &settings.src);
    let results: Vec<_> = sources
        .into_par_iter()
        .zip(modules)
        .map(|(source, module)| {
            let result = load_file(fs, source, known, module);
            progress.step();
            result
        })
        .collect();

    let mut loaded = Loaded {
        files: Vec::with_capacity(results.len()),
        problems: Vec::new(),
    };
    for result in results {
        match result {
            Ok(file) => loaded.files.push(file),
            Err(problem) => loaded.problems.push(problem),
        }
    }
    loaded
}

/// A file as it is now; [`None`] if it cannot be read any more.
pub(super) fn reload(fs: &dyn FileSystem, old: &ParsedFile) -> Option<ParsedFile> {
    let source = SourceFile {
        path: old.path.clone(),
        display: old.display.clone(),
    };
    let named = (old.module, old.is_package);
    load_file(fs, source, &Lowered::default(), named).ok()
}

fn load_file(
    fs: &dyn FileSystem,
    source: SourceFile,
    known: &Lowered,
    (module, is_package): (Name, bool),
) -> Result<ParsedFile, Problem> {
    let problem = |message: String| Problem {
        path: source.display.clone(),
        message,
    };
    let extension = source.path.extension().unwrap_or_default();
    let is_stub = extension == "pyi";
    let kind = match extension.to_str() {
        Some("pyi") => SourceKind::Stub,
        Some("ipynb") => SourceKind::Notebook,
        _ => SourceKind::Python,
    };
    let ir = match known.get(&source.path) {
        Some(ir) => Arc::clone(ir),
        None => {
            let text = fs.text(&source.path).map_err(problem)?;
            let ir = lower_guarded(&text, kind);
            Arc::new(ir.ok_or_else(|| problem(INTERNAL_ERROR.to_owned()))?)
        }
    };
    Ok(ParsedFile {
        ir,
        path: source.path,
        display: source.display,
        module,
        is_package,
        is_stub,
        origin: Origin::Project,
    })
}

const INTERNAL_ERROR: &str = "left out because of a bug in cyclint";

/// Lowers a text. Should that panic, the bug costs this file and no other; the panic hook has told
/// the user.
pub(super) fn lower_guarded(text: &str, kind: SourceKind) -> Option<FileIr> {
    std::panic::catch_unwind(|| lower(text, kind)).ok()
}
