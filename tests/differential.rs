//! Proves that nothing is lost between the text and the reference IR: every Python file of the
//! fixtures and every example of the rule pages is also parsed with `rustpython-parser`, which
//! shares no code with the parser that cyclint uses, and both must see the same classes, the same
//! functions and methods and the same stores to attributes, on the same lines.
//!
//! What differs by design, and is evened out here:
//!
//! * `x.total += 1` reads and stores; it counts as a store on both sides.
//! * `x.name: T` without a value stores nothing.
//! * A store's range is the whole assignment (`a.x = b.y = value` gives two with the same start),
//!   so stores are compared by the line on which their statement begins; those of `for` and
//!   `with` by the line of their target.
//! * Lambdas and generator expressions are functions of the IR, but have no `def`.
//! * The Python 2 listings of `fixtures/article/` and pages about syntax errors are left out: the
//!   other parser gives up at the first error.

#![expect(clippy::panic, reason = "a file that cannot be parsed has to fail")]

mod support;

use std::collections::BTreeMap;

use cyclint::syntax::ir::{FunctionKind, Op};
use cyclint::syntax::{SourceKind, lower};
use rustpython_parser::Parse;
use rustpython_parser::ast::{self, Expr, Ranged, Stmt};

/// What was found, on which line: `class A`, `def A.close`, `.parent =`.
type Facts = BTreeMap<(usize, String), usize>;

#[test]
fn both_parsers_see_the_same_classes_functions_and_stores() {
    let sources = sources();
    assert!(sources.len() > 400, "the fixtures are missing");
    let mut report = String::new();
    let mut stores = 0;
    for (name, text) in sources {
        let ours = from_ir(&text);
        let theirs = Other::read(&name, &text);
        stores += theirs
            .iter()
            .filter(|((_, it), _)| it.starts_with('.'))
            .count();
        for key in ours.keys().chain(theirs.keys()) {
            let count = |facts: &Facts| facts.get(key).copied().unwrap_or_default();
            let (left, right) = (count(&ours), count(&theirs));
            if left != right {
                let (row, what) = key;
                let line = format!("{name}:{row}: `{what}`: cyclint {left}, other {right}\n");
                if !report.contains(&line) {
                    report.push_str(&line);
                }
            }
        }
    }
    assert!(stores > 1000, "the stores are not recognized any more");
    assert!(report.is_empty(), "{report}");
}

/// Name and text of everything that is compared.
fn sources() -> Vec<(String, String)> {
    let root = support::repository("");
    let mut sources = Vec::new();
    for path in support::files_below(&root.join("fixtures/programs"), ".py") {
        sources.push((support::relative(&path, &root), support::read(&path)));
    }
    for path in support::files_below(&root.join("rules"), ".md") {
        let page = support::read(&path);
        let blocks = page.split("```python\n").skip(1);
        let blocks = blocks.filter_map(|it| it.split("```").next());
        for block in blocks.filter(|it| !it.contains("[CYC001]")) {
            sources.push((support::relative(&path, &root), block.to_owned()));
        }
    }
    sources
}

/// The line of a byte offset.
fn row(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or_default();
    1 + before.matches('\n').count()
}

fn add(facts: &mut Facts, row: usize, what: String) {
    *facts.entry((row, what)).or_default() += 1;
}

/// What the reference IR holds.
fn from_ir(text: &str) -> Facts {
    let ir = lower(text, SourceKind::Python);
    assert!(ir.errors.is_empty(), "{:?}", ir.errors);
    let mut facts = Facts::new();
    let class_name = |index: usize| ir.classes.get(index).map_or("?", |it| it.name.as_str());
    for class in &ir.classes {
        let row = row(text, class.name_range.start().into());
        add(&mut facts, row, format!("class {}", class.name.as_str()));
    }
    for function in &ir.functions {
        if function.kind == FunctionKind::Def {
            let class = function.class.map_or(String::new(), |it| {
                class_name(it.0 as usize).to_owned() + "."
            });
            let row = row(text, function.name_range.start().into());
            let name = function.name.as_str();
            add(&mut facts, row, format!("def {class}{name}"));
        }
        for inst in function.blocks.iter().flatten() {
            if let Op::StoreAttr { name, .. } = &inst.op {
                let row = row(text, inst.range.start().into());
                add(&mut facts, row, format!(".{} =", name.as_str()));
            }
        }
    }
    facts
}

