//! A ring as a drawing (SVG): its objects in a column, the last reference led back to the top. A
//! chain ends at its last object.

use crate::rules::finding::Finding;

use super::markup::{escape, escape_attribute};
use super::words::{objects, short};

/// Of a character of the fonts that the page asks for, in pixels.
const CHAR: usize = 8;
/// The longest name that is drawn whole, in characters.
const LONGEST: usize = 34;
const NODE_HEIGHT: usize = 30;
/// From one object to the next.
const STEP: usize = 74;
const MARGIN: usize = 10;

/// The drawing of a finding's ring or chain. Its references link to the lines that store them.
pub(super) fn ring_picture(finding: &Finding, number: usize) -> String {
    let cycle = &finding.cycle;
    let objects = objects(finding);
    let length = |text: &str| text.chars().count().min(LONGEST);
    let badge = |name: &str| {
        if has_finalizer(finding, name) {
            "  __del__".len()
        } else {
            0
        }
    };
    let names = objects.iter().map(|it| length(it) + badge(it));
    let node_width = names.max().unwrap_or(0) * CHAR + 24;
    let labels = cycle.iter().map(|it| length(&it.via));
    let label_width = (labels.max().unwrap_or(0) + 3) * CHAR;
    let middle = MARGIN + node_width / 2;
    let right = MARGIN + node_width.max(node_width / 2 + 12 + label_width) + 24;
    let width = right + MARGIN + 4;
    // Below the last object of a ring is the way back.
    let (shape, below) = if finding.is_ring() {
        ("Ring", STEP - 14)
    } else {
        ("Chain", 0)
    };
    let height = MARGIN * 2 + NODE_HEIGHT + STEP * (objects.len() - 1) + below;
    let title = format!("{shape} of {} references", cycle.len());
    let mut svg = format!(
        "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" \
         aria-label=\"{title}\">"
    );
    for (idx, reference) in cycle.iter().enumerate() {
        let top = MARGIN + idx * STEP;
        let bottom = top + NODE_HEIGHT;
        let leads_back = idx + 1 == objects.len();
        let path = if leads_back {
            // Down, to the right of everything, up, and into the first object from its side.
            let (low, high) = (bottom + STEP - 20, MARGIN + NODE_HEIGHT / 2);
            let end = MARGIN + node_width + 8;
            format!(
                "M{middle} {bottom}V{}q0 10 10 10H{}q10 0 10 -10V{}q0 -10 -10 -10H{end}",
                low - 10,
                right - 10,
                high + 10,
            )
        } else {
            format!("M{middle} {bottom}V{}", bottom + STEP - NODE_HEIGHT - 8)
        };
        let head = if leads_back {
            let (x, y) = (MARGIN + node_width, MARGIN + NODE_HEIGHT / 2);
            format!("M{x} {y}l9 -5v10z")
        } else {
            format!("M{middle} {}l-5 -9h10z", bottom + STEP - NODE_HEIGHT)
        };
        let class = if reference.weaken {
            "edge weaken"
        } else {
            "edge"
        };
        let step = idx + 1;
        svg.push_str(&format!(
            "<a href=\"#f{number}-s{step}\" aria-label=\"{}\"><g class=\"{class}\"><path d=\"{path}\"/>\
             <path class=\"head\" d=\"{head}\"/><text class=\"via\" x=\"{}\" y=\"{}\">{step}: {}\
             <title>{}</title></text></g></a>",
            escape_attribute(&format!("{step}: {} through {}", reference.from, reference.via)),
            middle + 12,
            bottom + 25,
            escape(&clipped(&reference.via)),
            escape(&reference.via),
        ));
    }
    for (idx, object) in objects.iter().enumerate() {
        svg.push_str(&node(finding, object, MARGIN + idx * STEP, node_width));
    }
    svg.push_str("</svg>");
    svg
}

fn node(finding: &Finding, name: &str, top: usize, width: usize) -> String {
    let (class, badge) = if has_finalizer(finding, name) {
        (
            "node finalizer",
            "<tspan class=\"badge\" dx=\"8\">__del__</tspan>",
        )
    } else {
        ("node", "")
    };
    format!(
        "<g class=\"{class}\"><rect x=\"{MARGIN}\" y=\"{top}\" width=\"{width}\" \
         height=\"{NODE_HEIGHT}\" rx=\"7\"/><text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}{badge}\
         <title>{}</title></text></g>",
        MARGIN + width / 2,
        top + 20,
        escape(&clipped(name)),
        escape(name),
    )
}

fn has_finalizer(finding: &Finding, name: &str) -> bool {
    finding.finalizers.iter().any(|it| short(&it.class) == name)
}

/// The text, cut to a bearable length.
fn clipped(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let kept: String = text.chars().take(LONGEST - 1).collect();
    format!("{kept}…")
}
