//! What a call of a function does to the heap that its caller can see.
//!
//! A summary is a small heap of its own: the objects that a caller can reach afterwards (or that
//! tell how to reach them), the references stored between them, and the references cut. Its
//! objects, branches and guards are numbered from zero.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::exec::Exec;
use super::guard::{Arms, Choice, Guard, Implied, Literal, Test};
use super::object::{Kind, Label, Obj, Role, Ty, Value};
use super::store::CutFor;
use super::suspended::Step;
use crate::program::model::{ClassId, FuncId, Place};
use crate::syntax::Name;
use crate::syntax::name::known;

mod crowded;

/// A function, and the class of its receiver where the method's own class does not tell how it
/// behaves.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct SummaryKey {
    pub(crate) func: FuncId,
    pub(crate) receiver: Option<ClassId>,
}

/// An object of a summary.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SummaryObject {
    /// Objects in it (the base of a lazily read one) are numbers of this summary, too.
    pub(crate) kind: Kind,
    pub(crate) tys: SmallVec<[Ty; 1]>,
    pub(crate) place: Place,
    /// Something is put into it.
    pub(crate) filled: bool,
    /// For an element: which one.
    pub(crate) role: Role,
}

/// A reference that a call stores.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SummaryEdge {
    pub(crate) src: Obj,
    pub(crate) label: Label,
    pub(crate) dst: Obj,
    pub(crate) guard: u32,
    pub(crate) kills: SmallVec<[u32; 1]>,
    pub(crate) strong: bool,
    pub(crate) place: Place,
}

/// A reference that a call cuts or overwrites.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SummaryCut {
    pub(crate) obj: Obj,
    pub(crate) label: Label,
    pub(crate) guard: u32,
    pub(crate) cut_for: CutFor,
}

/// How a test comes out in an arm (see [`Implied`]).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SummaryImplied {
    pub(crate) arms: Arms,
    pub(crate) test: Test,
    pub(crate) holds: bool,
    pub(crate) of: u32,
}

/// A summary.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Summary {
    pub(crate) objects: Vec<SummaryObject>,
    pub(crate) edges: Vec<SummaryEdge>,
    pub(crate) cuts: Vec<SummaryCut>,
    pub(crate) returns: Vec<(Obj, u32)>,
    pub(crate) yields: Vec<(Obj, u32)>,
    pub(crate) guards: Vec<SmallVec<[Literal; 4]>>,
    pub(crate) choices: Vec<Choice>,
    pub(crate) implied: Vec<SummaryImplied>,
    /// Objects whose type is not known, and the method called on them.
    pub(crate) undecided: Vec<(Obj, Name)>,
    /// Methods are called on what calls give back that are not followed.
    pub(crate) asks_results: bool,
    /// Objects handed to code that is not followed.
    pub(crate) escaped: Vec<Obj>,
    /// Generators that are run on, and how far.
    pub(crate) advanced: Vec<(Obj, Step)>,
    /// Elements that are taken out of containers.
    pub(crate) removed: Vec<(Obj, Obj, u32)>,
    /// Containers that lose their first (or last) element.
    pub(crate) popped: Vec<(Obj, bool, u32)>,
    /// The body loops for ever: as a generator, it never comes to an end by itself.
    pub(crate) endless: bool,
    /// An exception that the program raises may leave it.
    pub(crate) raises: bool,
    /// What its local variables hold while it, a generator, waits: name, class, where made.
    pub(crate) held: Vec<(Name, Ty, Place)>,
}

/// The summaries known so far.
#[derive(Debug, Default)]
pub(crate) struct Summaries {
    plain: Vec<Versions>,
    variants: FxHashMap<SummaryKey, Versions>,
    /// Takes the place of those that have been followed by another, if they are not kept.
    forgotten: Option<Arc<Summary>>,
}

/// The summaries of a function that followed each other, and when each was known first.
pub(super) type Versions = SmallVec<[(u32, Arc<Summary>); 1]>;

impl Summary {
    /// Whether a call does anything to the heap or gives back anything that the caller can have
    /// use for.
    pub(crate) fn is_telling(&self) -> bool {
        !self.edges.is_empty()
            || !self.cuts.is_empty()
            || !self.popped.is_empty()
            || !self.removed.is_empty()
            || !self.undecided.is_empty()
            || self.returns.iter().chain(&self.yields).any(|it| {
                !matches!(
                    self.objects[it.0.0 as usize].kind,
                    Kind::Const(_) | Kind::Opaque
                )
            })
    }
}

