//! Comments that silence findings.
//!
//! Ours are `# cyclint: ignore[back-reference] reason` and `# cyclint: file-ignore[...]`; `# noqa`
//! is understood as other linters do. A comment holds for the logical line that it ends; one of
//! ours on a line of its own for the next logical line.

use ruff_text_size::{TextRange, TextSize};
use rustc_hash::FxHashMap;

use crate::program::model::{FileId, Origin, Program};
use crate::source::{LineIndex, Text, Texts};
use crate::syntax::ir::DirectiveComment;

use super::finding::Finding;
use super::registry::{Rule, closest_rule};

/// What a suppression holds for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    /// Every rule.
    All,
    /// One rule, by its code.
    Rule(&'static str),
}

/// How a suppression is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// `# cyclint: ignore`
    Ignore,
    /// `# cyclint: file-ignore`
    FileIgnore,
    /// `# noqa`
    Noqa,
}

/// One rule in one comment, or a comment that names none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// How it is written.
    pub style: Style,
    /// What it holds for.
    pub target: Target,
    /// The code in the comment, or the directive.
    pub range: TextRange,
    /// What it applies to: the logical line and, if it ends that, the comment itself.
    covers: TextRange,
    /// Whether it silenced something.
    pub used: bool,
}

/// A directive of ours that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// Where.
    pub range: TextRange,
    /// What is wrong.
    pub message: String,
}

/// The suppressions of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FileSuppressions {
    /// In source order.
    pub suppressions: Vec<Suppression>,
    /// In source order.
    pub malformed: Vec<Malformed>,
}

/// The suppressions of the program.
#[derive(Debug, Default)]
pub struct Suppressions {
    by_file: FxHashMap<FileId, FileSuppressions>,
}

impl Suppressions {
    /// Reads the comments of all files of the project.
    pub fn collect(program: &Program) -> Self {
        let files = (0..).map(FileId).zip(&program.files);
        let by_file = files
            .filter(|(_, it)| it.origin == Origin::Project && !it.ir.directives.is_empty())
            .map(|(id, file)| (id, FileSuppressions::parse(&file.ir.directives)))
            .collect();
        Self { by_file }
    }

    /// Whether a comment silences the finding: at its place, or at any reference of its ring. All
    /// that do are marked as used.
    pub fn silence(&mut self, finding: &Finding, program: &Program, texts: &Texts<'_>) -> bool {
        let mut silenced = false;
        let references = finding.cycle.iter().map(|it| it.place);
        for place in std::iter::once(finding.place).chain(references) {
            let Some(file) = self.by_file.get_mut(&place.file) else {
                continue;
            };
            let Some(parsed) = program.files.get(place.file.0 as usize) else {
                continue;
            };
            let text = texts.get(&parsed.path);
            for it in &mut file.suppressions {
                if it.applies_to(finding.code) && it.covers_line(place.range.start(), &text) {
                    it.used = true;
                    silenced = true;
                }
            }
        }
        silenced
    }

    /// The files with comments, in order.
    pub fn files(&self) -> Vec<(FileId, &FileSuppressions)> {
        let mut files: Vec<_> = self.by_file.iter().map(|(id, it)| (*id, it)).collect();
        files.sort_unstable_by_key(|(id, _)| *id);
        files
    }
}

impl Suppression {
    /// Whether it holds for a rule.
    pub fn applies_to(&self, code: &str) -> bool {
        match self.target {
            // A comment cannot declare itself useful.
            Target::All => code != "CYC002",
            Target::Rule(rule) => rule == code,
        }
    }

    fn covers_line(&self, offset: TextSize, text: &Text) -> bool {
        let line = |offset: TextSize| text.lines.line(offset.to_u32());
        self.style == Style::FileIgnore
            || (line(self.covers.start())..=line(self.covers.end())).contains(&line(offset))
    }
}

impl FileSuppressions {
    /// Whether a comment of ours holds for the line of a place.
    pub fn cover(&self, offset: u32, lines: &LineIndex) -> bool {
        let line = lines.line(offset);
        self.suppressions.iter().any(|it| {
            let first = lines.line(it.covers.start().to_u32());
            it.style == Style::Ignore
                && (first..=lines.line(it.covers.end().to_u32())).contains(&line)
        })
    }