/// What the other parser's tree holds.
struct Other<'a> {
    text: &'a str,
    facts: Facts,
}

impl<'a> Other<'a> {
    fn read(name: &str, text: &'a str) -> Facts {
        let tree = ast::Suite::parse(text, name).unwrap_or_else(|it| panic!("{name}: {it}"));
        let mut other = Other {
            text,
            facts: Facts::new(),
        };
        other.block(&tree, None);
        other.facts
    }

    fn row(&self, node: &impl Ranged) -> usize {
        row(self.text, node.start().into())
    }

    fn block(&mut self, statements: &[Stmt], class: Option<&str>) {
        for statement in statements {
            self.statement(statement, class);
        }
    }

    fn statement(&mut self, statement: &Stmt, class: Option<&str>) {
        let row = self.row(statement);
        match statement {
            Stmt::FunctionDef(it) => self.function(row, &it.name, &it.body, class),
            Stmt::AsyncFunctionDef(it) => self.function(row, &it.name, &it.body, class),
            Stmt::ClassDef(it) => {
                add(&mut self.facts, row, format!("class {}", it.name));
                self.block(&it.body, Some(&it.name));
            }
            Stmt::Assign(it) => it.targets.iter().for_each(|it| self.target(it, row)),
            Stmt::AugAssign(it) => self.target(&it.target, row),
            Stmt::AnnAssign(it) if it.value.is_some() => self.target(&it.target, row),
            Stmt::For(it) => {
                self.target(&it.target, self.row(&*it.target));
                self.blocks([&it.body, &it.orelse], class);
            }
            Stmt::AsyncFor(it) => {
                self.target(&it.target, self.row(&*it.target));
                self.blocks([&it.body, &it.orelse], class);
            }
            Stmt::While(it) => self.blocks([&it.body, &it.orelse], class),
            Stmt::If(it) => self.blocks([&it.body, &it.orelse], class),
            Stmt::With(it) => self.with(&it.items, &it.body, class),
            Stmt::AsyncWith(it) => self.with(&it.items, &it.body, class),
            Stmt::Match(it) => self.blocks(it.cases.iter().map(|it| &it.body), class),
            Stmt::Try(it) => {
                self.blocks([&it.body, &it.orelse, &it.finalbody], class);
                self.handlers(&it.handlers, class);
            }
            Stmt::TryStar(it) => {
                self.blocks([&it.body, &it.orelse, &it.finalbody], class);
                self.handlers(&it.handlers, class);
            }
            _ => {}
        }
    }

    /// A class in whose body an `if` stands is still the class of a `def` in the `if`.
    fn blocks<'b>(&mut self, blocks: impl IntoIterator<Item = &'b Vec<Stmt>>, class: Option<&str>) {
        for block in blocks {
            self.block(block, class);
        }
    }

    fn function(&mut self, row: usize, name: &str, body: &[Stmt], class: Option<&str>) {
        let class = class.map_or(String::new(), |it| format!("{it}."));
        add(&mut self.facts, row, format!("def {class}{name}"));
        self.block(body, None);
    }

    fn with(&mut self, items: &[ast::WithItem], body: &[Stmt], class: Option<&str>) {
        for target in items.iter().filter_map(|it| it.optional_vars.as_deref()) {
            self.target(target, self.row(target));
        }
        self.block(body, class);
    }

    fn handlers(&mut self, handlers: &[ast::ExceptHandler], class: Option<&str>) {
        for ast::ExceptHandler::ExceptHandler(it) in handlers {
            self.block(&it.body, class);
        }
    }

    fn target(&mut self, target: &Expr, row: usize) {
        match target {
            Expr::Attribute(it) => add(&mut self.facts, row, format!(".{} =", it.attr)),
            Expr::Tuple(it) => it.elts.iter().for_each(|it| self.target(it, row)),
            Expr::List(it) => it.elts.iter().for_each(|it| self.target(it, row)),
            Expr::Starred(it) => self.target(&it.value, row),
            _ => {}
        }
    }
}
