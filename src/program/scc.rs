//! Strongly connected components of a graph, and their levels.

/// A directed graph whose nodes are numbers, its edges in a row.
#[derive(Debug)]
pub(crate) struct Graph {
    /// Where each node's edges begin, and one past the last.
    starts: Vec<u32>,
    targets: Vec<u32>,
}

impl Graph {
    /// The graph with the given edges; parts of them in any order, repetitions allowed. Edges of
    /// or to nodes from `nodes` on are left out.
    pub(crate) fn new(nodes: u32, edges: &[&[(u32, u32)]]) -> Self {
        let edges = || {
            let all = edges.iter().copied().flatten().copied();
            all.filter(|&(from, to)| from < nodes && to < nodes)
        };
        let mut starts = vec![0; nodes as usize + 1];
        for (from, _) in edges() {
            starts[from as usize + 1] += 1;
        }
        for node in 0..nodes as usize {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut targets = vec![0; starts[nodes as usize] as usize];
        for (from, to) in edges() {
            targets[next[from as usize] as usize] = to;
            next[from as usize] += 1;
        }
        Self { starts, targets }
    }

    fn nodes(&self) -> u32 {
        self.starts.len() as u32 - 1
    }

    /// As [`Graph::levels`] of the graph with only some of the nodes, and the edges between them.
    pub(super) fn levels_of(&self, chosen: impl Fn(u32) -> bool) -> Vec<Vec<Vec<u32>>> {
        let nodes: Vec<u32> = (0..self.nodes()).filter(|&it| chosen(it)).collect();
        let mut numbers = vec![u32::MAX; self.nodes() as usize];
        for (number, &node) in (0..).zip(&nodes) {
            numbers[node as usize] = number;
        }
        let edges = (0..).zip(&nodes).flat_map(|(number, &node)| {
            let targets = self.targets(node).iter();
            targets.map(move |&it| (number, it))
        });
        let edges: Vec<_> = edges
            .map(|(from, to)| (from, numbers[to as usize]))
            .collect();
        // Others are numbered past the last node, and left out.
        let mut levels = Self::new(nodes.len() as u32, &[&edges]).levels();
        for node in levels.iter_mut().flatten().flatten() {
            *node = nodes[*node as usize];
        }
        levels
    }

    /// The same graph with its edges turned around.
    pub(crate) fn reversed(&self) -> Self {
        let edges = |node: u32| self.targets(node).iter().map(move |&it| (it, node));
        let edges: Vec<_> = (0..self.nodes()).flat_map(edges).collect();
        Self::new(self.nodes(), &[&edges])
    }

    /// The nodes that a node points at.
    pub(crate) fn targets(&self, node: u32) -> &[u32] {
        let range = self.starts[node as usize] as usize..self.starts[node as usize + 1] as usize;
        &self.targets[range]
    }

    /// The nodes whose edges are not the same in two graphs of the same nodes, and those at the
    /// other ends of their edges.
    pub(super) fn differences(&self, other: &Self) -> Vec<u32> {
        let mut res = Vec::new();
        for node in 0..self.nodes() {
            let (ours, theirs) = (self.targets(node), other.targets(node));
            if ours != theirs {
                res.push(node);
                res.extend(ours.iter().chain(theirs));
            }
        }
        res
    }

    /// The components, each after all that its members point at. Members are sorted.
    pub(crate) fn components(&self) -> Vec<Vec<u32>> {
        self.members(&Tarjan::run(self))
    }

    fn members(&self, component_of: &[u32]) -> Vec<Vec<u32>> {
        let count = component_of.iter().max().map_or(0, |&it| it as usize + 1);
        let mut members = vec![Vec::new(); count];
        for (node, &component) in (0..).zip(component_of) {
            members[component as usize].push(node);
        }
        members
    }

    /// The components in levels: one is above all that its members point at. Members are sorted,
    /// and components by their first member.
    fn levels(&self) -> Vec<Vec<Vec<u32>>> {
        let component_of = Tarjan::run(self);
        let members = self.members(&component_of);
        let count = members.len();
        // Tarjan finds components after those that they point at.
        let mut level_of = vec![0_usize; count];
        let mut levels: Vec<Vec<Vec<u32>>> = Vec::new();
        for (component, nodes) in members.iter().enumerate() {
            let callees = nodes.iter().flat_map(|&node| self.targets(node));
            let level = callees
                .map(|&target| component_of[target as usize] as usize)
                .filter(|&callee| callee != component)
                .map(|callee| level_of[callee] + 1)
                .max();
            level_of[component] = level.unwrap_or(0);
        }
        for (level, nodes) in level_of.into_iter().zip(members) {
            if levels.len() <= level {
                levels.resize_with(level + 1, Vec::new);
            }
            levels[level].push(nodes);
        }
        for level in &mut levels {
            level.sort_unstable_by_key(|nodes| nodes.first().copied());
        }
        levels
    }
}

const UNSEEN: u32 = u32::MAX;

/// Tarjan's algorithm (1972) with an explicit stack.
struct Tarjan<'a> {
    graph: &'a Graph,
    /// When each node was first seen.
    index: Vec<u32>,
    /// The earliest node on the stack that each one reaches.
    low: Vec<u32>,
    component: Vec<u32>,
    components: u32,
    seen: u32,
    /// Nodes that have no component yet.
    open: Vec<u32>,
    /// Nodes whose edges are being followed, and how many were.
    path: Vec<(u32, usize)>,
}

