//! Values that are written as strings in a configuration.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use clap::ValueEnum;
use serde::Deserializer;
use serde::de::{Error, Visitor};

/// Reads a value through its [`FromStr`]; `expected` says what to write.
pub(super) fn from_string<'de, T, D>(deserializer: D, expected: &'static str) -> Result<T, D::Error>
where
    T: FromStr<Err = String>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_str(Text {
        expected,
        parse: T::from_str,
        value: PhantomData,
    })
}

/// Reads one of a few words.
pub(super) fn from_choice<'de, T, D>(deserializer: D, what: &'static str) -> Result<T, D::Error>
where
    T: ValueEnum,
    D: Deserializer<'de>,
{
    deserializer.deserialize_str(Text {
        expected: what,
        parse: |text: &str| choice(text),
        value: PhantomData,
    })
}

/// The value that a word stands for.
fn choice<T: ValueEnum>(text: &str) -> Result<T, String> {
    T::from_str(text, false).map_err(|_| {
        let values = T::value_variants().iter();
        let names: Vec<_> = values.filter_map(T::to_possible_value).collect();
        let names = names.iter().map(|it| format!("`{}`", it.get_name()));
        let names = names.collect::<Vec<_>>().join(", ");
        format!("`{text}` is not possible here: expected one of {names}")
    })
}

struct Text<T, F> {
    expected: &'static str,
    parse: F,
    value: PhantomData<T>,
}

impl<T, F: Fn(&str) -> Result<T, String>> Visitor<'_> for Text<T, F> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        (self.parse)(text).map_err(E::custom)
    }
}

/// Implements [`serde::Deserialize`] through one of the functions above.
macro_rules! deserialize {
    ($type:ty, $function:ident, $expected:literal) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::config::text::$function(deserializer, $expected)
            }
        }
    };
}

pub(super) use deserialize;
