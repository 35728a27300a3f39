//! The class graph as text.

use std::io::{self, Write};

use super::ClassPicture;
use crate::cycles::class_graph::Strength;
use crate::output::neutral::neutralize;

/// Writes each class, and below it what it refers to.
pub(super) fn render(picture: &ClassPicture, out: &mut dyn Write) -> io::Result<()> {
    if picture.nodes.is_empty() {
        return writeln!(out, "No class holds itself, not even through others.");
    }
    for (at, node) in picture.nodes.iter().enumerate() {
        let mut notes = Vec::new();
        if node.has_finalizer {
            notes.push("has __del__");
        }
        if node.on_ring {
            notes.push("on a ring");
        }
        let notes = match notes.as_slice() {
            [] => String::new(),
            notes => format!("  ({})", notes.join(", ")),
        };
        writeln!(out, "{}{notes}", neutralize(&node.name))?;
        for edge in picture.edges.iter().filter(|it| it.from == at) {
            let arrow = match edge.strength {
                Strength::Strong if edge.on_ring => "══▶",
                Strength::Strong => "──▶",
                Strength::Weak => "╌╌▷ weakly",
                Strength::Unknown => "╌╌▷ perhaps weakly",
            };
            let place = match &edge.place {
                Some(place) => format!("  {}", neutralize(place)),
                None => String::new(),
            };
            let (via, to) = (neutralize(&edge.via), neutralize(picture.name(edge.to)));
            writeln!(out, "  {via} {arrow} {to}{place}")?;
        }
    }
    Ok(())
}
