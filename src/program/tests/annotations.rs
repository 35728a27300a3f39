use std::fmt::Write as _;

use insta::assert_snapshot;

use super::program;
use crate::program::model::{FuncId, Program, TypeRef};

/// The types of all annotated parameters.
fn check(text: &str) -> String {
    let program = program(text);
    let mut out = String::new();
    for id in (0..program.functions.len() as u32).map(FuncId) {
        let function = program.function(id);
        let file = program.file_of(id);
        let scope = function.parent.map(|it| program.func_id(file, it));
        for param in &function.params {
            let Some(annotation) = &param.annotation else {
                continue;
            };
            let class = program.func_info(id).class;
            let resolved = program.resolve_type(file, scope, class, annotation);
            let _ = writeln!(out, "{}: {}", param.name, show(&program, &resolved));
        }
    }
    out
}

fn show(program: &Program, it: &TypeRef) -> String {
    let all = |types: &[TypeRef]| {
        let shown: Vec<_> = types.iter().map(|it| show(program, it)).collect();
        shown.join(", ")
    };
    match it {
        TypeRef::Instance(class) => program.qualified_class(*class),
        TypeRef::ClassObject(class) => format!("type[{}]", program.qualified_class(*class)),
        TypeRef::Container(container, of) => format!("{container:?}[{}]", all(of)),
        TypeRef::Union(of) => format!("Union[{}]", all(of)),
        TypeRef::External(name) => format!("external {name}"),
        TypeRef::Plain => "plain".to_owned(),
        TypeRef::Unknown => "unknown".to_owned(),
    }
}

#[test]
fn annotations() {
    let text = "
from __future__ import annotations
import typing as t, weakref, threading
from typing import *
from collections import deque
from weakref import ReferenceType
from typing_extensions import Self
class A:
    def method(self, me: Self, inner: Inner, o: B): ...
    class Inner: ...
class B: ...
T = TypeVar('T', bound=A)
U = t.TypeVar('U', bound='A')
Free = TypeVar('Free')
def f(
    a: A, b: 'A', c: Optional[A], d: A | None, e: Union[A, B, int], f: int,
    g: list[A], h: t.Dict[str, A], i: Mapping[str, 'B'], j: tuple[A, ...], k: tuple[A, B],
    l: deque[A], m: type[A], n: Callable[[], A], o: weakref.ref[A], p: ReferenceType,
    q: threading.Lock, r: T, s: Free, u: Annotated[A, 1], v: Iterable[Optional[A]], w: list,
    x: Any, y: Nothing, z: A.Inner,
): ...
";
    assert_snapshot!(check(text), @"
    me: mod.A
    inner: mod.A.Inner
    o: mod.B
    a: mod.A
    b: mod.A
    c: mod.A
    d: mod.A
    e: Union[mod.A, mod.B]
    f: plain
    g: List[mod.A]
    h: Dict[mod.A]
    i: Dict[mod.B]
    j: Tuple[mod.A, unknown]
    k: Tuple[mod.A, mod.B]
    l: Deque[mod.A]
    m: type[mod.A]
    n: unknown
    o: external weakref.ref
    p: external weakref.ref
    q: external threading.Lock
    r: mod.A
    s: unknown
    u: mod.A
    v: List[mod.A]
    w: List[]
    x: unknown
    y: external typing.Nothing
    z: mod.A.Inner
    ");
}
