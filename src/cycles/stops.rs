//! What ends the function that a thread runs.

use rustc_hash::FxHashSet;

use crate::program::model::{ClassId, FuncId, Member, Program};
use crate::syntax::Name;
use crate::syntax::ir::{BlockId, Cond, Function, Op, Var};
use crate::syntax::name::known;

/// What ends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// It comes to an end by itself, as far as can be told.
    ByItself,
    /// Nothing.
    Never,
    /// It looks at attributes, which these functions set.
    By(Vec<FuncId>),
}

/// What ends the first of these functions that is known.
pub(super) fn stop(program: &Program, class: ClassId, callbacks: &[FuncId]) -> Stop {
    let Some(&func) = callbacks.last() else {
        return Stop::ByItself;
    };
    let ir = program.function(func);
    let mut loops = Vec::new();
    main_loops(ir, BlockId(0), &mut loops);
    if loops.is_empty() {
        return Stop::ByItself;
    }
    let endless = loops.iter().any(|it| **it == Cond::Always(true));
    let leaves = ir
        .blocks
        .iter()
        .flatten()
        .any(|it| matches!(it.op, Op::Break | Op::Return { .. }));
    if endless && !leaves {
        return Stop::Never;
    }
    let looked_at = attributes_read(ir);
    if looked_at.is_empty() {
        return Stop::ByItself;
    }
    let methods = program
        .class_info(class)
        .mro
        .iter()
        .flat_map(|&it| program.class_info(it).members.values())
        .filter_map(|it| match *it {
            Member::Method(func, _) => Some(func),
            _ => None,
        });
    let mut res: Vec<FuncId> = methods
        .filter(|&it| it != func && sets(program.function(it), &looked_at))
        .collect();
    res.sort();
    Stop::By(res)
}

/// The conditions of the `while` loops that are in no other loop: one in a `for` waits for
/// something, and goes on.
fn main_loops<'a>(ir: &'a Function, block: BlockId, res: &mut Vec<&'a Cond>) {
    let insts = ir.blocks.get(block.0 as usize);
    for inst in insts.into_iter().flatten() {
        match &inst.op {
            Op::While { cond, .. } => res.push(cond),
            Op::Branch { arms, otherwise } => {
                for arm in arms {
                    main_loops(ir, arm.body, res);
                }
                main_loops(ir, *otherwise, res);
            }
            Op::Try { body, finally, .. } => {
                main_loops(ir, *body, res);
                main_loops(ir, *finally, res);
            }
            Op::With { body, .. } => main_loops(ir, *body, res),
            _ => {}
        }
    }
}

/// The attributes of `self` that a function reads.
fn attributes_read(ir: &Function) -> FxHashSet<Name> {
    let insts = ir.blocks.iter().flatten();
    insts
        .filter_map(|it| match it.op {
            Op::LoadAttr {
                base: Var(0), name, ..
            } => Some(name),
            _ => None,
        })
        .collect()
}

/// Whether a function sets one of the attributes of `self`, or an event, a queue in one of them.
fn sets(ir: &Function, attributes: &FxHashSet<Name>) -> bool {
    if matches!(ir.name, known::INIT | known::NEW) || ir.name.as_str() == "start" {
        return false;
    }
    let mut held: FxHashSet<Var> = FxHashSet::default();
    for inst in ir.blocks.iter().flatten() {
        match inst.op {
            Op::StoreAttr {
                base: Var(0), name, ..
            } if attributes.contains(&name) => return true,
            Op::LoadAttr {
                dst,
                base: Var(0),
                name,
            } if attributes.contains(&name) => {
                held.insert(dst);
            }
            Op::CallMethod { recv, .. } if held.contains(&recv) => return true,
            _ => {}
        }
    }
    false
}
