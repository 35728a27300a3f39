//! A finding: what every output format is made from.

pub use crate::program::model::Place;

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Severity {
    /// For knowledge.
    Info,
    /// A defect.
    Warning,
    /// A defect that loses the object for good.
    Error,
}

/// How sure it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Confidence {
    /// The types of attributes allow the ring.
    Possible,
    /// Every reference is stored in one analyzed execution.
    Proven,
}

/// What it costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The finalizer runs at some later collection.
    Late,
    /// A root holds the object until the process ends.
    Never,
    /// Before Python 3.4: never freed.
    Uncollectable,
}

/// A finding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The rule's code (`CYC102`).
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// What it costs; none for findings about the source itself (CYC001, CYC002).
    pub verdict: Option<Verdict>,
    /// One line, enough alone; leads with the consequence.
    pub message: String,
    /// What to do about it; may have several lines.
    pub help: String,
    /// Where it stands.
    pub place: Place,
    /// The ring: one entry per reference, in order; the last one's `to` is the first one's
    /// `from`. For CYC3xx but CYC305, the chain from what holds the object to the object. Empty for
    /// findings without references.
    pub cycle: Vec<Reference>,
    /// Further places with what they have to do with it: the owner that forgets to break it, the
    /// victim that hangs off the ring.
    pub notes: Vec<Note>,
    /// The finalizers that run late.
    pub finalizers: Vec<Finalizer>,
    /// The qualified name of the method that would break the ring, if there is one.
    pub broken_by: Option<String>,
    /// Whether the ring is broken by some code and its owner is not seen to forget that: shown
    /// only with `report-broken`.
    pub only_if_broken_shown: bool,
    /// Whether it concerns a finalizer; others are shown only with `scope = "all"`.
    pub has_finalizer: bool,
    /// Key of the ring that does not depend on positions: classes and attributes.
    pub signature: String,
}

impl Finding {
    /// Whether its references form a ring, and not a chain from something that holds an object.
    pub fn is_ring(&self) -> bool {
        let is_chain = self.code.starts_with("CYC3") && self.code != "CYC305";
        !self.cycle.is_empty() && !is_chain
    }
}

/// A reference of a ring.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reference {
    /// What holds: `Connection`, or a container or callable in words (`the list`).
    pub from: String,
    /// How: `cursors[]`, `__self__`.
    pub via: String,
    /// What is held.
    pub to: String,
    /// Where it is stored.
    pub place: Place,
    /// Whether this is the reference to make weak.
    pub weaken: bool,
}

/// A further place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// Where.
    pub place: Place,
    /// What about it.
    pub message: String,
}

/// A finalizer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finalizer {
    /// The qualified class.
    pub class: String,
    /// The `__del__`'s name in the source, if it is in one.
    pub place: Option<Place>,
}
