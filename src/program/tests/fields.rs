use std::fmt::Write as _;

use insta::assert_snapshot;

use super::program;
use crate::program::model::ClassId;

/// The parameters of generated `__init__`s.
fn check(text: &str) -> String {
    let program = program(text);
    let mut out = String::new();
    for (id, info) in (0..).map(ClassId).zip(&program.classes) {
        let _ = write!(out, "{}:", program.qualified_class(id));
        let Some(fields) = &info.generated_init else {
            out.push_str(" none\n");
            continue;
        };
        for field in fields {
            let _ = write!(out, " {}", field.name);
            for (flag, text) in [
                (!field.init, "!init"),
                (field.kw_only, "kw"),
                (field.has_default, "default"),
                (field.init_var, "initvar"),
            ] {
                if flag {
                    let _ = write!(out, "/{text}");
                }
            }
            if !field.factory.is_empty() {
                let _ = write!(out, "/{:?}", field.factory);
            }
            if field.parameter != field.name {
                let _ = write!(out, "/as {}", field.parameter);
            }
        }
        out.push('\n');
    }
    out
}

#[test]
fn dataclasses() {
    let text = "
import dataclasses
from dataclasses import dataclass, field, InitVar, KW_ONLY
from typing import ClassVar
@dataclass
class A:
    x: int
    y: list = field(default_factory=list)
    count: ClassVar[int] = 0
    z = 1
    w: InitVar[int] = 3
@dataclasses.dataclass(kw_only=True)
class B(A):
    x: str = ''
    parent: 'A' = field(default=None, init=False, kw_only=False)
@dataclass
class C:
    a: int
    _: KW_ONLY
    b: int
@dataclass(init=False)
class D:
    a: int
@dataclass
class E(D):
    b: int
    def __init__(self): ...
@dataclass
class F(E):
    c: int
class G(F): ...
";
    assert_snapshot!(check(text), @"
    mod.A: x y/default/[list] w/default/initvar
    mod.B: x/kw/default y/default/[list] w/default/initvar parent/!init/default
    mod.C: a b/kw
    mod.D: none
    mod.E: none
    mod.F: a b c
    mod.G: none
    ");
}

#[test]
fn named_tuples() {
    let text = "
from typing import NamedTuple
class P(NamedTuple):
    x: int
    y: int = 0
class Q(P): ...
";
    assert_snapshot!(check(text), @"
    mod.P: x y/default
    mod.Q: none
    ");
}

#[test]
fn attrs() {
    let text = "
import attr, attrs
from attrs import define, field, Factory
@attr.s
class A:
    _x = attr.ib()
    y = attr.ib(factory=list)
    ignored: int = 1
@define
class B:
    _parent: A
    items: list = Factory(list)
    other: int = field(default=1, alias='o', kw_only=True)
    late: int = field()
    @late.default
    def _late(self): ...
@attrs.frozen
class C(B):
    z = field()
    ignored: int = 0
@attr.s(auto_attribs=True)
class D:
    x: int
    y: int = attr.ib(init=False)
";
    assert_snapshot!(check(text), @"
    mod.A: _x/as x y/default/[list]
    mod.B: _parent/as parent items/default/[list] other/kw/default/as o late/default
    mod.C: _parent/as parent items/default/[list] other/kw/default/as o late/default z
    mod.D: x y/!init
    ");
}
