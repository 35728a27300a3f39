//! A static analyzer that finds the reference cycles which keep Python objects alive.

pub mod cli;
pub mod config;
pub mod cycles;
pub mod engine;
mod heap;
pub mod output;
pub mod program;
pub mod progress;
pub mod project;
pub mod rules;
pub mod server;
pub mod source;
pub mod syntax;
