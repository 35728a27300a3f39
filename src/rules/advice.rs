//! Which reference of a ring to make weak.
//!
//! The one that does not own: from the part to what created or contains it. Never one whose target
//! would then have no other holder.

use super::shape::{Hop, Shape};
use crate::heap::object::Kind;

/// Where to cut a ring, and what to type.
pub(super) struct Cut {
    /// The reference to weaken, an index into the hops; none where an explicit break is advised.
    pub(super) hop: Option<usize>,
    pub(super) help: String,
}

/// The reference from the part to its owner.
pub(super) fn non_owning(shape: &Shape<'_>, hops: &[Hop]) -> usize {
    (0..hops.len())
        .max_by_key(|&it| {
            let score = score(shape, &hops[it]) + made(shape, hops, it);
            (score, std::cmp::Reverse(it))
        })
        .unwrap_or(0)
}

/// Whoever makes an object owns it: it was there before.
fn made(shape: &Shape<'_>, hops: &[Hop], at: usize) -> i32 {
    let is_new = |hop: usize| {
        let next = hops.get(hop).map_or(0, |it| it.link + 1) % shape.links.len().max(1);
        let holder = shape.links.get(next).map(|it| it.holder.kind);
        holder == Some(Kind::Instance)
    };
    let before = (at + hops.len() - 1) % hops.len().max(1);
    match (is_new(before), is_new(at)) {
        (true, false) => 2,
        (false, true) => -2,
        _ => 0,
    }
}

/// How much a reference looks like one from a part to its owner.
fn score(shape: &Shape<'_>, hop: &Hop) -> i32 {
    const OWNERS: &[&str] = &[
        "parent",
        "owner",
        "manager",
        "root",
        "app",
        "server",
        "client",
        "session",
        "container",
        "context",
        "controller",
        "window",
        "world",
        "game",
        "engine",
        "host",
        "pool",
        "db",
        "connection",
        "document",
        "tree",
        "graph",
        "backref",
        "master",
        "prev",
        "previous",
    ];
    let mut res = 0;
    if hop.through_container {
        // What is kept in a container belongs to whoever has the container.
        res -= 4;
    }
    if hop.holder.is_none() {
        res -= 3;
    }
    let via = hop.via.trim_matches('_').to_lowercase();
    if OWNERS
        .iter()
        .any(|it| via == *it || via.ends_with(&format!("_{it}")))
    {
        res += 3;
    }
    if let Some(held) = hop.held {
        let name = shape.class_name(held).to_lowercase();
        res += i32::from(!via.is_empty() && name.contains(&via));
    }
    // `self.owner = owner`: stored by the part itself.
    if shape.stored_by_method_of(hop.place, &[hop.holder])
        && !shape.stored_by_method_of(hop.place, &[hop.held])
    {
        res += 2;
    }
    res
}

/// "Make it a weak reference", with what to type.
pub(super) fn weaken(shape: &Shape<'_>, hops: &[Hop], idx: usize) -> Cut {
    // What a library's object holds, it holds; and the project's reference to that object is
    // often the only one.
    let handed_over = |it: &Hop| it.in_library && !it.held.is_some_and(|it| shape.is_library(it));
    let given = hops.iter().position(handed_over);
    let Some(hop) = hops.get(given.unwrap_or(idx)) else {
        return Cut {
            hop: None,
            help: String::new(),
        };
    };
    if given.is_some() {
        let help = format!(
            "{from} keeps what it is given: hand it `weakref.proxy({name})`, or only what it needs \
             of the {to}; or let go of the {from} when the {to} is done with",
            from = hop.from,
            to = hop.to,
            name = variable_name(&hop.to),
        );
        return Cut { hop: given, help };
    }
    let attribute = &hop.via;
    let slots = hop.holder.is_some_and(|_| {
        hop.held
            .is_some_and(|it| shape.program.class_info(it).no_weakref)
    });
    if slots {
        let held = &hop.to;
        let help = format!(
            "`{held}` cannot be weakly referenced, because its `__slots__` has no `\"__weakref__\"`: \
             add it, and store `weakref.ref(...)` in `{}.{attribute}`; or set `{attribute}` to None \
             when the two part",
            hop.from
        );
        return Cut {
            hop: Some(idx),
            help,
        };
    }
    let help = format!(
        "make `{from}.{attribute}` weak: store `weakref.ref({to_name})` and call it where it is \
         used, or store `weakref.proxy({to_name})`; or set it to None when the {to} is done with",
        from = hop.from,
        to = hop.to,
        to_name = variable_name(&hop.to),
    );
    Cut {
        hop: Some(idx),
        help,
    }
}

/// How a variable that holds such an object may be called.
fn variable_name(class: &str) -> String {
    let mut res = String::new();
    for c in class.chars().filter(|it| it.is_alphanumeric()) {
        if c.is_uppercase() && res.ends_with(|it: char| it.is_lowercase()) {
            res.push('_');
        }
        res.extend(c.to_lowercase());
    }
    if res.is_empty() { "it".to_owned() } else { res }
}

/// The local variable through which a frame holds what is on the ring.
pub(super) fn local_name(hops: &[Hop]) -> Option<&str> {
    let of_frame = hops.iter().filter(|it| it.from.starts_with("frame of "));
    let mut local = of_frame.filter_map(|it| it.via.strip_prefix("local "));
    local.find_map(|it| it.split(['.', '[']).next())
}

/// The ring in one line.
pub(super) fn chain(hops: &[Hop]) -> String {
    let steps = hops.iter().map(|it| {
        let via = if it.via.is_empty() {
            String::new()
        } else {
            format!(".{}", it.via).replace(".[", "[")
        };
        format!("`{}{via}`", it.from)
    });
    let mut steps: Vec<String> = steps.collect();
    if let Some(first) = hops.first() {
        steps.push(format!("`{}`", first.from));
    }
    steps.join(" → ")
}

/// A rule and the parts of a ring, as one key.
pub(super) fn join(code: &str, parts: &[String]) -> String {
    format!("{code} {}", parts.join(" > "))
}
