//! Executes a function abstractly: its instructions, its branches, its loops.
//!
//! Every function is executed once, with symbolic objects for what it gets from outside. Loops run
//! twice, so that what a round leaves for the next one is seen; both arms of a branch are executed
//! one after the other in one heap (see [`super::guard`]).

use std::cell::RefCell;

use ruff_text_size::TextRange;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::call::Args;
use super::exceptions::Raised;
use super::facts::{Facts, Observed, SlotKey};
use super::frames::Trace;
use super::guard::{Branch, Guard};
use super::object::{Kind, Label, Obj, Ty, Value};
use super::reads::Reading;
use super::store::{Heap, join};
use super::summary::{Summaries, SummaryKey};
use super::suspended::Step;
use super::variants::Variants;
use crate::program::model::{ClassId, FileId, FuncId, Place, Program};
use crate::syntax::Name;
use crate::syntax::ir::{self, BlockId, Const, Inst, Op, Var};
use crate::syntax::name::known;

/// What all executions of a round share.
pub(crate) struct Env<'a> {
    pub(crate) program: &'a Program,
    pub(crate) facts: &'a Facts,
    pub(crate) summaries: &'a Summaries,
    pub(crate) variants: &'a Variants,
    /// Facts and summaries are read as they were before this moment.
    pub(crate) now: u32,
}

/// One execution: a function and what is executed in its place.
pub(crate) struct Exec<'a> {
    pub(crate) env: &'a Env<'a>,
    pub(crate) heap: Heap,
    pub(crate) frames: Vec<Frame<'a>>,
    /// What this execution tells the others.
    pub(crate) observed: Vec<(SlotKey, Observed)>,
    /// Slots whose types would have told more.
    pub(crate) questions: Vec<SlotKey>,
    /// Functions whose summaries were used, or missed.
    pub(crate) used: Vec<SummaryKey>,
    /// Objects handed to code that is not followed.
    pub(crate) escaped: FxHashSet<Obj>,
    /// Functions executed in place that were not seen through to their end.
    pub(crate) unfinished: FxHashSet<FuncId>,
    /// Objects of unknown type on which a method is called (or which are called): what that does
    /// depends on their type. Without a name, something else depends on it.
    pub(crate) undecided: FxHashSet<(Obj, Name)>,
    /// What the bounds cut.
    pub(crate) cut: u32,
    pub(crate) inlined: u32,
    /// Calls under way, and calls made so far.
    pub(crate) calls: u32,
    pub(crate) all_calls: u32,
    /// Instructions of the functions executed in place so far, and of the function itself.
    pub(crate) steps: u32,
    own_steps: u32,
    /// Whether a `finally` is executed, and how much of that was done beyond the bounds.
    leaving: bool,
    left: u32,
    pub(super) loops: u32,
    pub(super) loop_depth: u32,
    /// Generators of which one more element was asked for, and whether they may have ended.
    pub(crate) advanced: Vec<(Obj, Step)>,
    /// Elements taken out of containers of which not everything is known.
    pub(crate) removed: Vec<(Obj, Obj, Guard)>,
    /// Containers that a loop takes elements out of, and when it last did.
    pub(super) drains: Vec<(Obj, u32)>,
    /// The function that was executed last loops for ever.
    pub(crate) endless: bool,
    /// How often a loop or function was left early so far.
    pub(super) exits: u32,
    /// How many nested functions were handed to their decorators.
    pub(super) decorated: u32,
    /// Containers of which not everything is known that lost their first (or last) element.
    pub(crate) popped: Vec<(Obj, bool, Guard)>,
    /// Functions that were called before they had been executed.
    pub(crate) missing: Vec<SummaryKey>,
    pub(super) nesting: u32,
    /// Exceptions that were raised and not caught yet.
    pub(super) raised: Vec<Raised>,
    /// An exception that the program raises leaves the function.
    pub(crate) raises: bool,
    /// What the local variables hold while the function, a generator, waits.
    pub(crate) held: Vec<(Name, Ty, Place)>,
    /// Functions executed in place for the exceptions that they raise.
    pub(super) inlined_raising: u32,
    /// The source of the instruction being executed.
    pub(super) now: TextRange,
    /// What it reads of the rest of the program, if anybody wants to know.
    pub(super) reading: Option<RefCell<Reading>>,
    /// List displays, and how many elements they have.
    pub(super) displays: FxHashMap<Obj, usize>,
    /// The mappings of the caller's that dicts made here have been filled from.
    pub(super) copied: FxHashMap<Obj, SmallVec<[Obj; 1]>>,
    /// A variable gets the result of the method being called: it is none of those of containers
    /// that give back nothing.
    pub(super) names_result: bool,
    /// The function called next is a `__next__` that is called until it raises.
    pub(super) exhausting: bool,
}

