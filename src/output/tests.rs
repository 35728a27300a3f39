//! Every format, on findings made by hand.

use std::path::{Path, PathBuf};

use insta::assert_snapshot;
use ruff_text_size::{TextRange, TextSize};
use termcolor::Buffer;

use super::{Report, render, render_statistics, render_summary};
use crate::config::OutputFormat;
use crate::program::model::{FileId, Origin, ParsedFile, Place, Program};
use crate::rules::finding::{Confidence, Finalizer, Finding, Note, Reference, Severity, Verdict};
use crate::source::{Memory, Texts};
use crate::syntax::Name;
use crate::syntax::ir::FileIr;

const TOOLBAR: &str = "\
from button import Button


class Toolbar:
    def __init__(self):
        self.save_button = Button(self)

    def __del__(self):
        print('released')
";

const BUTTON: &str = "\
class Button:
    def __init__(self, toolbar):
        self.toolbar = toolbar
";

/// Files in memory, and findings in them.
#[derive(Default)]
struct Fixture {
    fs: Memory,
    program: Program,
    texts: Vec<&'static str>,
    findings: Vec<Finding>,
}

impl Fixture {
    fn file(&mut self, path: &str, text: &'static str) {
        self.fs.insert(path, text);
        self.texts.push(text);
        self.program.files.push(ParsedFile {
            path: PathBuf::from(path),
            display: path.to_owned(),
            module: Name::new(""),
            is_package: false,
            is_stub: false,
            origin: Origin::Project,
            ir: FileIr::default().into(),
        });
    }

    /// Where `text` stands in a file.
    #[track_caller]
    fn place(&self, file: usize, text: &str) -> Place {
        let start = self.texts[file].find(text);
        let start = start.unwrap_or_else(|| unreachable!("{text} is not there"));
        Place {
            file: FileId(file as u32),
            range: TextRange::at(
                TextSize::new(start as u32),
                TextSize::new(text.len() as u32),
            ),
        }
    }

    fn render(&self, format: OutputFormat) -> String {
        let texts = Texts::new(&self.fs);
        let fingerprints: Vec<_> = (0..).map(|it| format!("{it:016x}")).take(9).collect();
        let report = Report {
            program: &self.program,
            findings: &self.findings,
            fingerprints: &fingerprints,
            texts: &texts,
            problems: &[],
            repository: Path::new(""),
        };
        let mut buffer = Buffer::no_color();
        let result = render(&report, format, &mut buffer)
            .and_then(|()| match format {
                OutputFormat::Concise => render_statistics(&report, format, &mut buffer),
                _ => Ok(()),
            })
            .and_then(|()| match format {
                OutputFormat::Json | OutputFormat::JsonLines => Ok(()),
                _ => render_summary(&report, true, &mut buffer),
            });
        assert!(result.is_ok());
        String::from_utf8(buffer.into_inner()).unwrap_or_default()
    }
}

fn reference(from: &str, via: &str, to: &str, place: Place) -> Reference {
    Reference {
        from: from.to_owned(),
        via: via.to_owned(),
        to: to.to_owned(),
        place,
        weaken: false,
    }
}

fn back_reference() -> Fixture {
    let mut fixture = Fixture::default();
    fixture.file("ui/toolbar.py", TOOLBAR);
    fixture.file("ui/button.py", BUTTON);
    let held = fixture.place(0, "self.save_button = Button(self)");
    let back = fixture.place(1, "self.toolbar = toolbar");
    fixture.findings.push(Finding {
        code: "CYC102",
        severity: Severity::Warning,
        confidence: Confidence::Proven,
        verdict: Some(Verdict::Late),
        message: "`Toolbar.__del__` runs late: `Button` holds the toolbar that holds it".to_owned(),
        help: "let the button hold the toolbar weakly:\n    self._toolbar = weakref.ref(toolbar)"
            .to_owned(),
        place: held,
        cycle: vec![
            reference("Toolbar", "save_button", "Button", held),
            Reference {
                weaken: true,
                ..reference("Button", "toolbar", "Toolbar", back)
            },
        ],
        notes: Vec::new(),
        finalizers: vec![Finalizer {
            class: "ui.toolbar.Toolbar".to_owned(),
            place: Some(fixture.place(0, "__del__")),
        }],
        broken_by: None,
        only_if_broken_shown: false,
        has_finalizer: true,
        signature: String::new(),
    });
    fixture
}

/// A ring of one, in a file that tries to fool the reader.
fn hostile() -> Fixture {
    let mut fixture = Fixture::default();
    fixture.file("evil\u{1b}[2J\n.py", "x = '\u{202e}\u{1b}[31m'; a.me = a\n");
    let place = fixture.place(0, "a.me = a");
    fixture.findings.push(Finding {
        code: "CYC101",
        severity: Severity::Error,
        confidence: Confidence::Proven,
        verdict: Some(Verdict::Uncollectable),
        message: "`A\u{2066}` is never freed".to_owned(),
        help: String::new(),
        place,
        cycle: vec![reference("A\u{2066}", "me", "A\u{2066}", place)],
        notes: vec![Note {
            place: fixture.place(0, "x"),
            message: "made\u{7} here".to_owned(),
        }],
        finalizers: Vec::new(),
        broken_by: Some("A.close\u{85}".to_owned()),
        only_if_broken_shown: false,
        has_finalizer: true,
        signature: String::new(),
    });
    fixture
}

