//! The abstract heap: references between objects, each with the choices under which it was stored
//! and those under which it was cut again.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::guard::{Choice, Guard, Guards};
use super::object::{Kind, Label, NO_CELL, NOWHERE, Obj, Object, Root, Ty, Value};
use crate::program::model::Place;
use crate::syntax::Name;
use crate::syntax::ir::Const;

/// A reference.
#[derive(Clone, Debug)]
pub(crate) struct Edge {
    pub(crate) src: Obj,
    pub(crate) label: Label,
    pub(crate) dst: Obj,
    /// When it was stored.
    pub(crate) guard: Guard,
    /// When it was cut again.
    pub(crate) kills: SmallVec<[Guard; 1]>,
    /// Whether it keeps its target alive.
    pub(crate) strong: bool,
    /// Whether it was not stored here but found, in the heap as the function was called.
    pub(crate) read: bool,
    /// Where it was stored (or read).
    pub(crate) place: Place,
    /// When it was stored, in the order of execution.
    pub(crate) order: u32,
}

/// What one label of one object refers to.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) obj: Obj,
    pub(crate) label: Label,
    /// The next cell of the same object.
    pub(crate) next: u32,
    pub(crate) edges: SmallVec<[u32; 2]>,
    /// Whether the reference that a symbolic object came with has been read.
    pub(crate) initial_read: bool,
    /// When the reference that it came with was overwritten or cut.
    pub(crate) initial_kills: SmallVec<[Guard; 1]>,
    /// For which objects.
    pub(crate) cut_for: CutFor,
}

/// For which objects a reference is cut, where that depends on the object's own class: of several
/// classes, some have a method that cuts it and some do not.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum CutFor {
    #[default]
    All,
    Classes(SmallVec<[Ty; 2]>),
}

/// A cut that an enclosing branch may have to generalize.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cut {
    Edge(u32),
    Initial(u32),
}

/// The heap of one execution.
#[derive(Default)]
pub(crate) struct Heap {
    pub(crate) guards: Guards,
    pub(crate) objects: Vec<Object>,
    pub(crate) cells: Vec<Cell>,
    pub(crate) edges: Vec<Edge>,
    /// The choices made so far on the path that is being executed.
    pub(crate) path: Guard,
    cell_index: FxHashMap<(Obj, Label), u32>,
    singletons: FxHashMap<Kind, Obj>,
    /// The references to containers.
    holding: FxHashMap<Obj, SmallVec<[u32; 2]>>,
    /// Cuts under a condition, in order.
    pub(crate) cuts: Vec<Cut>,
    order: u32,
    /// How much was done, in steps of the innermost loops.
    pub(crate) work: u32,
}

/// Executions with more references than this are not followed further.
pub(crate) const MAX_EDGES: usize = 3000;
/// ... and objects.
const MAX_OBJECTS: usize = 6000;
/// Executions that do more than this are not followed further.
pub(crate) const MAX_WORK: u32 = 120_000;
/// Under more conditions than this a cut is taken to be unconditional.
pub(crate) const MAX_KILLS: usize = 10;
/// References of one label to different objects.
const MAX_CELL: usize = 24;

impl Heap {
    /// Forgets everything, keeping the memory.
    pub(crate) fn clear(&mut self) {
        self.guards.clear();
        self.objects.clear();
        self.cells.clear();
        self.edges.clear();
        self.path = Guard::TRUE;
        self.cell_index.clear();
        self.singletons.clear();
        self.holding.clear();
        self.cuts.clear();
        self.order = 0;
        self.work = 0;
    }

    /// The path being executed.
    pub(crate) fn here(&self) -> Guard {
        self.path
    }

    /// Sets the path being executed.
    pub(crate) fn go(&mut self, path: Guard) {
        self.path = path;
    }

    /// Whether so much happened already that the rest is left out.
    pub(crate) fn is_full(&self) -> bool {
        self.edges.len() > MAX_EDGES
            || self.objects.len() > MAX_OBJECTS
            || self.work + self.guards.work > MAX_WORK
    }

