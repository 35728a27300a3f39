//! Executes one function on symbolic arguments, as a root of its own.

use std::cell::RefCell;
use std::sync::Arc;

use super::exec::{Env, Exec};
use super::facts::{Observed, Slot, SlotKey};
use super::object::{Kind, Label, NOWHERE, Ty, Value};
use super::store::Heap;
use super::summary::{Summarizer, Summary, SummaryKey};
use crate::program::model::{Container, FuncId, MethodKind, Place};
use crate::syntax::ir::{FunctionKind, ParamKind};

/// An execution that has reached the function's end.
pub(crate) struct Exit<'a> {
    /// The execution with its heap.
    pub(crate) exec: Exec<'a>,
    pub(crate) key: SummaryKey,
    pub(crate) returns: Value,
    pub(crate) yields: Value,
}

/// What an execution leaves behind.
pub(crate) struct Outcome {
    pub(crate) summary: Arc<Summary>,
    /// What it tells of the program's slots, sorted, with the place that shows it.
    pub(crate) observed: Vec<(SlotKey, Observed, Place)>,
    /// Slots of which it would like to know more.
    pub(crate) questions: Box<[SlotKey]>,
    /// Summaries that it used, or would have.
    pub(crate) used: Box<[SummaryKey]>,
    /// Functions that it called before they had been executed.
    pub(crate) missing: Box<[SummaryKey]>,
    /// What the bounds cut.
    pub(crate) cut: u32,
}

/// Executes a function; `note_reads` if somebody wants to know what it reads.
pub(crate) fn execute<'a>(
    env: &'a Env<'a>,
    key: SummaryKey,
    heap: Heap,
    note_reads: bool,
) -> Exit<'a> {
    let mut exec = Exec::new(env, heap);
    exec.reading = note_reads.then(RefCell::default);
    let args = parameters(&mut exec, key);
    let cells = root_cells(&mut exec, key.func);
    let (returns, yields) = exec.run(key.func, args, cells, None);
    Exit {
        exec,
        key,
        returns,
        yields,
    }
}

/// A symbolic object for each parameter.
fn parameters(exec: &mut Exec<'_>, key: SummaryKey) -> Vec<Value> {
    let program = exec.env.program;
    let ir = exec.function(key.func);
    let info = program.func_info(key.func);
    let file = program.file_of(key.func);
    let mut res = Vec::with_capacity(ir.params.len());
    for (idx, param) in (0..).zip(&ir.params) {
        let place = Place {
            file,
            range: param.range,
        };
        let obj = exec.heap.alloc(Kind::Param(idx), place);
        let slot = SlotKey::new(Slot::Param(key.func, idx));
        let class = key.receiver.or(info.class);
        let receiver = match (idx, info.method_kind, class) {
            (0, Some(MethodKind::Instance), Some(class)) => Some(Ty::Instance(class)),
            (0, Some(MethodKind::Class), Some(class)) => Some(Ty::ClassObject(class)),
            _ => None,
        };
        let known = exec.slot_tys(slot);
        let object = &mut exec.heap.objects[obj.0 as usize];
        match (receiver, param.kind) {
            (Some(ty), _) => object.tys.push(ty),
            (None, ParamKind::VarArgs) => object.tys.push(Ty::Container(Container::Tuple)),
            (None, ParamKind::KwArgs) => object.tys.push(Ty::Container(Container::Dict)),
            (None, _) => object.tys.extend(known.iter().copied()),
        }
        object.origin = Some(slot);
        res.push(exec.heap.value(obj));
    }
    res
}

/// New cells for the function's own captured variables, symbolic ones for those of enclosing
/// functions.
fn root_cells(exec: &mut Exec<'_>, func: FuncId) -> Vec<Value> {
    let ir = exec.function(func);
    let place = Place {
        file: exec.env.program.file_of(func),
        range: ir.name_range,
    };
    (0..)
        .zip(&ir.cells)
        .map(|(idx, cell)| {
            let kind = if cell.owner.is_some() {
                Kind::FreeCell(idx)
            } else {
                Kind::Cell
            };
            let obj = exec.heap.alloc(kind, place);
            exec.heap.value(obj)
        })
        .collect()
}

