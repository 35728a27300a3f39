//! Tracebacks and frames, as objects.
//!
//! An exception that a handler caught holds its traceback, the traceback the frames from the
//! handler's function down to the function that raised, and a frame that somebody holds keeps all
//! local variables as they were when its function ended (`take_ownership` in CPython's
//! `Python/frame.c`). The name of `except E as name` is unbound at the end of the handler, so only
//! an exception that outlives it makes a ring.
//!
//! Most exceptions do not, so these objects are made late: the traceback when somebody reads it,
//! or when the function ends and something else than the handler's own name still holds the
//! exception.

use ruff_text_size::TextRange;
use smallvec::SmallVec;

use super::exec::{Exec, Frame};
use super::guard::Guard;
use super::object::{Kind, Label, Obj, Value};
use super::store::Edge;
use crate::program::model::{Container, Place};
use crate::syntax::Name;
use crate::syntax::ir::{FunctionKind, Op, Var};
use crate::syntax::name::known;

/// An exception in a handler of a function that is being executed.
pub(crate) struct Caught {
    exception: Obj,
    /// When the handler runs for it.
    guard: Guard,
    /// When it began to, in the order of execution.
    order: u32,
    /// The handler's header.
    place: Place,
    /// The frames below the handler's own, if they are known.
    below: SmallVec<[Obj; 2]>,
    /// The traceback, once somebody asked for it.
    traceback: Option<Obj>,
}

/// A local variable that was bound after an exception had been caught, or a frame been asked for.
pub(super) struct Bound {
    var: Var,
    objects: SmallVec<[Obj; 2]>,
    range: TextRange,
    order: u32,
}

/// What a function's execution knows of exceptions and of its own frame.
#[derive(Default)]
pub(crate) struct Trace {
    /// The frame as an object, once somebody holds it.
    object: Option<Obj>,
    caught: Vec<Caught>,
    /// The exceptions of the handlers that are being executed, the innermost last.
    pub(super) handling: Vec<(Obj, Guard)>,
    /// Whether bindings of variables are written down.
    pub(super) recording: bool,
    bound: Vec<Bound>,
}

/// Exceptions of one function that are told apart.
pub(super) const MAX_CAUGHT: usize = 12;
/// Frames below a handler's that are told apart.
const MAX_BELOW: usize = 4;