    /// An object.
    pub(crate) fn object(&self, obj: Obj) -> &Object {
        &self.objects[obj.0 as usize]
    }

    /// What an object is.
    pub(crate) fn kind(&self, obj: Obj) -> Kind {
        self.object(obj).kind
    }

    /// A new object.
    pub(crate) fn alloc(&mut self, kind: Kind, place: Place) -> Obj {
        self.objects.push(Object::new(kind, place));
        Obj(self.objects.len() as u32 - 1)
    }

    /// A new object of a known type.
    pub(crate) fn alloc_typed(&mut self, kind: Kind, ty: Ty, place: Place) -> Obj {
        let obj = self.alloc(kind, place);
        self.objects[obj.0 as usize].tys.push(ty);
        obj
    }

    /// The one object of a kind of which there is only one: a constant, a class, a module.
    pub(crate) fn singleton(&mut self, kind: Kind) -> Obj {
        if let Some(&obj) = self.singletons.get(&kind) {
            return obj;
        }
        let obj = self.alloc(kind, NOWHERE);
        match kind {
            Kind::Class(class) => self.objects[obj.0 as usize]
                .tys
                .push(Ty::ClassObject(class)),
            Kind::Function(func) => self.objects[obj.0 as usize].tys.push(Ty::Function(func)),
            Kind::Root(Root::Logger) => self.objects[obj.0 as usize]
                .tys
                .push(Ty::External(Name::new("logging.Logger"))),
            _ => {}
        }
        self.singletons.insert(kind, obj);
        obj
    }

    /// A value that is one object on the current path.
    pub(crate) fn value(&self, obj: Obj) -> Value {
        smallvec::smallvec![(obj, self.here())]
    }

    /// The value of a constant. Those that nothing depends on are no objects at all.
    pub(crate) fn constant(&mut self, value: Const) -> Value {
        match value {
            Const::Opaque => Value::new(),
            value => {
                let obj = self.singleton(Kind::Const(value));
                self.value(obj)
            }
        }
    }

    /// The constant that an object is.
    pub(crate) fn as_constant(&self, obj: Obj) -> Option<Const> {
        match self.kind(obj) {
            Kind::Const(value) => Some(value),
            _ => None,
        }
    }

    /// The cell of a label, made if there is none yet.
    pub(crate) fn cell(&mut self, obj: Obj, label: Label) -> u32 {
        if let Some(&cell) = self.cell_index.get(&(obj, label)) {
            return cell;
        }
        let idx = self.cells.len() as u32;
        let next = std::mem::replace(&mut self.objects[obj.0 as usize].first_cell, idx);
        self.cells.push(Cell {
            obj,
            label,
            next,
            edges: SmallVec::new(),
            initial_read: false,
            initial_kills: SmallVec::new(),
            cut_for: CutFor::All,
        });
        self.cell_index.insert((obj, label), idx);
        idx
    }

    /// The cell of a label, if there is one.
    pub(crate) fn find_cell(&self, obj: Obj, label: Label) -> Option<u32> {
        self.cell_index.get(&(obj, label)).copied()
    }

    /// The cells of an object, in the order of their making.
    pub(crate) fn cells_of(&self, obj: Obj) -> SmallVec<[u32; 8]> {
        let mut res = SmallVec::new();
        let mut next = self.object(obj).first_cell;
        while next != NO_CELL {
            res.push(next);
            next = self.cells[next as usize].next;
        }
        res.reverse();
        res
    }

    /// Adds a reference without cutting others.
    pub(crate) fn add_edge(&mut self, edge: Edge) {
        let cell = self.cell(edge.src, edge.label);
        let same = |it: &u32| {
            let it = &self.edges[*it as usize];
            it.dst == edge.dst && it.guard == edge.guard && it.kills.is_empty() && !it.read
        };
        let known = &self.cells[cell as usize].edges;
        if self.is_full() || known.len() >= MAX_CELL || known.iter().any(same) {
            return;
        }
        let idx = self.edges.len() as u32;
        if matches!(self.kind(edge.dst), Kind::Container(_)) {
            self.holding.entry(edge.dst).or_default().push(idx);
        }
        self.edges.push(edge);
        self.cells[cell as usize].edges.push(idx);
    }

