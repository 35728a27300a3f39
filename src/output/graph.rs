//! The class graph: who holds whom, as text and as pictures.
//!
//! What is shown is chosen here once; each way to show it is a file.

mod dot;
mod html;
mod mermaid;
mod svg;
mod text;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{self, Write};

use crate::cycles::class_graph::{ClassEdge, Strength, rings};
use crate::program::model::{ClassId, Program};
use crate::source::Texts;

/// How a graph is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GraphStyle {
    /// Each class with what it holds.
    Text,
    /// For Graphviz.
    Dot,
    /// For Mermaid.
    Mermaid,
    /// A picture.
    Svg,
    /// A page with the picture.
    Html,
}

/// What is wanted of a graph.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Names of classes, with or without their modules, and files as messages show them.
    pub what: Vec<String>,
    /// Every class that holds or is held.
    pub all: bool,
    /// How many references to follow from what is named.
    pub depth: usize,
}

/// A class in the picture.
struct GraphNode {
    /// The qualified name.
    name: String,
    has_finalizer: bool,
    /// Whether it is on a ring of strong references.
    on_ring: bool,
    /// How far from the outermost holders, for drawings.
    layer: usize,
}

/// A reference in the picture, between nodes by their index.
struct GraphEdge {
    from: usize,
    to: usize,
    via: String,
    strength: Strength,
    on_ring: bool,
    /// `file:row`
    place: Option<String>,
}

/// What is drawn.
pub struct ClassPicture {
    nodes: Vec<GraphNode>,
    edges: Vec<GraphEdge>,
}

impl ClassPicture {
    /// Chooses the classes: those named and what is around them, or all, or else those on rings
    /// with whoever holds them. Gives the names that mean nothing.
    pub fn new(
        program: &Program,
        edges: &[ClassEdge],
        texts: &Texts<'_>,
        wanted: &Wanted,
    ) -> (Self, Vec<String>) {
        let rings = rings(program, edges);
        let ring = |class: ClassId| rings.get(class.0 as usize).copied().flatten();
        let mut unknown = Vec::new();
        let chosen: BTreeSet<ClassId> = if !wanted.what.is_empty() {
            let mut named = BTreeSet::new();
            for it in &wanted.what {
                let classes = named_classes(program, it);
                if classes.is_empty() {
                    unknown.push(it.clone());
                }
                named.extend(classes);
            }
            around(&named, edges, wanted.depth)
        } else if wanted.all {
            edges.iter().flat_map(|it| [it.holder, it.held]).collect()
        } else {
            let held_on_ring = edges.iter().filter(|it| ring(it.held).is_some());
            held_on_ring.flat_map(|it| [it.holder, it.held]).collect()
        };
        let mut nodes: Vec<_> = chosen
            .iter()
            .map(|&class| {
                let node = GraphNode {
                    name: program.qualified_class(class),
                    has_finalizer: program.class_info(class).finalizer.is_some(),
                    on_ring: ring(class).is_some(),
                    layer: 0,
                };
                (class, node)
            })
            .collect();
        nodes.sort_by(|a, b| (&a.1.name, a.0).cmp(&(&b.1.name, b.0)));
        let index: BTreeMap<ClassId, usize> = (0..)
            .zip(&nodes)
            .map(|(at, (class, _))| (*class, at))
            .collect();
        let mut drawn: Vec<_> = edges
            .iter()
            .filter_map(|it| {
                let same_ring = ring(it.holder).is_some() && ring(it.holder) == ring(it.held);
                Some(GraphEdge {
                    from: *index.get(&it.holder)?,
                    to: *index.get(&it.held)?,
                    via: it.via.clone(),
                    strength: it.strength,
                    on_ring: it.strength == Strength::Strong && same_ring,
                    place: it.place.and_then(|place| {
                        let file = program.files.get(place.file.0 as usize)?;
                        let text = texts.get(&file.path);
                        let row = text.position(place.range.start().to_u32()).row;
                        Some(format!("{}:{row}", file.display))
                    }),
                })
            })
            .collect();
        drawn.sort_by(|a, b| (a.from, &a.via, a.to).cmp(&(b.from, &b.via, b.to)));
        let mut picture = Self {
            nodes: nodes.into_iter().map(|(_, node)| node).collect(),
            edges: drawn,
        };
        picture.set_layers();
        (picture, unknown)
    }

    /// Puts each class below those that hold it; classes of a ring, which has no top, go below the
    /// first of them that is reached.
    fn set_layers(&mut self) {
        let mut layers: Vec<Option<usize>> = vec![None; self.nodes.len()];
        let is_held = |at: usize| {
            let mut edges = self.edges.iter();
            edges.any(|it| it.to == at && it.from != at && it.strength == Strength::Strong)
        };
        let mut starts: Vec<usize> = (0..self.nodes.len()).filter(|&it| !is_held(it)).collect();
        starts.extend(0..self.nodes.len());
        for start in starts {
            if layers.get(start).copied().flatten().is_some() {
                continue;
            }
            let mut queue = VecDeque::from([(start, 0)]);
            while let Some((at, layer)) = queue.pop_front() {
                match layers.get_mut(at) {
                    Some(slot @ None) => *slot = Some(layer),
                    _ => continue,
                }
                let next = self.edges.iter().filter(|it| it.from == at);
                queue.extend(next.map(|it| (it.to, layer + 1)));
            }
        }
        for (node, layer) in self.nodes.iter_mut().zip(layers) {
            node.layer = layer.unwrap_or(0);
        }
    }

    /// Writes the picture.
    ///
    /// # Errors
    ///
    /// If the writer fails.
    pub fn render(&self, style: GraphStyle, out: &mut dyn Write) -> io::Result<()> {
        match style {
            GraphStyle::Text => text::render(self, out),
            GraphStyle::Dot => dot::render(self, out),
            GraphStyle::Mermaid => mermaid::render(self, out),
            GraphStyle::Svg => writeln!(out, "{}", svg::picture(self)),
            GraphStyle::Html => html::render(self, out),
        }
    }

    fn name(&self, at: usize) -> &str {
        self.nodes.get(at).map_or("", |it| &it.name)
    }
}

/// The classes that a word means.
fn named_classes(program: &Program, word: &str) -> Vec<ClassId> {
    let path = word.strip_prefix("./").unwrap_or(word);
    (0..program.classes.len() as u32)
        .map(ClassId)
        .filter(|&it| {
            let file = program.files.get(program.file_of_class(it).0 as usize);
            let name = program.qualified_class(it);
            let ends = name
                .strip_suffix(word)
                .is_some_and(|it| it.is_empty() || it.ends_with('.'));
            ends || file.is_some_and(|it| it.display == path)
        })
        .collect()
}

/// The classes that can be reached by so many references, along them or against them.
fn around(named: &BTreeSet<ClassId>, edges: &[ClassEdge], depth: usize) -> BTreeSet<ClassId> {
    let mut chosen = named.clone();
    for _ in 0..depth {
        let touching = edges
            .iter()
            .filter(|it| chosen.contains(&it.holder) || chosen.contains(&it.held));
        let more: Vec<_> = touching.flat_map(|it| [it.holder, it.held]).collect();
        let before = chosen.len();
        chosen.extend(more);
        if chosen.len() == before {
            break;
        }
    }
    chosen
}
