//! Calls of functions that were executed before: their summary is replayed on the caller's
//! objects. Where a summary had to leave open what the caller knows (what class an argument has,
//! which function a callback is), the function is executed once more in the caller's heap.

use smallvec::SmallVec;

use super::exec::Exec;
use super::guard::{Arms, Choice, Guard, Implied, Literal, Test};
use super::object::{Kind, Label, NOWHERE, Obj, Role, Ty, Value};
use super::store::{CutFor, Edge, join};
use super::summary::{Summary, SummaryKey};
use crate::program::model::{ClassId, FuncId, Place};
use crate::syntax::ir::Const;

/// How deep functions are executed in place of their summaries, and how many for one function.
const MAX_INLINE_DEPTH: usize = 8;
const MAX_INLINED: u32 = 48;
/// How many calls may be under way at once: replaying a summary can read a property, whose summary
/// reads another one.
const MAX_CALLS: u32 = 24;
/// Calls that one execution makes, those of replayed summaries included.
const MAX_ALL_CALLS: u32 = 2000;
/// How often a function may be on the stack of functions executed in place.
const MAX_RECURSION: usize = 2;

impl Exec<'_> {
    /// Runs a function on its arguments; gives what it returns and what it yields.
    pub(crate) fn invoke(
        &mut self,
        func: FuncId,
        closure: Option<Obj>,
        receiver: Option<ClassId>,
        bound: Vec<Value>,
        place: Place,
    ) -> (Value, Value) {
        let program = self.env.program;
        let key = SummaryKey {
            func,
            receiver: self.env.variants.receiver(program, func, receiver),
        };
        self.used.push(key);
        self.all_calls += 1;
        if self.calls >= MAX_CALLS || self.all_calls > MAX_ALL_CALLS || self.heap.is_full() {
            self.cut += 1;
            return (Value::new(), Value::new());
        }
        self.calls += 1;
        let res = self.invoke_key(key, func, closure, bound, place);
        self.calls -= 1;
        res
    }

    fn invoke_key(
        &mut self,
        key: SummaryKey,
        func: FuncId,
        closure: Option<Obj>,
        bound: Vec<Value>,
        place: Place,
    ) -> (Value, Value) {
        let summary = self.summary(key).cloned();
        let recursion = self.frames.iter().filter(|it| it.func == func).count();
        let may_inline = self.frames.len() < MAX_INLINE_DEPTH
            && self.inlined < MAX_INLINED
            && recursion < MAX_RECURSION;
        match summary {
            Some(summary) => {
                if summary.raises && !self.is_catching() {
                    self.raises = true;
                }
                let traces = summary.raises && may_inline && self.follows_raising();
                if traces || may_inline && self.knows_more(&summary, closure, &bound) {
                    self.inlined_raising += u32::from(traces);
                    self.inlined += 1;
                    let cells = self.cells_for(func, closure, place);
                    let called_at = self.shown_at(func, place);
                    return self.run(func, bound, cells, called_at);
                }
                self.apply(&summary, func, closure, &bound, place)
            }
            None => {
                self.exhausting = false;
                // Not executed yet: a function that calls itself, or one of which only this
                // execution learned that it is called.
                let obj = self.heap.alloc(Kind::Opaque, place);
                let unknown = self.heap.value(obj);
                self.missing.push(key);
                (unknown, Value::new())
            }
        }
    }

    /// The cells of a function's captured variables and of its own.
    pub(crate) fn cells_for(
        &mut self,
        func: FuncId,
        closure: Option<Obj>,
        place: Place,
    ) -> Vec<Value> {
        let ir = self.function(func);
        let here = self.heap.here();
        ir.cells
            .iter()
            .map(|cell| match (cell.owner, closure) {
                (None, _) => {
                    let obj = self.heap.alloc(Kind::Cell, place);
                    self.heap.value(obj)
                }
                (Some(_), Some(closure)) => {
                    self.load_one(closure, here, Label::Captured(cell.name), place)
                }
                (Some(_), None) => Value::new(),
            })
            .collect()
    }

    fn apply(
        &mut self,
        summary: &Summary,
        func: FuncId,
        closure: Option<Obj>,
        bound: &[Value],
        place: Place,
    ) -> (Value, Value) {
        if summary.objects.is_empty() {
            self.exhausting = false;
            return (Value::new(), Value::new());
        }
        let shown_at = self.shown_at(func, place);
        let exhausting = std::mem::take(&mut self.exhausting);
        // Arms are numbered by the caller's objects from here on.
        let mut turns = Loops::default();
        let (map, every) = self.map_objects(summary, func, closure, bound, &mut turns, place);
        let guards = self.map_guards(summary, &map, &mut turns, exhausting);
        for cut in &summary.cuts {
            self.replay_cut(summary, cut, &map, &guards);
        }
        for &(container, first, guard) in &summary.popped {
            if let Some(guard) = guards[guard as usize] {
                for (obj, of) in map[container.0 as usize].clone() {
                    let here = self.heap.here();
                    let under = self.heap.guards.and(here, of);
                    if let Some(under) = under.and_then(|it| self.heap.guards.and(it, guard)) {
                        self.pop_one(obj, first, under);
                    }
                }
            }
        }
        // What was put in and popped again is not among these.
        for edge in &summary.edges {
            self.replay_edge(edge, summary, &map, &every, &guards, shown_at);
        }
        for &(container, element, guard) in &summary.removed {
            if let Some(guard) = guards[guard as usize] {
                self.replay_removal(&map[container.0 as usize], &map[element.0 as usize], guard);
            }
        }
        for &(obj, step) in &summary.advanced {
            for &(it, _) in &map[obj.0 as usize] {
                self.advance(it, step);
            }
        }
        for &obj in &summary.escaped {
            for &(it, _) in &map[obj.0 as usize] {
                self.escaped.insert(it);
            }
        }
        for &(obj, method) in &summary.undecided {
            for &(it, _) in &map[obj.0 as usize] {
                if self.heap.kind(it).is_symbolic() {
                    self.undecided.insert((it, method));
                }
            }
        }
        let [returns, yields] = [&summary.returns, &summary.yields].map(|values| {
            let mut res = Value::new();
            for &(obj, guard) in values {
                if let Some(guard) = guards[guard as usize] {
                    let part = self.under(map[obj.0 as usize].clone(), guard);
                    join(&mut res, &part);
                }
            }
            res
        });
        (returns, yields)
    }

    /// A place of a summary, as findings show it (see [`Exec::shown_at`]).
    fn shown(&self, place: Place, shown_at: Option<Place>) -> Place {
        match shown_at {
            Some(call) if self.env.program.is_library(place.file) => call,
            _ => place,
        }
    }

    /// What a `defaultdict` makes where nothing was found.
    fn or_missing(
        &mut self,
        found: Value,
        base: &Value,
        key: Option<&Value>,
        place: Place,
    ) -> Value {
        if !found.is_empty() {
            return found;
        }
        let unknown = Value::new();
        let key = key.unwrap_or(&unknown);
        self.each(base, |this, obj| match this.container_of(obj) {
            Some(crate::program::model::Container::DefaultDict) => this.missing(obj, key, place),
            _ => Value::new(),
        })
    }

    fn replay_removal(&mut self, containers: &Value, elements: &Value, guard: Guard) {
        let here = self.heap.here();
        for &(container, of) in containers {
            let under = self
                .heap
                .guards
                .and(here, of)
                .and_then(|it| self.heap.guards.and(it, guard));
            if let Some(under) = under {
                self.remove_under(container, elements, under);
            }
        }
    }

    /// Notes how a test comes out for each of the caller's objects that may be meant.
    fn imply_each(&mut self, arms: Arms, test: &Test, holds: bool, map: &[Value]) {
        if let Test::Same(a, b) = *test {
            return self.imply_sameness(arms, &map[a.0 as usize], &map[b.0 as usize], holds);
        }
        if let Test::Equal(..) = test {
            return;
        }
        for &(obj, of) in &map[test.of().0 as usize] {
            if let Some(test) = test.map(|_| Some(obj)) {
                self.heap.guards.imply(Implied {
                    arms,
                    test,
                    holds,
                    of,
                });
            }
        }
    }

    /// A test in terms of the caller's objects, for its own callers to decide.
    fn mapped_test(&self, test: &Test, map: &[Value]) -> Option<Test> {
        let single = |obj: &Obj| match map[obj.0 as usize].as_slice() {
            [(only, _)] => Some(*only),
            _ => None,
        };
        test.map(|it| single(&it))
    }

    /// The constant keys that a function cuts from the container whose elements it reads: what it
    /// reads later is not among them.
    fn taken_keys(
        &mut self,
        summary: &Summary,
        element: &super::summary::SummaryObject,
        map: &[Value],
    ) -> SmallVec<[Obj; 2]> {
        let Kind::Lazy { base, .. } = element.kind else {
            return SmallVec::new();
        };
        let cuts = summary.cuts.iter().filter(|it| it.obj == base);
        let keys = cuts.filter_map(|it| match it.label {
            Label::Key(key) => Some(key.0 as usize),
            _ => None,
        });
        keys.filter_map(|key| match summary.objects[key].kind {
            // A constant is the same for everybody, also where it is not mapped yet.
            kind @ Kind::Const(_) => Some(self.heap.singleton(kind)),
            _ => map.get(key)?.first().map(|it| it.0),
        })
        .collect()
    }

    fn map_objects(
        &mut self,
        summary: &Summary,
        func: FuncId,
        closure: Option<Obj>,
        bound: &[Value],
        turns: &mut Loops,
        place: Place,
    ) -> (Vec<Value>, Every) {
        let here = self.heap.here();
        let shown_at = self.shown_at(func, place);
        let mut every = Every::new();
        let mut map: Vec<Value> = Vec::with_capacity(summary.objects.len());
        for object in &summary.objects {
            let shown = self.shown(object.place, shown_at);
            let value = match object.kind {
                Kind::Param(idx) => bound.get(idx as usize).cloned().unwrap_or_default(),
                Kind::FreeCell(idx) => {
                    let ir = self.function(func);
                    match (ir.cells.get(idx as usize), closure) {
                        (Some(cell), Some(closure)) => {
                            self.load_one(closure, here, Label::Captured(cell.name), place)
                        }
                        _ => Value::new(),
                    }
                }
                Kind::Lazy { base, label } => {
                    let base = map[base.0 as usize].clone();
                    let place = shown;
                    match label {
                        Label::Attr(name) => self.load_attr(&base, name, place),
                        Label::Key(key) => {
                            let key = map[key.0 as usize].clone();
                            let found = self.load_key(&base, &key, place);
                            self.or_missing(found, &base, Some(&key), place)
                        }
                        Label::Elem => {
                            let mut taken = self.taken_keys(summary, object, &map);
                            if let Role::Rest(before, _) = object.role {
                                for at in 0..before {
                                    let key = Kind::Const(Const::Int(at.into()));
                                    taken.push(self.heap.singleton(key));
                                }
                            }
                            let elements = self.each(&base, |this, obj| {
                                let here = this.heap.here();
                                this.elements_but(obj, here, &taken, place)
                            });
                            let elements = match object.role {
                                Role::Rest(before, _) => self
                                    .display_rest(&base, before as usize, before as usize)
                                    .unwrap_or(elements),
                                _ => self.or_missing(elements, &base, None, place),
                            };
                            match object.role {
                                Role::Popped { first } => {
                                    let ends = self.each(&base, |this, obj| {
                                        this.end_of(obj, first).map_or_else(Value::new, |it| it.1)
                                    });
                                    self.heap
                                        .pick(if ends.is_empty() { elements } else { ends })
                                }
                                Role::Picked | Role::Rest(_, None) => self.heap.pick(elements),
                                Role::Turn(in_loop) | Role::Rest(_, Some(in_loop)) => {
                                    let fresh = turns.get(self, in_loop);
                                    self.take_turns(elements, fresh, usize::MAX)
                                }
                                Role::Every => {
                                    every.push((map.len() as u32, elements.clone()));
                                    self.heap.pick(elements)
                                }
                            }
                        }
                        Label::DictKey => self.each(&base, |this, obj| this.keys_of(obj, place)),
                        label => self.load(&base, label, place),
                    }
                }
                Kind::AttributeDict(of) => {
                    let of = map[of.0 as usize].clone();
                    let mut res = Value::new();
                    for (obj, guard) in of {
                        res.push((self.heap.singleton(Kind::AttributeDict(obj)), guard));
                    }
                    res
                }
                kind if object.place == NOWHERE => {
                    let obj = self.heap.singleton(kind);
                    self.heap.value(obj)
                }
                kind => {
                    let obj = self.heap.alloc(kind, shown);
                    self.heap.objects[obj.0 as usize].tys = object.tys.clone();
                    self.heap.value(obj)
                }
            };
            if object.filled {
                self.heap.fill(&value);
            }
            map.push(value);
        }
        (map, every)
    }

    /// The guards of a summary in terms of the caller's choices; [`None`] where the caller knows
    /// that it is otherwise.
    fn map_guards(
        &mut self,
        summary: &Summary,
        map: &[Value],
        turns: &mut Loops,
        exhausting: bool,
    ) -> Vec<Option<Guard>> {
        enum Fate {
            Decided(u16),
            Impossible,
            Open(super::guard::Branch),
            /// Which element a round of this loop has in hand.
            Element(super::guard::Branch, u32),
        }
        let mut fates = Vec::with_capacity(summary.choices.len());
        for choice in &summary.choices {
            let fate = match choice {
                Choice::Flow(test) => match test.as_ref().and_then(|it| self.outcome(it, map)) {
                    Some(holds) => Fate::Decided(u16::from(!holds)),
                    None => {
                        let mapped = test.as_ref().and_then(|it| self.mapped_test(it, map));
                        let branch = self.heap.guards.choose(Choice::Flow(mapped));
                        if let (Some(test), None) = (test, mapped) {
                            for arm in 0..2 {
                                let literal = Literal { branch, arm };
                                self.imply_each(literal.into(), test, arm == 0, map);
                            }
                        }
                        Fate::Open(branch)
                    }
                },
                Choice::Stop if exhausting => {
                    Fate::Open(self.heap.guards.choose(Choice::Loop(None)))
                }
                Choice::Stop => Fate::Open(self.heap.guards.choose(Choice::Stop)),
                Choice::Loop(test) => match test.as_ref().and_then(|it| self.outcome(it, map)) {
                    Some(holds) => Fate::Decided(u16::from(!holds)),
                    None => {
                        let test = test.as_ref().and_then(|it| self.mapped_test(it, map));
                        Fate::Open(self.heap.guards.choose(Choice::Loop(test)))
                    }
                },
                Choice::Element { in_loop } => {
                    let in_loop = turns.get(self, *in_loop);
                    let branch = self.heap.guards.choose(Choice::Element { in_loop });
                    Fate::Element(branch, in_loop)
                }
                Choice::Pick => Fate::Open(self.heap.guards.choose(Choice::Pick)),
                Choice::Class { of, candidates } => {
                    match self.class_outcome(&map[of.0 as usize], candidates) {
                        Some(Some(arm)) => Fate::Decided(arm),
                        Some(None) => Fate::Impossible,
                        None => Fate::Open(self.heap.guards.choose(Choice::Flow(None))),
                    }
                }
            };
            fates.push(fate);
        }
        let mut excluded: SmallVec<[(Arms, u32); 2]> = SmallVec::new();
        for it in &summary.implied {
            if self.outcome(&it.test, map) == Some(!it.holds) {
                excluded.push((it.arms, it.of));
            } else if summary.guards[it.of as usize].is_empty()
                && let Fate::Open(branch) = fates[it.arms.branch.0 as usize]
            {
                let arms = Arms { branch, ..it.arms };
                self.imply_each(arms, &it.test, it.holds, map);
            }
        }
        summary
            .guards
            .iter()
            .map(|literals| {
                let mut res = Guard::TRUE;
                let says = |it: &Literal| literals.contains(it);
                if excluded.iter().any(|(arms, of)| {
                    literals.iter().any(|it| arms.contains(*it))
                        && summary.guards[*of as usize].iter().all(says)
                }) {
                    return None;
                }
                for literal in literals {
                    match &fates[literal.branch.0 as usize] {
                        Fate::Decided(arm) if *arm == literal.arm => {}
                        Fate::Decided(_) | Fate::Impossible => return None,
                        Fate::Element(branch, in_loop) => {
                            let element = self.element_in_hand(literal.arm, *in_loop, map);
                            if let Some(arm) = element {
                                let literal = self.heap.guards.literal(*branch, arm.into());
                                res = self.heap.guards.and(res, literal)?;
                            }
                        }
                        Fate::Open(branch) => {
                            let literal = self.heap.guards.literal(*branch, literal.arm.into());
                            res = self.heap.guards.and(res, literal)?;
                        }
                    }
                }
                Some(res)
            })
            .collect()
    }

    /// The number of the caller's object that a round of a loop has in hand. None where what the
    /// object stands for says so itself.
    fn element_in_hand(&self, arm: u16, in_loop: u32, map: &[Value]) -> Option<u16> {
        let Some(value) = map.get(usize::from(arm)) else {
            return Some(arm);
        };
        match value.as_slice() {
            [(obj, guard)] if !self.heap.guards.has_turn(*guard, in_loop) => Some(obj.0 as u16),
            _ => None,
        }
    }

    /// Whether a test holds for the caller's objects.
    fn outcome(&mut self, test: &Test, map: &[Value]) -> Option<bool> {
        let held = |of: Obj| map[of.0 as usize].as_slice();
        match *test {
            Test::IsNone(of) => self.agree(held(of), Self::noneness),
            Test::Truthy(of) => self.agree(held(of), Self::truthiness),
            Test::IsInstance(of, class) => {
                self.agree(held(of), |this, it| this.instance_of(it, class))
            }
            Test::IsOutside(of, is_value) => {
                self.agree(held(of), |this, it| this.outside_instance(it, is_value))
            }
            Test::IsMade(of, made) => self.agree(held(of), |this, it| this.is_made(it, made)),
            Test::HasAttr(of, name) => {
                self.agree(held(of), |this, it| this.has_attribute(it, name))
            }
            Test::Same(a, b) => {
                let (a, b) = (map[a.0 as usize].clone(), map[b.0 as usize].clone());
                match (a.as_slice(), b.as_slice()) {
                    ([(a, _)], [(b, _)]) => self.sameness(*a, *b),
                    _ => None,
                }
            }
            Test::Equal(a, b) => {
                let (a, b) = (&map[a.0 as usize], &map[b.0 as usize]);
                let ([(a, _)], [(b, _)]) = (a.as_slice(), b.as_slice()) else {
                    return None;
                };
                self.constants_equal(*a, *b)
            }
        }
    }

    /// The arm for the class of the caller's object: [`None`] if that is not known, or no arm at
    /// all if it is another class than those that were considered.
    fn class_outcome(&self, value: &Value, candidates: &[Ty]) -> Option<Option<u16>> {
        let [(obj, _)] = value.as_slice() else {
            return None;
        };
        let tys = self.tys(*obj);
        let [ty] = tys.as_slice() else { return None };
        if let Some(arm) = candidates.iter().position(|it| it == ty) {
            return Some(Some(arm as u16));
        }
        if let Ty::Instance(class) = *ty {
            let base = candidates.iter().position(|it| match *it {
                Ty::Instance(base) => self.env.program.is_subclass(class, base),
                _ => false,
            });
            return Some(base.map(|it| it as u16));
        }
        Some(None)
    }

    fn replay_cut(
        &mut self,
        summary: &Summary,
        cut: &super::summary::SummaryCut,
        map: &[Value],
        guards: &[Option<Guard>],
    ) {
        let Some(guard) = guards[cut.guard as usize] else {
            return;
        };
        let here = self.heap.here();
        for (obj, of) in map[cut.obj.0 as usize].clone() {
            let under = self
                .heap
                .guards
                .and(here, of)
                .and_then(|it| self.heap.guards.and(it, guard));
            let Some(under) = under else { continue };
            if self.is_spared(obj, &cut.cut_for) {
                continue;
            }
            if self.clears_here(summary, cut, map) {
                self.observe_clearing(obj, cut.label);
            }
            match cut.label {
                Label::Elem => self.cut_elements(obj, under),
                Label::Attributes => self.cut_attributes(obj, under),
                Label::Key(key) => {
                    let key = map[key.0 as usize].clone();
                    let label = self.key_label(obj, &key).unwrap_or(Label::Elem);
                    if let Some(cell) = self.heap.find_cell(obj, label) {
                        self.heap.cut(cell, under);
                    } else if self.is_open(obj) || label == Label::Elem {
                        let cell = self.heap.cell(obj, label);
                        self.heap.cut(cell, under);
                    } else if !overwrites(summary, cut) {
                        // As for `del container[key]`: any element may be the one.
                        self.cut_elements(obj, under);
                    }
                }
                label => {
                    let cell = self.heap.cell(obj, label);
                    self.heap.cut(cell, under);
                }
            }
        }
    }

    /// Whether the caller knows an object to be of a class for which nothing is cut.
    fn is_spared(&self, obj: Obj, cut_for: &CutFor) -> bool {
        let CutFor::Classes(classes) = cut_for else {
            return false;
        };
        let object = self.heap.object(obj);
        let [Ty::Instance(own)] = object.tys.as_slice() else {
            return false;
        };
        let is_one =
            |it: &Ty| matches!(*it, Ty::Instance(of) if self.env.program.is_subclass(*own, of));
        object.kind == Kind::Instance && !classes.iter().any(is_one)
    }

    /// Whether it is this call that clears a reference: it passes `None` for what is stored.
    fn clears_here(
        &self,
        summary: &Summary,
        cut: &super::summary::SummaryCut,
        map: &[Value],
    ) -> bool {
        let mut stored = summary
            .edges
            .iter()
            .filter(|it| it.src == cut.obj && it.label == cut.label)
            .flat_map(|it| {
                let passed = matches!(summary.objects[it.dst.0 as usize].kind, Kind::Param(_));
                map[it.dst.0 as usize].iter().map(move |it| (it.0, passed))
            })
            .peekable();
        stored.peek().is_some()
            && stored.all(|(it, passed)| passed && self.heap.as_constant(it) == Some(Const::None))
    }

    fn replay_edge(
        &mut self,
        edge: &super::summary::SummaryEdge,
        summary: &Summary,
        map: &[Value],
        every: &Every,
        guards: &[Option<Guard>],
        shown_at: Option<Place>,
    ) {
        let place = self.shown(edge.place, shown_at);
        let Some(guard) = guards[edge.guard as usize] else {
            return;
        };
        let mut kills: SmallVec<[Guard; 1]> = SmallVec::new();
        for &kill in &edge.kills {
            match guards[kill as usize] {
                Some(Guard::TRUE) => return,
                Some(kill) => kills.push(kill),
                None => {}
            }
        }
        let here = self.heap.here();
        let order = self.heap.tick();
        let untyped = summary.objects[edge.src.0 as usize].tys.is_empty();
        for (src, src_guard) in map[edge.src.0 as usize].clone() {
            if self.heap.as_constant(src).is_some() {
                continue;
            }
            let under = self.heap.guards.and(here, guard);
            let Some(under) = under.and_then(|it| self.heap.guards.and(it, src_guard)) else {
                continue;
            };
            if let Label::Attr(name) = edge.label
                && untyped
                && !self.heap.object(src).tys.is_empty()
            {
                // What was a plain attribute for the callee may be a property here.
                self.heap.go(under);
                let of = self.heap.value(src);
                self.store_attr(&of, name, &map[edge.dst.0 as usize].clone(), place);
                self.heap.go(here);
                continue;
            }
            let label = match edge.label {
                Label::Key(key) => {
                    let key = map[key.0 as usize].clone();
                    self.key_label(src, &key).unwrap_or(Label::Elem)
                }
                label => label,
            };
            let holds = match label {
                Label::Elem | Label::Key(_) => self.strengths(src).1,
                Label::DictKey => self.strengths(src).0,
                _ => true,
            };
            let all = every.iter().find(|it| it.0 == edge.dst.0);
            let stored = match (edge.label, all) {
                (Label::Elem, Some((_, all))) => all,
                _ => &map[edge.dst.0 as usize],
            };
            for &(dst, dst_guard) in stored {
                if let Some(guard) = self.heap.guards.and(under, dst_guard) {
                    self.heap.add_edge(Edge {
                        src,
                        label,
                        dst,
                        guard,
                        kills: kills.clone(),
                        strong: edge.strong && holds,
                        read: false,
                        place,
                        order,
                    });
                }
            }
        }
    }
}

/// Whether a reference is cut because another one takes its place.
fn overwrites(summary: &Summary, cut: &super::summary::SummaryCut) -> bool {
    let mut edges = summary.edges.iter();
    edges.any(|it| it.src == cut.obj && it.label == cut.label)
}

/// All elements of a container of the caller's, by the object of the summary that stands for one.
type Every = SmallVec<[(u32, Value); 1]>;

/// The caller's numbers for the loops of a summary.
#[derive(Default)]
struct Loops(SmallVec<[(u32, u32); 2]>);

impl Loops {
    fn get(&mut self, exec: &mut Exec<'_>, in_summary: u32) -> u32 {
        if let Some(known) = self.0.iter().find(|it| it.0 == in_summary) {
            return known.1;
        }
        let fresh = exec.next_loop();
        self.0.push((in_summary, fresh));
        fresh
    }
}