    /// The references to a container that was made here.
    pub(crate) fn holding(&self, container: Obj) -> &[u32] {
        self.holding.get(&container).map_or(&[], |it| it)
    }

    /// The number of the next event in the order of execution.
    pub(crate) fn tick(&mut self) -> u32 {
        self.order += 1;
        self.order
    }

    /// Stores a reference from each object of `base` to each of `value`; attributes, keys and
    /// cells are overwritten.
    pub(crate) fn store(
        &mut self,
        base: &Value,
        label: Label,
        value: &Value,
        place: Place,
        strong: bool,
    ) {
        let here = self.here();
        let order = self.tick();
        let overwrites = !matches!(label, Label::Elem | Label::DictKey | Label::Unnamed);
        for &(src, guard) in base {
            let Some(under) = self.guards.and(here, guard) else {
                continue;
            };
            if overwrites {
                let cell = self.cell(src, label);
                // `None` clears what is there, whatever class the object turns out to have.
                let clears = value.iter().all(|it| self.as_constant(it.0).is_some());
                let instead = if clears {
                    self.guards.flow(under)
                } else {
                    self.guards.flow_and_class(under)
                };
                self.cut_under(cell, instead);
            }
            // Where something else may be there still, a number has to be told from it.
            let opaque = (overwrites && value.is_empty() && self.may_hold(src, label))
                .then(|| self.singleton(Kind::Const(Const::Opaque)));
            for (dst, guard) in value
                .iter()
                .copied()
                .chain(opaque.map(|it| (it, Guard::TRUE)))
            {
                let Some(guard) = self.guards.and(under, guard) else {
                    continue;
                };
                self.add_edge(Edge {
                    src,
                    label,
                    dst,
                    guard,
                    kills: SmallVec::new(),
                    strong,
                    read: false,
                    place,
                    order,
                });
            }
        }
    }

    /// Whether a label refers to something under some choices.
    fn may_hold(&self, obj: Obj, label: Label) -> bool {
        self.find_cell(obj, label).is_some_and(|it| {
            let cell = &self.cells[it as usize];
            let initial =
                self.kind(obj).is_symbolic() && !cell.initial_kills.contains(&Guard::TRUE);
            initial || !cell.edges.is_empty()
        })
    }

    /// Cuts what a cell refers to, whenever `under` holds.
    pub(crate) fn cut(&mut self, cell: u32, under: Guard) {
        self.note_classes(cell, under);
        let under = self.guards.flow(under);
        self.cut_under(cell, under);
    }

    fn cut_under(&mut self, cell: u32, under: Guard) {
        let Self {
            guards,
            edges,
            cells,
            cuts,
            ..
        } = self;
        let content = &mut cells[cell as usize];
        if under == Guard::TRUE {
            for &edge in &content.edges {
                edges[edge as usize].kills = smallvec::smallvec![Guard::TRUE];
            }
            content.edges.clear();
            content.initial_kills = smallvec::smallvec![Guard::TRUE];
            return;
        }
        for &edge in &content.edges {
            if guards.add_kill(&mut edges[edge as usize].kills, under) {
                cuts.push(Cut::Edge(edge));
            }
        }
        if guards.add_kill(&mut content.initial_kills, under) {
            cuts.push(Cut::Initial(cell));
        }
    }

    /// Cuts the reference that a symbolic object came with, whenever `under` holds.
    pub(crate) fn cut_initial(&mut self, cell: u32, under: Guard) {
        self.note_classes(cell, under);
        let under = self.guards.flow(under);
        if self
            .guards
            .add_kill(&mut self.cells[cell as usize].initial_kills, under)
        {
            self.cuts.push(Cut::Initial(cell));
        }
    }