impl Summaries {
    /// No summaries, for a program with so many functions. Unless `keep`, of each function only
    /// the last is kept, and of the others when they were known.
    pub(crate) fn new(functions: usize, keep: bool) -> Self {
        Self {
            plain: vec![Versions::new(); functions],
            variants: FxHashMap::default(),
            forgotten: (!keep).then(Arc::default),
        }
    }

    /// The summaries that a function had so far.
    pub(super) fn versions(&self, key: SummaryKey) -> &[(u32, Arc<Summary>)] {
        let versions = match key.receiver {
            None => self.plain.get(key.func.0 as usize),
            Some(_) => self.variants.get(&key),
        };
        versions.map_or(&[], |it| it)
    }

    fn versions_mut(&mut self, key: SummaryKey) -> Option<&mut Versions> {
        match key.receiver {
            None => self.plain.get_mut(key.func.0 as usize),
            Some(_) => Some(self.variants.entry(key).or_default()),
        }
    }

    /// The summary that a function had before a moment.
    pub(crate) fn get(&self, key: SummaryKey, now: u32) -> Option<&Arc<Summary>> {
        let versions = self.versions(key).iter().rev();
        let mut before = versions.filter(|it| it.0 < now);
        before.next().map(|it| &it.1)
    }

    /// Whether a function got another summary in that time.
    pub(super) fn changed_within(&self, key: SummaryKey, time: Range<u32>) -> bool {
        self.versions(key).iter().any(|it| time.contains(&it.0))
    }

    /// Sets a summary, if it is another than before.
    pub(super) fn set(&mut self, key: SummaryKey, summary: &Arc<Summary>, now: u32) {
        let forgotten = self.forgotten.clone();
        let Some(versions) = self.versions_mut(key) else {
            return;
        };
        let known = versions.len();
        add_version(versions, summary, now);
        if let (Some(forgotten), [old, _]) = (forgotten, &mut versions[known.saturating_sub(1)..]) {
            old.1 = forgotten;
        }
    }

    /// Sets all summaries that a function has, one after the other.
    pub(super) fn replace(&mut self, key: SummaryKey, versions: Versions) {
        if let Some(old) = self.versions_mut(key) {
            *old = versions;
        }
    }
}

/// Adds a summary, if it is another than the one before.
pub(super) fn add_version(versions: &mut Versions, summary: &Arc<Summary>, now: u32) {
    let is_old = versions
        .last()
        .is_some_and(|(_, old)| Arc::ptr_eq(old, summary) || **old == **summary);
    if !is_old {
        versions.push((now, Arc::clone(summary)));
    }
}

/// Objects and references of one summary; the rest is left out.
const MAX_OBJECTS: usize = 64;
const MAX_EDGES: usize = 80;
const MAX_UNDECIDED: usize = 16;
/// Tests that the arms of one branch are said to imply.
const MAX_IMPLIED: usize = 16;
/// Marks the number of an element of which the summary does not speak.
const UNNAMED: u16 = 1 << 15;

/// The distinct events of a kind, as many of them as a summary keeps.
fn distinct<T: Ord>(events: &mut Vec<T>) -> Vec<T> {
    let mut res = std::mem::take(events);
    res.sort();
    res.dedup();
    res.truncate(MAX_UNDECIDED);
    res
}

/// Builds the summary of the function that an execution has just run.
pub(crate) struct Summarizer<'e, 'a> {
    exec: &'e mut Exec<'a>,
    res: Summary,
    objects: FxHashMap<Obj, Obj>,
    guards: FxHashMap<Guard, u32>,
    branches: FxHashMap<u32, u32>,
    todo: Vec<Obj>,
    /// When each edge of the summary was stored.
    orders: Vec<u32>,
    /// References that are in it already.
    taken: FxHashSet<usize>,
}

