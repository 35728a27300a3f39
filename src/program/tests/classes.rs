use std::fmt::Write as _;

use insta::assert_snapshot;

use super::{class, program, show_classes, show_members};
use crate::program::model::FuncId;

/// What is known of every class, a line each.
fn check(text: &str) -> String {
    let program = program(text);
    let mut out = String::new();
    for info in &program.classes {
        let _ = write!(out, "{}", show_classes(&program, &info.mro));
        if let Some((owner, _)) = info.finalizer {
            let _ = write!(out, "; __del__ of {}", program.qualified_class(owner));
        }
        if let Some(container) = info.container {
            let _ = write!(out, "; {container:?}");
        }
        if !info.external_bases.is_empty() {
            let _ = write!(out, "; external {:?}", info.external_bases);
        }
        for (flag, text) in [
            (info.has_unknown_base, "unknown base"),
            (info.is_abstract, "abstract"),
            (info.no_weakref, "no weakref"),
            (!info.subclasses.is_empty(), "subclassed"),
        ] {
            if flag {
                let _ = write!(out, "; {text}");
            }
        }
        if let Some(metaclass) = info.metaclass {
            let _ = write!(out, "; metaclass {}", program.qualified_class(metaclass));
        }
        out.push('\n');
    }
    out
}

#[test]
fn resolution_order_and_finalizers() {
    let text = "
class A:
    def __del__(self): ...
class B(A): ...
class C(A):
    __del__ = None
class D(B, C): ...
class E:
    def close(self): ...
    __del__ = close
class F(E, threading.Thread): ...
class G(G): ...
class H(missing()): ...
";
    assert_snapshot!(check(text), @"
    mod.A; __del__ of mod.A; subclassed
    mod.B mod.A; __del__ of mod.A; subclassed
    mod.C mod.A; subclassed
    mod.D mod.B mod.C mod.A
    mod.E; __del__ of mod.E; subclassed
    mod.F mod.E; __del__ of mod.E; unknown base
    mod.G; unknown base
    mod.H; unknown base
    ");
}

#[test]
fn classes_in_classes_and_functions() {
    let text = "
class Outer:
    class Base: ...
    class Inner(Base): ...
class User(Outer.Inner): ...
def make(Parameter):
    class Base: ...
    class Local(Base): ...
    class Unknown(Parameter): ...
    def nested():
        class Deep(Local): ...
Base = User
class Last(Base): ...
";
    assert_snapshot!(check(text), @"
    mod.Outer
    mod.Outer.Base; subclassed
    mod.Outer.Inner mod.Outer.Base; subclassed
    mod.User mod.Outer.Inner mod.Outer.Base; subclassed
    mod.Last mod.User mod.Outer.Inner mod.Outer.Base
    mod.make.<locals>.Base; subclassed
    mod.make.<locals>.Local mod.make.<locals>.Base; subclassed
    mod.make.<locals>.Unknown; unknown base
    mod.make.<locals>.nested.<locals>.Deep mod.make.<locals>.Local mod.make.<locals>.Base
    ");
}

#[test]
fn rings_of_bases_end() {
    let text = "
# file: a.py
from b import B
class A(B): ...
# file: b.py
from a import A
class B(A): ...
";
    assert_snapshot!(check(text), @"
    a.A b.B; unknown base
    b.B; unknown base; subclassed
    ");
}

#[test]
fn containers() {
    let text = "
import collections, weakref
from typing import Dict, Generic, NamedTuple, TypeVar
from collections import deque as Q
from collections.abc import Mapping, Set
T = TypeVar('T')
class A(dict[str, int]): ...
class B(A): ...
class C(Dict[str, T], Generic[T]): ...
class D(Q): ...
class E(NamedTuple):
    x: int
class F(weakref.WeakValueDictionary): ...
class G(Mapping): ...
class H(Set): ...
class I(collections.OrderedDict): ...
";
    assert_snapshot!(check(text), @"
    mod.A; Dict; external [dict]; subclassed
    mod.B mod.A; Dict; external [dict]
    mod.C; Dict; external [typing.Dict, typing.Generic]
    mod.D; Deque; external [collections.deque]
    mod.E; Tuple; external [typing.NamedTuple]; no weakref
    mod.F; WeakValueDict; external [weakref.WeakValueDictionary]
    mod.G; external [collections.abc.Mapping]
    mod.H; external [collections.abc.Set]
    mod.I; Dict; external [collections.OrderedDict]
    ");
}

#[test]
fn weak_references_need_room() {
    let text = "
from dataclasses import dataclass
class A:
    __slots__ = ('x',)
class B(A):
    __slots__ = ()
class C(A): ...
class D:
    __slots__ = ('x', '__weakref__')
class E(list):
    __slots__ = ()
class F(tuple): ...
@dataclass(slots=True)
class G:
    x: int
@dataclass(slots=True, weakref_slot=True)
class H:
    x: int
class I(set):
    __slots__ = ()
";
    assert_snapshot!(check(text), @"
    mod.A; no weakref; subclassed
    mod.B mod.A; no weakref
    mod.C mod.A
    mod.D
    mod.E; List; external [list]; no weakref
    mod.F; Tuple; external [tuple]; no weakref
    mod.G; no weakref
    mod.H
    mod.I; Set; external [set]
    ");
}

#[test]
fn abstract_classes_and_metaclasses() {
    let text = "
import abc
from typing import Protocol
class Meta(type): ...
class A(metaclass=Meta): ...
class B(A): ...
class P(Protocol):
    def m(self): ...
class Q(abc.ABC):
    @abc.abstractmethod
    def m(self): ...
    @property
    @abc.abstractmethod
    def p(self): ...
class R(Q):
    def m(self): ...
class S(R):
    p = 1
class T(metaclass=abc.ABCMeta):
    @abc.abstractmethod
    def m(self): ...
class NotChecked:
    @abc.abstractmethod
    def m(self): ...
";
    assert_snapshot!(check(text), @"
    mod.Meta; external [type]
    mod.A; subclassed; metaclass mod.Meta
    mod.B mod.A; metaclass mod.Meta
    mod.P; external [typing.Protocol]; abstract
    mod.Q; external [abc.ABC]; abstract; subclassed
    mod.R mod.Q; external [abc.ABC]; abstract; subclassed
    mod.S mod.R mod.Q; external [abc.ABC]
    mod.T; abstract
    mod.NotChecked
    ");
}

fn members(text: &str, name: &str) -> String {
    let program = program(text);
    show_members(&program, class(&program, name))
}

#[test]
fn methods_and_their_kinds() {
    let text = "
import functools
from typing import overload
def helper(self): ...
class C:
    x: int
    y: int = 1
    z = []
    def __new__(cls): ...
    def __init_subclass__(cls): ...
    @classmethod
    def make(cls): ...
    @staticmethod
    def free(): ...
    @functools.lru_cache(maxsize=None)
    def cached(self): ...
    @overload
    def over(self, x: int): ...
    @overload
    def over(self, x: str): ...
    def over(self, x): return x
    def close(self): ...
    stop = close
    module_level = helper
    class Nested: ...
    Also = Nested
    def _static(): ...
    static = staticmethod(_static)
    if helper:
        def choice(self): ...
    else:
        def choice(self): return 1
";
    assert_snapshot!(members(text, "C"), @"
    Also: Class mod.C.Nested
    Nested: Class mod.C.Nested
    __init_subclass__: Class mod.C.__init_subclass__
    __new__: Static mod.C.__new__
    _static: Instance mod.C._static
    cached: Instance mod.C.cached
    choice: Instance mod.C.choice
    close: Instance mod.C.close
    free: Static mod.C.free
    make: Class mod.C.make
    module_level: Instance mod.helper
    over: Instance mod.C.over
    static: Static mod.C._static
    stop: Instance mod.C.close
    x: Declared
    y: Value
    z: Value
    ");
}

#[test]
fn properties() {
    let text = "
import functools, abc
class Base:
    @property
    def size(self): ...
    @size.setter
    def size(self, value): ...
    @property
    def name(self): ...
    @abc.abstractproperty
    def old(self): ...
    def _get(self): ...
    def _set(self, value): ...
    made = property(_get, fset=_set)
    other = property(fget=_get)
    @functools.cached_property
    def lazy(self): ...
class Derived(Base):
    @Base.size.deleter
    def size(self): ...
    @Base.name.setter
    def name(self, value): ...
class Third(Derived):
    @Derived.size.getter
    def size(self): ...
";
    assert_snapshot!(members(text, "Base"), @"
    _get: Instance mod.Base._get
    _set: Instance mod.Base._set
    lazy: Cached get=mod.Base.lazy
    made: Property get=mod.Base._get set=mod.Base._set
    name: Property get=mod.Base.name
    old: Property get=mod.Base.old
    other: Property get=mod.Base._get
    size: Property get=mod.Base.size set=mod.Base.size
    ");
    assert_snapshot!(members(text, "Derived"), @"
    name: Property get=mod.Base.name set=mod.Derived.name
    size: Property get=mod.Base.size set=mod.Base.size del=mod.Derived.size
    ");
    assert_snapshot!(members(text, "Third"), @"size: Property get=mod.Third.size set=mod.Base.size del=mod.Derived.size");
}

#[test]
fn wrappers() {
    let text = "
import contextlib, functools, pytest
from tools import traced, Registry
def local(f): return f
def shadowing(functools): ...
@contextlib.contextmanager
def manager(): ...
@functools.wraps(local)
def plain(): ...
@pytest.fixture
def fixture(): ...
@local
def unknown(): ...
@traced
def unknown_too(): ...
@Registry()
def registered(): ...
app = make()
@app.route('/')
def route(): ...
# file: tools.py
def traced(f): ...
class Registry: ...
";
    let program = program(text);
    let mut out = String::new();
    for (id, info) in (0..).map(FuncId).zip(&program.functions) {
        let _ = writeln!(
            out,
            "{}: {:?}",
            program.qualified_function(id),
            info.wrapper
        );
    }
    assert_snapshot!(out, @"
    mod: Plain
    mod.local: Plain
    mod.shadowing: Plain
    mod.manager: ContextManager
    mod.plain: Plain
    mod.fixture: Plain
    mod.unknown: Unknown
    mod.unknown_too: Unknown
    mod.registered: Unknown
    mod.route: Plain
    tools: Plain
    tools.traced: Plain
    ");
}
