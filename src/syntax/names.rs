//! Interning within one file.

use rustc_hash::FxHashMap;

use super::name::Name;

/// The names of one file, so that the process-wide table is asked once for each.
#[derive(Debug, Default)]
pub(super) struct NameCache<'a> {
    names: FxHashMap<&'a str, Name>,
}

impl<'a> NameCache<'a> {
    /// Interns `text`.
    pub(super) fn intern(&mut self, text: &'a str) -> Name {
        *self.names.entry(text).or_insert_with(|| Name::new(text))
    }
}