    /// Reads the comments of a file.
    pub fn parse(comments: &[DirectiveComment]) -> Self {
        let mut result = Self::default();
        for comment in comments {
            result.parse_comment(comment);
        }
        result
    }

    /// One comment may hold several directives: `# noqa: E501  # cyclint: ignore`.
    fn parse_comment(&mut self, comment: &DirectiveComment) {
        let hashes = comment.text.match_indices('#').map(|(at, _)| at + 1);
        for at in hashes {
            let mut cursor = Cursor {
                text: &comment.text,
                at,
            };
            cursor.skip_spaces();
            if cursor.eat("cyclint:") {
                self.parse_ours(comment, cursor, at - 1);
            } else if cursor.eat_ignoring_case("noqa") {
                self.parse_noqa(comment, cursor, at - 1);
            }
        }
    }

    fn parse_ours(&mut self, comment: &DirectiveComment, mut cursor: Cursor<'_>, start: usize) {
        cursor.skip_spaces();
        let verb_at = cursor.at;
        let verb = cursor.word();
        let style = match verb {
            "ignore" => Style::Ignore,
            "file-ignore" => Style::FileIgnore,
            _ => {
                let message =
                    format!("`{verb}` is no directive: expected `ignore` or `file-ignore`");
                return self.malformed(comment, start..cursor.at.max(verb_at), message);
            }
        };
        let end_of_verb = cursor.at;
        cursor.skip_spaces();
        if !cursor.eat("[") {
            return self.push(comment, style, Target::All, start..end_of_verb);
        }
        let list_at = cursor.at;
        let Some(length) = cursor.rest().find(']') else {
            let message = "the list of rules is not closed by `]`".to_owned();
            return self.malformed(comment, start..comment.text.trim_end().len(), message);
        };
        let list = cursor.rest().get(..length).unwrap_or_default();
        if list.trim().is_empty() {
            let message = "the list of rules is empty".to_owned();
            return self.malformed(comment, start..list_at + length + 1, message);
        }
        for (at, name) in split(list, |it| it == ',') {
            let range = list_at + at..list_at + at + name.len();
            match Rule::find(name) {
                Some(rule) => self.push(comment, style, Target::Rule(rule.code), range),
                None => self.malformed(comment, range, unknown_rule(name)),
            }
        }
    }

    fn parse_noqa(&mut self, comment: &DirectiveComment, mut cursor: Cursor<'_>, start: usize) {
        let end = cursor.at;
        if cursor
            .rest()
            .starts_with(|it: char| it.is_alphanumeric() || it == '_')
        {
            return;
        }
        cursor.skip_spaces();
        if !cursor.eat(":") {
            return self.push(comment, Style::Noqa, Target::All, start..end);
        }
        let list_at = cursor.at;
        let is_separator = |it: char| it == ',' || it.is_whitespace();
        let words = split(cursor.rest(), is_separator);
        let codes: Vec<_> = words.take_while(|(_, it)| is_code(it)).collect();
        if codes.is_empty() {
            return self.push(comment, Style::Noqa, Target::All, start..end);
        }
        for (at, code) in codes {
            let range = list_at + at..list_at + at + code.len();
            let upper = code.to_ascii_uppercase();
            match Rule::by_code(&upper) {
                Some(rule) => self.push(comment, Style::Noqa, Target::Rule(rule.code), range),
                None if upper.starts_with("CYC") => {
                    self.malformed(comment, range, unknown_rule(code));
                }
                None => {}
            }
        }
    }

    fn push(
        &mut self,
        comment: &DirectiveComment,
        style: Style,
        target: Target,
        range: std::ops::Range<usize>,
    ) {
        let covers = match (comment.own_line, style) {
            (true, Style::Noqa) => comment.range,
            (true, _) => comment.statement,
            (false, _) => comment.statement.cover(comment.range),
        };
        self.suppressions.push(Suppression {
            style,
            target,
            range: within(comment, range),
            covers,
            used: false,
        });
    }

    fn malformed(
        &mut self,
        comment: &DirectiveComment,
        range: std::ops::Range<usize>,
        message: String,
    ) {
        let range = within(comment, range);
        self.malformed.push(Malformed { range, message });
    }
}

/// A range of the comment's text as one of the file.
fn within(comment: &DirectiveComment, range: std::ops::Range<usize>) -> TextRange {
    let offset = |at: usize| comment.range.start() + TextSize::new(at as u32);
    TextRange::new(offset(range.start), offset(range.end.max(range.start)))
}

