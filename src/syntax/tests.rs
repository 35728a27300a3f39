//! What Python constructs become, and that no input is too deep.

use super::ir::FileIr;
use super::{SourceKind, dump, lower};

mod code;
mod deep;
mod files;
mod scopes;

fn ir(text: &str) -> FileIr {
    lower(text, SourceKind::Python)
}

fn shown(text: &str) -> String {
    dump(&ir(text))
}
