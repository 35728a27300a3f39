//! Control flow: branches, loops, `try` and `with`.

use smallvec::{SmallVec, smallvec};

use super::cond::Asked;
use super::exec::{Exec, Flow};
use super::guard::{Arms, Choice, Guard, Literal, Test};
use super::object::{Kind, Label, Obj, Role, Value};
use crate::program::model::{Container, Place};
use crate::syntax::ir::{Arm, BlockId, Cond, Const, Handler, Op, Var};

/// Arms of one branch that are told apart.
const MAX_ARMS: usize = 60;
/// Elements of a display that a loop takes one by one.
const MAX_UNROLLED: usize = 4;

impl<'a> Exec<'a> {
    pub(super) fn branch(&mut self, arms: &'a [Arm], otherwise: BlockId) -> Flow {
        let saved = self.heap.here();
        let mut decided = SmallVec::<[(Option<&'a Arm>, BlockId); 2]>::new();
        let mut test_done = false;
        // The first test is evaluated by whoever comes by; it may also decide.
        for (idx, arm) in arms.iter().enumerate() {
            if idx == 0 {
                self.block(arm.test);
                test_done = true;
            }
            match if idx == 0 {
                self.decide(&arm.cond)
            } else {
                self.constant_cond(&arm.cond)
            } {
                Some(false) => {}
                Some(true) => {
                    decided.push((None, arm.body));
                    break;
                }
                None => decided.push((Some(arm), arm.body)),
            }
        }
        let exhaustive = decided.last().is_some_and(|(arm, _)| arm.is_none());
        if !exhaustive {
            decided.push((None, otherwise));
        }
        if let [(None, body)] = decided.as_slice() {
            return self.block(*body);
        }
        let first = if test_done { arms.first() } else { None };
        self.arms(&decided, first, saved)
    }

    /// Executes arms that exclude each other, each in the same heap.
    pub(super) fn arms(
        &mut self,
        arms: &[(Option<&'a Arm>, BlockId)],
        tested: Option<&'a Arm>,
        saved: Guard,
    ) -> Flow {
        let asked = if arms.iter().any(|it| self.ends_iteration(it.1)) {
            let stop = self.stop();
            Asked::new(self.heap.guards.choose(stop))
        } else if let [(Some(arm), _), _] = arms {
            self.choose_arm(&arm.cond)
        } else {
            Asked::new(self.heap.guards.choose(Choice::Flow(None)))
        };
        let (branch, says_all) = (asked.branch, asked.says_all);
        let is_noted = arms.iter().all(|it| self.is_noting(it.1));
        let cuts = self.heap.cuts.len();
        let var_cuts = self.frame().var_cuts.len();
        let mut open = SmallVec::<[(Guard, usize); 4]>::new();
        let mut last_flow = Flow::Next;
        let mut silent_exits = true;
        // How many tests have been said not to hold in the arms below them.
        let mut denied = 0;
        for (idx, (arm, body)) in arms.iter().enumerate().take(MAX_ARMS) {
            let taken = asked.arm(idx);
            let Some(path) = self.heap.guards.extend(saved, branch, taken) else {
                continue;
            };
            self.heap.go(path);
            let literal = Literal {
                branch,
                arm: u16::try_from(taken).unwrap_or(u16::MAX),
            };
            let below = match arms.len() {
                0..=2 => literal.into(),
                _ => Arms::below(literal),
            };
            let before = self.footprint();
            for (at, (earlier, _)) in arms.iter().enumerate().take(idx) {
                if let Some(earlier) = earlier {
                    if !says_all && at >= denied {
                        self.imply(below, &earlier.cond, false);
                    }
                    if !is_noted {
                        self.assume(&earlier.cond, false);
                    }
                }
            }
            denied = idx;
            if let Some(arm) = arm {
                if tested.is_none_or(|it| !std::ptr::eq(it, *arm)) {
                    self.block(arm.test);
                }
                if !says_all {
                    self.imply(literal.into(), &arm.cond, true);
                }
                if !is_noted {
                    self.assume(&arm.cond, true);
                }
            }
            let flow = self.block(*body);
            if flow == Flow::Next {
                open.push((path, idx));
            } else {
                silent_exits &= before == self.footprint();
                last_flow = flow;
                if flow == Flow::Raise && !self.is_catching() {
                    self.heap.guards.mark_raising(branch, taken);
                }
            }
        }
        self.heap.go(saved);
        let guards: SmallVec<[Guard; 4]> = open.iter().map(|it| it.0).collect();
        self.heap.join_cuts(cuts, &guards, saved);
        self.join_var_cuts(var_cuts, &guards, saved);
        match open.as_slice() {
            [] => last_flow,
            [(path, _)] if arms.len() > 1 && !silent_exits => {
                self.heap.go(*path);
                Flow::Next
            }
            _ => Flow::Next,
        }
    }

    /// Whether a block only notes how a test came out. What the test tells, later ones of what was
    /// noted tell again.
    fn is_noting(&self, block: BlockId) -> bool {
        let insts = &self.frame().ir.blocks[block.0 as usize];
        matches!(&**insts, [it] if matches!(it.op, Op::Const { .. }))
    }

    /// Whether a block of a `__next__` raises at its end.
    fn ends_iteration(&self, block: BlockId) -> bool {
        let last = || self.frame().ir.blocks[block.0 as usize].last();
        self.is_iterator() && last().is_some_and(|it| matches!(it.op, Op::Raise { .. }))
    }

    /// The choice whether an iterator is at its end. Somebody who iterates comes to it.
    fn stop(&self) -> Choice {
        if self.frame().exhausting {
            Choice::Loop(None)
        } else {
            Choice::Stop
        }
    }

    /// What tells whether an arm did anything that somebody could see.
    pub(super) fn footprint(&self) -> (usize, usize, usize) {
        let frame = self.frame();
        let returned = frame.returns.len() + frame.yields.len();
        (self.heap.edges.len(), self.heap.cuts.len(), returned)
    }

    pub(super) fn is_catching(&self) -> bool {
        self.frames.iter().any(|it| it.catching > 0)
    }

    pub(super) fn join_var_cuts(&mut self, since: usize, arms: &[Guard], path: Guard) {
        if arms.is_empty() {
            return;
        }
        let Self { frames, heap, .. } = self;
        let path = heap.guards.flow(path);
        let arms: SmallVec<[Guard; 4]> = arms.iter().map(|&it| heap.guards.flow(it)).collect();
        let last = frames.len() - 1;
        let frame = &mut frames[last];
        for &var in &frame.var_cuts[since.min(frame.var_cuts.len())..] {
            let slot = &mut frame.vars[var.0 as usize];
            for idx in 0..slot.value.len().min(u8::MAX.into()) as u8 {
                let in_arm = |arm: &Guard| {
                    let cuts =
                        |&(of, kill): &(u8, Guard)| of == idx && heap.guards.implies(*arm, kill);
                    slot.kills.iter().any(cuts)
                };
                if arms.iter().all(in_arm) && !slot.kills.contains(&(idx, path)) {
                    slot.kills.push((idx, path));
                }
            }
        }
    }

    pub(super) fn rounds(&self) -> u32 {
        if self.loop_depth <= 2 { 2 } else { 1 }
    }

    pub(super) fn while_loop(
        &mut self,
        test: BlockId,
        cond: &'a Cond,
        body: BlockId,
        orelse: BlockId,
    ) -> Flow {
        let saved = self.heap.here();
        self.loop_depth += 1;
        let (drains, exits) = (self.drains.len(), self.exits);
        let mut left = None;
        for _ in 0..self.rounds() {
            self.block(test);
            if self.decide(cond) == Some(false) {
                break;
            }
            self.assume(cond, true);
            let flow = self.block(body);
            self.heap.go(saved);
            if !matches!(flow, Flow::Next | Flow::Continue) {
                left = Some(flow);
                break;
            }
        }
        self.loop_depth -= 1;
        self.heap.go(saved);
        self.drain(drains);
        if matches!(cond, Cond::Always(true)) && exits == self.exits {
            self.endless = true;
            return Flow::Return;
        }
        match left {
            Some(Flow::Return | Flow::Raise) if matches!(cond, Cond::Always(true)) => Flow::Return,
            Some(Flow::Break) => Flow::Next,
            _ => {
                self.block(test);
                self.assume(cond, false);
                self.block(orelse)
            }
        }
    }

    pub(super) fn for_loop(
        &mut self,
        item: Var,
        iter: &Value,
        body: BlockId,
        orelse: BlockId,
        is_async: bool,
        place: Place,
    ) -> Flow {
        let saved = self.heap.here();
        if self.is_surely_empty(iter) {
            return self.block(orelse);
        }
        let test = match iter.as_slice() {
            [(only, _)] => Some(Test::Truthy(*only)),
            _ => None,
        };
        let runs = self.heap.guards.choose(Choice::Loop(test));
        let inside = self.heap.guards.extend(saved, runs, 0).unwrap_or(saved);
        self.heap.go(inside);
        self.loop_depth += 1;
        self.loops += 1;
        let this = self.loops;
        let drains = self.drains.len();
        let exits = self.exits;
        let mut broke = false;
        let displayed = self.displayed(iter);
        let rounds = displayed
            .as_ref()
            .map_or(self.rounds(), |it| it.len() as u32);
        for round in 0..rounds {
            let elements = match &displayed {
                Some(elements) => elements[round as usize].clone(),
                None => {
                    let known = self.heap.objects.len();
                    let elements = self.iterate(iter, is_async, place);
                    self.take_turns(elements, this, known)
                }
            };
            self.set(item, elements);
            let flow = self.block(body);
            self.heap.go(inside);
            if !matches!(flow, Flow::Next | Flow::Continue) {
                broke = flow == Flow::Break;
                break;
            }
        }
        self.loop_depth -= 1;
        self.heap.go(saved);
        self.drain(drains);
        if exits == self.exits {
            self.exhaust(iter);
        }
        if broke {
            Flow::Next
        } else {
            self.block(orelse)
        }
    }

    /// The elements that the rounds of a loop over a display (`for a, b in ((x, y), (y, x))`) have
    /// in hand, if it is still as it was made and is a short one.
    fn displayed(&mut self, iter: &Value) -> Option<Vec<Value>> {
        let [(display, guard)] = *iter.as_slice() else {
            return None;
        };
        if self.loop_depth > 2 {
            return None;
        }
        let elements = match self.heap.kind(display) {
            Kind::Container(Container::List) => {
                let elements = self.display_elements(display, guard)?;
                elements.into_iter().map(|it| smallvec![it]).collect()
            }
            Kind::Container(Container::Tuple) => self.tuple_elements(display, guard)?,
            _ => return None,
        };
        (2..=MAX_UNROLLED)
            .contains(&elements.len())
            .then_some(elements)
    }

    /// The elements of a tuple of which all positions are known.
    fn tuple_elements(&mut self, tuple: Obj, guard: Guard) -> Option<Vec<Value>> {
        let mut res = Vec::new();
        for cell in self.heap.cells_of(tuple) {
            let Label::Key(key) = self.heap.cells[cell as usize].label else {
                return None;
            };
            if self.heap.as_constant(key) != Some(Const::Int(res.len() as i64)) {
                return None;
            }
            res.push(self.heap.content(cell, guard));
        }
        Some(res)
    }

    /// As [`super::store::Heap::take_turns`]. Whoever replays a summary has to know which elements
    /// came up in turn.
    pub(super) fn take_turns(&mut self, elements: Value, in_loop: u32, known: usize) -> Value {
        self.note_turns(&elements, in_loop);
        self.heap.take_turns(elements, in_loop, known)
    }

    /// Notes that these elements come up in turn.
    pub(super) fn note_turns(&mut self, elements: &Value, in_loop: u32) {
        for &(obj, _) in elements {
            let object = &mut self.heap.objects[obj.0 as usize];
            let Kind::Lazy {
                label: Label::Elem, ..
            } = object.kind
            else {
                continue;
            };
            object.role = match object.role {
                Role::Picked => Role::Turn(in_loop),
                Role::Rest(before, None) => Role::Rest(before, Some(in_loop)),
                role => role,
            };
        }
    }

    /// Notes that an element is taken out of a container here.
    pub(crate) fn note_drain(&mut self, obj: Obj) {
        if self.loop_depth > 0 {
            let now = self.heap.tick();
            self.drains.push((obj, now));
        }
    }

    /// A loop has ended that took elements out of containers: it is taken to have taken out all
    /// that were put in before it last did.
    pub(super) fn drain(&mut self, since: usize) {
        let here = self.heap.here();
        for (obj, until) in self.drains.split_off(since) {
            for cell in self.heap.cells_of(obj) {
                if !matches!(
                    self.heap.cells[cell as usize].label,
                    Label::Elem | Label::Key(_)
                ) {
                    continue;
                }
                for idx in 0..self.heap.cells[cell as usize].edges.len() {
                    let edge = self.heap.cells[cell as usize].edges[idx];
                    if self.heap.edges[edge as usize].order <= until {
                        self.heap.cut_edge(edge, here);
                    }
                }
            }
            if self.is_open(obj) {
                let elements = self.heap.cell(obj, Label::Elem);
                self.heap.cut_initial(elements, here);
            }
        }
    }

    /// Whether there is nothing to iterate over: new containers into which nothing was ever put.
    pub(super) fn is_surely_empty(&self, iter: &Value) -> bool {
        !iter.is_empty() && iter.iter().all(|&(obj, _)| self.heap.is_surely_empty(obj))
    }

    /// Whether the execution is in the second round of a loop or deeper in one.
    pub(crate) fn is_in_loop(&self) -> bool {
        self.loop_depth > 0
    }

    pub(super) fn try_block(
        &mut self,
        body: BlockId,
        handlers: &'a [Handler],
        orelse: BlockId,
        finally: BlockId,
    ) -> Flow {
        let saved = self.heap.here();
        self.frame_mut().catching += u32::from(!handlers.is_empty());
        self.frame_mut().tries.push(handlers);
        let raised_before = self.raised.len();
        let mut flow = self.block(body);
        self.frame_mut().tries.pop();
        self.frame_mut().catching -= u32::from(!handlers.is_empty());
        let after_body = self.heap.here();
        if handlers.is_empty() {
            if flow == Flow::Next {
                flow = self.block(orelse);
            }
        } else {
            let raises = flow == Flow::Raise;
            let raised = self.raised.split_off(raised_before);
            let choice = if handlers.iter().any(|it| self.ends_iteration(it.body)) {
                self.stop()
            } else {
                Choice::Flow(None)
            };
            let branch = self.heap.guards.choose(choice);
            let cuts = self.heap.cuts.len();
            let var_cuts = self.frame().var_cuts.len();
            let mut open = SmallVec::<[Guard; 4]>::new();
            if !raises && let Some(path) = self.heap.guards.extend(after_body, branch, 0) {
                self.heap.go(path);
                if flow == Flow::Next {
                    flow = self.block(orelse);
                }
                if flow == Flow::Next {
                    open.push(path);
                }
            }
            for (idx, handler) in handlers.iter().enumerate().take(MAX_ARMS) {
                let Some(path) = self.heap.guards.extend(saved, branch, idx + 1) else {
                    continue;
                };
                self.heap.go(path);
                match self.handle(handler, &raised) {
                    Flow::Next => open.push(self.heap.here()),
                    Flow::Raise if !self.is_catching() => {
                        self.heap.guards.mark_raising(branch, idx + 1);
                    }
                    _ => {}
                }
            }
            self.raise_on(handlers, raised);
            self.heap.join_cuts(cuts, &open, saved);
            self.join_var_cuts(var_cuts, &open, saved);
            if !open.is_empty() {
                flow = Flow::Next;
            }
            self.heap.go(match open.as_slice() {
                [only] => *only,
                _ => saved,
            });
        }
        let after = self.heap.here();
        self.heap.go(saved);
        let end = self.leave(finally);
        self.heap.go(after);
        if end == Flow::Next { flow } else { end }
    }

    pub(super) fn with_block(
        &mut self,
        manager: &Value,
        entered: Var,
        body: BlockId,
        is_async: bool,
        place: Place,
    ) -> Flow {
        let saved = self.heap.here();
        let value = self.enter(manager, is_async, place);
        self.set(entered, value);
        self.frame_mut().catching += 1;
        let flow = self.block(body);
        self.frame_mut().catching -= 1;
        // However the body is left.
        let after = self.heap.here();
        self.heap.go(saved);
        self.exit(manager, is_async, place);
        self.heap.go(after);
        flow
    }

    /// A number for a loop of which a summary speaks.
    pub(crate) fn next_loop(&mut self) -> u32 {
        self.loops += 1;
        self.loops
    }
}
