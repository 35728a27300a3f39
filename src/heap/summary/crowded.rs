//! What a summary takes first where it has no room for everything.

use super::{MAX_EDGES, MAX_OBJECTS, Summarizer};
use crate::heap::object::{Obj, Value};
use crate::program::scc;

impl Summarizer<'_, '_> {
    /// Whether there may be more than a summary has room for.
    pub(super) fn is_crowded(&self) -> bool {
        let heap = &self.exec.heap;
        let stored = || heap.edges.iter().filter(|it| !it.read).count();
        heap.objects.len() > MAX_OBJECTS || stored() > MAX_EDGES
    }

    /// References on rings that the caller can reach: where there is no room for all, these are
    /// the ones that matter. A ring is a finding only if it stands in the callers, too.
    pub(super) fn on_rings(&mut self, returns: &Value, yields: &Value) {
        let heap = &mut self.exec.heap;
        let nodes = heap.objects.len() as u32;
        let mut edges: Vec<(u32, u32)> = Vec::new();
        let mut stored: Vec<(usize, Obj, Obj)> = Vec::new();
        for idx in 0..heap.edges.len() {
            let edge = &heap.edges[idx];
            let (src, dst) = (edge.src, edge.dst);
            if !edge.strong || heap.kind(src).is_lasting() || heap.kind(dst).is_lasting() {
                continue;
            }
            if edge
                .kills
                .iter()
                .any(|&it| heap.guards.implies(edge.guard, it))
            {
                continue;
            }
            edges.push((src.0, dst.0));
            if !heap.edges[idx].read {
                stored.push((idx, src, dst));
            }
        }
        let graph = scc::Graph::new(nodes, &[&edges]);
        let mut component_of = vec![u32::MAX; nodes as usize];
        for (number, members) in (0..).zip(graph.components()) {
            let is_ring = members.len() > 1 || graph.targets(members[0]).contains(&members[0]);
            for member in members.into_iter().filter(|_| is_ring) {
                component_of[member as usize] = number;
            }
        }
        let on_ring = |src: Obj, dst: Obj| {
            let component = component_of[src.0 as usize];
            component != u32::MAX && component == component_of[dst.0 as usize]
        };
        stored.retain(|&(_, src, dst)| on_ring(src, dst));
        if stored.is_empty() {
            return;
        }
        let mut known = vec![false; nodes as usize];
        let outside = (0..nodes).filter(|&it| self.is_outside(Obj(it)));
        let given = returns.iter().chain(yields).map(|it| it.0.0);
        let mut todo: Vec<u32> = outside.chain(given).collect();
        while let Some(node) = todo.pop() {
            if !std::mem::replace(&mut known[node as usize], true) {
                todo.extend(graph.targets(node));
            }
        }
        for (idx, src, _) in stored {
            if known[src.0 as usize] {
                self.edge(idx);
            }
        }
    }

    /// References from what the caller has to objects, before those to constants.
    pub(super) fn between_objects(&mut self) {
        for idx in 0..self.exec.heap.edges.len() {
            let heap = &self.exec.heap;
            let edge = &heap.edges[idx];
            if !edge.read && self.is_outside(edge.src) && heap.as_constant(edge.dst).is_none() {
                self.edge(idx);
            }
        }
    }
}
