//! What concerns a file as a whole.

use insta::assert_snapshot;

use super::{ir, shown};
use crate::syntax::{SourceKind, dump, lower};

#[test]
fn imports_and_exports() {
    let ir = ir("
import a.b, c.d as e
from . import f
from ..g import h as i
from j import *
__all__ = ['x', 'y']
__all__ += ('z',)
__all__.extend(['w'])
def k():
    import l
class M:
    from n import o
");
    assert_snapshot!(dump(&ir), @r#"
    __all__ = [x, y, z, w]
    class M():
        o = ...
    module <module>():
        %0 = import a.b
        @a = %0
        %1 = import c.d
        @e = %1
        %2 = from . import f
        @f = %2
        %3 = from ..g import h
        @i = %3
        from j import *
        %5 = list(_, _)
        @__all__ = %5
        %6 = @__all__
        %7 = tuple(_)
        %8 = %6 += %7
        @__all__ = %8
        %9 = @__all__
        %10 = list(_)
        %11 = %9.extend(%10)
        %12 = function k()
        @k = %12
        enter M
        %13 = from n import o
        M::o = %13
        %14 = class M()
        @M = %14
    def k():
        l = import l
    "#);
    let bindings: Vec<_> = ir
        .imports
        .iter()
        .map(|it| {
            let bound = it.bound.map_or("*", |it| it.as_str());
            let class = it.class.map(|it| it.0);
            format!(
                "{bound}: root {}, function {}, class {class:?}",
                it.binds_root, it.scope.0
            )
        })
        .collect();
    assert_snapshot!(bindings.join("\n"), @r#"
    a: root true, function 0, class None
    e: root false, function 0, class None
    f: root false, function 0, class None
    i: root false, function 0, class None
    *: root false, function 0, class None
    o: root false, function 0, class Some(0)
    l: root false, function 1, class None
    "#);
}

#[test]
fn newest_syntax_is_no_error() {
    assert_snapshot!(shown("
type X[T] = list[T]
def f[T: int = str](x: T) -> T:
    try: pass
    except A, B: pass
    return f'{x['a']}'
class C[*Ts, **P]: pass
"), @r#"
    class C():
    module <module>():
        %0 = @list
        @X = %0
        %1 = function f()
        @f = %1
        enter C
        %2 = class C()
        @C = %2
    def f(x: T) -> T:
        try:
        except as %2:
        %4 = x["a"]
        return _
    "#);
}

#[test]
fn errors_do_not_hide_what_is_around_them() {
    assert_snapshot!(shown("
class A:
    def f(self, x):
        print \"%s\" % g(x)
        self.x = x
        exec 'code' in x
        try:
            raise E, 'text'
        except E, e:
            self.e = e
        self.y = 
"), @r#"
    error 44..48: Simple statements must be separated by newlines or semicolons
    error 88..94: Simple statements must be separated by newlines or semicolons
    error 131..140: Unparenthesized tuple expression cannot be used here
    error 202..203: Expected an expression
    class A():
        f = f
    module <module>():
        enter A
        %0 = function f()
        A::f = %0
        %1 = class A()
        @A = %1
    def A.f(self, x):
        %2 = @g
        %3 = %2(x)
        self.x = x
        try:
            %4 = @E
            %6 = tuple(%4, _)
            raise %6
        except as %7:
            %8 = @e
            self.e = %8
        self.y = _
    "#);
}

#[test]
fn directives_belong_to_logical_lines() {
    let text = "\
x = 1  # noqa
# cyclint: ignore[closure]
def f(a,  # NOQA: CYC101
      b):
    # nothing
    # noqa: own
    return [
        a,
        # cyclint: file-ignore
    ]  # unrelated
# cyclint: ignore at the end
";
    let found = ir(text).directives;
    let found: Vec<_> = found
        .iter()
        .map(|it| {
            let place = if it.own_line { "above" } else { "at" };
            let statement = text.get(it.statement.to_std_range());
            format!("{} {place} {:?}", it.text, statement.unwrap_or_default())
        })
        .collect();
    assert_snapshot!(found.join("\n"), @r##"
    # noqa at "x = 1"
    # cyclint: ignore[closure] above "def f(a,  # NOQA: CYC101\n      b):"
    # NOQA: CYC101 at "def f(a,  # NOQA: CYC101\n      b):"
    # noqa: own above "return [\n        a,\n        # cyclint: file-ignore\n    ]"
    # cyclint: file-ignore above "return [\n        a,\n        # cyclint: file-ignore\n    ]"
    # cyclint: ignore at the end above "# cyclint: ignore at the end"
    "##);
}

#[test]
fn notebooks_have_magic_commands() {
    let ir = lower("%matplotlib inline\nx = 1\n!ls\n", SourceKind::Notebook);
    assert!(ir.errors.is_empty());
}
