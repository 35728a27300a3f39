//! The class graph as a drawing (SVG): holders above what they hold, in rows.

use std::collections::BTreeMap;

use super::{ClassPicture, GraphEdge};
use crate::cycles::class_graph::Strength;
use crate::output::markup::escape;

/// Of a character, in pixels.
const CHAR: usize = 8;
const LONGEST: usize = 36;
const HEIGHT: usize = 34;
const ROW: usize = 120;
const GAP: usize = 48;
const MARGIN: usize = 40;
/// Of a line, and of a character in it, of the words beside the arrows.
const LINE: usize = 13;
const SMALL_CHAR: usize = 7;

/// The look, inside the picture, so that it can stand alone.
const STYLE: &str = "\
svg{color-scheme:light dark;background:#fff}\
text{font:13px ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;fill:#1c1e21}\
.via{font-size:11px;fill:#5b6270;paint-order:stroke;stroke:#fff;stroke-width:4px}\
rect{fill:#eef3fc;stroke:#5b6270}.ring rect{stroke:#b3261e}.finalizer rect{stroke-width:3}\
path{fill:none;stroke:#5b6270;stroke-width:1.5}.ring path{stroke:#b3261e;stroke-width:2.2}\
marker path{stroke:context-stroke!important;stroke-dasharray:none!important}\
.weak path{stroke-dasharray:6 4}.unknown path{stroke-dasharray:2 4}\
@media(prefers-color-scheme:dark){svg{background:#15171a}text{fill:#e6e8eb}\
.via{fill:#a0a7b4;stroke:#15171a}rect{fill:#212a3a;stroke:#a0a7b4}path{stroke:#a0a7b4}\
.ring rect,.ring path{stroke:#f28b82}}";

/// A box.
#[derive(Clone, Copy, Default)]
struct Spot {
    x: usize,
    y: usize,
    width: usize,
}

/// Where words beside the arrows stand already: for each line of text, from where to where.
#[derive(Default)]
struct Words(BTreeMap<usize, Vec<(usize, usize)>>);

impl Words {
    /// A height near `y` at which nothing stands between `x` and `end`.
    fn place(&mut self, x: usize, end: usize, y: usize) -> usize {
        let line = y / LINE;
        let is_free = |line: &usize| {
            let mut taken = self.0.get(line).into_iter().flatten();
            taken.all(|&(from, to)| end <= from || to <= x)
        };
        let line = (line..line + 4).find(is_free).unwrap_or(line);
        self.0.entry(line).or_default().push((x, end));
        line * LINE + LINE / 2
    }
}

/// The drawing.
pub(super) fn picture(picture: &ClassPicture) -> String {
    let (spots, width, height) = layout(picture);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"Who holds whom\">\n\
         <style>{STYLE}</style>\n<defs><marker id=\"head\" viewBox=\"0 0 10 10\" refX=\"9\" \
         refY=\"5\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto-start-reverse\">\
         <path d=\"M1 1L9 5L1 9\"/></marker></defs>\n"
    );
    let mut parallel: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    let mut words = Words::default();
    for edge in &picture.edges {
        let nth = parallel.entry((edge.from, edge.to)).or_default();
        if let (Some(from), Some(to)) = (spots.get(edge.from), spots.get(edge.to)) {
            svg.push_str(&arrow(edge, *from, *to, *nth, &mut words));
        }
        *nth += 1;
    }
    for (node, spot) in picture.nodes.iter().zip(&spots) {
        let ring = if node.on_ring { " ring" } else { "" };
        let finalizer = if node.has_finalizer { " finalizer" } else { "" };
        svg.push_str(&format!(
            "<g class=\"node{ring}{finalizer}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" \
             height=\"{HEIGHT}\" rx=\"7\"/><text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}\
             <title>{}</title></text></g>\n",
            spot.x,
            spot.y,
            spot.width,
            spot.x + spot.width / 2,
            spot.y + 22,
            escape(&label(&node.name, node.has_finalizer)),
            escape(&node.name),
        ));
    }
    svg.push_str("</svg>");
    svg
}

