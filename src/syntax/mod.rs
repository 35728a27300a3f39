//! Second stage: one file to its reference IR.
//!
//! The only module that names the parser's crates. A pure function of the text, so files are
//! lowered in parallel and the result can be cached by content; the syntax tree is dropped before
//! [`lower`] returns.

mod annotation;
mod directive;
mod dump;
pub mod ir;
pub mod logical_line;
mod lower;
pub mod name;
mod names;
mod nesting;
mod parse;
mod repair;
mod scope;
#[cfg(test)]
mod tests;

pub use dump::dump;
pub use name::Name;
pub use parse::{SourceKind, lower};
