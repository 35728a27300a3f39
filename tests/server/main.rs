//! The language server, seen from outside: the real binary, and a client that speaks the protocol.

mod client;
mod diagnostics;
mod features;
mod lifecycle;
mod programs;
mod settings;
