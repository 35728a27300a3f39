//! Walks over the instructions of a function.

use crate::syntax::ir::{BlockId, Function, Inst, Op};

/// Calls `visit` for each instruction of `function` in source order (nested blocks after the
/// instruction that they belong to), and whether it is conditional: in an arm of a branch, or
/// somewhere in a `try`.
pub(super) fn walk<'a>(function: &'a Function, mut visit: impl FnMut(&'a Inst, bool)) {
    let mut stack = Vec::new();
    let push = |stack: &mut Vec<_>, block: BlockId, conditional: bool| {
        if let Some(block) = function
            .blocks
            .get(block.0 as usize)
            .filter(|it| !it.is_empty())
        {
            stack.push((block.iter(), conditional));
        }
    };
    push(&mut stack, BlockId(0), false);
    while let Some((rest, conditional)) = stack.last_mut() {
        let conditional = *conditional;
        let Some(inst) = rest.next() else {
            stack.pop();
            continue;
        };
        visit(inst, conditional);
        let from = stack.len();
        nested_blocks(&inst.op, |block, in_arm| {
            push(&mut stack, block, conditional || in_arm);
        });
        // The last one pushed is walked first.
        if let Some(nested) = stack.get_mut(from..) {
            nested.reverse();
        }
    }
}

/// The blocks of an instruction in source order, and whether each of them may not be executed.
fn nested_blocks(op: &Op, mut push: impl FnMut(BlockId, bool)) {
    match op {
        Op::Branch { arms, otherwise } => {
            for arm in arms {
                push(arm.test, false);
                push(arm.body, true);
            }
            push(*otherwise, true);
        }
        Op::While {
            test, body, orelse, ..
        } => {
            push(*test, false);
            push(*body, false);
            push(*orelse, false);
        }
        Op::For { body, orelse, .. } => {
            push(*body, false);
            push(*orelse, false);
        }
        Op::Try {
            body,
            handlers,
            orelse,
            finally,
        } => {
            push(*body, true);
            for handler in handlers {
                push(handler.body, true);
            }
            push(*orelse, true);
            push(*finally, false);
        }
        Op::With { body, .. } => push(*body, false),
        _ => {}
    }
}