impl Exec<'_> {
    /// An exception has been caught by a handler that begins to run.
    pub(super) fn note_caught(
        &mut self,
        exception: Obj,
        guard: Guard,
        place: Place,
        below: SmallVec<[Obj; 2]>,
    ) {
        let order = self.heap.tick();
        let trace = &mut self.frame_mut().trace;
        trace.recording = true;
        if trace.caught.len() < MAX_CAUGHT {
            trace.caught.push(Caught {
                exception,
                guard,
                order,
                place,
                below,
                traceback: None,
            });
        }
    }

    /// `sys._getframe()`, `inspect.currentframe()`: the frame of the function being executed.
    pub(super) fn current_frame(&mut self) -> Value {
        let last = self.frames.len() - 1;
        self.frame_mut().trace.recording = true;
        match self.frame_object(last) {
            Some(frame) => self.heap.value(frame),
            None => Value::new(),
        }
    }

    /// `inspect.stack()`: a list that has the current frame among others.
    pub(super) fn stack(&mut self, place: Place) -> Value {
        let frame = self.current_frame();
        let stack = self.new_container(Container::List, place);
        self.heap.fill(&stack);
        // Not among the elements: whoever takes one mostly wants a caller's.
        let label = Label::Attr(Name::new("frame"));
        self.heap.store(&stack, label, &frame, place, true);
        stack
    }

    /// `sys.exc_info()[:2]` is without the traceback. Other slices may be, too.
    pub(super) fn drop_tracebacks(&mut self, slice: &Value) {
        let here = self.heap.here();
        for &(obj, _) in slice {
            for cell in self.heap.cells_of(obj) {
                let edges = self.heap.cells[cell as usize].edges.clone();
                for edge in edges {
                    let held = self.heap.edges[edge as usize].dst;
                    if self.heap.kind(held) == Kind::Traceback {
                        self.heap.cut_edge(edge, here);
                    }
                }
            }
        }
    }

    /// `traceback.clear_frames(tb)` clears the frames of functions that have ended; that of a
    /// function still running it leaves alone (`frame.clear()` raises RuntimeError).
    pub(super) fn clear_frames(&mut self, traceback: &Value) {
        let here = self.heap.here();
        let mut todo: Vec<Obj> = traceback.iter().map(|it| it.0).collect();
        while let Some(obj) = todo.pop() {
            let frame_label = Label::Attr(Name::new("tb_frame"));
            let cell = self.heap.cell(obj, frame_label);
            let frames = self.heap.content(cell, here);
            let running = |it: Obj| self.frames.iter().any(|f| f.trace.object == Some(it));
            if !frames.iter().any(|it| running(it.0)) {
                self.heap.cut(cell, here);
            }
            if let Some(next) = self.heap.find_cell(obj, Label::Attr(Name::new("tb_next"))) {
                let next = self.heap.content(next, here);
                todo.extend(next.iter().map(|it| it.0));
            }
        }
    }

    /// The frame of a function being executed, as an object. That of a module's body holds what
    /// the module holds, for good.
    fn frame_object(&mut self, idx: usize) -> Option<Obj> {
        let Self { frames, heap, .. } = self;
        let frame = frames.get_mut(idx)?;
        if frame.ir.kind == FunctionKind::Module {
            return None;
        }
        let place = Place {
            file: frame.file,
            range: frame.ir.name_range,
        };
        let kind = Kind::Frame(frame.func);
        let object = &mut frame.trace.object;
        Some(*object.get_or_insert_with(|| heap.alloc(kind, place)))
    }

    /// Makes the tracebacks that an exception got in handlers of functions being executed.
    pub(crate) fn make_tracebacks(&mut self, exception: Obj) {
        for frame in 0..self.frames.len() {
            for idx in 0..self.frames[frame].trace.caught.len() {
                let caught = &self.frames[frame].trace.caught[idx];
                if caught.exception == exception && caught.traceback.is_none() {
                    self.make_traceback(frame, idx);
                }
            }
        }
    }

    fn make_traceback(&mut self, frame: usize, idx: usize) {
        let own = self.frame_object(frame);
        let caught = &self.frames[frame].trace.caught[idx];
        let (exception, place) = (caught.exception, caught.place);
        let (guard, order) = (caught.guard, caught.order);
        let mut held: SmallVec<[Obj; 2]> = own.into_iter().collect();
        held.extend(caught.below.iter().copied());
        let first = self.heap.alloc(Kind::Traceback, place);
        self.frames[frame].trace.caught[idx].traceback = Some(first);
        let cell = self.heap.cell(exception, Label::Attr(known::TRACEBACK));
        let kills = self.heap.cells[cell as usize].initial_kills.clone();
        let add = |this: &mut Self, src, label, dst, kills| {
            this.heap.add_edge(Edge {
                src,
                label,
                dst,
                guard,
                kills,
                strong: true,
                read: false,
                place,
                order,
            });
        };
        add(self, exception, Label::Attr(known::TRACEBACK), first, kills);
        let mut at = first;
        for (idx, frame) in held.into_iter().enumerate() {
            if idx > 0 {
                let next = self.heap.alloc(Kind::Traceback, place);
                add(
                    self,
                    at,
                    Label::Attr(Name::new("tb_next")),
                    next,
                    SmallVec::new(),
                );
                at = next;
            }
            add(
                self,
                at,
                Label::Attr(Name::new("tb_frame")),
                frame,
                SmallVec::new(),
            );
        }
    }

    /// Writes down where a local variable is bound, for the frame that will hold it.
    pub(super) fn note_bound(&mut self, var: Var, value: &Value) {
        if value.is_empty() {
            return;
        }
        let objects = value.iter().map(|it| it.0).collect();
        let (range, order) = (self.now, self.heap.tick());
        self.frame_mut().trace.bound.push(Bound {
            var,
            objects,
            range,
            order,
        });
    }

    /// The function ends: the exceptions that somebody still holds get their tracebacks, and the
    /// frame, if somebody holds that, the local variables. Those that were raised since it began
    /// hold its frame.
    pub(super) fn leave_frame(&mut self, raised_before: usize) {
        let last = self.frames.len() - 1;
        if self.raised.len() > raised_before
            && let Some(object) = self.frame_object(last)
        {
            for raised in &mut self.raised[raised_before..] {
                raised.frames.insert(0, object);
                raised.frames.truncate(MAX_BELOW);
            }
        }
        for idx in 0..self.frames[last].trace.caught.len() {
            let caught = &self.frames[last].trace.caught[idx];
            if caught.traceback.is_none() && self.is_held(caught.exception) {
                self.make_traceback(last, idx);
            }
        }
        if let Some(object) = self.frames[last].trace.object {
            self.keep_locals(object);
        }
    }

    /// Whether something holds an exception as its handler's function ends.
    fn is_held(&self, exception: Obj) -> bool {
        let frame = self.frame();
        let is_it = |it: &(Obj, Guard)| it.0 == exception;
        let locals = frame.vars.iter().take(frame.ir.vars.len());
        locals.flat_map(|it| &it.value).any(is_it)
            || frame.returns.iter().chain(&frame.yields).any(is_it)
            || self.heap.edges.iter().any(|it| it.dst == exception)
    }

    /// A frame holds its local variables and cells, each unless it was overwritten.
    fn keep_locals(&mut self, object: Obj) {
        let entry = self.heap.here();
        for edge in self.frame().locals(object) {
            // A long path forgets its oldest choices; those of the call hold all the same.
            let guard = self.heap.guards.and(edge.guard, entry);
            let is_constant = self.heap.as_constant(edge.dst).is_some();
            if let Some(guard) = guard.filter(|_| !is_constant) {
                self.heap.add_edge(Edge { guard, ..edge });
            }
        }
    }
}