impl<'a> Tarjan<'a> {
    /// The component of each node, numbered in the order in which they are completed.
    fn run(graph: &'a Graph) -> Vec<u32> {
        let nodes = graph.nodes() as usize;
        let mut tarjan = Self {
            graph,
            index: vec![UNSEEN; nodes],
            low: vec![UNSEEN; nodes],
            component: vec![UNSEEN; nodes],
            components: 0,
            seen: 0,
            open: Vec::new(),
            path: Vec::new(),
        };
        for node in 0..graph.nodes() {
            if tarjan.index[node as usize] == UNSEEN {
                tarjan.visit(node);
                while let Some((node, next)) = tarjan.path.pop() {
                    tarjan.follow(node, next);
                }
            }
        }
        tarjan.component
    }

    fn visit(&mut self, node: u32) {
        self.index[node as usize] = self.seen;
        self.low[node as usize] = self.seen;
        self.seen += 1;
        self.open.push(node);
        self.path.push((node, 0));
    }

    /// Follows the edges of `node` from the `next`th on.
    fn follow(&mut self, node: u32, next: usize) {
        let targets = self.graph.targets(node);
        for (done, &target) in (next + 1..).zip(&targets[next..]) {
            if self.index[target as usize] == UNSEEN {
                self.path.push((node, done));
                self.visit(target);
                return;
            }
            if self.component[target as usize] == UNSEEN {
                self.lower(node, self.index[target as usize]);
            }
        }
        let low = self.low[node as usize];
        if low == self.index[node as usize] {
            self.close(node);
        }
        if let Some(&(caller, _)) = self.path.last() {
            self.lower(caller, low);
        }
    }

    fn lower(&mut self, node: u32, low: u32) {
        let slot = &mut self.low[node as usize];
        *slot = low.min(*slot);
    }

    /// `node` and all that was opened after it are a component.
    fn close(&mut self, node: u32) {
        while let Some(member) = self.open.pop() {
            self.component[member as usize] = self.components;
            if member == node {
                break;
            }
        }
        self.components += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(nodes: u32, edges: &[(u32, u32)], expect: &str) {
        let graph = Graph::new(nodes, &[edges]);
        assert_eq!(format!("{:?}", graph.levels()), expect);
    }

    #[test]
    fn callees_come_first() {
        check(4, &[(0, 1), (1, 2), (0, 3)], "[[[2], [3]], [[1]], [[0]]]");
    }

    #[test]
    fn rings_are_one_component() {
        check(
            5,
            &[(0, 1), (1, 2), (2, 1), (2, 0), (3, 2), (4, 4)],
            "[[[0, 1, 2], [4]], [[3]]]",
        );
    }

    #[test]
    fn no_nodes() {
        check(0, &[], "[]");
    }

    #[test]
    fn long_chains_need_no_stack() {
        let edges: Vec<_> = (0..200_000).map(|it| (it, it + 1)).collect();
        assert_eq!(Graph::new(200_001, &[&edges]).levels().len(), 200_001);
    }
}
