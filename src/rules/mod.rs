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
mod broken_in_finalizer;
pub(crate) mod cached_method;
mod closure;
pub(crate) mod collector;
mod collector_debugging;
mod collector_disabled;
mod dead_weakref;
mod delayed_finalizer;
mod exception_in_frame;
mod exit_handler_keeps_alive;
mod finalize_keeps_alive;
mod frame_in_frame;
pub(crate) mod hazard_report;
mod mutual_reference;
mod names;
pub(crate) mod pin_report;
mod possible_back_reference;
mod recursive_closure;
mod registry_keeps_alive;
mod resurrection;
mod self_reference;
mod shape;
mod stored_exception;
mod suspended_frame;
mod traceback_in_frame;
mod weak_key_held_by_value;

pub use page::Page;
