//! What is wrong with a configuration.

use std::ops::Range;

use thiserror::Error;

/// A mistake in a configuration file or argument, with what it takes to show it in its source.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{origin}: {message}")]
pub struct ConfigError {
    /// The file as messages show it, or the option that the text came from.
    pub origin: String,
    /// The text of the file, empty if it could not be read.
    pub text: String,
    /// Where in the text.
    pub span: Option<Range<usize>>,
    /// What is wrong.
    pub message: String,
    /// What was expected, or probably meant.
    pub help: Option<String>,
}

impl ConfigError {
    /// A mistake that has no place in a text.
    pub fn plain(origin: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            origin: origin.into(),
            text: String::new(),
            span: None,
            message: message.into(),
            help: None,
        }
    }
}
