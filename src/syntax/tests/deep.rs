//! Inputs nested a hundred thousand levels deep.

use super::ir;

const DEEP: usize = 100_000;

fn nested(open: &str, inner: &str, close: &str) -> String {
    open.repeat(DEEP) + inner + &close.repeat(DEEP)
}

/// The text is taken in, and what cannot be lowered is counted.
fn survives(text: &str) {
    let ir = ir(text);
    assert_eq!(ir.functions.first().map(|it| it.params.len()), Some(0));
}

#[test]
fn brackets() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("{", "}"),
        ("{1:", "}"),
        ("f(", ")"),
        ("a[", "]"),
    ] {
        survives(&nested(open, "x", close));
        survives(&nested(open, "x", ""));
        survives(&nested(open, "x", close).replace(')', ",)"));
        survives(&(nested(open, "x", close) + " = 1"));
        survives(&("del ".to_owned() + &nested(open, "x", close)));
        survives(&("for ".to_owned() + &nested(open, "x", close) + " in y: pass"));
    }
}

#[test]
fn operators() {
    for link in [
        "+a",
        ".b",
        ".b()",
        "[0]",
        "()",
        " and a",
        " or not a",
        " < a",
        "**a",
        " if a else a",
        "@a",
    ] {
        survives(&format!("a{}", link.repeat(DEEP)));
        survives(&format!("x = a{}", link.repeat(DEEP)));
        survives(&format!("if a{}: pass", link.repeat(DEEP)));
    }
    for prefix in [
        "not ",
        "-",
        "~",
        "await ",
        "lambda: ",
        "lambda a, b=c: ",
        "*",
        "yield ",
        "(yield from ",
        "x := ",
    ] {
        survives(&nested(prefix, "x", ""));
    }
}

#[test]
fn comprehensions() {
    survives(&nested("[x for x in ", "y", "]"));
    survives(&nested("[", "y", " for x in x]"));
    survives(&nested("(", "y", " for x in x if x)"));
    survives(&format!("[x{}]", " for x in x".repeat(DEEP)));
    survives(&format!("[x for x in x{}]", " if x".repeat(DEEP)));
}

#[test]
fn formatted_strings() {
    survives(&nested("f'{", "x", "}'"));
    survives(&nested("f'''{", "x", "}'''"));
    survives(&nested("f'{x:{", "x", "}}'"));
    survives(&format!("f'{}'", nested("{x:", "x", "}")));
}

#[test]
fn statements() {
    survives(&format!("if a: b\n{}", "elif a: b\n".repeat(DEEP)));
    survives(&nested("if x: ", "y", ""));
    survives(&nested("async ", "def f(): pass", ""));
    survives(&format!("with {}b: pass", "a as b, ".repeat(DEEP)));
    survives(&format!("{}x", "a = ".repeat(DEEP)));
    survives(&format!("{}def f(): pass", "@a\n".repeat(DEEP)));
    survives(&nested("\"", "x", "\""));
    // Text grows with the square of the depth here.
    for header in [
        "if x:\n",
        "def f():\n",
        "class A:\n",
        "try:\n",
        "while x:\n",
    ] {
        let suites: String = (0..3000).map(|it| " ".repeat(it) + header).collect();
        survives(&suites);
    }
}

#[test]
fn patterns() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("A(", ")"),
        ("{1:", "}"),
        ("x|", ""),
    ] {
        survives(&format!(
            "match x:\n case {}: pass",
            nested(open, "x", close)
        ));
    }
}

#[test]
fn annotations() {
    survives(&format!("x: {} = 1", nested("A[", "x", "]")));
    survives(&format!("x: A{} = 1", " | A".repeat(DEEP)));
    survives(&format!("x: '{}' = 1", nested("A[", "x", "]")));
}

#[test]
fn long_chains_are_lowered() {
    let ir = ir(&format!("a{}", ".b().c".repeat(500)));
    assert_eq!(ir.skipped_deep, 0);
    let insts: usize = ir
        .functions
        .iter()
        .flat_map(|it| &it.blocks)
        .map(|it| it.len())
        .sum();
    assert_eq!(insts, 1001);
}

#[test]
fn too_deep_for_any_stack() {
    let ir = ir(&"(".repeat(3_000_000));
    assert_eq!(ir.errors.len(), 1);
    assert_eq!(ir.functions.len(), 1);
    assert_eq!(ir.line_count, 1);
}

#[test]
fn what_is_not_deep_fits_any_stack() {
    let suites: String = (0..95).map(|it| " ".repeat(it) + "if x:\n").collect();
    for (open, close) in [
        ("f(", ")"),
        ("[x for x in ", "]"),
        ("{1: ", "}"),
        ("a and (", ")"),
        ("not (", ")"),
        ("a if (", ") else b"),
        ("f'{", "}'"),
    ] {
        let expr = open.repeat(100) + "x" + &close.repeat(100);
        let text = format!("{suites}{}if {expr}: y = {expr}\n", " ".repeat(95));
        let small = std::thread::Builder::new().stack_size(1 << 20);
        let lowered = small.spawn(move || ir(&text).skipped_deep);
        assert!(lowered.is_ok_and(|it| it.join().is_ok()), "{open}");
    }
}
