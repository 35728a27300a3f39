use insta::assert_snapshot;

use super::{file, files, names, program, show_binding};
use crate::program::link;
use crate::syntax::Name;

#[test]
fn absolute_and_relative_imports() {
    let text = "
# file: pkg/__init__.py
from .db import Connection
from . import util
# file: pkg/db.py
import pkg.util
import pkg.util as u
class Connection: ...
def connect(): ...
# file: pkg/util.py
from .db import connect
from ..pkg.db import Connection as C
from .missing import gone
from ..outside import far
# file: main.py
import pkg
import pkg.db
import pkg.util as tools
from pkg import Connection, util
import os.path, os.path as osp
from weakref import ref as r
";
    assert_snapshot!(names(text, "pkg/util.py", "connect C gone far"), @"
    connect: def pkg.db.connect
    C: class pkg.db.Connection
    gone: external pkg.missing.gone
    far: external outside.far
    ");
    assert_snapshot!(names(text, "pkg/db.py", "pkg pkg.util u u.connect"), @"
    pkg: module pkg (pkg/__init__.py)
    pkg.util: module pkg.util (pkg/util.py)
    u: module pkg.util (pkg/util.py)
    u.connect: def pkg.db.connect
    ");
    assert_snapshot!(
        names(
            text,
            "main.py",
            "pkg pkg.db.Connection tools Connection util pkg.db.nothing os os.path.join osp r"
        ),
        @"
    pkg: module pkg (pkg/__init__.py)
    pkg.db.Connection: class pkg.db.Connection
    tools: module pkg.util (pkg/util.py)
    Connection: class pkg.db.Connection
    util: module pkg.util (pkg/util.py)
    pkg.db.nothing: unknown
    os: external os
    os.path.join: external os.path.join
    osp: external os.path
    r: external weakref.ref
    "
    );
}

#[test]
fn a_name_that_a_package_binds_hides_its_submodule() {
    let text = "
# file: pkg/__init__.py
from .run import run
from . import other
# file: pkg/run.py
def run(): ...
# file: pkg/other.py
# file: main.py
import pkg.run
from pkg import run, other
";
    assert_snapshot!(names(text, "main.py", "pkg.run run other"), @"
    pkg.run: def pkg.run.run
    run: def pkg.run.run
    other: module pkg.other (pkg/other.py)
    ");
}

#[test]
fn star_imports_follow_dunder_all() {
    let text = "
# file: a.py
__all__ = ['_listed', 'b']
def _listed(): ...
def unlisted(): ...
from b import *
# file: b.py
from a import *
def b(): ...
def _private(): ...
def public(): ...
# file: c.py
from a import *
from os.path import *
# file: d.py
from b import *
";
    assert_snapshot!(names(text, "c.py", "_listed unlisted b len join"), @"
    _listed: def a._listed
    unlisted: external os.path.unlisted
    b: def b.b
    len: builtin len
    join: external os.path.join
    ");
    assert_snapshot!(names(text, "d.py", "_listed b _private public"), @"
    _listed: unknown
    b: def b.b
    _private: unknown
    public: def b.public
    ");
}

#[test]
fn rings_of_imports_end() {
    let text = "
# file: a.py
from b import x, y
from a import z
# file: b.py
from a import x
def y(): ...
";
    assert_snapshot!(names(text, "a.py", "x y z"), @"
    x: unknown
    y: def b.y
    z: unknown
    ");
}

#[test]
fn fallbacks_do_not_hide_what_they_stand_in_for() {
    let text = "
# file: main.py
try:
    import fast as impl
except ImportError:
    impl = None
try:
    from fast import Thing
except ImportError:
    class Thing: ...
if impl:
    def f(): ...
else:
    f = None
lazy = None
def load():
    global lazy, state
    import slow as lazy
    state = 1
def state(): ...
def replaced(): ...
replaced = wrap(replaced)
def again(): ...
def again(): ...
value = compute()
Alias = Thing
attribute = slow.Helper
import slow
later = slow.Helper
# file: slow.py
class Helper: ...
";
    assert_snapshot!(
        names(
            text,
            "main.py",
            "impl Thing f lazy state replaced again value Alias attribute later"
        ),
        @"
    impl: external fast
    Thing: class main.Thing
    f: def main.f
    lazy: module slow (slow.py)
    state: variable main.state
    replaced: variable main.replaced
    again: def main.again
    value: variable main.value
    Alias: class main.Thing
    attribute: class slow.Helper
    later: class slow.Helper
    "
    );
}

#[test]
fn scripts_find_what_lies_beside_them() {
    let text = "
# file: one/main.py
import helper
import json
# file: one/helper.py
# file: one/json.py
# file: two/main.py
import helper
# file: two/helper.py
# file: pkg/__init__.py
# file: pkg/mod.py
import local
# file: pkg/local.py
# file: three/tests/test.py
import lib.code
from lib.code import f
# file: three/lib/code.py
def f(): ...
";
    assert_snapshot!(names(text, "one/main.py", "helper json"), @"
    helper: module one.helper (one/helper.py)
    json: external json
    ");
    assert_snapshot!(names(text, "two/main.py", "helper"), @"helper: module two.helper (two/helper.py)");
    assert_snapshot!(names(text, "pkg/mod.py", "local"), @"local: external local");
    assert_snapshot!(names(text, "three/tests/test.py", "lib.code.f f"), @"
    lib.code.f: def three.lib.code.f
    f: def three.lib.code.f
    ");
}

#[test]
fn the_nearest_of_several_modules_of_a_name() {
    let text = "
# file: a/src/app/__init__.py
# file: a/src/app/core.py
import app.util
# file: a/src/app/util.py
# file: b/src/app/__init__.py
# file: b/src/app/core.py
import app.util
# file: b/src/app/util.py
# file: c/main.py
import app.util
";
    assert_snapshot!(names(text, "a/src/app/core.py", "app app.util"), @"
    app: module app (a/src/app/__init__.py)
    app.util: module app.util (a/src/app/util.py)
    ");
    assert_snapshot!(names(text, "b/src/app/core.py", "app app.util"), @"
    app: module app (b/src/app/__init__.py)
    app.util: module app.util (b/src/app/util.py)
    ");
    assert_snapshot!(names(text, "c/main.py", "app app.util"), @"
    app: module app (a/src/app/__init__.py)
    app.util: module app.util (a/src/app/util.py)
    ");
}

#[test]
fn namespace_packages() {
    let text = "
# file: src/ns/one/mod.py
from ns.two import thing
import ns.two.mod
# file: src/ns/two/__init__.py
def thing(): ...
# file: lib/src/ns/three.py
# file: main.py
import ns.one.mod
import ns.three
";
    assert_snapshot!(names(text, "main.py", "ns ns.one ns.one.mod ns.three"), @"
    ns: module ns (no file)
    ns.one: module ns.one (no file)
    ns.one.mod: module ns.one.mod (src/ns/one/mod.py)
    ns.three: module ns.three (lib/src/ns/three.py)
    ");
}

#[test]
fn a_stub_shares_the_module_of_its_source() {
    let text = "
# file: fast.py
class A: ...
# file: fast.pyi
class A: ...
class OnlyInStub: ...
# file: native.pyi
def f(): ...
# file: main.py
from fast import A, OnlyInStub
from native import f
";
    assert_snapshot!(names(text, "main.py", "A OnlyInStub f"), @"
    A: class fast.A
    OnlyInStub: class fast.OnlyInStub
    f: def native.f
    ");
    let program = program(text);
    let [source, stub] = ["fast.py", "fast.pyi"].map(|it| file(&program, it));
    assert_eq!(
        program.module_of_file[source.0 as usize],
        program.module_of_file[stub.0 as usize]
    );
}

#[test]
fn project_modules_come_before_models() {
    let text = "
# file: models/threading.py
class Thread: ...
# file: models/queue.py
class Queue: ...
# file: queue.py
class Mine: ...
# file: main.py
import threading, queue
";
    assert_snapshot!(
        names(text, "main.py", "threading.Thread threading.Lock queue.Mine queue.Queue"),
        @"
    threading.Thread: class threading.Thread
    threading.Lock: external threading.Lock
    queue.Mine: class queue.Mine
    queue.Queue: unknown
    "
    );
}

#[test]
fn imports_in_functions_and_under_type_checking() {
    let text = "
# file: main.py
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from other import Late
def f():
    from other import Local
    class Inner(Local): ...
    return Inner
# file: other.py
class Late: ...
class Local: ...
";
    assert_snapshot!(names(text, "main.py", "Late Local"), @"
    Late: class other.Late
    Local: unknown
    ");
    let program = program(text);
    let main = file(&program, "main.py");
    let shown: Vec<_> = (0..3)
        .map(|it| show_binding(&program, program.import_binding(main, it)))
        .collect();
    assert_snapshot!(shown.join("\n"), @"
    external typing.TYPE_CHECKING
    class other.Late
    class other.Local
    ");
    assert_snapshot!(
        super::show_classes(&program, &program.class_info(super::class(&program, "Inner")).mro),
        @"main.f.<locals>.Inner other.Local"
    );
}

#[test]
fn the_order_of_the_files_does_not_matter() {
    let text = "
# file: b/x.py
from a import *
# file: a/__init__.py
from b.x import y
# file: a.py
def y(): ...
";
    let show = |program: &crate::program::model::Program| {
        let x = file(program, "b/x.py");
        show_binding(program, program.global(x, Name::new("y")))
    };
    let forwards = link(files(text));
    let mut reversed = files(text);
    reversed.reverse();
    assert_eq!(show(&forwards), show(&link(reversed)));
}