/// A function being executed.
pub(crate) struct Frame<'a> {
    pub(crate) func: FuncId,
    pub(crate) file: FileId,
    pub(crate) ir: &'a ir::Function,
    pub(super) vars: Vec<Slot>,
    pub(crate) cells: Vec<Value>,
    pub(crate) returns: Value,
    pub(crate) yields: Value,
    /// How many enclosing `try`s of this function have handlers.
    pub(super) catching: u32,
    /// The handlers of the `try`s being executed, the innermost last.
    pub(super) tries: SmallVec<[&'a [ir::Handler]; 2]>,
    pub(super) var_cuts: Vec<Var>,
    /// Classes whose bodies were entered.
    pub(crate) classes: SmallVec<[ClassId; 1]>,
    /// The project's call, if this is a library's function.
    called_at: Option<Place>,
    /// The exceptions it caught, and its frame as an object.
    pub(crate) trace: Trace,
    /// A `__next__` that is called until it raises.
    pub(super) exhausting: bool,
}

/// A variable: what it holds, and which of that was overwritten under which choices.
#[derive(Clone, Default)]
pub(crate) struct Slot {
    pub(super) value: Value,
    pub(super) kills: SmallVec<[(u8, Guard); 1]>,
    /// The attribute that the variable was read from.
    origin: Option<(Var, Label)>,
    answers: Answers,
}

/// The branches on which a variable was tested since it was bound.
#[derive(Clone, Copy, Default)]
pub(crate) struct Answers {
    pub(super) truth: Option<Branch>,
    pub(super) noneness: Option<Branch>,
}

/// How a block ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Flow {
    Next,
    Return,
    Raise,
    Break,
    Continue,
}

/// Blocks nested deeper than this are left out.
const MAX_NESTING: u32 = 60;
/// Instructions executed of one function, and as many of those executed in place for it.
const MAX_STEPS: u32 = 12_000;
/// Blocks and instructions of `finally` that are executed where nothing else is any more.
const MAX_LEFT: u32 = 200;

impl<'a> Exec<'a> {
    /// An execution that has not begun.
    pub(crate) fn new(env: &'a Env<'a>, mut heap: Heap) -> Self {
        heap.clear();
        Self {
            env,
            heap,
            frames: Vec::new(),
            observed: Vec::new(),
            questions: Vec::new(),
            used: Vec::new(),
            escaped: FxHashSet::default(),
            unfinished: FxHashSet::default(),
            undecided: FxHashSet::default(),
            cut: 0,
            inlined: 0,
            calls: 0,
            all_calls: 0,
            steps: 0,
            own_steps: 0,
            leaving: false,
            left: 0,
            loops: 0,
            loop_depth: 0,
            advanced: Vec::new(),
            removed: Vec::new(),
            missing: Vec::new(),
            popped: Vec::new(),
            drains: Vec::new(),
            endless: false,
            exits: 0,
            decorated: 0,
            nesting: 0,
            raised: Vec::new(),
            raises: false,
            held: Vec::new(),
            inlined_raising: 0,
            now: TextRange::default(),
            reading: None,
            displays: FxHashMap::default(),
            copied: FxHashMap::default(),
            names_result: false,
            exhausting: false,
        }
    }