/// Rows from top to bottom, in each the classes by name; how large it all is.
fn layout(picture: &ClassPicture) -> (Vec<Spot>, usize, usize) {
    let mut rows: BTreeMap<usize, usize> = BTreeMap::new();
    let mut spots = Vec::with_capacity(picture.nodes.len());
    let mut width = 0;
    for node in &picture.nodes {
        let x = rows.entry(node.layer).or_insert(MARGIN);
        let text = label(&node.name, node.has_finalizer);
        let spot = Spot {
            x: *x,
            y: MARGIN + node.layer * ROW,
            width: text.chars().count() * CHAR + 24,
        };
        *x += spot.width + GAP;
        width = width.max(*x);
        spots.push(spot);
    }
    let layers = rows.keys().max().map_or(0, |it| it + 1);
    (spots, width + MARGIN + 40, MARGIN * 2 + layers * ROW)
}

fn arrow(edge: &GraphEdge, from: Spot, to: Spot, nth: usize, words: &mut Words) -> String {
    let middle = |spot: Spot| spot.x + spot.width / 2;
    let bow = nth * 26;
    let (path, x, y) = if edge.from == edge.to {
        let (x, y) = (from.x + from.width, from.y + HEIGHT / 2);
        let out = x + 34 + bow;
        let (high, low) = (y.saturating_sub(8), y + 8);
        let path = format!(
            "M{x} {high}C{out} {} {out} {} {x} {low}",
            y.saturating_sub(34),
            y + 34
        );
        (path, x + 14, y + 34 + nth * 13)
    } else if to.y > from.y {
        // Down.
        let (x1, y1, x2, y2) = (middle(from) + bow, from.y + HEIGHT, middle(to) + bow, to.y);
        let half = (y1 + y2) / 2;
        let path = format!("M{x1} {y1}C{x1} {half} {x2} {half} {x2} {y2}");
        (path, (x1 + x2) / 2 + 6, half)
    } else if to.y < from.y {
        // Up, beside what goes down.
        let shift = 30 + bow;
        let (x1, x2) = (middle(from) + shift, middle(to) + shift);
        let (y1, y2) = (from.y, to.y + HEIGHT);
        let half = (y1 + y2) / 2;
        let side = x1.max(x2) + 40;
        let path = format!("M{x1} {y1}C{side} {half} {side} {half} {x2} {y2}");
        (path, (x1 + x2 + 2 * side) / 4 + 6, half + 14)
    } else {
        // Along the row: there below, back above.
        let (x1, x2) = (middle(from), middle(to));
        let (y1, out, at) = if x1 < x2 {
            let y = from.y + HEIGHT;
            (y, y + 40 + bow, y + 36 + bow)
        } else {
            (
                from.y,
                from.y.saturating_sub(34 + bow),
                from.y.saturating_sub(20 + bow),
            )
        };
        let path = format!("M{x1} {y1}C{x1} {out} {x2} {out} {x2} {y1}");
        (path, (x1 + x2) / 2, at)
    };
    let via = clipped(&edge.via);
    let y = words.place(x, x + via.chars().count() * SMALL_CHAR, y);
    let class = match edge.strength {
        Strength::Strong if edge.on_ring => "ring",
        Strength::Strong => "strong",
        Strength::Weak => "weak",
        Strength::Unknown => "unknown",
    };
    format!(
        "<g class=\"{class}\"><path d=\"{path}\" marker-end=\"url(#head)\"/>\
         <text class=\"via\" x=\"{x}\" y=\"{y}\">{}<title>{}</title></text></g>\n",
        escape(&via),
        escape(edge.place.as_deref().unwrap_or(&edge.via)),
    )
}

/// The class without its module, where that is long.
fn label(name: &str, has_finalizer: bool) -> String {
    let last = name.rsplit('.').next().unwrap_or(name);
    let shown = if name.chars().count() <= LONGEST {
        name
    } else {
        last
    };
    let mark = if has_finalizer { " · __del__" } else { "" };
    format!("{}{mark}", clipped(shown))
}

fn clipped(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let kept: String = text.chars().take(LONGEST - 1).collect();
    format!("{kept}…")
}