impl<'e, 'a> Summarizer<'e, 'a> {
    /// The summary of an execution that returned and yielded these values.
    pub(crate) fn summarize(exec: &'e mut Exec<'a>, returns: &Value, yields: &Value) -> Summary {
        let mut this = Self {
            exec,
            res: Summary::default(),
            objects: FxHashMap::default(),
            guards: FxHashMap::default(),
            branches: FxHashMap::default(),
            todo: Vec::new(),
            orders: Vec::new(),
            taken: FxHashSet::default(),
        };
        if this.is_crowded() {
            this.on_rings(returns, yields);
            this.between_objects();
        }
        this.stored();
        this.filled();
        this.res.returns = this.values(returns);
        this.res.yields = this.values(yields);
        // A bound method that is taken out was made for that: what it refers to tells which it is.
        for (container, element, guard) in distinct(&mut this.exec.removed) {
            if this.is_outside(container)
                && let (Some(container), Some(element)) =
                    (this.object(container), this.object(element))
            {
                let guard = this.guard(guard);
                this.res.removed.push((container, element, guard));
            }
        }
        this.reachable();
        this.sort_edges();
        this.cuts();
        for (container, first, guard) in distinct(&mut this.exec.popped) {
            if this.is_outside(container)
                && let Some(container) = this.object(container)
            {
                let guard = this.guard(guard);
                this.res.popped.push((container, first, guard));
            }
        }
        for (obj, step) in distinct(&mut this.exec.advanced) {
            if this.is_outside(obj) {
                let obj = this.object(obj);
                this.res.advanced.extend(obj.map(|it| (it, step)));
            }
        }
        let mut undecided: Vec<(Obj, Name)> = this.exec.undecided.iter().copied().collect();
        undecided.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.as_str().cmp(b.1.as_str())));
        let heap = &this.exec.heap;
        let mut methods = undecided.iter().filter(|it| it.1 != known::CALL);
        this.res.asks_results = methods.any(|it| heap.kind(it.0) == Kind::Opaque);
        undecided.truncate(MAX_UNDECIDED);
        for (obj, name) in undecided {
            if this.is_outside(obj)
                && let Some(obj) = this.object(obj)
            {
                this.res.undecided.push((obj, name));
            }
        }
        let mut escaped: Vec<Obj> = this.exec.escaped.iter().copied().collect();
        this.held_by_escaped(&mut escaped);
        escaped.retain(|it| this.objects.contains_key(it) || this.is_outside(*it));
        escaped.sort();
        this.res.escaped = escaped
            .into_iter()
            .filter_map(|it| this.object(it))
            .collect();
        this.choices();
        this.name_elements();
        this.res.endless = this.exec.endless;
        this.res.raises = this.exec.raises;
        this.res.held = std::mem::take(&mut this.exec.held);
        this.res
    }

    /// Adds what new objects hold that were handed to code which is not followed: a coroutine that
    /// the event loop has keeps its arguments.
    fn held_by_escaped(&self, escaped: &mut Vec<Obj>) {
        let mut seen: FxHashSet<Obj> = escaped.iter().copied().collect();
        let mut at = 0;
        while let Some(&obj) = escaped.get(at) {
            at += 1;
            if self.is_outside(obj) || self.objects.contains_key(&obj) || at > MAX_OBJECTS {
                continue;
            }
            let heap = &self.exec.heap;
            let cells = heap.cells_of(obj);
            let edges = cells.iter().flat_map(|&it| &heap.cells[it as usize].edges);
            let held = edges.map(|&it| heap.edges[it as usize].dst);
            escaped.extend(held.filter(|&it| heap.as_constant(it).is_none() && seen.insert(it)));
        }
    }

    /// Whether the caller has the object already.
    fn is_outside(&self, obj: Obj) -> bool {
        matches!(
            self.exec.heap.kind(obj),
            Kind::Param(_)
                | Kind::FreeCell(_)
                | Kind::Lazy { .. }
                | Kind::Class(_)
                | Kind::Module(_)
                | Kind::Root(_)
        )
    }

    fn values(&mut self, value: &Value) -> Vec<(Obj, u32)> {
        let mut res = Vec::new();
        for &(obj, guard) in value {
            if self.exec.heap.guards.raises(guard) {
                continue;
            }
            if let Some(obj) = self.object(obj) {
                res.push((obj, self.guard(guard)));
            }
        }
        res
    }

    /// References stored in objects that the caller has.
    fn stored(&mut self) {
        for idx in 0..self.exec.heap.edges.len() {
            let edge = &self.exec.heap.edges[idx];
            if !edge.read && self.is_outside(edge.src) {
                self.edge(idx);
            }
        }
    }

    /// Containers of the caller's into which something was put, be it only a number.
    fn filled(&mut self) {
        for obj in (0..self.exec.heap.objects.len() as u32).map(Obj) {
            if self.exec.heap.object(obj).filled && self.is_outside(obj) {
                self.object(obj);
            }
        }
    }

    /// References from new objects that the caller can reach.
    fn reachable(&mut self) {
        // What frames hold comes last: of all that, the least may be of use to the caller.
        let mut frames = Vec::new();
        while let Some(obj) = self.todo.pop().or_else(|| frames.pop()) {
            if self.is_outside(obj) {
                continue;
            }
            if matches!(self.exec.heap.kind(obj), Kind::Frame(_)) && !self.todo.is_empty() {
                frames.push(obj);
                continue;
            }
            for cell in self.exec.heap.cells_of(obj) {
                for idx in 0..self.exec.heap.cells[cell as usize].edges.len() {
                    let edge = self.exec.heap.cells[cell as usize].edges[idx] as usize;
                    if !self.exec.heap.edges[edge].read {
                        self.edge(edge);
                    }
                }
            }
        }
    }

    fn edge(&mut self, idx: usize) {
        if self.taken.contains(&idx) {
            return;
        }
        let edge = self.exec.heap.edges[idx].clone();
        let dead = edge.kills.contains(&Guard::TRUE)
            || edge
                .kills
                .iter()
                .any(|&it| self.exec.heap.guards.implies(edge.guard, it))
            || self.exec.heap.guards.raises(edge.guard);
        if dead || self.res.edges.len() >= MAX_EDGES {
            self.exec.cut += u32::from(!dead);
            return;
        }
        let (Some(src), Some(dst)) = (self.object(edge.src), self.object(edge.dst)) else {
            return;
        };
        let Some(label) = self.label(edge.label) else {
            return;
        };
        let guard = self.guard(edge.guard);
        let kills = edge.kills.iter().map(|&it| self.guard(it)).collect();
        self.taken.insert(idx);
        self.orders.push(edge.order);
        let place = edge.place;
        let strong = edge.strong;
        self.res.edges.push(SummaryEdge {
            src,
            label,
            dst,
            guard,
            kills,
            strong,
            place,
        });
    }

    /// Whoever replays the summary stores in the order in which the function did.
    fn sort_edges(&mut self) {
        let edges = std::mem::take(&mut self.res.edges);
        let mut ordered: Vec<(u32, SummaryEdge)> = self.orders.drain(..).zip(edges).collect();
        ordered.sort_by_key(|it| it.0);
        self.res.edges = ordered.into_iter().map(|it| it.1).collect();
    }

    /// References that the caller's objects came with and that were cut.
    fn cuts(&mut self) {
        for idx in 0..self.exec.heap.cells.len() {
            let cell = &self.exec.heap.cells[idx];
            if cell.initial_kills.is_empty() || !self.is_outside(cell.obj) {
                continue;
            }
            let cell = cell.clone();
            let (Some(obj), Some(label)) = (self.object(cell.obj), self.label(cell.label)) else {
                continue;
            };
            for kill in cell.initial_kills {
                if !self.exec.heap.guards.raises(kill) {
                    let guard = self.guard(kill);
                    self.res.cuts.push(SummaryCut {
                        obj,
                        label,
                        guard,
                        cut_for: cell.cut_for.clone(),
                    });
                }
            }
        }
    }

    fn object(&mut self, obj: Obj) -> Option<Obj> {
        if let Some(&known) = self.objects.get(&obj) {
            return Some(known);
        }
        if self.res.objects.len() >= MAX_OBJECTS {
            self.exec.cut += 1;
            return None;
        }
        let object = self.exec.heap.object(obj).clone();
        let kind = match object.kind {
            Kind::Lazy { base, label } => Kind::Lazy {
                base: self.object(base)?,
                label: self.label(label)?,
            },
            Kind::AttributeDict(of) => Kind::AttributeDict(self.object(of)?),
            kind => kind,
        };
        let known = Obj(self.res.objects.len() as u32);
        let (place, filled, role) = (object.place, object.filled, object.role);
        self.res.objects.push(SummaryObject {
            kind,
            tys: object.tys,
            place,
            filled,
            role,
        });
        self.objects.insert(obj, known);
        self.todo.push(obj);
        Some(known)
    }

    fn label(&mut self, label: Label) -> Option<Label> {
        Some(match label {
            Label::Key(key) => Label::Key(self.object(key)?),
            label => label,
        })
    }

    fn guard(&mut self, guard: Guard) -> u32 {
        if let Some(&known) = self.guards.get(&guard) {
            return known;
        }
        let literals: SmallVec<[Literal; 4]> = self
            .exec
            .heap
            .guards
            .literals(guard)
            .iter()
            .copied()
            .collect();
        let literals = literals
            .into_iter()
            .map(|it| {
                let next = self.branches.len() as u32;
                let branch = *self.branches.entry(it.branch.0).or_insert(next);
                Literal {
                    branch: super::guard::Branch(branch),
                    arm: it.arm,
                }
            })
            .collect();
        let known = self.res.guards.len() as u32;
        self.res.guards.push(literals);
        self.guards.insert(guard, known);
        known
    }

    /// The arms of a choice among elements are the elements, as the summary numbers them.
    fn name_elements(&mut self) {
        let elements: FxHashSet<u32> = (0..)
            .zip(&self.res.choices)
            .filter(|(_, it)| matches!(it, Choice::Element { .. }))
            .map(|it| it.0)
            .collect();
        for literal in self.res.guards.iter_mut().flatten() {
            if elements.contains(&literal.branch.0) {
                literal.arm = match self.objects.get(&Obj(literal.arm.into())) {
                    Some(known) => known.0 as u16,
                    None => literal.arm | UNNAMED,
                };
            }
        }
    }

    /// What the branches that guards speak of choose. Tests of objects that the caller knows
    /// nothing of are forgotten.
    fn choices(&mut self) {
        let mut branches: Vec<(u32, u32)> = self.branches.iter().map(|(&a, &b)| (b, a)).collect();
        branches.sort();
        for (number, branch) in branches {
            let choice = self
                .exec
                .heap
                .guards
                .choice(super::guard::Branch(branch))
                .clone();
            let choice = match choice {
                Choice::Flow(Some(test)) => Choice::Flow(self.test(test)),
                Choice::Loop(Some(test)) => Choice::Loop(self.test(test)),
                Choice::Class { of, candidates } => match self.object(of) {
                    Some(of) => Choice::Class { of, candidates },
                    None => Choice::Flow(None),
                },
                choice => choice,
            };
            self.res.choices.push(choice);
            let implied: Vec<Implied> = {
                let branch = super::guard::Branch(branch);
                self.exec.heap.guards.implied(branch).copied().collect()
            };
            for it in implied.into_iter().take(MAX_IMPLIED) {
                let arms = Arms {
                    branch: super::guard::Branch(number),
                    ..it.arms
                };
                if self.speaks_of(it.test.of(), it.of)
                    && let Some(test) = self.test(it.test)
                {
                    let of = self.guard(it.of);
                    self.res.implied.push(SummaryImplied {
                        arms,
                        test,
                        holds: it.holds,
                        of,
                    });
                }
            }
        }
    }

    /// Whether a test of an object needs to be told: of what the summary does not speak of
    /// otherwise, nothing need be said, except that callers know what they pass. Of an element
    /// that a round of a loop had in hand, its attributes may say which ones were meant.
    fn speaks_of(&self, obj: Obj, of: Guard) -> bool {
        let heap = &self.exec.heap;
        if of == Guard::TRUE {
            let is_passed = matches!(heap.kind(obj), Kind::Param(_));
            return is_passed || self.objects.contains_key(&obj);
        }
        let base = match heap.kind(obj) {
            Kind::Lazy { base, .. } => base,
            _ => obj,
        };
        let mut literals = heap.guards.literals(of).iter();
        (self.objects.contains_key(&obj) || self.objects.contains_key(&base))
            && literals.all(|it| self.branches.contains_key(&it.branch.0))
    }

    /// Of what the function itself made, a caller knows no more than the function did.
    fn test(&mut self, test: Test) -> Option<Test> {
        if !self.is_outside(test.of()) {
            return None;
        }
        test.map(|it| self.object(it))
    }
}
