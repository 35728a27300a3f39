#!/usr/bin/env python3
"""Ask CPython what libraries of the package index hold on to.

    libraries.py PROGRAM             the verdict on one program
    libraries.py --check SUITE       is each program what its first line says?
    libraries.py --record SUITE      write the first lines
    libraries.py --score CYCLINT SUITE
                                     what does cyclint say of the programs, following the
                                     sources of this environment?

Run it with the interpreter of an environment in which the libraries are
installed; programs of a library that is not are left out.

A suite has a folder for each distribution, with programs.  `main()` gives a
weak reference to the object that the program is about, with nothing collected
meanwhile.  The verdict:

* `freed`: the object is gone at once;
* `late`: a full collection frees it, so it is on a ring or hangs off one;
* `held`: it is still there, so something holds it for good.

The first line of a program is the verdict, with the version of the library that
CPython was asked with.  The comments `# error: [CYC103]` say what cyclint has to
report: a ring for what is freed late, a pin for what is held (or a ring, which
something holds besides, or which the collector does not see), and nothing for
what is freed at once.

CPython 3.10 or newer.
"""

import argparse
import gc
import importlib.metadata
import importlib.util
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

MARKER = re.compile(r"# error: \[([A-Z0-9, ]*)\]")
HEADER = re.compile(r"# (\S+) (\S+): (freed|late|held)$")
VERDICTS = ("freed", "late", "held")


def judge(path):
    spec = importlib.util.spec_from_file_location("program", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["program"] = module
    spec.loader.exec_module(module)
    gc.collect()
    gc.disable()
    subject = module.main()
    if subject() is None:
        return "freed"
    gc.collect()
    gc.collect()
    return "late" if subject() is None else "held"


def verdict_on(path):
    """What CPython says in a process of its own."""
    command = [sys.executable, "-W", "ignore", os.path.abspath(__file__), path]
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen")
    try:
        answer = subprocess.run(command, capture_output=True, timeout=120, env=environment)
    except subprocess.TimeoutExpired:
        return "no verdict: it does not end"
    words = answer.stdout.decode().split()
    if not words or words[-1] not in VERDICTS:
        return "no verdict: " + answer.stderr.decode(errors="replace")[-400:]
    return words[-1]


def lines_of(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines(keepends=True)


def codes_in(path):
    """What the comments expect, with the lines."""
    return {
        (row, code.strip())
        for row, line in enumerate(lines_of(path), 1)
        for codes in MARKER.findall(line)
        for code in codes.split(",")
    }


def agree(verdict, codes):
    """Whether the comments expect what CPython says."""
    has_pin = any(code.startswith("CYC3") for _, code in codes)
    return {
        "freed": not codes,
        "late": bool(codes) and not has_pin,
        "held": bool(codes),
    }.get(verdict, False)


def programs_of(suite):
    """(distribution, version, path) of each program whose library is installed, and the others."""
    here, missing = [], []
    for name in sorted(os.listdir(suite)):
        folder = os.path.join(suite, name)
        if not os.path.isdir(folder):
            continue
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
            continue
        files = sorted(it for it in os.listdir(folder) if it.endswith(".py"))
        here += [(name, version, os.path.join(folder, it)) for it in files]
    return here, missing


def each(programs):
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        return list(zip(programs, pool.map(lambda it: verdict_on(it[2]), programs)))


def check(suite):
    programs, missing = programs_of(suite)
    disagree = 0
    for (_, version, path), verdict in each(programs):
        header = HEADER.match(lines_of(path)[0])
        said = header.group(3) if header else "nothing"
        problems = []
        if verdict != said:
            problems.append("%s: said to be %s" % (verdict, said))
        if not agree(verdict, codes_in(path)):
            problems.append("%s: the comments expect something else" % verdict)
        if problems:
            disagree += 1
            print("%s (%s): %s" % (path, version, "; ".join(problems)))
    if missing:
        print("not installed: " + ", ".join(missing))
    print("%d programs, %d disagree" % (len(programs), disagree))
    return 1 if disagree or not programs else 0


def record(suite):
    programs, missing = programs_of(suite)
    for (name, version, path), verdict in each(programs):
        if verdict.startswith("no verdict"):
            print("%s: %s" % (path, verdict))
            continue
        lines = lines_of(path)
        first = "# %s %s: %s\n" % (name, version, verdict)
        lines[: 1 if HEADER.match(lines[0]) else 0] = [first]
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(lines)
    if missing:
        print("not installed: " + ", ".join(missing))
    return 0


def score(cyclint, suite, options):
    programs, _ = programs_of(suite)
    found = {path: set() for _, _, path in programs}
    for folder in sorted({os.path.dirname(path) for path in found}):
        command = [os.path.abspath(cyclint), "check", "--isolated", "--output-format", "json"]
        answer = subprocess.run(command + options + ["."], cwd=folder, capture_output=True)
        for it in json.loads(answer.stdout or "[]"):
            path = os.path.join(folder, it["filename"])
            found[path].add((it["location"]["row"], it["code"]))
    wrong = 0
    for path, findings in found.items():
        codes = codes_in(path)
        if findings != codes:
            wrong += 1
            print("%s: missing %s, false %s" % (path, sorted(codes - findings), sorted(findings - codes)))
    print("%d programs, %d differ" % (len(found), wrong))
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--score", metavar="CYCLINT")
    parser.add_argument("path")
    parser.add_argument("options", nargs="*", help="for cyclint")
    arguments = parser.parse_args()
    if arguments.check:
        sys.exit(check(arguments.path))
    if arguments.record:
        sys.exit(record(arguments.path))
    if arguments.score:
        sys.exit(score(arguments.score, arguments.path, arguments.options))
    print(judge(os.path.abspath(arguments.path)))
    sys.stdout.flush()
    # Threads that never end, and what runs at exit, are what this is about.
    os._exit(0)


if __name__ == "__main__":
    main()
