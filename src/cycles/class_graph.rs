//! Who holds whom: the classes of the program, and what the program stores in their attributes.

use rustc_hash::{FxHashMap, FxHashSet};

use super::judge::{Ring, is_instance};
use super::weak_owners::WeakAttribute;
use crate::heap::facts::Facts;
use crate::heap::object::{Label, Ty};
use crate::program::model::{ClassId, Place, Program};
use crate::program::scc::Graph;

/// How a reference holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Strength {
    /// It keeps its object alive.
    Strong,
    /// It does not.
    Weak,
    /// Some code stores one kind and other code the other.
    Unknown,
}

/// An attribute through which instances of one class refer to those of another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClassEdge {
    /// The class with the attribute.
    pub holder: ClassId,
    /// The attribute; `items[]` for the elements of a container in it.
    pub via: String,
    /// The class of the object that is referred to.
    pub held: ClassId,
    /// How.
    pub strength: Strength,
    /// The first place that stores it.
    pub place: Option<Place>,
}

/// All such attributes, sorted.
pub(crate) fn class_edges(facts: &Facts) -> Vec<ClassEdge> {
    let mut edges = Vec::new();
    for (holder, name, depth, fact) in facts.of_attributes() {
        let strength = match (fact.strong, fact.weak) {
            (true, false) => Strength::Strong,
            (false, true) => Strength::Weak,
            _ => Strength::Unknown,
        };
        for ty in &fact.tys {
            if let Ty::Instance(held) = *ty {
                edges.push(ClassEdge {
                    holder,
                    via: format!("{name}{}", "[]".repeat(depth.into())),
                    held,
                    strength,
                    place: fact.stored_at,
                });
            }
        }
    }
    sort(&mut edges);
    edges
}

/// Adds the attributes that hold a `weakref.ref` or a proxy.
pub(crate) fn add_weak(edges: &mut Vec<ClassEdge>, mut weak: Vec<WeakAttribute>) {
    let attribute = |it: &WeakAttribute| (it.holder, it.name, it.owner);
    weak.sort_by_key(|it| (attribute(it), it.place.file, it.place.range.start()));
    weak.dedup_by_key(|it| attribute(it));
    let known: FxHashMap<_, _> = (0..)
        .zip(&*edges)
        .map(|(idx, it)| ((it.holder, it.via.clone(), it.held), idx))
        .collect();
    for it in weak {
        let (holder, via, held) = (it.holder, it.name.to_string(), it.owner);
        let same = known.get(&(holder, via.clone(), held));
        if let Some(edge) = same.and_then(|&idx| edges.get_mut(idx)) {
            if edge.strength == Strength::Strong {
                edge.strength = Strength::Unknown;
            }
            continue;
        }
        edges.push(ClassEdge {
            holder,
            via,
            held,
            strength: Strength::Weak,
            place: Some(it.place),
        });
    }
    sort(edges);
}

/// Adds the references of proved rings that no attribute shows: through bound methods, functions
/// and frames, from one instance on the ring to the next.
pub(crate) fn add_rings(edges: &mut Vec<ClassEdge>, rings: &[Ring]) {
    let mut seen: FxHashSet<_> = edges
        .iter()
        .filter(|it| it.strength == Strength::Strong)
        .map(|it| (it.holder, it.held))
        .collect();
    let weaker: FxHashMap<_, _> = (0..)
        .zip(&*edges)
        .filter(|(_, it)| it.strength != Strength::Strong)
        .map(|(idx, it)| ((it.holder, it.via.clone(), it.held), idx))
        .collect();
    for ring in rings {
        let links = &ring.witness.links;
        let instances: Vec<_> = links
            .iter()
            .filter(|it| is_instance(it))
            .filter_map(|it| Some((it.holder.class()?, it)))
            .collect();
        let next = instances.iter().cycle().skip(1);
        for ((holder, link), (held, _)) in instances.iter().zip(next) {
            if !seen.insert((*holder, *held)) {
                continue;
            }
            let via = match link.label {
                Label::Attr(name) => name.to_string(),
                _ => "(other)".to_owned(),
            };
            // An attribute that is weak elsewhere is strong here.
            let same = weaker.get(&(*holder, via.clone(), *held));
            if let Some(edge) = same.and_then(|&idx| edges.get_mut(idx)) {
                edge.strength = Strength::Strong;
                continue;
            }
            edges.push(ClassEdge {
                holder: *holder,
                via,
                held: *held,
                strength: Strength::Strong,
                place: Some(link.place),
            });
        }
    }
    sort(edges);
}

fn sort(edges: &mut [ClassEdge]) {
    edges.sort_by(|a, b| (a.holder, &a.via, a.held).cmp(&(b.holder, &b.via, b.held)));
}

/// For each class, the number of the ring of strong references that it is on, if it is on one.
pub(crate) fn rings(program: &Program, edges: &[ClassEdge]) -> Vec<Option<usize>> {
    let strong = edges.iter().filter(|it| it.strength == Strength::Strong);
    let pairs: Vec<_> = strong.map(|it| (it.holder.0, it.held.0)).collect();
    let holds_itself: Vec<u32> = pairs
        .iter()
        .filter(|(from, to)| from == to)
        .map(|(from, _)| *from)
        .collect();
    let graph = Graph::new(program.classes.len() as u32, &[&pairs]);
    let mut result = vec![None; program.classes.len()];
    let mut components = graph.components();
    components.retain(|it| it.len() > 1 || it.iter().any(|it| holds_itself.contains(it)));
    for (number, component) in components.iter().enumerate() {
        for &class in component {
            if let Some(slot) = result.get_mut(class as usize) {
                *slot = Some(number);
            }
        }
    }
    result
}