    /// Executes `func` on `args` (a value per parameter) in the current heap. `called_at` is as
    /// in [`Exec::shown_at`].
    pub(crate) fn run(
        &mut self,
        func: FuncId,
        args: Vec<Value>,
        cells: Vec<Value>,
        called_at: Option<Place>,
    ) -> (Value, Value) {
        let ir = self.function(func);
        let mut vars = vec![Slot::default(); ir.var_count as usize];
        for (slot, value) in vars.iter_mut().zip(args) {
            slot.value = value;
        }
        let file = self.env.program.file_of(func);
        let path = self.heap.here();
        let raised_before = self.raised.len();
        self.frames.push(Frame {
            func,
            file,
            ir,
            vars,
            cells,
            returns: Value::new(),
            yields: Value::new(),
            catching: 0,
            tries: SmallVec::new(),
            var_cuts: Vec::new(),
            classes: SmallVec::new(),
            called_at,
            trace: Trace::default(),
            exhausting: std::mem::take(&mut self.exhausting),
        });
        self.endless = false;
        let (now, exits) = (self.now, self.exits);
        if !ir.blocks.is_empty() {
            self.block(BlockId(0));
        }
        self.now = now;
        self.exits = exits;
        self.heap.go(path);
        self.leave_frame(raised_before);
        if self.frames.len() == 1 {
            self.drop_locals();
        }
        match self.frames.pop() {
            Some(frame) => (frame.returns, frame.yields),
            None => (Value::new(), Value::new()),
        }
    }