    /// Notes for which classes of its object a cell is being cut. The guards of cuts leave them out.
    fn note_classes(&mut self, cell: u32, under: Guard) {
        let Cell {
            obj,
            initial_kills,
            cut_for,
            ..
        } = &mut self.cells[cell as usize];
        let class =
            self.guards
                .literals(under)
                .iter()
                .find_map(|it| match self.guards.choice(it.branch) {
                    Choice::Class { of, candidates } if of == obj => {
                        candidates.get(usize::from(it.arm)).copied()
                    }
                    _ => None,
                });
        match (class, cut_for) {
            (None, cut_for) => *cut_for = CutFor::All,
            (Some(class), CutFor::Classes(classes)) => classes.push(class),
            (Some(class), cut_for) if initial_kills.is_empty() => {
                *cut_for = CutFor::Classes(smallvec::smallvec![class]);
            }
            (Some(_), CutFor::All) => {}
        }
    }

    /// Cuts one reference, whenever `under` holds.
    pub(crate) fn cut_edge(&mut self, edge: u32, under: Guard) {
        let under = self.guards.flow(under);
        if self
            .guards
            .add_kill(&mut self.edges[edge as usize].kills, under)
        {
            self.cuts.push(Cut::Edge(edge));
        }
    }

    /// At the end of a branch: what was cut in all of `arms` is cut on the whole `path`.
    pub(crate) fn join_cuts(&mut self, since: usize, arms: &[Guard], path: Guard) {
        let path = self.guards.flow(path);
        let arms: SmallVec<[Guard; 4]> = arms.iter().map(|&it| self.guards.flow(it)).collect();
        self.work += (self.cuts.len() - since) as u32;
        for idx in since..self.cuts.len() {
            let cut = self.cuts[idx];
            let kills = match cut {
                Cut::Edge(edge) => &mut self.edges[edge as usize].kills,
                Cut::Initial(cell) => &mut self.cells[cell as usize].initial_kills,
            };
            let in_arm = |arm: &Guard| kills.iter().any(|&it| self.guards.implies(*arm, it));
            if !arms.is_empty() && arms.iter().all(in_arm) && !kills.contains(&path) {
                kills.push(path);
            }
        }
    }

    /// Whether a reference stands on the path `under`.
    pub(crate) fn stands(&mut self, edge: u32, under: Guard) -> Option<Guard> {
        let edge = &self.edges[edge as usize];
        let both = self.guards.and(under, edge.guard)?;
        let cut = edge.kills.iter().any(|&it| self.guards.implies(both, it));
        (!cut).then_some(edge.guard)
    }

    /// Notes that something was put into containers.
    pub(crate) fn fill(&mut self, containers: &Value) {
        for &(obj, _) in containers {
            self.objects[obj.0 as usize].filled = true;
        }
    }

    /// Whether nothing was ever put into a container that was made here.
    pub(crate) fn is_surely_empty(&self, obj: Obj) -> bool {
        let object = self.object(obj);
        matches!(object.kind, Kind::Container(_)) && !object.filled && object.first_cell == NO_CELL
    }

    /// What a cell refers to for `base` (an object and the choices under which it is meant),
    /// without the reference that a symbolic object came with and nobody has read yet.
    pub(crate) fn content(&mut self, cell: u32, base: Guard) -> Value {
        let mut res = Value::new();
        let Some(under) = self.guards.and(self.here(), base) else {
            return res;
        };
        self.work += self.cells[cell as usize].edges.len() as u32;
        for idx in 0..self.cells[cell as usize].edges.len() {
            let edge = self.cells[cell as usize].edges[idx];
            if let Some(guard) = self.stands(edge, under) {
                let dst = self.edges[edge as usize].dst;
                if let Some(guard) = self.guards.and(guard, base) {
                    res.push((dst, guard));
                }
            }
        }
        res
    }

