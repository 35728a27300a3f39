//! A function's IR while it is being built.

use ruff_text_size::TextRange;
use rustc_hash::FxHashMap;

use crate::syntax::ir::{Block, BlockId, Cell, CellVar, Const, FunctionIdx, Inst, Op, Var};
use crate::syntax::name::Name;

/// The result of an expression: somewhere, or a constant that may never have to be anywhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Value {
    Var(Var),
    Const(Const),
}

impl Value {
    /// What arithmetic, comparisons and formatting yield.
    pub(super) const OPAQUE: Self = Self::Const(Const::Opaque);
}

/// The function that is being lowered.
#[derive(Debug)]
pub(super) struct FunctionBuilder {
    pub(super) idx: FunctionIdx,
    pub(super) vars: Vec<Name>,
    pub(super) cells: Vec<Cell>,
    next_var: u32,
    /// What has to happen before the body: captured parameters move to their cells, constants
    /// that are operands get their variables.
    prologue: Vec<Inst>,
    constants: FxHashMap<Const, Var>,
    /// Finished blocks; the first is reserved for the body.
    blocks: Vec<Block>,
    /// The instructions of the blocks that are still open, outer ones first.
    open: Vec<Inst>,
    empty: Option<BlockId>,
}

impl FunctionBuilder {
    pub(super) fn new(idx: FunctionIdx, vars: Vec<Name>) -> Self {
        Self {
            idx,
            next_var: count(&vars),
            vars,
            cells: Vec::new(),
            prologue: Vec::new(),
            constants: FxHashMap::default(),
            blocks: vec![Block::default()],
            open: Vec::new(),
            empty: None,
        }
    }

    /// A new temporary.
    pub(super) fn temp(&mut self) -> Var {
        let var = Var(self.next_var);
        self.next_var += 1;
        var
    }

    /// A new cell.
    pub(super) fn cell(&mut self, cell: Cell) -> CellVar {
        let var = CellVar(count(&self.cells));
        self.cells.push(cell);
        var
    }

    pub(super) fn emit(&mut self, op: Op, range: TextRange) {
        self.open.push(Inst { op, range });
    }

    /// Adds an instruction to the function's beginning.
    pub(super) fn emit_first(&mut self, op: Op, range: TextRange) {
        self.prologue.push(Inst { op, range });
    }

    /// A variable that holds the value.
    pub(super) fn var(&mut self, value: Value) -> Var {
        match value {
            Value::Var(var) => var,
            Value::Const(value) => {
                if let Some(&var) = self.constants.get(&value) {
                    return var;
                }
                let dst = self.temp();
                self.constants.insert(value, dst);
                self.emit_first(Op::Const { dst, value }, TextRange::default());
                dst
            }
        }
    }

    /// Begins a block; what is emitted from now on belongs to it.
    pub(super) fn begin(&self) -> BlockStart {
        BlockStart(self.open.len())
    }

    /// Ends the block begun last.
    pub(super) fn end(&mut self, start: BlockStart) -> BlockId {
        if self.open.len() == start.0 {
            return self.empty();
        }
        let block = self.open.drain(start.0..).collect();
        self.blocks.push(block);
        BlockId(count(&self.blocks) - 1)
    }

    /// The block that does nothing.
    pub(super) fn empty(&mut self) -> BlockId {
        if let Some(empty) = self.empty {
            return empty;
        }
        self.blocks.push(Block::default());
        let empty = BlockId(count(&self.blocks) - 1);
        self.empty = Some(empty);
        empty
    }

    /// The blocks of the function and the number of its variables.
    pub(super) fn finish(mut self) -> (Vec<Name>, u32, Vec<Cell>, Vec<Block>) {
        self.prologue.append(&mut self.open);
        if let Some(body) = self.blocks.first_mut() {
            *body = self.prologue.into_boxed_slice();
        }
        self.blocks.shrink_to_fit();
        self.cells.shrink_to_fit();
        (self.vars, self.next_var, self.cells, self.blocks)
    }
}

/// Where an open block begins.
#[must_use]
pub(super) struct BlockStart(usize);

/// A length as an index type; files are smaller than 4 GiB.
fn count<T>(items: &[T]) -> u32 {
    items.len() as u32
}
