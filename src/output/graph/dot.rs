//! The class graph for Graphviz.

use std::io::{self, Write};

use super::ClassPicture;
use crate::cycles::class_graph::Strength;
use crate::output::dot::quote;

/// Writes a graph.
pub(super) fn render(picture: &ClassPicture, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "digraph classes {{")?;
    writeln!(
        out,
        "  node [shape=box, style=rounded, fontname=\"sans-serif\"];"
    )?;
    writeln!(out, "  edge [fontname=\"sans-serif\", fontsize=10];")?;
    for (at, node) in picture.nodes.iter().enumerate() {
        let finalizer = if node.has_finalizer {
            ", peripheries=2, tooltip=\"has __del__\""
        } else {
            ""
        };
        let color = if node.on_ring { ", color=red3" } else { "" };
        writeln!(
            out,
            "  n{at} [label={}{finalizer}{color}];",
            quote(&node.name)
        )?;
    }
    for edge in &picture.edges {
        let style = match edge.strength {
            Strength::Strong if edge.on_ring => ", color=red3, penwidth=2",
            Strength::Strong => "",
            Strength::Weak => ", style=dashed, arrowhead=empty",
            Strength::Unknown => ", style=dotted",
        };
        let (from, to, via) = (edge.from, edge.to, quote(&edge.via));
        writeln!(out, "  n{from} -> n{to} [label={via}{style}];")?;
    }
    writeln!(out, "}}")
}
