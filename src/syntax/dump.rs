//! The IR as text, for tests and debugging.
//!
//! Python-like, one instruction a line. Temporaries are `%1`, cells `<x>`, names of the module
//! `@x`; constants stand where they are used.

use std::fmt::{self, Write};

use rustc_hash::FxHashMap;

use super::ir::{
    Arg, BlockId, CellVar, Class, Cond, Const, Display, FileIr, Function, FunctionKind, Inst,
    Member, MemberKind, Op, ParamKind, SuperCall, Var,
};

mod parts;

use parts::{
    Constant, Path, Type, class_name, comma, function_name, import_text, join, sign, slice,
};

/// The IR as text, for tests and debugging.
pub fn dump(ir: &FileIr) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_file(&mut out, ir);
    out
}

fn write_file(out: &mut String, ir: &FileIr) -> fmt::Result {
    for error in &ir.errors {
        writeln!(out, "error {:?}: {}", error.range, error.message)?;
    }
    if let Some(all) = &ir.dunder_all {
        writeln!(out, "__all__ = {all:?}")?;
    }
    if ir.skipped_deep > 0 {
        writeln!(out, "skipped: {}", ir.skipped_deep)?;
    }
    for class in &ir.classes {
        write_class(out, ir, class)?;
    }
    for function in &ir.functions {
        let constants = constants(function);
        let mut printer = Printer {
            out,
            ir,
            function,
            constants,
            indent: 1,
        };
        printer.header()?;
        printer.block(BlockId(0))?;
    }
    Ok(())
}

fn write_class(out: &mut String, ir: &FileIr, class: &Class) -> fmt::Result {
    write!(out, "class {}(", class.name)?;
    for (idx, base) in class.bases.iter().enumerate() {
        write!(out, "{}{}", comma(idx), Type(base))?;
    }
    for (name, value) in &class.keywords {
        write!(out, ", {name}={}", Type(value))?;
    }
    write!(out, ")")?;
    if let Some(slots) = &class.slots {
        write!(out, " slots {slots:?}")?;
    }
    writeln!(out, ":")?;
    for member in &class.members {
        write_member(out, ir, member)?;
    }
    Ok(())
}

fn write_member(out: &mut String, ir: &FileIr, member: &Member) -> fmt::Result {
    write!(out, "    {}", member.name)?;
    if let Some(annotation) = &member.annotation {
        write!(out, ": {}", Type(annotation))?;
    }
    match &member.kind {
        MemberKind::Function(idx) => write!(out, " = {}", function_name(ir, *idx))?,
        MemberKind::Class(idx) => write!(out, " = class {}", class_name(ir, *idx))?,
        MemberKind::Alias(name) => write!(out, " = {name}")?,
        MemberKind::Call {
            path,
            args,
            keywords,
            constants,
        } => write!(
            out,
            " = {}({args:?}, {keywords:?}, {constants:?})",
            Path(path)
        )?,
        MemberKind::Value { assigned: true, .. } => write!(out, " = ...")?,
        MemberKind::Value {
            assigned: false, ..
        } => {}
    }
    writeln!(out)
}

/// The variables that hold one constant throughout, printed as that constant.
fn constants(function: &Function) -> FxHashMap<Var, Const> {
    let body = function.blocks.first().into_iter().flatten();
    let first_temp = function.vars.len() as u32;
    body.filter_map(|inst| match inst.op {
        Op::Const { dst, value } if dst.0 >= first_temp && inst.range.is_empty() => {
            Some((dst, value))
        }
        _ => None,
    })
    .collect()
}

struct Printer<'p> {
    out: &'p mut String,
    ir: &'p FileIr,
    function: &'p Function,
    constants: FxHashMap<Var, Const>,
    indent: usize,
}

