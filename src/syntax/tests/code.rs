//! Expressions and statements.

use insta::assert_snapshot;

use super::{ir, shown};
use crate::syntax::ir::Op;

#[test]
fn attribute_stores_and_calls() {
    assert_snapshot!(shown("
def f(parent, x):
    child = Child(parent, 1, key=x, *x, **x)
    child.parent = parent
    parent.items['a'] = child
    child.close().then(x)
    parent.items[:] = x[1:]
    del child.parent, parent.items[0]
"), @r#"
    module <module>():
        %0 = function f()
        @f = %0
    def f(parent, x):
        %3 = @Child
        child = %3(parent, 1, *x, key=x, **x)
        child.parent = parent
        %5 = parent.items
        %5["a"] = child
        %7 = child.close()
        %8 = %7.then(x)
        %9 = x[_:_]
        %10 = parent.items
        %10[:] = %9
        del child.parent
        %11 = parent.items
        del %11[0]
    "#);
}

#[test]
fn tests_say_what_they_know() {
    assert_snapshot!(shown("
def f(a, b):
    if a is None and not b.c: pass
    elif isinstance(a, (B, C)) or hasattr(b, 'n'): pass
    elif len(a) > 0 and len(b) == 0: pass
    elif a == b or a < b: pass
    assert a is b, a.m()
    while True: break
    x = a or b.c or None
    y = a and b == 1
    z = a if b else 1
    return x and y
if TYPE_CHECKING:
    import m
if __name__ == '__main__': f()
"), @r#"
    module <module>():
        %0 = function f()
        @f = %0
        if false:
            %1 = import m
            @m = %1
        if true:
            %2 = @f
            %3 = %2()
    def f(a, b):
        test:
            %5 = b.c
        if all(a is None, not %5):
        test:
            %6 = @C
            %7 = @B
        elif any(isinstance(a, %6), isinstance(a, %7), hasattr(b, n)):
        elif all(a, not b):
        elif any(a == b, ?):
        if a is b:
        else:
            %8 = a.m()
            raise _
        while true:
            break
        if a:
            x = a
        test:
            %10 = b.c
        elif %10:
            x = %10
        else:
            x = None
        if not a:
            y = a
        else:
            y = _
        if b:
            z = a
        else:
            z = 1
        if not x:
            %11 = x
        else:
            %11 = y
        return %11
    "#);
}

#[test]
fn assignments() {
    assert_snapshot!(shown("
def f(a, b):
    a, b = b, a
    x = y = a.z
    c, *d, (e, a.f) = b
    x += [a]
    a.n |= b
    a.m['k'] += 1
    if (n := a.next): return n, (n := b)
    t = a + b * 2
    del (x, y)
"), @r#"
    module <module>():
        %0 = function f()
        @f = %0
    def f(a, b):
        %9 = b
        %10 = a
        a = %9
        b = %10
        %11 = a.z
        x = %11
        y = %11
        c, *d, %12 = *b
        e, %13 = *%12
        a.f = %13
        %14 = list(a)
        x = x += %14
        %15 = a.n
        %16 = %15 |= b
        a.n = %16
        %17 = a.m
        %19 = %17["k"]
        %21 = %19 += 1
        %17["k"] = %21
        test:
            %22 = a.next
            n = %22
        if %22:
            %23 = n
            n = b
            %24 = tuple(%23, b)
            return %24
        %26 = b * 2
        t = a + %26
        del x
        del y
    "#);
}

#[test]
fn blocks() {
    assert_snapshot!(shown("
def f(a, b):
    try:
        with open(a) as g, b() as (h, i):
            raise E from a
    except (E, F) as e:
        a.error = e
    except:
        pass
    else:
        return
    finally:
        a.close()
    for a.x in b:
        continue
    else:
        b.done()
"), @r#"
    module <module>():
        %0 = function f()
        @f = %0
    def f(a, b):
        try:
            %6 = @open
            %7 = %6(a)
            with %7 as g:
                %8 = b()
                with %8 as %9:
                    h, i = *%9
                    %10 = @E
                    raise %10 from a
        except as e:
            a.error = e
            del e
        except as %11:
        else:
            return
        finally:
            %12 = a.close()
        for %13 in b:
            a.x = %13
            continue
        else:
            %14 = b.done()
    "#);
}

#[test]
fn patterns() {
    assert_snapshot!(shown("
def f(x):
    match x:
        case Point(x=0, y=b) if b: return b
        case [A(), *rest]: return rest
        case {'k': v, **more}: return v, more
        case None | 'a' | K.V: return 1
        case str(s) as t: return s, t
        case _: return x
"), @r#"
    module <module>():
        %0 = function f()
        @f = %0
    def f(x):
        test:
            %7 = @Point
            %8 = x.x
            %10 = x.y
            b = %10
        if all(isinstance(x, %7), %8 == 0, b):
            return b
        test:
            %11, *%12 = *x
            %13 = @A
        elif all(isinstance(%11, %13), ?):
            rest = %12
            return rest
        test:
            %15 = x["k"]
            %16 = dict(**x)
        elif ?:
            v = %15
            more = %16
            %17 = tuple(v, more)
            return %17
        test:
            %19 = @K
            %20 = %19.V
        elif any(x is None, x == "a", x == %20):
            return 1
        test:
            %22 = @str
        elif isinstance(x, %22):
            s = x
            t = x
            %23 = tuple(s, t)
            return %23
        elif true:
            return x
    "#);
}

#[test]
fn coroutines_and_generators() {
    assert_snapshot!(shown("
async def f(a):
    async with a as b, a.c:
        x = await b
    async for y in x:
        yield y
    z = [i async for i in a]
def g(a):
    x = yield
    yield from a
    return f'{a.b:{x.c}}', t'{a}{x!r}'
"), @r#"
    module <module>():
        %0 = function f()
        @f = %0
        %1 = function g()
        @g = %1
    async def f(a) generator:
        async with a as b:
            %5 = a.c
            async with %5 as %6:
                x = await b
        async for y in x:
            %7 = yield y
        %8 = list()
        async for %9 in a:
            %8 <- %9
        z = %8
    def g(a) generator:
        x = yield
        %2 = yield from a
        %3 = a.b
        %4 = x.c
        %6 = tuple(a, x)
        %7 = tuple(_, %6)
        return %7
    "#);
}

#[test]
fn constants_of_tables_are_left_out() {
    let table = format!(
        "x = [{}a]\ny = {{{}}}",
        "1, ".repeat(100),
        "'k': 2, ".repeat(100)
    );
    assert_snapshot!(shown(&table).replace(&"_, ".repeat(5), ""), @r#"
    module <module>():
        %0 = @a
        %1 = list(%0)
        @x = %1
        %2 = dict()
        @y = %2
    "#);
}

#[test]
fn ranges_are_whole_statements() {
    let text = "self.parent = parent\na.x, b.y = c\na.z = q.w = d\n";
    let ir = ir(text);
    let stores = ir.functions.iter().flat_map(|it| &it.blocks).flatten();
    let stores = stores.filter(|it| matches!(it.op, Op::StoreAttr { .. }));
    let stores: Vec<_> = stores
        .filter_map(|it| text.get(it.range.to_std_range()))
        .collect();
    assert_eq!(stores, ["self.parent = parent", "a.x", "b.y", "a.z", "q.w"]);
}
