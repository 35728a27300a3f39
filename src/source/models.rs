//! The library models that come with the program: Python files under `rules/models/`.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

static MODELS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules/models");

/// The folder that the models seem to be in. No path on a disk looks like this.
const FOLDER: &str = "<models>";

/// Marks a model that says more than the source of its module does: one of a module that is
/// written in C, that makes its functions and classes as it runs, or that stores behind more
/// definitions than are followed.
pub const BETTER_THAN_SOURCE: &str = "# cyclint: model better-than-source";

/// The path of the model of a module, if there is one.
pub fn path(module: &str) -> Option<PathBuf> {
    let below = module.replace('.', "/");
    [format!("{below}.py"), format!("{below}/__init__.py")]
        .iter()
        .find(|it| MODELS.get_file(it).is_some())
        .map(|it| Path::new(FOLDER).join(it))
}

/// The content of a model, by its path.
pub fn read(path: &Path) -> Option<&'static [u8]> {
    let below = path.strip_prefix(FOLDER).ok()?;
    Some(MODELS.get_file(below)?.contents())
}

/// The names of all modules that have a model, sorted.
pub fn modules() -> Vec<String> {
    fn collect(dir: &Dir<'_>, names: &mut Vec<String>) {
        for file in dir.files() {
            let name = file.path().with_extension("");
            let name = name.to_string_lossy().replace(['/', '\\'], ".");
            names.push(name.strip_suffix(".__init__").unwrap_or(&name).to_owned());
        }
        dir.dirs().for_each(|it| collect(it, names));
    }
    let mut names = Vec::new();
    collect(&MODELS, &mut names);
    names.sort();
    names
}
