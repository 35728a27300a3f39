#!/usr/bin/env python3
"""Write into the programs of a suite what a cyclint binary reports there.

    mark.py SUITE BINARY [--known-wrong FILE] [--check]

Each program is checked in the default scope.  Every line on which something is
reported gets the comment `# error: [CYC102]` at its end (the codes of several
findings are separated by commas), and every other comment of this form goes:
the number of lines never changes.  Of the rings (CYC1xx) only those are marked
that `expect.json` confirms: a finalizer is on such a ring and the line is one
of its `lines`, or (CYC108) one is delayed and the line is one of `lines` or
`any_lines`.  Read the difference before you commit it.

`--known-wrong FILE` also brings the list of wrong answers up to date: lines
that are no longer true go, new ones are added, reasons are kept.  `--check`
writes nothing and exits with 1 if something would change.

Standard library only.
"""

import argparse
import io
import json
import os
import re
import subprocess
import sys
import tokenize

import score

MARKER = re.compile(r"\s*# error: \[[A-Z0-9, ]*\]\s*$")
LONGEST = 120


def is_right(finding, expected):
    """Is there such a ring, and does it pass through this line?"""
    code, file, row = finding
    if not code.startswith(("CYC1", "CYC2")):
        return True  # not about rings: CPython was not asked
    if code == "CYC108":
        wanted, lines = expected["finalizer_delayed"], expected["lines"] + expected["any_lines"]
    elif code.startswith("CYC2"):
        wanted = expected["finalizer_delayed"] or expected["finalizer_cycle"]
        lines = expected["lines"] + expected["any_lines"]
    else:
        wanted, lines = expected["finalizer_cycle"], expected["lines"]
    return wanted and (file, row) in {(os.path.normpath(f), n) for f, n in lines}


def comments_allowed(text):
    """The rows at whose end a comment may stand: not in a string, not before a `\\`."""
    lines = text.splitlines()
    rows = {row for row, line in enumerate(lines, 1) if not line.endswith("\\")}
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.start[0] != token.end[0]:
            rows -= set(range(token.start[0], token.end[0]))
    return rows


def mark(text, codes_of_row):
    """The text with these markers and no others."""
    allowed = comments_allowed(text)
    lines = text.split("\n")
    for row, line in enumerate(lines, 1):
        bare = MARKER.sub("", line) if "# error: [" in line else line
        codes = sorted(codes_of_row.get(row, ()))
        if not codes:
            lines[row - 1] = bare
            continue
        marked = "%s  # error: [%s]" % (bare, ", ".join(codes))
        if row not in allowed or len(marked) > LONGEST:
            raise ValueError("line %d cannot hold a comment: %s" % (row, line))
        lines[row - 1] = marked
    return "\n".join(lines)


def python_files(folder):
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if f != "__pycache__")
        for file in sorted(files):
            if file.endswith(".py"):
                yield os.path.join(where, file)


def other_findings(binary, folder):
    """What is reported beside the rings, which `score.py` leaves out."""
    command = [binary, "check", "--isolated", "--exit-zero", "--output-format", "json", "."]
    answer = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, check=True).stdout
    return [
        (f["code"], os.path.normpath(f["filename"]), f["location"]["row"])
        for f in json.loads(answer.decode())
        if not f["code"].startswith(score.RING_CODES)
    ]


def mark_program(result, binary, write):
    """Mark one program; the files that changed."""
    reported = result["default"] + other_findings(binary, result["folder"])
    changed = []
    for path in python_files(result["folder"]):
        name = os.path.normpath(os.path.relpath(path, result["folder"]))
        codes_of_row = {}
        for code, file, row in reported:
            if file == name and is_right((code, file, row), result["expected"]):
                codes_of_row.setdefault(row, []).append(code)
        with open(path, encoding="utf-8", newline="") as file:
            old = file.read()
        new = mark(old, codes_of_row)
        if new != old:
            changed.append(path)
            if write:
                with open(path, "w", encoding="utf-8", newline="") as file:
                    file.write(new)
    return changed


def wrong_answers(result):
    """The kinds of wrong answers that cyclint gives for a program."""
    expected = result["expected"]
    if expected["finalizer_cycle"] and not result["ring"]:
        yield "FN_ring"
    if expected["finalizer_delayed"] and not expected["finalizer_cycle"] and not result["delayed"]:
        yield "FN_delayed"
    if expected["any_cycle"] and not result["any"]:
        yield "FN_any"
    if result["false"]:
        yield "FP_default"
    elif not all(is_right(finding, expected) for finding in result["default"]):
        yield "FP_line"
    if result["false_all"]:
        yield "FP_all"


def update_known_wrong(path, results, write):
    """Bring the list up to date; whether it changed."""
    head, reasons = [], {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            for line in file:
                entry, _, reason = line.partition("#")
                if entry.strip():
                    reasons[" ".join(entry.split())] = reason.strip()
                elif not reasons:
                    head.append(line)
    entries = sorted(
        "%s %s" % (kind, os.path.basename(result["folder"]))
        for result in results
        for kind in wrong_answers(result)
    )
    for entry in sorted(set(reasons) - set(entries)):
        print("right now: %s" % entry)
    for entry in sorted(set(entries) - set(reasons)):
        print("wrong now: %s" % entry)
    new = "".join(head) + "".join(
        "%-44s # %s\n" % (entry, reasons.get(entry) or "TODO: say why") for entry in entries
    )
    old = ""
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            old = file.read()
    if write and new != old:
        with open(path, "w", encoding="utf-8") as file:
            file.write(new)
    return new != old


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("suite")
    parser.add_argument("binary")
    parser.add_argument("--known-wrong", metavar="FILE")
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args()
    binary = os.path.abspath(options.binary)
    results = [score.measure(binary, f, 60) for f in score.programs_below(options.suite)]
    changed = False
    for result in results:
        if result["problem"]:
            parser.error("%s: %s" % (result["folder"], result["problem"]))
        for path in mark_program(result, binary, not options.check):
            changed = True
            print("marked: %s" % os.path.relpath(path, options.suite))
    if options.known_wrong:
        changed |= update_known_wrong(options.known_wrong, results, not options.check)
    return 1 if changed and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