impl Exit<'_> {
    /// Sums the execution up. The heap comes back for the next one.
    pub(crate) fn finish(mut self) -> (Outcome, Heap) {
        let is_module = self.exec.function(self.key.func).kind == FunctionKind::Module;
        let mut observed = self.stored_slots();
        for (key, what) in self.exec.observed.drain(..) {
            observed.push((key, what, NOWHERE));
        }
        observed.sort_by_key(|it| (it.0, it.1, it.2.file, it.2.range.start()));
        observed.dedup_by_key(|it| (it.0, it.1));
        // Nobody calls a module's body.
        let summary = if is_module {
            Summary::default()
        } else {
            Summarizer::summarize(&mut self.exec, &self.returns, &self.yields)
        };
        let mut exec = self.exec;
        exec.questions.sort();
        exec.questions.dedup();
        exec.used.sort();
        exec.used.dedup();
        let outcome = Outcome {
            summary: Arc::new(summary),
            observed,
            questions: exec.questions.into_boxed_slice(),
            used: exec.used.into_boxed_slice(),
            missing: exec.missing.into_boxed_slice(),
            cut: exec.cut,
        };
        (outcome, exec.heap)
    }

    /// The slots that references stored in this execution are.
    fn stored_slots(&mut self) -> Vec<(SlotKey, Observed, Place)> {
        let program = self.exec.env.program;
        let class = program.func_info(self.key.func).class;
        let finalized = class.is_some_and(|it| program.class_info(it).finalizer.is_some());
        let exec = &mut self.exec;
        let mut res = Vec::new();
        let mut holders: Vec<(super::object::Obj, SlotKey)> = Vec::new();
        for idx in 0..exec.heap.edges.len() {
            let edge = exec.heap.edges[idx].clone();
            if edge.read || !matches!(edge.label, Label::Attr(_) | Label::Local(_)) {
                continue;
            }
            let Some(what) = exec.observation(edge.dst) else {
                continue;
            };
            // A finalizer is looked at closely: what its object was given is to be known.
            if finalized && exec.heap.object(edge.dst).tys.is_empty() {
                exec.ask(edge.dst);
            }
            // What an instance stores is looked up by its own class first.
            let Some(&key) = exec.slots_of(edge.src, edge.label).first() else {
                continue;
            };
            res.push((key, what, edge.place));
            if exec.container_of(edge.dst).is_some() {
                holders.push((edge.dst, key));
                // What a `defaultdict` will make, it holds.
                if let (Some(made), Some(key)) = (exec.default_made(edge.dst), key.elements()) {
                    res.push((key, Observed::Strong(made), edge.place));
                }
            }
        }
        holders.sort();
        holders.dedup();
        for idx in 0..exec.heap.edges.len() {
            let edge = exec.heap.edges[idx].clone();
            if edge.read || !matches!(edge.label, Label::Elem | Label::Key(_)) {
                continue;
            }
            let Some(what) = exec.observation(edge.dst) else {
                continue;
            };
            let what = match what {
                Observed::Strong(ty) if !edge.strong => Observed::Weak(ty),
                Observed::StrongUnknown if !edge.strong => continue,
                what => what,
            };
            for key in container_slots(exec, &holders, edge.src) {
                if let Some(key) = key.elements() {
                    res.push((key, what, edge.place));
                }
            }
            res.extend(
                exec.slots_of(edge.src, edge.label)
                    .first()
                    .map(|&key| (key, what, edge.place)),
            );
        }
        res
    }
}

/// The slots that hold a container.
fn container_slots(
    exec: &Exec<'_>,
    holders: &[(super::object::Obj, SlotKey)],
    container: super::object::Obj,
) -> Vec<SlotKey> {
    let from = holders.partition_point(|it| it.0 < container);
    let mut res: Vec<SlotKey> = holders[from..]
        .iter()
        .take_while(|it| it.0 == container)
        .map(|it| it.1)
        .collect();
    // A container within a container.
    if res.is_empty() && exec.heap.kind(container).is_fresh() {
        for edge in &exec.heap.edges {
            if edge.dst == container && matches!(edge.label, Label::Elem | Label::Key(_)) {
                let from = holders.partition_point(|it| it.0 < edge.src);
                let of = holders[from..].iter().take_while(|it| it.0 == edge.src);
                res.extend(of.filter_map(|it| it.1.elements()));
            }
        }
    }
    res
}
