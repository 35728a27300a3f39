//! All rules, and how users speak of them.

use std::collections::BTreeSet;
use std::str::FromStr;

use super::Page;
use super::finding::{Severity, Verdict};

/// What is fixed about a rule.
#[derive(Debug)]
pub struct Rule {
    /// The code, `CYC102`.
    pub code: &'static str,
    /// The name, `back-reference`: what is found, in kebab case.
    pub name: &'static str,
    /// One line.
    pub summary: &'static str,
    /// How bad a finding is, if the target version does not make it worse.
    pub severity: Severity,
    /// What a finding costs, likewise.
    pub verdict: Option<Verdict>,
    /// The Markdown file, front matter included.
    source: &'static str,
}

/// A rule whose page is `rules/<code>-<name>.md`.
macro_rules! rule {
    ($code:literal, $name:literal, $severity:ident, $verdict:expr, $summary:literal) => {
        Rule {
            code: $code,
            name: $name,
            summary: $summary,
            severity: Severity::$severity,
            verdict: $verdict,
            source: include_str!(concat!("../../rules/", $code, "-", $name, ".md")),
        }
    };
}

const LATE: Option<Verdict> = Some(Verdict::Late);
const NEVER: Option<Verdict> = Some(Verdict::Never);

/// The rules, in the order of their codes.
pub static RULES: &[Rule] = &[
    rule!(
        "CYC001",
        "syntax-error",
        Error,
        None,
        "The parser does not understand this"
    ),
    rule!(
        "CYC002",
        "unused-suppression",
        Warning,
        None,
        "A suppression comment that suppresses nothing"
    ),
    rule!(
        "CYC101",
        "self-reference",
        Warning,
        LATE,
        "An object that holds itself"
    ),
    rule!(
        "CYC102",
        "back-reference",
        Warning,
        LATE,
        "A part that holds its owner"
    ),
    rule!(
        "CYC103",
        "bound-method",
        Warning,
        LATE,
        "An object that holds its own bound method"
    ),
    rule!(
        "CYC104",
        "closure",
        Warning,
        LATE,
        "An object that holds a function which captures it"
    ),
    rule!(
        "CYC105",
        "suspended-frame",
        Warning,
        LATE,
        "An object that holds a generator or coroutine of its own method"
    ),
    rule!(
        "CYC106",
        "mutual-reference",
        Warning,
        LATE,
        "Objects that are linked to each other from outside"
    ),
    rule!(
        "CYC107",
        "stored-exception",
        Warning,
        LATE,
        "An object that holds an exception whose traceback holds it"
    ),
    rule!(
        "CYC108",
        "delayed-finalizer",
        Warning,
        LATE,
        "A finalizer that hangs off a ring"
    ),
    rule!(
        "CYC110",
        "possible-back-reference",
        Info,
        LATE,
        "Classes whose attributes may refer to each other"
    ),
    rule!(
        "CYC201",
        "exception-in-frame",
        Warning,
        LATE,
        "An exception left in a frame that its traceback holds"
    ),
    rule!(
        "CYC202",
        "traceback-in-frame",
        Warning,
        LATE,
        "A traceback left in a frame that it holds"
    ),
    rule!(
        "CYC203",
        "frame-in-frame",
        Warning,
        LATE,
        "A frame that holds itself"
    ),
    rule!(
        "CYC204",
        "recursive-closure",
        Warning,
        LATE,
        "A nested function that captures itself"
    ),
    rule!(
        "CYC301",
        "finalize-keeps-alive",
        Warning,
        NEVER,
        "A `weakref.finalize` whose callback holds its object"
    ),
    rule!(
        "CYC302",
        "exit-handler-keeps-alive",
        Warning,
        NEVER,
        "An exit handler or signal handler that holds its object"
    ),
    rule!(
        "CYC303",
        "cached-method",
        Warning,
        NEVER,
        "A cache of the class that holds every instance"
    ),
    rule!(
        "CYC304",
        "resurrection",
        Warning,
        NEVER,
        "A finalizer that stores its own object"
    ),
    rule!(
        "CYC305",
        "broken-in-finalizer",
        Warning,
        LATE,
        "A ring that only a finalizer on it would break"
    ),
    rule!(
        "CYC306",
        "registry-keeps-alive",
        Warning,
        NEVER,
        "A registry from which only the finalizer takes the object"
    ),
    rule!(
        "CYC307",
        "weak-key-held-by-value",
        Warning,
        NEVER,
        "A value of a WeakKeyDictionary that holds its key"
    ),
    rule!(
        "CYC308",
        "dead-weakref",
        Warning,
        None,
        "A weak reference that is dead at once"
    ),
    rule!(
        "CYC401",
        "collector-disabled",
        Warning,
        NEVER,
        "The collector is switched off for good"
    ),
    rule!(
        "CYC402",
        "collector-debugging",
        Warning,
        NEVER,
        "The collector keeps what it finds"
    ),
];

