//! Reading, decoding and lowering files, in parallel.

use rayon::prelude::*;

use crate::config::Settings;
use crate::program::model::{Origin, ParsedFile};
use crate::program::module_names;
use crate::progress::Progress;
use crate::source::discover::describe;
use crate::source::{FileSystem, Problem, SourceFile, decode};
use crate::syntax::ir::FileIr;
use crate::syntax::{Name, SourceKind, lower};

/// What came of the files.
pub(super) struct Loaded {
    /// The files that could be read, in the given order.
    pub(super) files: Vec<ParsedFile>,
    /// The others.
    pub(super) problems: Vec<Problem>,
}

/// Loads all files.
pub(super) fn load(
    fs: &dyn FileSystem,
    sources: Vec<SourceFile>,
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
            let result = load_file(fs, source, module);
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

fn load_file(
    fs: &dyn FileSystem,
    source: SourceFile,
    (module, is_package): (Name, bool),
) -> Result<ParsedFile, Problem> {
    let problem = |message: String| Problem {
        path: source.display.clone(),
        message,
    };
    let bytes = fs.read(&source.path).map_err(|it| problem(describe(&it)))?;
    let text = decode(bytes).map_err(|it| problem(it.to_string()))?;
    let is_stub = source.path.extension().is_some_and(|it| it == "pyi");
    let kind = if is_stub {
        SourceKind::Stub
    } else {
        SourceKind::Python
    };
    Ok(ParsedFile {
        ir: lower_guarded(&text, kind).ok_or_else(|| problem(INTERNAL_ERROR.to_owned()))?,
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
fn lower_guarded(text: &str, kind: SourceKind) -> Option<FileIr> {
    std::panic::catch_unwind(|| lower(text, kind)).ok()
}
