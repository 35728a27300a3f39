//! Versions of Python.

use std::fmt;
use std::str::FromStr;

/// A minor version of Python.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct PythonVersion {
    /// The 3 of 3.12.
    pub major: u8,
    /// The 12 of 3.12.
    pub minor: u8,
}

impl PythonVersion {
    /// The newest that the analyzer knows; assumed where the project does not say.
    pub const LATEST: Self = Self {
        major: 3,
        minor: 14,
    };

    /// Before PEP 442 a ring with a finalizer is never freed.
    pub const fn frees_rings_with_finalizers(self) -> bool {
        self.major > 3 || (self.major == 3 && self.minor >= 4)
    }

    /// The lowest version that a `requires-python` such as `>=3.8,<4` admits.
    pub fn lower_bound(specifiers: &str) -> Option<Self> {
        specifiers.split(',').filter_map(lower_bound_of).max()
    }
}

fn lower_bound_of(clause: &str) -> Option<PythonVersion> {
    let clause = clause.trim();
    let operators = [">=", "~=", "===", "==", ">"];
    let version = operators.iter().find_map(|it| clause.strip_prefix(it))?;
    let mut parts = version.trim().split('.');
    let major = parts.next()?.parse().ok()?;
    let minor = parts.next().map_or(Some(0), |it| match it {
        "*" => Some(0),
        digits => digits.parse().ok(),
    })?;
    Some(PythonVersion { major, minor })
}

impl FromStr for PythonVersion {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = match text.strip_prefix("py") {
            Some(digits) => digits
                .split_at_checked(1)
                .filter(|(_, minor)| !minor.is_empty()),
            None => text.split_once('.'),
        };
        parsed
            .and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)))
            .filter(|(major, _)| matches!(major, 2 | 3))
            .map(|(major, minor)| Self { major, minor })
            .ok_or_else(|| {
                format!("`{text}` is no Python version: expected one like `3.12`, `py312` or `2.7`")
            })
    }
}

impl fmt::Display for PythonVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

#[cfg(test)]
mod tests {
    use super::PythonVersion;

    #[test]
    fn spellings() {
        let parse = |text: &str| text.parse().map(|it: PythonVersion| it.to_string()).ok();
        assert_eq!(parse("3.12").as_deref(), Some("3.12"));
        assert_eq!(parse("py312").as_deref(), Some("3.12"));
        assert_eq!(parse("2.7").as_deref(), Some("2.7"));
        assert_eq!(parse("py27").as_deref(), Some("2.7"));
        for wrong in ["3", "py3", "4.0", "3.12.1", "python3.12", "", "pyé12"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn lower_bounds() {
        let bound = |text| PythonVersion::lower_bound(text).map(|it| it.to_string());
        assert_eq!(bound(">=3.8").as_deref(), Some("3.8"));
        assert_eq!(bound(">=2.7, !=3.0.*, <4").as_deref(), Some("2.7"));
        assert_eq!(bound("~=3.9.1").as_deref(), Some("3.9"));
        assert_eq!(bound("==3.11.*").as_deref(), Some("3.11"));
        assert_eq!(bound("<4"), None);
        assert_eq!(bound(">=3").as_deref(), Some("3.0"));
    }
}
