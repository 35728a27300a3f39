//! Which name is which, in functions, classes and comprehensions.

use insta::assert_snapshot;

use super::shown;

#[test]
fn names_belong_to_scopes_as_in_cpython() {
    assert_snapshot!(shown("
def outer(a, b):
    global g
    g = a
    def inner(c=b):
        nonlocal a
        a = c
        return lambda: (a, b, outer, d)
    class C:
        a = a
        x = b
        def m(self):
            return a, x
"), @r#"
    class C():
        a = a
        x = b
        m = m
    module <module>():
        %0 = function outer()
        @outer = %0
    def outer(a, b) <a> <b>:
        <a> = a
        <b> = b
        %4 = <a>
        @g = %4
        %5 = <b>
        inner = function inner(0: %5)
        enter C
        %6 = C::a
        C::a = %6
        %7 = <b>
        C::x = %7
        %8 = function m()
        C::m = %8
        C = class C()
    def inner(c = ...) <a of outer> <b of outer>:
        <a> = c
        %1 = function <lambda>()
        return %1
    def C.m(self) <a of outer>:
        %1 = <a>
        %2 = @x
        %3 = tuple(%1, %2)
        return %3
    lambda <lambda>() <a of outer> <b of outer>:
        %0 = <a>
        %1 = <b>
        %2 = @outer
        %3 = @d
        %4 = tuple(%0, %1, %2, %3)
        return %4
    "#);
}

#[test]
fn super_calls_know_their_class() {
    assert_snapshot!(shown("
class A(B):
    def f(self, x):
        super().f(x)
        super(A, self).g
        return [super().h() for _ in x], lambda: super(A, self).k()
"), @r#"
    class A(B):
        f = f
    module <module>():
        %0 = @B
        enter A
        %1 = function f()
        A::f = %1
        %2 = class A(%0)
        @A = %2
    def A.f(self, x) <self>:
        <self> = self
        %2 = <self>
        %3 = super(A, %2).f(x)
        %4 = <self>
        %5 = super(A, %4).g
        %6 = list()
        for %7 in x:
            %8 = <self>
            %9 = super(A, %8).h()
            %6 <- %9
        %10 = function <lambda>()
        %11 = tuple(%6, %10)
        return %11
    lambda <lambda>() <self of f>:
        %0 = <self>
        %1 = super(A, %0).k()
        return %1
    "#);
}

#[test]
fn private_names_are_mangled() {
    assert_snapshot!(shown("
class _C:
    __slots__ = ('__a', 'b')
    def __f(self, __x):
        self.__a = __x
        self.__b__ = _D.__c
"), @r#"
    class _C() slots [_C__a, b]:
        __slots__ = ...
        _C__f = __f
    module <module>():
        enter _C
        %1 = tuple(_, _)
        _C::__slots__ = %1
        %2 = function __f()
        _C::_C__f = %2
        %3 = class _C()
        @_C = %3
    def _C.__f(self, _C__x):
        self._C__a = _C__x
        %2 = @_D
        %3 = %2._C__c
        self.__b__ = %3
    "#);
}

#[test]
fn comprehensions_run_in_place() {
    assert_snapshot!(shown("
def f(xs, x):
    a = [x.y for x in xs if x if x.z]
    b = {k: v for k, vs in xs for v in vs}
    c = [lambda: x for x in xs]
    g = (y for x in xs if (y := x))
    return lambda: x
"), @r#"
    module <module>():
        %0 = function f()
        @f = %0
    def f(xs, x) <x> <y> <x.2>:
        <x> = x
        %6 = list()
        for %7 in xs:
            test:
                %8 = %7.z
            if all(%7, %8):
                %9 = %7.y
                %6 <- %9
        a = %6
        %10 = dict()
        for %14 in xs:
            %12, %13 = *%14
            for %11 in %13:
                %10 <- %12: %11
        b = %10
        %15 = list()
        for %16 in xs:
            <x.2> = %16
            %17 = function <lambda>()
            %15 <- %17
        c = %15
        %18 = function <genexpr>()
        g = %18(xs)
        %19 = function <lambda>()
        return %19
    lambda <lambda>() <x.2 of f>:
        %0 = <x.2>
        return %0
    generator <genexpr>(/.0) <y of f> generator:
        for x in .0:
            test:
                <y> = x
            if x:
                %2 = <y>
                %3 = yield %2
    lambda <lambda>() <x of f>:
        %0 = <x>
        return %0
    "#);
}

#[test]
fn class_bodies_run_in_place() {
    assert_snapshot!(shown("
@dataclass(slots=True)
class A(Base[T], metaclass=Meta):
    x: int
    y: 'Optional[B]' = field(default=None)
    alias = x
    def f(self): ...
    @property
    def g(self) -> 'A | None': pass
    class Inner: z = 1
    if cond:
        def h(self): raise NotImplementedError('h')
"), @r#"
    class A(Base[T], metaclass=Meta):
        x: int
        y: Optional[B] = field([], [(default, [])], [(default, None)])
        alias = x
        f = f
        g = g
        Inner = class Inner
        h = h
    class Inner():
        z = ...
    module <module>():
        %0 = @dataclass
        %2 = %0(slots=True)
        %3 = @Base
        enter A
        %4 = @field
        %6 = %4(default=None)
        A::y = %6
        %7 = A::x
        A::alias = %7
        %8 = function f()
        A::f = %8
        %9 = @property
        %10 = function g()
        A::g = %10
        enter Inner
        Inner::z = 1
        %12 = class Inner()
        A::Inner = %12
        test:
            %13 = @cond
        if %13:
            %14 = function h()
            A::h = %14
        %15 = class A(%3)
        @A = %15
    def A.f(self) stub:
    @property
    def A.g(self) -> A | None:
    def A.h(self) stub:
        %1 = @NotImplementedError
        %3 = %1("h")
        raise %3
    "#);
}