impl Printer<'_> {
    fn header(&mut self) -> fmt::Result {
        let function = self.function;
        for decorator in &function.decorators {
            writeln!(self.out, "@{}", Path(&decorator.path))?;
        }
        let is_async = if function.is_async { "async " } else { "" };
        let class = function.class.map(|it| class_name(self.ir, it));
        let class = class.map(|it| format!("{it}.")).unwrap_or_default();
        let kind = match function.kind {
            FunctionKind::Module => "module",
            FunctionKind::Def => "def",
            FunctionKind::Lambda => "lambda",
            FunctionKind::GeneratorExpression => "generator",
        };
        write!(self.out, "{is_async}{kind} {class}{}(", function.name)?;
        for (idx, param) in function.params.iter().enumerate() {
            let stars = match param.kind {
                ParamKind::PositionalOnly => "/",
                ParamKind::Normal => "",
                ParamKind::VarArgs => "*",
                ParamKind::KeywordOnly => "=",
                ParamKind::KwArgs => "**",
            };
            write!(self.out, "{}{stars}{}", comma(idx), param.name)?;
            if let Some(annotation) = &param.annotation {
                write!(self.out, ": {}", Type(annotation))?;
            }
            if param.has_default {
                write!(self.out, " = {}", Constant(param.const_default))?;
            }
        }
        write!(self.out, ")")?;
        if let Some(returns) = &function.returns {
            write!(self.out, " -> {}", Type(returns))?;
        }
        for cell in &function.cells {
            match cell.owner {
                None => write!(self.out, " <{}>", cell.name)?,
                Some(owner) => {
                    let owner = function_name(self.ir, owner);
                    write!(self.out, " <{} of {owner}>", cell.name)?;
                }
            }
        }
        if function.is_generator {
            write!(self.out, " generator")?;
        }
        if function.is_stub {
            write!(self.out, " stub")?;
        }
        writeln!(self.out, ":")
    }

    fn line(&mut self, text: &str) -> fmt::Result {
        writeln!(self.out, "{:indent$}{text}", "", indent = self.indent * 4)
    }

    fn block(&mut self, id: BlockId) -> fmt::Result {
        let function = self.function;
        let block = function.blocks.get(id.0 as usize).into_iter().flatten();
        for inst in block {
            self.inst(inst)?;
        }
        Ok(())
    }

    /// A block under a heading; nothing if it is empty.
    fn part(&mut self, heading: &str, id: BlockId) -> fmt::Result {
        let block = self.function.blocks.get(id.0 as usize);
        if block.is_none_or(|it| it.is_empty()) {
            return Ok(());
        }
        self.body(heading, id)
    }

    fn body(&mut self, heading: &str, id: BlockId) -> fmt::Result {
        self.line(&format!("{heading}:"))?;
        self.indent += 1;
        let result = self.block(id);
        self.indent -= 1;
        result
    }

    fn inst(&mut self, inst: &Inst) -> fmt::Result {
        match &inst.op {
            Op::Branch { arms, otherwise } => {
                for (idx, arm) in arms.iter().enumerate() {
                    self.part("test", arm.test)?;
                    let word = if idx == 0 { "if" } else { "elif" };
                    self.body(&format!("{word} {}", self.cond(&arm.cond)), arm.body)?;
                }
                self.part("else", *otherwise)
            }
            Op::While {
                test,
                cond,
                body,
                orelse,
            } => {
                self.part("test", *test)?;
                self.body(&format!("while {}", self.cond(cond)), *body)?;
                self.part("else", *orelse)
            }
            Op::For {
                item,
                iter,
                body,
                orelse,
                is_async,
            } => {
                let is_async = if *is_async { "async " } else { "" };
                let heading = format!("{is_async}for {} in {}", self.var(*item), self.var(*iter));
                self.body(&heading, *body)?;
                self.part("else", *orelse)
            }
            Op::Try {
                body,
                handlers,
                orelse,
                finally,
            } => {
                self.body("try", *body)?;
                for handler in handlers {
                    let heading = format!("except as {}", self.var(handler.exception));
                    self.body(&heading, handler.body)?;
                }
                self.part("else", *orelse)?;
                self.part("finally", *finally)
            }
            Op::With {
                manager,
                entered,
                body,
                is_async,
            } => {
                let is_async = if *is_async { "async " } else { "" };
                let (manager, entered) = (self.var(*manager), self.var(*entered));
                self.body(&format!("{is_async}with {manager} as {entered}"), *body)
            }
            Op::Const { dst, .. } if self.constants.contains_key(dst) => Ok(()),
            op => {
                let text = self.simple(op);
                self.line(&text)
            }
        }
    }

    fn simple(&self, op: &Op) -> String {
        let var = |it: &Var| self.var(*it);
        let maybe = |it: &Option<Var>| it.map(|it| self.var(it)).unwrap_or_default();
        match op {
            Op::Const { dst, value } => format!("{} = {}", var(dst), Constant(Some(*value))),
            Op::Move { dst, src } => format!("{} = {}", var(dst), var(src)),
            Op::Delete { var: it } => format!("del {}", var(it)),
            Op::LoadCell { dst, cell } => format!("{} = {}", var(dst), self.cell(*cell)),
            Op::StoreCell { cell, src } => format!("{} = {}", self.cell(*cell), var(src)),
            Op::DeleteCell { cell } => format!("del {}", self.cell(*cell)),
            Op::LoadGlobal { dst, name } => format!("{} = @{name}", var(dst)),
            Op::StoreGlobal { name, src } => format!("@{name} = {}", var(src)),
            Op::DeleteGlobal { name } => format!("del @{name}"),
            Op::LoadClassName { dst, class, name } => {
                format!("{} = {}::{name}", var(dst), class_name(self.ir, *class))
            }
            Op::StoreClassName { class, name, src } => {
                format!("{}::{name} = {}", class_name(self.ir, *class), var(src))
            }
            Op::LoadAttr { dst, base, name } => format!("{} = {}.{name}", var(dst), var(base)),
            Op::StoreAttr { base, name, src } => format!("{}.{name} = {}", var(base), var(src)),
            Op::DeleteAttr { base, name } => format!("del {}.{name}", var(base)),
            Op::LoadItem { dst, base, key } => {
                format!("{} = {}[{}]", var(dst), var(base), var(key))
            }
            Op::StoreItem { base, key, src } => {
                format!("{}[{}] = {}", var(base), var(key), var(src))
            }
            Op::DeleteItem { base, key } => format!("del {}[{}]", var(base), var(key)),
            Op::LoadSlice { dst, base, .. } => format!("{} = {}[_:_]", var(dst), var(base)),
            Op::StoreSlice { base, src, whole } => {
                format!("{}[{}] = {}", var(base), slice(*whole), var(src))
            }
            Op::DeleteSlice { base, whole } => format!("del {}[{}]", var(base), slice(*whole)),
            Op::Return { src } => format!("return {}", maybe(src)).trim_end().to_owned(),
            Op::Raise { exc, cause } => {
                let from = cause.map(|it| format!(" from {}", self.var(it)));
                let from = from.unwrap_or_default();
                format!("raise {}{from}", maybe(exc)).trim_end().to_owned()
            }
            Op::Yield { dst, src } => {
                let text = format!("{} = yield {}", var(dst), maybe(src));
                text.trim_end().to_owned()
            }
            Op::YieldFrom { dst, src } => format!("{} = yield from {}", var(dst), var(src)),
            Op::Await { dst, src } => format!("{} = await {}", var(dst), var(src)),
            Op::Break => "break".to_owned(),
            Op::Continue => "continue".to_owned(),
            op => self.compound(op),
        }
    }

    fn compound(&self, op: &Op) -> String {
        let var = |it: &Var| self.var(*it);
        match op {
            Op::Call { dst, callee, args } => {
                format!("{} = {}({})", var(dst), var(callee), self.args(args))
            }
            Op::CallMethod {
                dst,
                recv,
                name,
                args,
            } => format!("{} = {}.{name}({})", var(dst), var(recv), self.args(args)),
            Op::CallSuper { dst, name, call } => {
                let SuperCall { class, recv, args } = &**call;
                let of = format!("super({}, {})", class_name(self.ir, *class), var(recv));
                format!("{} = {of}.{name}({})", var(dst), self.args(args))
            }
            Op::LoadSuper {
                dst,
                class,
                recv,
                name,
            } => {
                let of = format!("super({}, {})", class_name(self.ir, *class), var(recv));
                format!("{} = {of}.{name}", var(dst))
            }
            Op::Collection {
                dst,
                kind,
                elements,
            } => {
                let star = |starred| if starred { "*" } else { "" };
                let elements = elements.iter();
                let elements = elements.map(|(it, starred)| star(*starred).to_owned() + &var(it));
                let kind = match kind {
                    Display::List => "list",
                    Display::Tuple => "tuple",
                    Display::Set => "set",
                };
                format!("{} = {kind}({})", var(dst), join(elements))
            }
            Op::Dict { dst, entries } => {
                let entries = entries.iter().map(|(key, value)| match key {
                    Some(key) => format!("{}: {}", var(key), var(value)),
                    None => format!("**{}", var(value)),
                });
                format!("{} = dict({})", var(dst), join(entries))
            }
            Op::ComprehensionAdd { target, key, value } => {
                let key = key.map(|it| format!("{}: ", self.var(it)));
                format!(
                    "{} <- {}{}",
                    var(target),
                    key.unwrap_or_default(),
                    var(value)
                )
            }
            Op::MakeFunction {
                dst,
                func,
                defaults,
            } => {
                let defaults = defaults
                    .iter()
                    .map(|(idx, it)| format!("{idx}: {}", var(it)));
                let name = function_name(self.ir, *func);
                format!("{} = function {name}({})", var(dst), join(defaults))
            }
            Op::MakeClass { dst, class, bases } => {
                let name = class_name(self.ir, *class);
                format!(
                    "{} = class {name}({})",
                    var(dst),
                    join(bases.iter().map(var))
                )
            }
            Op::EnterClass { class } => format!("enter {}", class_name(self.ir, *class)),
            Op::Import { dst, import } => {
                let what = self.ir.imports.get(*import as usize).map(import_text);
                let dst = dst.map(|it| format!("{} = ", self.var(it)));
                format!("{}{}", dst.unwrap_or_default(), what.unwrap_or_default())
            }
            Op::Unpack { src, targets, star } => {
                let targets = targets.iter().zip(0..).map(|(it, idx)| {
                    let star = if *star == Some(idx) { "*" } else { "" };
                    format!("{star}{}", var(it))
                });
                format!("{} = *{}", join(targets), var(src))
            }
            Op::AugAssign {
                dst,
                target,
                src,
                op,
            } => format!("{} = {} {}= {}", var(dst), var(target), sign(*op), var(src)),
            Op::Binary {
                dst,
                left,
                right,
                op,
            } => format!("{} = {} {} {}", var(dst), var(left), sign(*op), var(right)),
            other => format!("{other:?}"),
        }
    }

    fn var(&self, var: Var) -> String {
        if let Some(value) = self.constants.get(&var) {
            return Constant(Some(*value)).to_string();
        }
        match self.function.vars.get(var.0 as usize) {
            Some(name) => name.to_string(),
            None => format!("%{}", var.0),
        }
    }

    fn cell(&self, cell: CellVar) -> String {
        match self.function.cells.get(cell.0 as usize) {
            Some(it) => format!("<{}>", it.name),
            None => format!("<{}>", cell.0),
        }
    }

    fn args(&self, args: &[Arg]) -> String {
        join(args.iter().map(|arg| match arg {
            Arg::Positional(it) => self.var(*it),
            Arg::Star(it) => format!("*{}", self.var(*it)),
            Arg::Keyword(name, it) => format!("{name}={}", self.var(*it)),
            Arg::DoubleStar(it) => format!("**{}", self.var(*it)),
        }))
    }

    fn cond(&self, cond: &Cond) -> String {
        match cond {
            Cond::Unknown => "?".to_owned(),
            Cond::Truthy(it) => self.var(*it),
            Cond::IsNone(it) => format!("{} is None", self.var(*it)),
            Cond::Same(a, b) => format!("{} is {}", self.var(*a), self.var(*b)),
            Cond::Equal(a, b) => format!("{} == {}", self.var(*a), self.var(*b)),
            Cond::IsInstance(a, b) => format!("isinstance({}, {})", self.var(*a), self.var(*b)),
            Cond::HasAttr(a, name) => format!("hasattr({}, {name})", self.var(*a)),
            Cond::Not(it) => format!("not {}", self.cond(it)),
            Cond::All(all) => format!("all({})", join(all.iter().map(|it| self.cond(it)))),
            Cond::Any(any) => format!("any({})", join(any.iter().map(|it| self.cond(it)))),
            Cond::Always(value) => format!("{value}"),
        }
    }
}
