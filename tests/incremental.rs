//! A session that knows the files from before says what a run from scratch says.
//!
//! A project of several modules is edited at random: functions change, half-typed lines come and go,
//! files are created, deleted and renamed. After each step the session and a fresh run are rendered
//! and must not differ in a byte.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot set the stage has to fail"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cyclint::config::{Layer, Located, Options, OutputFormat, Scope, Settings, resolve};
use cyclint::output::{Report, render};
use cyclint::progress::Silent;
use cyclint::project::{self, Outcome, Session};
use cyclint::source::{Memory, Texts};
use termcolor::Buffer;

const MODULES: usize = 8;
const STEPS: usize = 120;

#[test]
fn finalizers() {
    check(Scope::Finalizers, 1);
}

#[test]
fn all_rings() {
    check(Scope::All, 2);
}

/// The programs of `fixtures/`, all in one project, of which single lines come and go: most such
/// edits leave the outlines of the files as they are.
#[test]
fn bodies_finalizers() {
    check_bodies(Scope::Finalizers, 3);
}

#[test]
fn bodies_all_rings() {
    check_bodies(Scope::All, 4);
}

fn check_bodies(scope: Scope, seed: u64) {
    let originals = fixtures();
    let edit = |files: &mut BTreeMap<String, String>, random: &mut Random| {
        let paths: Vec<&String> = originals.keys().collect();
        let target = paths[random.below(paths.len())];
        let text = match random.below(8) {
            0 => originals[target].clone(),
            _ => edit_line(&files[target], random),
        };
        files.insert(target.clone(), text);
        vec![target.clone()]
    };
    check_edits(scope, originals.clone(), &mut Random(seed), edit);
}

/// A project with an environment, whose sources are followed as far as they are named.
#[test]
fn environments() {
    let library = ".venv/lib/python3.11/site-packages/store.py";
    let mut files = BTreeMap::from([
        (
            ".venv/pyvenv.cfg".to_owned(),
            "home = /nowhere/bin\n".to_owned(),
        ),
        (
            library.to_owned(),
            "class Keeper:\n    def __init__(self, kept):\n        self.kept = kept\n\n\n\
             class Base:\n    def __del__(self):\n        pass\n\n\n\
             def keep(it):\n    it.held = Keeper(it)\n    return it\n"
                .to_owned(),
        ),
    ]);
    for number in 0..4 {
        files.insert(
            name(number),
            "import store\n\n\nclass Owner(store.Base):\n    def __init__(self):\n        \
             self.name = 'x'\n\n    def close(self):\n        self.held = None\n\n\n\
             def make():\n    return Owner()\n\n\nmake()\n"
                .to_owned(),
        );
    }
    let edit = |files: &mut BTreeMap<String, String>, random: &mut Random| {
        let target = name(random.below(4));
        let statements = [
            "self.held = store.Keeper(self)",
            "store.keep(self)",
            "self.held = store.Keeper",
            "self.held = store.nothing",
            "self.other = self",
            "pass",
        ];
        let line = format!(
            "        {}\n    def close",
            statements[random.below(statements.len())]
        );
        let text = files.entry(target.clone()).or_default();
        *text = match random.below(3) {
            0 => text.replacen("    def close", &line, 1),
            _ => edit_line(text, random),
        };
        vec![target]
    };
    check_edits(Scope::Finalizers, files, &mut Random(5), edit);
}

/// Every sixteenth program.
fn fixtures() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/programs");
    let mut paths: Vec<PathBuf> = walkdir::WalkDir::new(&root)
        .into_iter()
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(|it| it.extension().is_some_and(|it| it == "py"))
        .collect();
    paths.sort();
    let chosen = paths.into_iter().step_by(16);
    let read = |it: PathBuf| {
        let text = std::fs::read_to_string(&it).expect("a fixture");
        let path = it.strip_prefix(&root).expect("below").to_string_lossy();
        (path.replace('\\', "/"), text)
    };
    chosen.map(read).collect()
}

/// Changes a line within an indented block.
fn edit_line(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let indented: Vec<usize> = (0..lines.len())
        .filter(|&it| lines[it].starts_with("    ") && !lines[it].trim().is_empty())
        .collect();
    if indented.is_empty() {
        return text.to_owned();
    }
    let at = indented[random.below(indented.len())];
    let indentation = " ".repeat(lines[at].len() - lines[at].trim_start().len());
    let stores = [
        "self.kept = self",
        "self.kept = None",
        "self.name = str(self)",
        "self.close()",
        "value = self.run",
        "pass",
        "# nothing",
    ];
    let inserted = format!("{indentation}{}", stores[random.below(stores.len())]);
    match random.below(5) {
        0 => {
            lines.remove(at);
        }
        1 => lines.insert(at, lines[at].clone()),
        2 => lines[at] = format!("{indentation}pass"),
        3 => lines.insert(at, inserted),
        _ => {
            let other = indented[random.below(indented.len())];
            lines.swap(at, other);
        }
    }
    lines.join("\n") + "\n"
}

fn check(scope: Scope, seed: u64) {
    let mut random = Random(seed);
    let files: BTreeMap<String, String> = (0..MODULES)
        .map(|it| (name(it), module(it, &mut random)))
        .collect();
    check_edits(scope, files, &mut random, edit);
}