    /// The function being executed.
    pub(crate) fn frame(&self) -> &Frame<'a> {
        &self.frames[self.frames.len() - 1]
    }

    pub(crate) fn frame_mut(&mut self) -> &mut Frame<'a> {
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    /// Whether the function being executed is a `__next__`.
    pub(super) fn is_iterator(&self) -> bool {
        matches!(self.frame().ir.name, known::NEXT | known::ANEXT)
    }

    /// A place in the function being executed.
    pub(crate) fn place(&self, inst: &Inst) -> Place {
        self.place_of(inst.range)
    }

    /// A place in the function that is executed, as findings show it.
    pub(crate) fn place_of(&self, range: TextRange) -> Place {
        let frame = self.frame();
        frame.called_at.unwrap_or(Place {
            file: frame.file,
            range,
        })
    }

    /// Where what `func` does shows: what a library does for the project shows at the project's
    /// call. [`None`]: where its code stands.
    pub(crate) fn shown_at(&self, func: FuncId, call: Place) -> Option<Place> {
        let program = self.env.program;
        let outside = program.is_library(program.file_of(func)) && !program.is_library(call.file);
        outside.then_some(call)
    }

    /// What a variable holds on the current path.
    pub(crate) fn get(&mut self, var: Var) -> Value {
        let here = self.heap.here();
        let last = self.frames.len() - 1;
        let slot = &self.frames[last].vars[var.0 as usize];
        let guards = &mut self.heap.guards;
        if slot.kills.is_empty() && here == Guard::TRUE {
            return slot.value.clone();
        }
        let mut res = Value::new();
        for (idx, &(obj, guard)) in (0u8..).zip(&slot.value) {
            let Some(both) = guards.and(here, guard) else {
                continue;
            };
            let killed = slot
                .kills
                .iter()
                .any(|&(of, kill)| of == idx && guards.implies(both, kill));
            if !killed {
                res.push((obj, guard));
            }
        }
        res
    }

    /// Binds a variable on the current path.
    pub(crate) fn set(&mut self, var: Var, value: Value) {
        let here = self.heap.here();
        let under = self.heap.guards.flow(here);
        if self.frame().trace.recording && (var.0 as usize) < self.frame().ir.vars.len() {
            self.note_bound(var, &value);
        }
        let frame = self.frame_mut();
        let slot = &mut frame.vars[var.0 as usize];
        slot.origin = None;
        slot.answers = Answers::default();
        if under == Guard::TRUE || slot.value.is_empty() {
            slot.kills.clear();
            slot.value = value;
        } else {
            if slot.kills.len() > MAX_VAR_KILLS {
                slot.value.clear();
                slot.kills.clear();
            }
            for idx in 0..slot.value.len().min(u8::MAX.into()) {
                slot.kills.push((idx as u8, under));
            }
            frame.var_cuts.push(var);
            // A number has to be told from what the variable holds on other paths.
            let opaque = value
                .is_empty()
                .then(|| (self.heap.singleton(Kind::Const(Const::Opaque)), here));
            let slot = &mut self.frame_mut().vars[var.0 as usize];
            slot.value.extend(value.into_iter().chain(opaque));
        }
        if under != Guard::TRUE {
            // What the variable holds now, it holds only on this path.
            let Self { frames, heap, .. } = self;
            let last = frames.len() - 1;
            let slot = &mut frames[last].vars[var.0 as usize];
            let dead = slot.kills.iter().map(|it| it.0 + 1).max().unwrap_or(0);
            for (_, guard) in slot.value.iter_mut().skip(dead.into()) {
                *guard = heap.guards.and(*guard, here).unwrap_or(*guard);
            }
        }
    }

    /// What is known to be left of what a variable holds, on the current path: that is no new
    /// binding.
    pub(super) fn narrow_to(&mut self, var: Var, value: Value) {
        let opaque = self.heap.singleton(Kind::Const(Const::Opaque));
        let slot = &mut self.frame_mut().vars[var.0 as usize];
        if slot.value.is_empty() {
            // The number that it is on other paths.
            slot.value.push((opaque, Guard::TRUE));
        }
        let (origin, answers) = (slot.origin, slot.answers);
        self.set(var, value);
        let slot = &mut self.frame_mut().vars[var.0 as usize];
        (slot.origin, slot.answers) = (origin, answers);
    }

    /// The branches on which a variable was tested since it was bound.
    pub(super) fn answers(&mut self, var: Var) -> &mut Answers {
        &mut self.frame_mut().vars[var.0 as usize].answers
    }

    /// Remembers that a variable was read from an attribute, for tests of it.
    pub(crate) fn set_origin(&mut self, var: Var, base: Var, label: Label) {
        self.frame_mut().vars[var.0 as usize].origin = Some((base, label));
    }

    /// The attribute that a variable was read from.
    pub(crate) fn origin(&self, var: Var) -> Option<(Var, Label)> {
        self.frame().vars[var.0 as usize].origin
    }

    /// Whether so much was done already that the rest is left out. What a `finally` does is seen
    /// all the same: it is there that things are taken apart again.
    fn is_exhausted(&mut self) -> bool {
        let is_full = self.heap.is_full() || self.steps > MAX_STEPS;
        let may_leave = self.leaving && self.left < MAX_LEFT;
        self.left += u32::from(is_full && may_leave);
        is_full && !may_leave
    }

    /// Executes the block of a `finally`.
    pub(super) fn leave(&mut self, finally: BlockId) -> Flow {
        let before = std::mem::replace(&mut self.leaving, true);
        let flow = self.block(finally);
        self.leaving = before;
        flow
    }

    /// Executes a block of the current function.
    pub(crate) fn block(&mut self, block: BlockId) -> Flow {
        // What the function itself does is seen through to the end: it may break what stands.
        let is_own = self.frames.len() == 1;
        if self.nesting >= MAX_NESTING || !is_own && self.is_exhausted() {
            self.cut_off();
            return Flow::Next;
        }
        self.nesting += 1;
        let insts: &'a [Inst] = &self.frame().ir.blocks[block.0 as usize];
        let mut flow = Flow::Next;
        for inst in insts {
            let steps = if is_own {
                &mut self.own_steps
            } else {
                &mut self.steps
            };
            *steps += 1;
            if *steps > MAX_STEPS && (is_own || self.is_exhausted()) {
                self.cut_off();
                break;
            }
            flow = self.inst(inst);
            if flow != Flow::Next {
                break;
            }
        }
        self.nesting -= 1;
        flow
    }

    /// A bound keeps the rest of a block from being executed.
    fn cut_off(&mut self) {
        self.cut += 1;
        if self.frames.len() > 1 {
            let func = self.frame().func;
            self.unfinished.insert(func);
        }
    }

    fn inst(&mut self, inst: &'a Inst) -> Flow {
        self.now = inst.range;
        match &inst.op {
            Op::Branch { arms, otherwise } => return self.branch(arms, *otherwise),
            Op::While {
                test,
                cond,
                body,
                orelse,
            } => {
                return self.while_loop(*test, cond, *body, *orelse);
            }
            Op::For {
                item,
                iter,
                body,
                orelse,
                is_async,
            } => {
                let iter = self.get(*iter);
                let place = self.place(inst);
                return self.for_loop(*item, &iter, *body, *orelse, *is_async, place);
            }
            Op::Try {
                body,
                handlers,
                orelse,
                finally,
            } => {
                return self.try_block(*body, handlers, *orelse, *finally);
            }
            Op::With {
                manager,
                entered,
                body,
                is_async,
            } => {
                let manager = self.get(*manager);
                let place = self.place(inst);
                return self.with_block(&manager, *entered, *body, *is_async, place);
            }
            Op::Break => {
                self.exits += 1;
                return Flow::Break;
            }
            Op::Continue => return Flow::Continue,
            Op::Return { src } => {
                self.exits += 1;
                if let Some(src) = src {
                    let mut value = self.get(*src);
                    let here = self.heap.here();
                    // A number (or the outcome of a comparison) has to be told from the constants
                    // that other paths give back.
                    if value.is_empty() {
                        let opaque = self.heap.singleton(Kind::Const(Const::Opaque));
                        value = self.heap.value(opaque);
                    }
                    let value = self.under(value, here);
                    join(&mut self.frame_mut().returns, &value);
                }
                return Flow::Return;
            }
            // The end of an iteration is no failure.
            Op::Raise { .. } if self.is_iterator() && self.frame().catching == 0 => {
                return Flow::Return;
            }
            Op::Raise { exc, cause } => {
                let place = self.place(inst);
                self.raise(*exc, *cause, place);
                return Flow::Raise;
            }
            _ => self.simple(inst),
        }
        Flow::Next
    }

    /// A value as it is seen under a guard.
    pub(crate) fn under(&mut self, mut value: Value, guard: Guard) -> Value {
        value.retain(|(_, own)| match self.heap.guards.and(*own, guard) {
            Some(both) => {
                *own = both;
                true
            }
            None => false,
        });
        value
    }

    /// The value of a constant on the current path.
    pub(crate) fn constant(&mut self, value: Const) -> Value {
        self.heap.constant(value)
    }

    /// Executes `f` for each object of a value, on the part of the path on which it is meant, and
    /// joins what that gives.
    pub(crate) fn each(
        &mut self,
        value: &Value,
        mut f: impl FnMut(&mut Self, Obj) -> Value,
    ) -> Value {
        let saved = self.heap.here();
        let mut res = Value::new();
        for &(obj, guard) in value {
            let Some(path) = self.heap.guards.and(saved, guard) else {
                continue;
            };
            self.heap.go(path);
            let part = f(self, obj);
            let part = self.under(part, guard);
            join(&mut res, &part);
        }
        self.heap.go(saved);
        res
    }

    /// Executes `f` in one of several arms that exclude each other.
    pub(crate) fn in_arm(
        &mut self,
        branch: Branch,
        arm: usize,
        f: impl FnOnce(&mut Self) -> Value,
    ) -> Value {
        let saved = self.heap.here();
        let literal = self.heap.guards.literal(branch, arm);
        let Some(path) = self.heap.guards.and(saved, literal) else {
            return Value::new();
        };
        self.heap.go(path);
        let res = f(self);
        self.heap.go(saved);
        self.under(res, literal)
    }

    /// The arguments of a call.
    pub(crate) fn args(&mut self, args: &[ir::Arg]) -> Args {
        let mut res = Args::default();
        for arg in args {
            match *arg {
                ir::Arg::Positional(var) if res.stars.is_empty() => {
                    let value = self.get(var);
                    res.positional.push(value);
                }
                ir::Arg::Positional(var) | ir::Arg::Star(var) => {
                    let value = self.get(var);
                    res.stars.push((value, matches!(arg, ir::Arg::Star(_))));
                }
                ir::Arg::Keyword(name, var) => {
                    let value = self.get(var);
                    res.keywords.push((name, value));
                }
                ir::Arg::DoubleStar(var) => {
                    let value = self.get(var);
                    res.double_stars.push(value);
                }
            }
        }
        res
    }
}

/// Conditions under which a variable is rebound that are told apart.
const MAX_VAR_KILLS: usize = 40;
