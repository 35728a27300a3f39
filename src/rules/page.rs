//! The documentation of a rule: a Markdown file with front matter.

/// A parsed page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    front_matter: Vec<(&'static str, &'static str)>,
    /// The Markdown after the front matter.
    pub body: &'static str,
}

impl Page {
    /// Splits `key: value` lines between two `---` from the text after them.
    pub(super) fn parse(source: &'static str) -> Self {
        let parts = source
            .strip_prefix("---\n")
            .and_then(|it| it.split_once("\n---\n"));
        let Some((header, body)) = parts else {
            return Self {
                front_matter: Vec::new(),
                body: source,
            };
        };
        let lines = header.lines().filter_map(|it| it.split_once(':'));
        Self {
            front_matter: lines
                .map(|(key, value)| (key.trim(), value.trim()))
                .collect(),
            body: body.trim_start(),
        }
    }

    /// The text under the heading `## <title>`.
    pub fn section(&self, title: &str) -> Option<&'static str> {
        let mut sections = self.body.split("\n## ").skip_while(|it| it.is_empty());
        sections
            .find_map(|it| {
                it.trim_start_matches("## ")
                    .strip_prefix(title)?
                    .strip_prefix('\n')
            })
            .map(str::trim)
    }

    /// A value of the front matter.
    pub fn front_matter(&self, key: &str) -> Option<&'static str> {
        let mut pairs = self.front_matter.iter();
        pairs.find(|(it, _)| *it == key).map(|(_, value)| *value)
    }
}