impl Frame<'_> {
    /// What the variables and cells refer to, as references of the frame.
    fn locals(&self, frame: Obj) -> Vec<Edge> {
        let edge = |name, (dst, guard): (Obj, Guard), (place, order)| Edge {
            src: frame,
            label: Label::Local(name),
            dst,
            guard,
            kills: SmallVec::new(),
            strong: true,
            read: false,
            place,
            order,
        };
        let mut res = Vec::new();
        for ((var, &name), slot) in (0..).map(Var).zip(&self.ir.vars).zip(&self.vars) {
            for (idx, &held) in (0..=u8::MAX).zip(&slot.value) {
                let kills = slot.kills.iter().filter(|it| it.0 == idx).map(|it| it.1);
                res.push(Edge {
                    kills: kills.collect(),
                    ..edge(name, held, self.binding_of(var, held.0))
                });
            }
        }
        let place = Place {
            file: self.file,
            range: self.ir.name_range,
        };
        for (cell, value) in self.ir.cells.iter().zip(&self.cells) {
            res.extend(value.iter().map(|&held| edge(cell.name, held, (place, 0))));
        }
        res
    }

    /// Where a variable was bound to an object, and when: 0 if that was before anything was
    /// written down.
    fn binding_of(&self, var: Var, obj: Obj) -> (Place, u32) {
        let file = self.file;
        let mut noted = self.trace.bound.iter();
        if let Some(it) = noted.find(|it| it.var == var && it.objects.contains(&obj)) {
            return (
                Place {
                    file,
                    range: it.range,
                },
                it.order,
            );
        }
        let range = match self.ir.params.get(var.0 as usize) {
            Some(param) => param.range,
            None => self.first_binding(var).unwrap_or(self.ir.name_range),
        };
        (Place { file, range }, 0)
    }

    /// The first instruction that binds a variable.
    fn first_binding(&self, var: Var) -> Option<TextRange> {
        let binds = |op: &Op| match *op {
            Op::Move { dst, .. }
            | Op::Call { dst, .. }
            | Op::CallMethod { dst, .. }
            | Op::LoadAttr { dst, .. }
            | Op::Collection { dst, .. }
            | Op::Dict { dst, .. } => dst == var,
            Op::For { item, .. } => item == var,
            Op::With { entered, .. } => entered == var,
            _ => false,
        };
        let mut insts = self.ir.blocks.iter().flatten();
        insts.find(|it| binds(&it.op)).map(|it| it.range)
    }
}
