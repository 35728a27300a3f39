//! The small parts of the dump.

use std::fmt;

use crate::syntax::ir::{BinOp, ClassIdx, Const, FileIr, FunctionIdx, Import, TypeExpr};
use crate::syntax::name::Name;

pub(super) struct Constant(pub(super) Option<Const>);

impl fmt::Display for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(Const::None) => f.write_str("None"),
            Some(Const::Bool(true)) => f.write_str("True"),
            Some(Const::Bool(false)) => f.write_str("False"),
            Some(Const::Int(it)) => write!(f, "{it}"),
            Some(Const::Str(it)) => write!(f, "{:?}", it.as_str()),
            Some(Const::Bytes(it)) => write!(f, "b{:?}", it.as_str()),
            Some(Const::Prefix(it)) => write!(f, "{:?}..", it.as_str()),
            Some(Const::Opaque) => f.write_str("_"),
            None => f.write_str("..."),
        }
    }
}

pub(super) struct Path<'p>(pub(super) &'p [Name]);

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (idx, name) in self.0.iter().enumerate() {
            write!(f, "{}{name}", if idx > 0 { "." } else { "" })?;
        }
        Ok(())
    }
}

pub(super) struct Type<'t>(pub(super) &'t TypeExpr);

impl fmt::Display for Type<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            TypeExpr::Name(path, _) => write!(f, "{}", Path(path)),
            TypeExpr::Subscript(path, args, _) => {
                let args = join(args.iter().map(|it| Type(it).to_string()));
                write!(f, "{}[{args}]", Path(path))
            }
            TypeExpr::Union(types) => {
                let types: Vec<_> = types.iter().map(|it| Type(it).to_string()).collect();
                f.write_str(&types.join(" | "))
            }
            TypeExpr::None => f.write_str("None"),
            TypeExpr::Unknown => f.write_str("?"),
        }
    }
}

pub(super) fn import_text(it: &Import) -> String {
    let dots = ".".repeat(it.level as usize);
    match (it.member, it.bound) {
        (Some(member), _) => format!("from {dots}{} import {member}", it.module),
        (None, Some(_)) => format!("import {}", it.module),
        (None, None) => format!("from {dots}{} import *", it.module),
    }
}

pub(super) fn class_name(ir: &FileIr, idx: ClassIdx) -> Name {
    let class = ir.classes.get(idx.0 as usize);
    class.map_or_else(|| Name::new("?"), |it| it.name)
}

pub(super) fn function_name(ir: &FileIr, idx: FunctionIdx) -> Name {
    let function = ir.functions.get(idx.0 as usize);
    function.map_or_else(|| Name::new("?"), |it| it.name)
}

pub(super) fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

pub(super) fn comma(idx: usize) -> &'static str {
    if idx > 0 { ", " } else { "" }
}

pub(super) fn slice(whole: bool) -> &'static str {
    if whole { ":" } else { "_:_" }
}

pub(super) fn sign(op: BinOp) -> &'static str {
    op.sign()
}
