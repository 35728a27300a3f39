#!/usr/bin/env python3
"""Hold the findings of a cyclint binary against a suite of judged programs.

    score.py SUITE BINARY [--json FILE] [--jobs N]

SUITE holds one folder a program with an `expect.json` (see `judge.py`).  Each
is checked twice, with the default scope and with `--scope all`:

* a *finalizer ring* is found if a CYC1xx or CYC305 stands on one of `lines`, in the
  default scope;
* a *delayed* finalizer is found if a CYC108 or CYC2xx stands on one of
  `any_lines` (or of `lines`), in the default scope;
* *any ring* is found if a CYC1xx or CYC2xx stands on one of `any_lines` or `lines` under
  `--scope all`;
* a *false alarm* is a CYC1xx or CYC2xx, in the default scope, on a program with neither
  a finalizer ring nor a delayed finalizer, or, under `--scope all`, on a
  program without any ring.

Findings with other codes are ignored.
"""

import argparse
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor


#: What is about rings.  CYC305 is also right where the ring is broken again: its
#: claim is about those who forget to.
RING_CODES = ("CYC1", "CYC2", "CYC305")


def claims_ring(findings):
    return any(code.startswith(("CYC1", "CYC2")) for code, _, _ in findings or ())


def programs_below(suite):
    for where, folders, files in os.walk(suite):
        folders.sort()
        if "expect.json" in files:
            yield where


def run(binary, folder, scope, timeout):
    """The CYC1xx and CYC2xx findings as (code, file relative to the folder, row)."""
    command = [binary, "check", "--isolated", "--output-format", "json"]
    if scope != "finalizers":
        command += ["--scope", scope]
    try:
        # In the folder itself: the reported names are relative to it.
        result = subprocess.run(
            command + ["."],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=timeout,
        )
    except subprocess.TimeoutExpired:
        return None, "no answer within %d s" % timeout
    if result.returncode not in (0, 1):
        return None, "exit %d: %s" % (
            result.returncode,
            result.stderr.decode(errors="replace").strip()[-300:],
        )
    try:
        findings = json.loads(result.stdout.decode())
    except ValueError as error:
        return None, "no JSON: %s" % error
    return [
        (f["code"], os.path.normpath(f["filename"]), f["location"]["row"])
        for f in findings
        if f["code"].startswith(RING_CODES)
    ], None


def measure(binary, folder, timeout):
    with open(os.path.join(folder, "expect.json"), encoding="utf-8") as file:
        expected = json.load(file)
    default, problem = run(binary, folder, "finalizers", timeout)
    everything, problem_all = run(binary, folder, "all", timeout)
    lines = {(os.path.normpath(f), n) for f, n in expected["lines"]}
    any_lines = lines | {(os.path.normpath(f), n) for f, n in expected["any_lines"]}

    def on(findings, where, code="CYC1"):
        return any(c.startswith(code) and (f, n) in where for c, f, n in findings or ())

    return {
        "folder": folder,
        "expected": expected,
        "problem": problem or problem_all,
        "default": default or [],
        "all": everything or [],
        "ring": on(default, lines),
        "delayed": on(default, any_lines, ("CYC108", "CYC2")),
        "any": on(everything, any_lines, ("CYC1", "CYC2")),
        "false": claims_ring(default)
        and not (expected["finalizer_cycle"] or expected["finalizer_delayed"]),
        "false_all": claims_ring(everything)
        and not (expected["any_cycle"] or expected["finalizer_delayed"]),
        "no_ring": not (expected["finalizer_cycle"] or expected["finalizer_delayed"]),
        "no_any": not (expected["any_cycle"] or expected["finalizer_delayed"]),
    }


def share(name, results, key):
    hits = sum(result[key] for result in results)
    percent = "%6.1f %%" % (100 * hits / len(results)) if results else "     -"
    print("  %-38s %4d of %4d %s" % (name, hits, len(results), percent))


def listing(title, results, suite, scope):
    print("%s (%d)" % (title, len(results)))
    for result in results:
        found = sorted({"%s@%s:%d" % finding for finding in result[scope]})
        expected = result["expected"]
        print(
            "  %-44s d%d %-24s %s"
            % (
                os.path.relpath(result["folder"], suite),
                expected["difficulty"],
                expected["pattern"],
                " ".join(found),
            )
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("suite")
    parser.add_argument("binary")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=int, default=60)
    parser.add_argument("--json", help="write every result to this file")
    options = parser.parse_args()
    binary = os.path.abspath(options.binary)
    folders = list(programs_below(options.suite))
    if not folders:
        parser.error("no expect.json below %s" % options.suite)
    with ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda f: measure(binary, f, options.timeout), folders))

    rings = [r for r in results if r["expected"]["finalizer_cycle"]]
    # The victims of a program that has a finalizer ring, too, are not counted.
    delayed = [
        r
        for r in results
        if r["expected"]["finalizer_delayed"] and not r["expected"]["finalizer_cycle"]
    ]
    any_ring = [r for r in results if r["expected"]["any_cycle"]]
    print("%d programs" % len(results))
    for difficulty in (1, 2, 3):
        some = [r for r in rings if r["expected"]["difficulty"] == difficulty]
        share("finalizer rings, difficulty %d" % difficulty, some, "ring")
    easy = [r for r in rings if r["expected"]["difficulty"] < 3]
    share("finalizer rings, difficulty 1 and 2", easy, "ring")
    share("finalizer rings", rings, "ring")
    share("delayed finalizers", delayed, "delayed")
    share("any ring, --scope all", any_ring, "any")
    share("false alarms", [r for r in results if r["no_ring"]], "false")
    share("false alarms, --scope all", [r for r in results if r["no_any"]], "false_all")
    print("by group (finalizer rings)")
    for group in sorted({r["expected"]["group"] for r in rings}):
        share(group, [r for r in rings if r["expected"]["group"] == group], "ring")

    missed = [r for r in rings if not r["ring"]]
    listing("missed finalizer rings", missed, options.suite, "default")
    listing("missed delayed", [r for r in delayed if not r["delayed"]], options.suite, "default")
    listing("missed with --scope all", [r for r in any_ring if not r["any"]], options.suite, "all")
    listing("false alarms", [r for r in results if r["false"]], options.suite, "default")
    listing("false alarms, --scope all", [r for r in results if r["false_all"]], options.suite, "all")
    broken = [r for r in results if r["problem"]]
    print("failed runs (%d)" % len(broken))
    for result in broken:
        print("  %s: %s" % (os.path.relpath(result["folder"], options.suite), result["problem"]))
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
