//! What the formats for people say about a finding, beside its message: the same words in each of
//! them. All of it is safe to print.

use crate::program::model::Place;
use crate::rules::finding::{Finding, Reference, Verdict};

use super::neutral::neutralize;

/// Something said about a place.
pub(super) struct Mark {
    pub(super) place: Place,
    /// Whether it is the place of the finding.
    pub(super) is_primary: bool,
    pub(super) text: String,
}

/// The place of the finding, the steps of the ring, the finalizers, and what else there is.
pub(super) fn marks(finding: &Finding) -> Vec<Mark> {
    let secondary = |place, text| Mark {
        place,
        is_primary: false,
        text,
    };
    let mut marks = Vec::new();
    let mut closing = None;
    for (step, reference) in (1..).zip(&finding.cycle) {
        let text = step_text(finding, step, reference);
        // The place of the finding is that of the reference which closes the ring.
        if closing.is_none() && reference.place == finding.place {
            closing = Some(text);
        } else {
            marks.push(secondary(reference.place, text));
        }
    }
    marks.insert(
        0,
        Mark {
            place: finding.place,
            is_primary: true,
            text: closing.unwrap_or_default(),
        },
    );
    for finalizer in &finding.finalizers {
        if let Some(place) = finalizer.place {
            let class = short(&finalizer.class);
            let fate = match finding.verdict {
                Some(Verdict::Never) => "does not run while the object is held",
                Some(Verdict::Uncollectable) => "never runs",
                Some(Verdict::Late) | None => "runs late",
            };
            marks.push(secondary(place, format!("`{class}.__del__` {fate}")));
        }
    }
    let notes = finding.notes.iter();
    marks.extend(notes.map(|it| secondary(it.place, neutralize(&it.message).into_owned())));
    marks
}

/// What a reference of the ring is, with its number.
pub(super) fn step_text(finding: &Finding, step: usize, reference: &Reference) -> String {
    let from = neutralize(&reference.from);
    let to = if finding.is_ring() && finding.cycle.len() == 1 {
        "itself".to_owned()
    } else {
        quote(&reference.to)
    };
    let via = neutralize(&reference.via);
    let advice = if reference.weaken {
        " (make this one weak)"
    } else {
        ""
    };
    format!(
        "{step}: {} holds {to} through `{via}`{advice}",
        quote(&from)
    )
}

/// A class is quoted; a holder in words (`the list`) is not.
fn quote(name: &str) -> String {
    let name = neutralize(name);
    if name.contains(' ') {
        name.into_owned()
    } else {
        format!("`{name}`")
    }
}

/// What the references of a finding are.
pub(super) fn shape(finding: &Finding) -> &'static str {
    if finding.is_ring() { "ring" } else { "held by" }
}

/// What the references lead through: a ring comes back to the first one, a chain ends at what is
/// held.
pub(super) fn objects(finding: &Finding) -> Vec<&str> {
    let mut objects: Vec<_> = finding.cycle.iter().map(|it| it.from.as_str()).collect();
    if !finding.is_ring() {
        objects.extend(finding.cycle.last().map(|it| it.to.as_str()));
    }
    objects
}

/// What calling the method that breaks it does.
pub(super) fn effect_of_breaking(finding: &Finding) -> &'static str {
    if finding.is_ring() {
        "breaks the ring"
    } else {
        "ends that"
    }
}

/// `Toolbar --save_button--> Button --toolbar--> Toolbar`
pub(super) fn chain(cycle: &[Reference]) -> String {
    let mut chain = String::new();
    for (idx, reference) in cycle.iter().enumerate() {
        if idx == 0 {
            chain.push_str(&neutralize(&reference.from));
        }
        let (via, to) = (neutralize(&reference.via), neutralize(&reference.to));
        chain.push_str(&format!(" --{via}--> {to}"));
    }
    chain
}

/// What it means, for somebody who has never heard of reference cycles.
pub(super) fn consequence(finding: &Finding) -> Option<String> {
    let ring = if finding.cycle.len() == 1 {
        "Python frees an object at once when nothing refers to it any more. This one refers to \
         itself, so that never happens"
    } else {
        "Python frees an object at once when nothing refers to it any more. These refer to each \
         other in a ring, so that never happens, even when the rest of the program has let go of \
         them"
    };
    let finalizers = finalizers(finding);
    let (stay, memory) = if finding.cycle.len() == 1 {
        ("It stays", "its memory")
    } else {
        ("They stay", "their memory")
    };
    Some(match (finding.verdict?, finalizers.is_empty()) {
        (Verdict::Late, true) => format!(
            "{ring}: {memory} stays in use until the garbage collector finds the ring, some \
             time later."
        ),
        (Verdict::Late, false) => format!(
            "{ring}. {stay} until the garbage collector finds the ring, some time later, and \
             {finalizers} runs only then, on whatever thread that happens to be; with the \
             collector switched off, not before the program ends."
        ),
        (Verdict::Uncollectable, _) => format!(
            "{ring}. Before Python 3.4 the garbage collector does not free a ring with a \
             `__del__` either: the objects end up in `gc.garbage`, and the finalizer never runs."
        ),
        (Verdict::Never, _) if finding.is_ring() => format!(
            "{ring}, and the garbage collector is switched off: they stay until the process ends."
        ),
        (Verdict::Never, _) if finding.code.starts_with("CYC4") => return None,
        (Verdict::Never, _) => "Something that lives as long as the program holds this object, \
             so neither reference counting nor the garbage collector ever frees it."
            .to_owned(),
    })
}

fn finalizers(finding: &Finding) -> String {
    let mut names: Vec<_> = finding
        .finalizers
        .iter()
        .map(|it| format!("`{}.__del__`", short(&it.class)))
        .collect();
    names.dedup();
    names.join(" and ")
}

/// The class without its module.
pub(super) fn short(qualified: &str) -> String {
    let name = qualified.rsplit('.').next().unwrap_or(qualified);
    neutralize(name).into_owned()
}

/// The message, enough alone: also says what has to be forgotten for the ring to stand, where its
/// owners are trusted to break it.
pub(super) fn headline(finding: &Finding) -> String {
    let message = neutralize(&finding.message);
    match &finding.broken_by {
        Some(method) if finding.only_if_broken_shown => {
            format!(
                "{message} (only where `{}` is not called)",
                neutralize(method)
            )
        }
        _ => message.into_owned(),
    }
}