fn unknown_rule(name: &str) -> String {
    match closest_rule(name) {
        Some(meant) => format!("there is no rule `{name}`: did you mean `{meant}`?"),
        None => format!("there is no rule `{name}`"),
    }
}

/// Letters, then digits: the form of every linter's codes.
fn is_code(word: &str) -> bool {
    let digits = word.trim_start_matches(|it: char| it.is_ascii_alphabetic());
    digits.len() < word.len() && !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit())
}

/// The non-empty words between separators, trimmed, with their offsets.
fn split(text: &str, is_separator: fn(char) -> bool) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split(is_separator).filter_map(move |part| {
        let start = at + part.len() - part.trim_start().len();
        // Separators are one byte long, or white space, of which `chars` knows the length.
        at += part.len();
        at += text
            .get(at..)
            .and_then(|it| it.chars().next())
            .map_or(0, char::len_utf8);
        let word = part.trim();
        (!word.is_empty()).then_some((start, word))
    })
}

/// A place in a comment.
#[derive(Clone, Copy)]
struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn skip_spaces(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn eat_ignoring_case(&mut self, token: &str) -> bool {
        let next = self.rest().get(..token.len());
        let found = next.is_some_and(|it| it.eq_ignore_ascii_case(token));
        if found {
            self.at += token.len();
        }
        found
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|it: char| !it.is_alphanumeric() && it != '-' && it != '_');
        let word = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        self.at += word.len();
        word
    }
}

#[cfg(test)]
mod tests {
    use ruff_text_size::TextRange;

    use super::{FileSuppressions, Target};
    use crate::syntax::ir::DirectiveComment;

    /// What a comment says, each part with the text that it stands for.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let range = TextRange::up_to((text.len() as u32).into());
        let comment = DirectiveComment {
            range,
            text: text.into(),
            own_line: false,
            statement: range,
        };
        let parsed = FileSuppressions::parse(&[comment]);
        let suppressions = parsed.suppressions.iter().map(|it| {
            let target = match it.target {
                Target::All => "all",
                Target::Rule(code) => code,
            };
            format!("{:?} {target} `{}`", it.style, &text[it.range])
        });
        let malformed = parsed.malformed.iter();
        let malformed = malformed.map(|it| format!("{} `{}`", it.message, &text[it.range]));
        assert_eq!(suppressions.chain(malformed).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn ours() {
        check("# cyclint: ignore", &["Ignore all `# cyclint: ignore`"]);
        check("#cyclint:ignore because", &["Ignore all `#cyclint:ignore`"]);
        check(
            "# cyclint: ignore[back-reference, CYC101] reason",
            &["Ignore CYC102 `back-reference`", "Ignore CYC101 `CYC101`"],
        );
        check(
            "# cyclint: file-ignore[closure]",
            &["FileIgnore CYC104 `closure`"],
        );
        check(
            "# type: ignore # cyclint: ignore[closure]",
            &["Ignore CYC104 `closure`"],
        );
    }

    #[test]
    fn noqa() {
        check("# noqa", &["Noqa all `# noqa`"]);
        check("#NOQA", &["Noqa all `#NOQA`"]);
        check("# noqa: E501, W291", &[]);
        check("# noqa:E501,cyc102 why", &["Noqa CYC102 `cyc102`"]);
        check("# noqa: E501 CYC101", &["Noqa CYC101 `CYC101`"]);
        check("# noqa: the reason", &["Noqa all `# noqa`"]);
        check("# noqation", &[]);
        check("# flake8: noqa", &[]);
    }

    #[test]
    fn malformed() {
        check(
            "# cyclint: ignor[closure]",
            &["`ignor` is no directive: expected `ignore` or `file-ignore` `# cyclint: ignor`"],
        );
        check(
            "# cyclint: ignore[closure",
            &["the list of rules is not closed by `]` `# cyclint: ignore[closure`"],
        );
        check(
            "# cyclint: ignore[]",
            &["the list of rules is empty `# cyclint: ignore[]`"],
        );
        check(
            "# cyclint: ignore[closur]",
            &["there is no rule `closur`: did you mean `closure`? `closur`"],
        );
        check("# noqa: CYC999", &["there is no rule `CYC999` `CYC999`"]);
    }
}
