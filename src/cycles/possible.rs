//! Rings that the types of attributes allow, though no execution was seen to build them on the
//! same objects.
//!
//! Classes are the nodes; a class refers to another if some code stores an instance of the other
//! in one of its attributes, strongly. For each class with a finalizer in a strongly connected
//! component, and for each component without one, a shortest ring is a hint for whoever asks for
//! `possible` findings.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::heap::facts::{Attribute, Facts};
use crate::program::model::{ClassId, Program};
use crate::program::scc::Graph;

/// The attributes of a ring of classes, in order.
pub(crate) type ClassRing = Vec<Attribute>;

/// Shortest rings of classes.
pub(crate) fn class_rings(program: &Program, facts: &Facts) -> Vec<ClassRing> {
    let attributes = facts.attributes();
    let mut out: FxHashMap<ClassId, Vec<usize>> = FxHashMap::default();
    for (idx, attribute) in attributes.iter().enumerate() {
        out.entry(attribute.holder).or_default().push(idx);
    }
    let edges: Vec<_> = attributes
        .iter()
        .map(|it| (it.holder.0, it.held.0))
        .collect();
    let graph = Graph::new(program.classes.len() as u32, &[&edges]);
    let mut res = Vec::new();
    for component in graph.components() {
        let members: FxHashSet<ClassId> = component.iter().map(|&it| ClassId(it)).collect();
        let finalized = members_with_finalizer(program, &component);
        let starts = if finalized.is_empty() {
            vec![ClassId(component[0])]
        } else {
            finalized
        };
        for start in starts {
            res.extend(shortest(start, &attributes, &out, &members));
        }
    }
    res
}

fn members_with_finalizer(program: &Program, component: &[u32]) -> Vec<ClassId> {
    let classes = component.iter().map(|&it| ClassId(it));
    classes
        .filter(|&it| program.class_info(it).finalizer.is_some())
        .collect()
}

fn shortest(
    start: ClassId,
    attributes: &[Attribute],
    out: &FxHashMap<ClassId, Vec<usize>>,
    members: &FxHashSet<ClassId>,
) -> Option<ClassRing> {
    let mut reached_by: FxHashMap<ClassId, usize> = FxHashMap::default();
    let mut queue = VecDeque::from([start]);
    while let Some(class) = queue.pop_front() {
        for &idx in out.get(&class).into_iter().flatten() {
            let held = attributes[idx].held;
            if held == start {
                let mut ring = vec![attributes[idx]];
                let mut back = class;
                while back != start {
                    let via = *reached_by.get(&back)?;
                    ring.push(attributes[via]);
                    back = attributes[via].holder;
                }
                ring.reverse();
                return Some(ring);
            }
            if members.contains(&held) && !reached_by.contains_key(&held) {
                reached_by.insert(held, idx);
                queue.push_back(held);
            }
        }
    }
    None
}
