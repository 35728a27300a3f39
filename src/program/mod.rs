//! Third stage: all files linked to one program.
//!
//! Modules by their names, imports followed to what they bind, classes with their method
//! resolution order, and the approximate call graph. Everything here is computed before any
//! function is executed abstractly, and does not change afterwards.

mod bindings;
pub mod callgraph;
mod classes;
mod decorators;
mod edges;
mod generated;
mod known;
pub mod link;
mod members;
pub mod model;
pub mod module_names;
mod modules;
mod mro;
mod outline;
mod resolve;
pub(crate) mod scc;
mod scope;
mod stubs;
#[cfg(test)]
mod tests;
mod types;
mod walk;

pub use callgraph::{CallGraph, order};
pub(crate) use known::keeps_nothing;
pub use link::link;
pub use module_names::module_names;
pub(crate) use modules::absolute_name;
pub(crate) use outline::edited;
