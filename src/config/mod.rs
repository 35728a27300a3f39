//! What the user can decide: [`Options`] are what is written in a file or on the command line,
//! [`Settings`] what follows from all of it.

mod error;
mod find;
mod options;
pub mod reference;
mod resolve;
mod settings;
mod text;
mod version;

pub use error::ConfigError;
pub use find::{Located, from_file, from_inline, from_text, locate};
pub use options::{Glob, Options};
pub use resolve::{Layer, resolve};
pub use settings::{FileSettings, OutputFormat, PerFileIgnore, Scope, Settings};
pub use version::PythonVersion;