    /// Whether the reference that a symbolic object came with may still be there under `base`.
    pub(crate) fn initial_stands(&mut self, cell: u32, base: Guard) -> bool {
        let Some(under) = self.guards.and(self.here(), base) else {
            return false;
        };
        let kills = &self.cells[cell as usize].initial_kills;
        !kills.iter().any(|&it| self.guards.implies(under, it))
    }

    /// Where an index or a key could mean several objects, notes that it means one of them.
    pub(crate) fn pick(&mut self, value: Value) -> Value {
        self.choose(value, |_| Choice::Pick)
    }

    /// As [`Heap::pick`], also where only one object is known: others may have been meant.
    pub(crate) fn pick_one(&mut self, value: Value) -> Value {
        let [(obj, guard)] = value.as_slice() else {
            if value.is_empty() {
                return value;
            }
            // Though they are told apart by a test: that came out anew for each element.
            return self.choose_one(value, Choice::Pick);
        };
        if self.kind(*obj).is_lasting() {
            return value;
        }
        let branch = self.guards.choose(Choice::Pick);
        let literal = self.guards.literal(branch, 0);
        match self.guards.and(*guard, literal) {
            Some(guard) => smallvec::smallvec![(*obj, guard)],
            None => value,
        }
    }

    /// The elements that a round of a loop has in hand, one at a time. Each of those that were
    /// there before (there were `known` objects) comes up once.
    pub(crate) fn take_turns(&mut self, value: Value, in_loop: u32, known: usize) -> Value {
        match value.as_slice() {
            [(obj, guard)] if self.comes_up(*obj, known) => {
                let branch = self.guards.choose(Choice::Element { in_loop });
                let literal = self.guards.literal(branch, obj.0 as usize);
                match self.guards.and(*guard, literal) {
                    Some(guard) => smallvec::smallvec![(*obj, guard)],
                    None => value,
                }
            }
            [] | [_] => value,
            _ => {
                let branch = self.guards.choose(Choice::Element { in_loop });
                let mut res = Value::new();
                for (obj, guard) in value {
                    let literal = self.guards.literal(branch, obj.0 as usize);
                    if let Some(guard) = self.guards.and(guard, literal) {
                        res.push((obj, guard));
                    }
                }
                res
            }
        }
    }

    /// Whether an object is an element that a round of a loop may find again: one that was there
    /// before, or was only found.
    fn comes_up(&self, obj: Obj, known: usize) -> bool {
        let is_found = matches!(
            self.kind(obj),
            Kind::Lazy {
                label: Label::Elem,
                ..
            }
        );
        ((obj.0 as usize) < known || is_found) && self.as_constant(obj).is_none()
    }

    /// Gives each object of a value an arm of its own, unless they exclude each other already.
    pub(crate) fn choose(&mut self, value: Value, choice: impl Fn(&Self) -> Choice) -> Value {
        let ambiguous = value.len() > 1
            && (0..value.len()).any(|i| {
                (i + 1..value.len()).any(|j| self.guards.and(value[i].1, value[j].1).is_some())
            });
        if !ambiguous {
            return value;
        }
        let choice = choice(self);
        self.choose_one(value, choice)
    }

    fn choose_one(&mut self, value: Value, choice: Choice) -> Value {
        let branch = self.guards.choose(choice);
        let mut res = Value::new();
        for (arm, (obj, guard)) in value.into_iter().enumerate() {
            let literal = self.guards.literal(branch, arm);
            if let Some(guard) = self.guards.and(guard, literal) {
                res.push((obj, guard));
            }
        }
        res
    }
}

/// Adds the objects of `more` to `value`.
pub(crate) fn join(value: &mut Value, more: &Value) {
    for it in more {
        if value.len() >= MAX_VALUE {
            return;
        }
        if !value.contains(it) {
            value.push(*it);
        }
    }
}

/// A variable holds at most this many objects; more are left out.
const MAX_VALUE: usize = 8;