/// `edit` changes the files at random, and says which ones.
fn check_edits(
    scope: Scope,
    mut files: BTreeMap<String, String>,
    random: &mut Random,
    edit: impl Fn(&mut BTreeMap<String, String>, &mut Random) -> Vec<String>,
) {
    let settings = settings(scope);
    let mut session = Session::default();
    let mut seen = BTreeSet::new();
    for step in 0..STEPS {
        for path in edit(&mut files, random) {
            session.forget(&absolute(&path));
        }
        let fs = memory(&files);
        let found = project::find_files(&fs, &[PathBuf::from("/p")], Path::new("/p"), &settings);
        let texts = Texts::new(&fs);
        let outcome = session.check(&fs, &found, &settings, &texts, &Silent);
        let incremental = shown(&outcome, &texts);
        let texts = Texts::new(&fs);
        let outcome = project::check(&fs, found, &settings, &texts, &Silent);
        let fresh = shown(&outcome, &texts);
        assert_eq!(incremental, fresh, "step {step}: {files:#?}");
        seen.insert(fresh);
    }
    assert!(
        seen.len() > STEPS / 6,
        "the edits change nothing: {}",
        seen.len()
    );
    assert!(
        seen.iter().any(|it| it.contains("CYC1")),
        "there are no rings"
    );
}

/// One random step; the files that are other than before.
fn edit(files: &mut BTreeMap<String, String>, random: &mut Random) -> Vec<String> {
    let target = name(random.below(MODULES));
    match random.below(12) {
        0 => {
            files.remove(&target);
            vec![target]
        }
        1 => {
            let other = format!("pkg/other{}.py", random.below(3));
            match files.remove(&target) {
                Some(text) => files.insert(other.clone(), text),
                None => files.remove(&other),
            };
            vec![target, other]
        }
        2 => {
            let text = files.entry(target.clone()).or_default();
            let typed = [
                "class New(Base:",
                "    def f(self, x=[1, 2:",
                "self.y = foo(",
                "\"\"\"",
            ];
            let at = text.find("\n\n").unwrap_or_default();
            text.insert_str(at, &format!("\n{}", typed[random.below(typed.len())]));
            vec![target]
        }
        3 => {
            let text = files.entry(target.clone()).or_default();
            text.insert_str(0, "# a comment\n");
            vec![target]
        }
        _ => {
            let number = random.below(MODULES);
            files.insert(target.clone(), module(number, random));
            vec![target]
        }
    }
}

fn name(number: usize) -> String {
    match number {
        0 => "pkg/__init__.py".to_owned(),
        _ => format!("pkg/m{number}.py"),
    }
}

/// A module that imports from the others, with rings that depend on what stands there.
fn module(number: usize, random: &mut Random) -> String {
    let other = random.below(MODULES - 1) + 1;
    let base = random.below(MODULES - 1) + 1;
    let stored = ["owner", "owner.name", "None", "weakref.ref(owner)"][random.below(4)];
    let finalizer = ["__del__", "close", "__exit__"][random.below(3)];
    let part = ["Part", &format!("m{other}.Part{other}")][random.below(2)].to_owned();
    let inherited = ["", &format!("(m{base}.Owner{base})")][random.below(2)].to_owned();
    let part = if part == "Part" {
        format!("Part{number}")
    } else {
        part
    };
    format!(
        "import weakref\nfrom . import m{other}, m{base}\nfrom .m{other} import Part{other} as Imported\n\n\
         class Part{number}:\n    def __init__(self, owner):\n        self.owner = {stored}\n\n\
         class Owner{number}{inherited}:\n    def __init__(self):\n        self.name = 'x'\n        \
         self.part = {part}(self)\n        self.more = [Imported(self)]\n    \
         def {finalizer}(self, *_):\n        self.name = ''\n\n\
         def make():\n    return Owner{number}()\n\nmake()\nm{other}.make()\n"
    )
}

fn absolute(path: &str) -> PathBuf {
    Path::new("/p").join(path)
}

fn memory(files: &BTreeMap<String, String>) -> Memory {
    let mut fs = Memory::new();
    for (path, text) in files {
        fs.insert(absolute(path), text.as_str());
    }
    fs
}

fn settings(scope: Scope) -> Settings {
    let options = Options {
        scope: Some(scope),
        ..Options::default()
    };
    let layer = Layer {
        options,
        base: "/p".into(),
        origin: String::new(),
        text: String::new(),
    };
    resolve(
        &Memory::new(),
        &Located::default(),
        Path::new("/p"),
        &[layer],
    )
    .expect("valid")
}

fn shown(outcome: &Outcome, texts: &Texts<'_>) -> String {
    let mut buffer = Buffer::no_color();
    let report = Report {
        program: &outcome.program,
        findings: &outcome.findings,
        fingerprints: &outcome.fingerprints,
        texts,
        problems: &outcome.problems,
        repository: std::path::Path::new("/"),
    };
    render(&report, OutputFormat::Json, &mut buffer).expect("in memory");
    String::from_utf8_lossy(buffer.as_slice()).into_owned()
}

/// The same numbers in every run (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }
}
