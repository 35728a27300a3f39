//! Proves that `src/` is built as `docs/ARCHITECTURE.md` says: no stage imports a later one, only
//! `syntax` knows the parser, every file says what it is, and none is too long to read.

mod support;

/// The stages in the order of the data.
const STAGES: [&str; 7] = [
    "source", "syntax", "program", "heap", "cycles", "rules", "output",
];

/// What stands around the stages, and what it may import.
const AROUND: [(&str, &[&str]); 7] = [
    ("progress", &[]),
    ("config", &["source", "rules"]),
    (
        "engine",
        &[
            "source", "syntax", "program", "heap", "cycles", "rules", "config", "progress",
        ],
    ),
    (
        "project",
        &[
            "source", "syntax", "program", "cycles", "rules", "config", "engine", "progress",
        ],
    ),
    (
        "server",
        &[
            "source", "syntax", "program", "rules", "output", "config", "project", "progress",
        ],
    ),
    (
        "cli",
        &[
            "source", "syntax", "rules", "output", "config", "project", "progress", "server",
        ],
    ),
    ("main", &["cli"]),
];

/// What a stage may know of the user's choices: where they are applied.
const SETTINGS: [&str; 4] = [
    "src/rules/select.rs",
    "src/rules/unused_suppression.rs",
    "src/rules/tests.rs",
    "src/output/",
];

/// A file of `src/` with more lines than this should be two.
const LONGEST_FILE: usize = 830;

#[test]
fn no_stage_imports_a_later_one() {
    let mut report = String::new();
    let mut imports = 0;
    for (path, text) in sources() {
        let part = part_of(&path);
        for (row, module) in imported(&text) {
            imports += 1;
            let is_setting = module == "config" && may_know_settings(&path);
            if !may_import(part, module) && !is_setting {
                report.push_str(&format!("{path}:{row}: `{part}` imports `{module}`\n"));
            }
        }
    }
    assert!(imports > 100, "the imports are not recognized any more");
    assert!(report.is_empty(), "against the stream:\n{report}");
}

#[test]
fn only_syntax_knows_the_parser() {
    let allowed = ["src/source/", "src/syntax/"];
    for (path, text) in sources() {
        let names_it = code_lines(&text).any(|(_, line)| line.contains("ruff_python_"));
        assert!(
            !names_it || allowed.iter().any(|it| path.starts_with(it)),
            "{path} names a crate of the parser: go through `syntax::ir`"
        );
    }
}

/// Whatever an execution learns of other functions goes through `heap/reads.rs`, which notes it:
/// else an execution that is kept would outlive what it depends on.
#[test]
fn executions_note_what_they_read() {
    let around = [
        "src/heap/reads.rs",
        "src/heap/facts.rs",
        "src/heap/mentions.rs",
        "src/heap/variants.rs",
        "src/heap/relevance/",
        "src/heap/executions.rs",
        "src/heap/schedule.rs",
        "src/heap/revise.rs",
    ];
    let silent = [
        "program.function(",
        "program.class(",
        "env.facts",
        "env.summaries",
        "variants.stores_attribute(",
    ];
    for (path, text) in sources() {
        let executes = path.starts_with("src/heap/") || path == "src/cycles/hazards.rs";
        if !executes || around.iter().any(|it| path.starts_with(it)) {
            continue;
        }
        let code: String = code_lines(&text).map(|it| it.1).collect();
        let code: String = code.split_whitespace().collect();
        for way in silent {
            assert!(!code.contains(way), "{path}: `{way}` passes by `reads.rs`");
        }
    }
}

#[test]
fn every_file_says_what_it_is() {
    for (path, text) in sources() {
        // The tests of a module are described where the module of tests begins.
        let is_explained = text.starts_with("//! ") || path.contains("/tests/");
        assert!(is_explained, "{path} begins without `//!`");
    }
}

#[test]
fn no_file_is_too_long() {
    for (path, text) in sources() {
        let lines = text.lines().count();
        assert!(
            lines <= LONGEST_FILE,
            "{path} has {lines} lines, more than {LONGEST_FILE}: split it by responsibility"
        );
    }
}

fn may_import(part: &str, module: &str) -> bool {
    let stage = |name: &str| STAGES.iter().position(|it| *it == name);
    if part == module {
        return true;
    }
    if let Some(later) = stage(part) {
        return stage(module).is_some_and(|it| it < later);
    }
    AROUND
        .iter()
        .any(|(name, allowed)| *name == part && allowed.contains(&module))
}

fn may_know_settings(path: &str) -> bool {
    SETTINGS.iter().any(|it| path.starts_with(it))
}

/// Path and text of every file in `src/`.
fn sources() -> Vec<(String, String)> {
    let root = support::repository("");
    let files = support::files_below(&root.join("src"), ".rs");
    assert!(files.len() > 50, "the sources are missing");
    files
        .iter()
        .map(|it| (support::relative(it, &root), support::read(it)))
        .collect()
}

/// `heap` for `src/heap/exec.rs`, `engine` for `src/engine.rs`.
fn part_of(path: &str) -> &str {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    inner.split('/').next().unwrap_or(inner)
}

/// The lines that are not comments, numbered.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = (1..).zip(text.lines());
    lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// The modules named behind `crate::` (in `main.rs`, `cyclint::`), in `use` or elsewhere.
fn imported(text: &str) -> Vec<(usize, &str)> {
    code_lines(text)
        .flat_map(|(row, line)| {
            let paths = ["crate::", "cyclint::"].into_iter().flat_map(|root| {
                line.match_indices(root)
                    .map(|(at, _)| line.get(at + root.len()..).unwrap_or_default())
            });
            paths.map(move |path| {
                let end = path.find(|it: char| it != '_' && !it.is_ascii_lowercase());
                (
                    row,
                    path.get(..end.unwrap_or(path.len())).unwrap_or_default(),
                )
            })
        })
        .collect()
}
