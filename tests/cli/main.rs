//! The command line, seen from outside: the real binary, in a directory of its own, with an
//! environment that holds nothing.

mod adoption;
mod commands;
mod config;
mod encodings;
mod exit_codes;
mod files;
mod formats;
mod models;
mod output;
mod project;
mod rules;
mod stdin;
mod suppression;
