//! The class graph for Mermaid, which GitHub and GitLab draw in Markdown.

use std::io::{self, Write};

use super::ClassPicture;
use crate::cycles::class_graph::Strength;
use crate::output::neutral::neutralize;

/// Writes a flow chart.
pub(super) fn render(picture: &ClassPicture, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "flowchart TD")?;
    for (at, node) in picture.nodes.iter().enumerate() {
        let finalizer = if node.has_finalizer {
            "<br/>__del__"
        } else {
            ""
        };
        writeln!(out, "  n{at}[\"{}{finalizer}\"]", escape(&node.name))?;
    }
    for edge in &picture.edges {
        let arrow = match edge.strength {
            Strength::Strong if edge.on_ring => "==>",
            Strength::Strong => "-->",
            Strength::Weak | Strength::Unknown => "-.->",
        };
        let doubt = match edge.strength {
            Strength::Weak => " (weak)",
            Strength::Unknown => " (weak?)",
            Strength::Strong => "",
        };
        let (from, to, via) = (edge.from, edge.to, escape(&edge.via));
        writeln!(out, "  n{from} {arrow}|\"{via}{doubt}\"| n{to}")?;
    }
    Ok(())
}

/// Text in quotes: Mermaid knows the entities of HTML, with `#` for `&`.
fn escape(text: &str) -> String {
    let mut result = String::new();
    for ch in neutralize(text).chars() {
        match ch {
            '"' => result.push_str("#quot;"),
            '<' => result.push_str("#lt;"),
            '>' => result.push_str("#gt;"),
            '&' => result.push_str("#amp;"),
            '#' => result.push_str("#35;"),
            _ => result.push(ch),
        }
    }
    result
}
