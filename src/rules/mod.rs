//! Sixth stage: which rule a witness belongs to, and what it says.

pub mod add_ignore;
pub mod baseline;
pub mod finding;
pub mod fingerprint;
mod page;
pub mod registry;
pub mod removal;
pub(crate) mod report;
pub mod select;
pub mod suppress;
pub mod syntax_error;
#[cfg(test)]
mod tests;
pub mod unused_suppression;

mod advice;
mod back_reference;
mod bound_method;
mod closure;
mod delayed_finalizer;
mod exception_in_frame;
mod frame_in_frame;
mod mutual_reference;
mod possible_back_reference;
mod recursive_closure;
mod self_reference;
mod shape;
mod stored_exception;
mod suspended_frame;
mod traceback_in_frame;

pub use page::Page;