impl Rule {
    /// The rule with a code.
    pub fn by_code(code: &str) -> Option<&'static Self> {
        RULES.iter().find(|it| it.code == code)
    }

    /// The rule with a code or a name.
    pub fn find(code_or_name: &str) -> Option<&'static Self> {
        RULES
            .iter()
            .find(|it| it.code == code_or_name || it.name == code_or_name)
    }

    /// The documentation.
    pub fn page(&self) -> Page {
        Page::parse(self.source)
    }

    /// Whether it only claims what the types allow.
    pub fn is_possible(&self) -> bool {
        self.code == "CYC110"
    }

    /// Where the documentation can be read: the page in the repository that the package names
    /// (`repository` in `Cargo.toml`), or while it names none, the page's path in the sources.
    pub fn url(&self) -> String {
        let page = format!("rules/{}-{}.md", self.code, self.name);
        match env!("CARGO_PKG_REPOSITORY") {
            "" => page,
            repository => format!("{repository}/blob/main/{page}"),
        }
    }
}

/// The code or name that `word` was probably meant to be.
pub fn closest_rule(word: &str) -> Option<&'static str> {
    let names: Vec<_> = RULES.iter().flat_map(|it| [it.code, it.name]).collect();
    closest(word, &names)
}

/// The candidate that looks most like `word`, if one does.
pub fn closest<'a>(word: &str, candidates: &[&'a str]) -> Option<&'a str> {
    const SIMILAR: f64 = 0.8;
    candidates
        .iter()
        .map(|it| (strsim::jaro_winkler(word, it), *it))
        .filter(|(likeness, _)| *likeness >= SIMILAR)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}

/// What stands in `select` or `ignore`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Selector {
    /// `ALL`
    All,
    /// The beginning of codes: `CYC1`.
    Prefix(String),
    /// A rule, by its code or name; the code.
    Rule(&'static str),
}

impl Selector {
    /// Whether a rule is meant.
    pub fn matches(&self, code: &str) -> bool {
        match self {
            Self::All => true,
            Self::Prefix(prefix) => code.starts_with(prefix),
            Self::Rule(rule) => code == *rule,
        }
    }

    /// How narrow it is: the narrower one wins.
    fn specificity(&self) -> usize {
        match self {
            Self::All => 0,
            Self::Prefix(prefix) => prefix.len(),
            Self::Rule(_) => usize::MAX,
        }
    }
}

impl FromStr for Selector {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "ALL" {
            return Ok(Self::All);
        }
        if let Some(rule) = Rule::find(text) {
            return Ok(Self::Rule(rule.code));
        }
        if text.starts_with("CYC") && RULES.iter().any(|it| it.code.starts_with(text)) {
            return Ok(Self::Prefix(text.to_owned()));
        }
        let hint = match closest_rule(text) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "expected a code (`CYC102`), the beginning of codes (`CYC1`), a name \
                     (`back-reference`) or `ALL`"
                .to_owned(),
        };
        Err(format!("unknown rule `{text}`: {hint}"))
    }
}

/// A set of rules.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RuleSet(BTreeSet<&'static str>);

impl RuleSet {
    /// Every rule.
    pub fn all() -> Self {
        Self(RULES.iter().map(|it| it.code).collect())
    }

    /// Whether a rule is in the set.
    pub fn contains(&self, code: &str) -> bool {
        self.0.contains(code)
    }

    /// The codes, sorted.
    pub fn codes(&self) -> Vec<&'static str> {
        self.0.iter().copied().collect()
    }
}

impl<'a> FromIterator<&'a Selector> for RuleSet {
    fn from_iter<I: IntoIterator<Item = &'a Selector>>(selectors: I) -> Self {
        let selectors: Vec<_> = selectors.into_iter().collect();
        let codes = RULES.iter().map(|it| it.code);
        Self(
            codes
                .filter(|code| selectors.iter().any(|it| it.matches(code)))
                .collect(),
        )
    }
}

