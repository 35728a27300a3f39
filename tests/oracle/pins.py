#!/usr/bin/env python3
"""Ask CPython what a program leaves alive, and how it leaves the collector.

    pins.py PROGRAM          the verdict on one program, as JSON
    pins.py --check SUITE    is each program what its comments say?

A program is a folder with a `main.py`.  `main()` is called and everything that
it made is dropped; then comes a full collection.  The verdict:

* `kept`: an instance of one of the program's classes is still alive that was
  not there before `main()`;
* `answer`: what `main()` gave: "nothing", "yes" or "no" for a bool, and for a
  weak reference "alive" or "dead" (after the collection); else "something";
* `raised`: the exception that `main()` raised;
* `late`: the weak reference that `main()` gave was alive before the collection
  and dead after it;
* `off`: the collector is switched off, or something is frozen;
* `saves`: it keeps what it finds (`gc.DEBUG_SAVEALL`).

In a suite, `main()` gives a weak reference to the object that ought to be gone,
or a bool that says whether the hazard came true.  A program with a comment
`# error: [CYC3..]` or `[CYC4..]` must leave the object alive (CYC305: until the
collection) or answer yes; any other one must do neither.

Standard library only; CPython 3.8 or newer.
"""

import argparse
import gc
import importlib
import json
import os
import re
import subprocess
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor

MARKER = re.compile(r"# error: \[([A-Z0-9, ]*)\]")


def instances(names):
    """The living instances of classes of these modules."""
    return [o for o in gc.get_objects() if getattr(type(o), "__module__", None) in names]


def modules_of(folder):
    inside = os.path.realpath(folder) + os.sep
    files = {n: getattr(m, "__file__", None) for n, m in list(sys.modules.items())}
    return {n for n, f in files.items() if f and os.path.realpath(f).startswith(inside)}


def judge(folder):
    sys.path.insert(0, folder)
    module = importlib.import_module("main")
    names = modules_of(folder)
    before = {id(o) for o in instances(names)}
    gc.collect()
    verdict = {"answer": "nothing", "raised": None, "late": False}
    result = None
    # Nothing is collected meanwhile, though the collector is on.
    threshold = gc.get_threshold()
    gc.set_threshold(1_000_000)
    try:
        result = module.main()
    except Exception as error:
        verdict["raised"] = type(error).__name__
    verdict["off"] = not gc.isenabled() or gc.get_freeze_count() > 0
    verdict["saves"] = bool(gc.get_debug() & gc.DEBUG_SAVEALL)
    gc.set_debug(0)
    gc.set_threshold(*threshold)
    reference = isinstance(result, weakref.ref)
    early = reference and result() is not None
    gc.collect()
    gc.collect()
    if reference:
        alive = result() is not None
        verdict["answer"] = "alive" if alive else "dead"
        verdict["late"] = early and not alive
    elif isinstance(result, bool):
        verdict["answer"] = "yes" if result else "no"
    elif result is not None:
        verdict["answer"] = "something"
    result = None
    verdict["kept"] = any(id(o) not in before for o in instances(modules_of(folder)))
    return verdict


def codes_in(folder):
    with open(os.path.join(folder, "main.py"), encoding="utf-8") as file:
        found = MARKER.findall(file.read())
    return {code.strip() for codes in found for code in codes.split(",")}


def problem(folder):
    """How CPython disagrees with the comments of a program."""
    command = [sys.executable, os.path.abspath(__file__), folder]
    answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    try:
        verdict = json.loads(answer.stdout.decode().splitlines()[-1])
    except (ValueError, IndexError):
        return "no verdict: " + answer.stderr.decode(errors="replace")[-300:]
    codes = {c for c in codes_in(folder) if c.startswith(("CYC3", "CYC4"))}
    if "CYC305" in codes:
        return None if verdict["late"] else "waits for no collection: %s" % verdict
    holds = verdict["answer"] in ("alive", "yes")
    if holds != bool(codes):
        return "%s expected: %s" % (", ".join(sorted(codes)) or "nothing", verdict)
    return None


def check(suite):
    folders = sorted(
        os.path.join(suite, name)
        for name in os.listdir(suite)
        if os.path.isfile(os.path.join(suite, name, "main.py"))
    )
    with ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        problems = list(pool.map(problem, folders))
    for folder, text in zip(folders, problems):
        if text:
            print("%s: %s" % (folder, text))
    disagree = sum(1 for it in problems if it)
    print("%d programs, %d disagree" % (len(folders), disagree))
    return disagree


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("folder")
    arguments = parser.parse_args()
    if arguments.check:
        sys.exit(1 if check(arguments.folder) else 0)
    print(json.dumps(judge(os.path.abspath(arguments.folder))))
    sys.stdout.flush()
    # Threads that never end, and handlers that run at exit, are what this is about.
    os._exit(0)


if __name__ == "__main__":
    main()
