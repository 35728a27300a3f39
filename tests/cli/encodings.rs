use insta::assert_snapshot;

use crate::project::Project;

#[test]
fn columns_are_code_points_of_the_decoded_text() {
    let mut project = Project::new();
    project.file("bom.py", b"\xef\xbb\xbfx = (\n");
    project.file("cr.py", b"a = 1\rb = 2\r\nx = (\n");
    project.file("latin.py", b"# coding: latin-1\ns = '\xe9\xe9'; x = $\n");
    project.file("utf8.py", "s = '🐍é'; x = $\n");
    project.file("utf16.py", b"\xff\xfex\0 \0=\0 \0$\0\n\0");
    assert_snapshot!(project.run(&["check", "--output-format", "concise"]), @r"
    exit 1
    --- stdout
    bom.py:2:1: CYC001 syntax error: unexpected EOF while parsing
    cr.py:4:1: CYC001 syntax error: unexpected EOF while parsing
    latin.py:2:15: CYC001 syntax error: got unexpected token $
    utf16.py:1:5: CYC001 syntax error: got unexpected token $
    utf8.py:1:15: CYC001 syntax error: got unexpected token $
    Found 5 problems.
    ");
}

#[test]
fn what_cannot_be_decoded() {
    let mut project = Project::new();
    project.file("ascii.py", b"# -*- coding: ascii -*-\n\xe9\n");
    project.file("contradiction.py", b"\xef\xbb\xbf# coding: latin-1\n");
    project.file("utf8.py", b"a\r\nb\r\xff\n");
    project.file("unknown.py", b"# vim: set fileencoding=klingon :\n");
    assert_snapshot!(project.run(&["check"]), @r"
    exit 2
    --- stdout
    Nothing found in the files that could be read.
    --- stderr
    cyclint: error: ascii.py: not valid ASCII: byte 0xe9 at offset 24 (line 2)
    cyclint: error: contradiction.py: has a UTF-8 byte order mark, but its coding comment says `latin-1`
    cyclint: error: unknown.py: unknown or unsupported encoding `klingon` in its coding comment
    cyclint: error: utf8.py: not valid UTF-8: byte 0xff at offset 5 (line 3)
    ");
}

#[test]
fn control_characters_are_shown_not_obeyed() {
    let project = Project::with(&[("a.py", "s = '\u{202e}\u{1b}[2J'; x = $\n")]);
    assert_snapshot!(project.run(&["check", "-q"]), @r"
    exit 1
    --- stdout
    error[CYC001]: syntax error: got unexpected token $
      ┌─ a.py:1:18
      │
    1 │ s = '\u{202e}\u{1b}[2J'; x = $
      │                              ^
      │
      = help: the rest of the file is analyzed all the same
      = `cyclint rule CYC001` explains more
    ");
}

#[cfg(target_os = "linux")]
#[test]
fn control_characters_in_file_names() {
    let project = Project::with(&[("a\u{1b}[31m\n\u{202e}.py", "x = $\n")]);
    assert_snapshot!(project.run(&["check", "--output-format", "concise"]), @r"
    exit 1
    --- stdout
    a\u{1b}[31m\u{a}\u{202e}.py:1:5: CYC001 syntax error: got unexpected token $
    Found 1 problem.
    ");
    assert_snapshot!(project.run(&["check", "no\u{1b}[31m.py"]), @r"
    exit 2
    --- stdout
    Nothing found in the files that could be read.
    --- stderr
    cyclint: error: no\u{1b}[31m.py: no such file or directory
    ");
}
