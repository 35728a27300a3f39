use insta::assert_snapshot;

use super::program;
use crate::program::order;

/// The waves, a line each; components of several functions in brackets.
fn check(text: &str) -> String {
    let program = program(text);
    let name = |func| {
        let name = program.qualified_function(func);
        name.strip_prefix("mod.").unwrap_or(&name).to_owned()
    };
    let mut waves = Vec::new();
    for wave in order(&program) {
        let components = wave.into_iter().map(|component| {
            let names: Vec<_> = component.into_iter().map(name).collect();
            match &names[..] {
                [name] => name.clone(),
                _ => format!("[{}]", names.join(" ")),
            }
        });
        waves.push(components.collect::<Vec<_>>().join(" "));
    }
    waves.join("\n")
}

#[test]
fn names_and_methods() {
    let text = "
def leaf(): pass
def caller():
    leaf()
def ping(): pong()
def pong(): ping()
class A:
    def __init__(self): self.setup()
    def setup(self): leaf()
class B(A):
    def setup(self):
        super().setup()
        caller()
def make(): return B()
";
    assert_snapshot!(check(text), @"
    leaf [ping pong]
    caller A.setup
    B.setup
    A.__init__
    make
    mod
    ");
}

#[test]
fn values() {
    let text = "
class Child:
    def __init__(self, owner): pass
    def close(self): pass
    def __enter__(self): pass
    def __exit__(self, *args): pass
class Annotated:
    def close(self): pass
class Third:
    def close(self): pass
class Fourth:
    def close(self): pass
class Owner:
    other: Annotated
    def __init__(self):
        self.child = Child(self)
    def stop(self):
        self.child.close()
        self.other.close()
    @property
    def size(self): return use_local()
    def report(self): return self.size
def use_local():
    with Child(None) as child:
        child.close()
def use_parameter(it: Third): it.close()
def use_unknown(it): it.close()
def use_rare(it): it.report()
def closure():
    def inner(): return use_local()
    return inner
";
    assert_snapshot!(check(text), @"
    Child.__init__ Child.close Child.__enter__ Child.__exit__ Annotated.close Third.close Fourth.close use_unknown
    Owner.__init__ Owner.stop use_local use_parameter
    Owner.size closure.<locals>.inner
    Owner.report closure
    use_rare
    mod
    ");
}