#[test]
fn full() {
    assert_snapshot!(back_reference().render(OutputFormat::Full), @r"
    warning[CYC102]: `Toolbar.__del__` runs late: `Button` holds the toolbar that holds it
      ┌─ ui/toolbar.py:6:9
      │
    6 │         self.save_button = Button(self)
      │         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ 1: `Toolbar` holds `Button` through `save_button`
    7 │
    8 │     def __del__(self):
      │         ------- `Toolbar.__del__` runs late
      │
      ┌─ ui/button.py:3:9
      │
    3 │         self.toolbar = toolbar
      │         ---------------------- 2: `Button` holds `Toolbar` through `toolbar` (make this one weak)
      │
      = ring: Toolbar --save_button--> Button --toolbar--> Toolbar
      = Python frees an object at once when nothing refers to it any more. These refer to each
        other in a ring, so that never happens, even when the rest of the program has let go of
        them. They stay until the garbage collector finds the ring, some time later, and
        `Toolbar.__del__` runs only then, on whatever thread that happens to be; with the
        collector switched off, not before the program ends.
      = help: let the button hold the toolbar weakly:
            self._toolbar = weakref.ref(toolbar)
      = `cyclint rule CYC102` explains more

    Found 1 reference cycle.
    ");
}

#[test]
fn full_neutralizes() {
    assert_snapshot!(hostile().render(OutputFormat::Full), @r"
    error[CYC101]: `A\u{2066}` is never freed
      ┌─ evil\u{1b}[2J\u{a}.py:1:15
      │
    1 │ x = '\u{202e}\u{1b}[31m'; a.me = a
      │ -                         ^^^^^^^^ 1: `A\u{2066}` holds itself through `me`
      │ │
      │ made\u{7} here
      │
      = ring: A\u{2066} --me--> A\u{2066}
      = Python frees an object at once when nothing refers to it any more. This one refers to
        itself, so that never happens. Before Python 3.4 the garbage collector does not free a
        ring with a `__del__` either: the objects end up in `gc.garbage`, and the finalizer
        never runs.
      = calling `A.close\u{85}` breaks the ring
      = `cyclint rule CYC101` explains more

    Found 1 reference cycle.
    ");
}

#[test]
fn concise() {
    assert_snapshot!(back_reference().render(OutputFormat::Concise), @r"
    ui/toolbar.py:6:9: CYC102 `Toolbar.__del__` runs late: `Button` holds the toolbar that holds it
    1	CYC102	back-reference
    Found 1 reference cycle.
    ");
    assert_snapshot!(hostile().render(OutputFormat::Concise), @r"
    evil\u{1b}[2J\u{a}.py:1:15: CYC101 `A\u{2066}` is never freed
    1	CYC101	self-reference
    Found 1 reference cycle.
    ");
}

#[test]
fn grouped() {
    assert_snapshot!(back_reference().render(OutputFormat::Grouped), @r"
    ui/toolbar.py:
      6:9 CYC102 `Toolbar.__del__` runs late: `Button` holds the toolbar that holds it

    Found 1 reference cycle.
    ");
}

#[test]
fn json() {
    assert_snapshot!(back_reference().render(OutputFormat::Json), @r#"
    [
      {
        "code": "CYC102",
        "name": "back-reference",
        "severity": "warning",
        "confidence": "proven",
        "verdict": "late",
        "message": "`Toolbar.__del__` runs late: `Button` holds the toolbar that holds it",
        "help": "let the button hold the toolbar weakly:\n    self._toolbar = weakref.ref(toolbar)",
        "filename": "ui/toolbar.py",
        "location": {
          "row": 6,
          "column": 9
        },
        "end_location": {
          "row": 6,
          "column": 40
        },
        "cycle": [
          {
            "from": "Toolbar",
            "via": "save_button",
            "to": "Button",
            "filename": "ui/toolbar.py",
            "location": {
              "row": 6,
              "column": 9
            },
            "end_location": {
              "row": 6,
              "column": 40
            }
          },
          {
            "from": "Button",
            "via": "toolbar",
            "to": "Toolbar",
            "filename": "ui/button.py",
            "location": {
              "row": 3,
              "column": 9
            },
            "end_location": {
              "row": 3,
              "column": 31
            }
          }
        ],
        "finalizers": [
          {
            "class": "ui.toolbar.Toolbar",
            "filename": "ui/toolbar.py",
            "location": {
              "row": 8,
              "column": 9
            }
          }
        ],
        "broken_by": null,
        "fix": null,
        "fingerprint": "0000000000000000",
        "url": "https://github.com/cyclint/cyclint/blob/main/rules/CYC102-back-reference.md"
      }
    ]
    "#);
}

#[test]
fn json_lines_are_escaped() {
    assert_snapshot!(hostile().render(OutputFormat::JsonLines), @r#"{"code":"CYC101","name":"self-reference","severity":"error","confidence":"proven","verdict":"uncollectable","message":"`A\u2066` is never freed","help":"","filename":"evil\u001b[2J\n.py","location":{"row":1,"column":15},"end_location":{"row":1,"column":23},"cycle":[{"from":"A\u2066","via":"me","to":"A\u2066","filename":"evil\u001b[2J\n.py","location":{"row":1,"column":15},"end_location":{"row":1,"column":23}}],"finalizers":[],"broken_by":"A.close\u0085","fix":null,"fingerprint":"0000000000000000","url":"https://github.com/cyclint/cyclint/blob/main/rules/CYC101-self-reference.md"}"#);
}

#[test]
fn nothing() {
    let fixture = Fixture::default();
    assert_eq!(fixture.render(OutputFormat::Full), "All checks passed!\n");
    assert_eq!(fixture.render(OutputFormat::Json), "[]\n");
    assert_eq!(fixture.render(OutputFormat::JsonLines), "");
}