/// Which rules are on, while the layers of configuration are gone through.
#[derive(Clone, Debug)]
pub struct Selection {
    on: RuleSet,
}

impl Default for Selection {
    fn default() -> Self {
        Self { on: RuleSet::all() }
    }
}

impl Selection {
    /// Applies one layer: `select` begins anew, the others change what is there. Within a layer
    /// the narrower selector wins, and `ignore` over a selection that is as narrow.
    pub fn apply(
        &mut self,
        select: Option<&[Selector]>,
        extend_select: &[Selector],
        ignore: &[Selector],
    ) {
        let narrowest = |selectors: &[Selector], code: &str| {
            let matching = selectors.iter().filter(|it| it.matches(code));
            matching.map(Selector::specificity).max()
        };
        for code in RULES.iter().map(|it| it.code) {
            let on = match select {
                Some(selectors) => narrowest(selectors, code),
                None => None,
            }
            .max(narrowest(extend_select, code));
            let off = narrowest(ignore, code);
            let is_on = match (on, off) {
                (None, None) => select.is_none() && self.on.contains(code),
                (on, off) => on > off,
            };
            if is_on {
                self.on.0.insert(code);
            } else {
                self.on.0.remove(code);
            }
        }
    }

    /// The rules that are on.
    pub fn rules(self) -> RuleSet {
        self.on
    }
}

#[cfg(test)]
mod tests {
    use super::{RULES, Rule, RuleSet, Selection, Selector};

    #[test]
    fn codes_and_names_are_unique_and_sorted() {
        assert!(RULES.is_sorted_by(|a, b| a.code < b.code));
        for rule in RULES {
            assert_eq!(Rule::find(rule.name).map(|it| it.code), Some(rule.code));
        }
    }

    #[test]
    fn pages_agree_with_the_registry() {
        for rule in RULES {
            let page = rule.page();
            let key = |key| page.front_matter(key).unwrap_or_default().to_owned();
            assert_eq!(key("code"), rule.code);
            assert_eq!(key("name"), rule.name, "{}", rule.code);
            let severity = format!("{:?}", rule.severity).to_lowercase();
            assert_eq!(key("severity"), severity, "{}", rule.code);
            let verdict = rule
                .verdict
                .map_or("none".to_owned(), |it| format!("{it:?}"));
            assert_eq!(key("verdict"), verdict.to_lowercase(), "{}", rule.code);
            assert!(!key("since").is_empty() && !key("fix").is_empty());
            for section in ["What it does", "Why is this bad", "Example", "Limits"] {
                let heading = format!("## {section}");
                assert!(page.body.contains(&heading), "{}: {section}", rule.code);
            }
        }
    }

    fn selectors(texts: &[&str]) -> Vec<Selector> {
        texts.iter().filter_map(|it| it.parse().ok()).collect()
    }

    #[track_caller]
    fn check(select: Option<&[&str]>, extend: &[&str], ignore: &[&str], on: &[&str], off: &[&str]) {
        let mut selection = Selection::default();
        let select = select.map(selectors);
        selection.apply(select.as_deref(), &selectors(extend), &selectors(ignore));
        let rules: RuleSet = selection.rules();
        assert!(on.iter().all(|it| rules.contains(it)), "{rules:?}");
        assert!(!off.iter().any(|it| rules.contains(it)), "{rules:?}");
    }

    #[test]
    fn the_narrower_selector_wins() {
        check(None, &[], &[], &["CYC001", "CYC102"], &[]);
        check(
            Some(&["CYC1"]),
            &[],
            &["CYC102"],
            &["CYC101"],
            &["CYC102", "CYC001"],
        );
        check(Some(&["closure"]), &[], &["CYC1"], &["CYC104"], &["CYC101"]);
        check(
            Some(&["CYC101"]),
            &["CYC104"],
            &[],
            &["CYC101", "CYC104"],
            &["CYC102"],
        );
        check(None, &[], &["ALL"], &[], &["CYC001", "CYC102"]);
        check(
            Some(&["CYC102"]),
            &[],
            &["back-reference"],
            &[],
            &["CYC102"],
        );
    }

    #[test]
    fn unknown_selectors_get_a_hint() {
        let hint = |text: &str| text.parse::<Selector>().err().unwrap_or_default();
        assert_eq!(
            hint("backreference"),
            "unknown rule `backreference`: did you mean `back-reference`?"
        );
        assert!(hint("E501").contains("expected a code"));
        assert!(hint("").contains("expected a code"));
    }
}
