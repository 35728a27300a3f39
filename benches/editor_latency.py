#!/usr/bin/env python3
"""How long the language server takes from an edit to the findings.

    cargo build --release
    python3 benches/editor_latency.py target/release/cyclint [WORKSPACE] [--edits N]

Without WORKSPACE one is generated: 8,800 files with 1.3 million lines, a ring in
every tenth module, and a finalizer in every fifth. Edits go into function bodies of open files, one
after the other: assignments, calls, attributes and rings come and go. Each is followed by a pull, and
the time until its answer is what counts.
"""

import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

MODULE = '''\
"""Module {number}."""

from pkg{package}.base import Base{package}


class Part{number}:
    def __init__(self, owner):
        self.owner = {held}
        self.items = []

    def total(self):
        return sum(item.size for item in self.items)


class Owner{number}(Base{package}):
    def __init__(self, name):
        super().__init__(name)
        self.part = Part{number}(self)

    def {finalizer}(self):
        print(self.name)


def make{number}(name):
    return Owner{number}(name)


def main{number}():
    make{number}("x")


main{number}()
'''

FILLER = '''

def filler{number}_{index}(values, limit={index}):
    total = 0
    for value in values:
        if value > limit:
            total += value
        else:
            total -= 1
    return {{"total": total, "limit": limit}}
'''


def generate(folder: pathlib.Path, modules: int) -> None:
    for number in range(modules):
        package = number // 100
        directory = folder / f"pkg{package}"
        if number % 100 == 0:
            directory.mkdir(parents=True)
            (directory / "__init__.py").write_text("")
            (directory / "base.py").write_text(
                f"class Base{package}:\n    def __init__(self, name):\n        self.name = name\n"
            )
        held = "owner" if number % 10 == 0 else "owner.name"
        finalizer = "__del__" if number % 5 == 0 else "close"
        text = MODULE.format(number=number, package=package, held=held, finalizer=finalizer)
        text += "".join(FILLER.format(number=number, index=it) for it in range(11))
        (directory / f"module{number}.py").write_text(text)


class Server:
    def __init__(self, binary: str, folder: pathlib.Path) -> None:
        self.process = subprocess.Popen(
            [binary, "server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.next_id = 0
        self.folder = folder

    def send(self, message: dict) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def notify(self, method: str, params: object) -> None:
        self.send({"method": method, "params": params})

    def request(self, method: str, params: object) -> object:
        self.next_id += 1
        self.send({"id": self.next_id, "method": method, "params": params})
        while True:
            message = self.read()
            if message.get("id") == self.next_id and "method" not in message:
                return message.get("result")
            if "id" in message and "method" in message:
                self.send({"id": message["id"], "result": None})

    def read(self) -> dict:
        length = 0
        while line := self.process.stdout.readline().strip():
            length = int(line.split(b":")[1])
        return json.loads(self.process.stdout.read(length))

    def memory(self) -> str:
        try:
            status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return "?"
        return " / ".join(re.findall(r"Vm(?:RSS|HWM):\s+(\d+) kB", status)[::-1]) + " kB"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("workspace", nargs="?", type=pathlib.Path)
    parser.add_argument("--edits", type=int, default=200)
    parser.add_argument("--modules", type=int, default=8700)
    arguments = parser.parse_args()
    if arguments.workspace:
        measure(arguments, arguments.workspace.resolve())
        return
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder).resolve()
        generate(folder, arguments.modules)
        measure(arguments, folder)


def measure(arguments: argparse.Namespace, folder: pathlib.Path) -> None:
    files = sorted(folder.rglob("*.py"))
    bodies = [it for it in files[:: max(1, len(files) // 400)] if find_body(it)]
    if not bodies:
        sys.exit("no file with a function")
    start = time.perf_counter()
    server = Server(arguments.binary, folder)
    capabilities = {
        "textDocument": {"diagnostic": {}},
        "general": {"positionEncodings": ["utf-8"]},
    }
    root = [{"uri": folder.as_uri(), "name": "w"}]
    server.request("initialize", {"capabilities": capabilities, "workspaceFolders": root})
    server.notify("initialized", {})
    opened: dict[pathlib.Path, int] = {}
    typed: set[pathlib.Path] = set()
    times = []
    first = None
    for edit in range(arguments.edits):
        path = bodies[edit % min(len(bodies), 20)]
        uri = {"uri": path.as_uri()}
        if path not in opened:
            opened[path] = 1
            item = {**uri, "languageId": "python", "version": 1, "text": path.read_text()}
            server.notify("textDocument/didOpen", {"textDocument": item})
            server.request("textDocument/diagnostic", {"textDocument": uri})
            if first is None:
                first = time.perf_counter() - start
                print(f"first findings after {first:.2f} s, memory {server.memory()}")
        opened[path] += 1
        line, indentation = find_body(path)
        place = {"line": line, "character": 0}
        text, end = f"{indentation}{TYPED[edit % len(TYPED)]}\n".format(edit=edit), place
        if path in typed:
            # What was typed last goes again.
            text, end = "", {"line": line + 1, "character": 0}
            typed.remove(path)
        else:
            typed.add(path)
        change = {"range": {"start": place, "end": end}, "text": text}
        begin = time.perf_counter()
        server.notify(
            "textDocument/didChange",
            {"textDocument": {**uri, "version": opened[path]}, "contentChanges": [change]},
        )
        server.request("textDocument/diagnostic", {"textDocument": uri})
        times.append((time.perf_counter() - begin) * 1000)
    times.sort()
    print(
        f"{len(times)} edits: median {statistics.median(times):.1f} ms, "
        f"95th percentile {times[int(len(times) * 0.95)]:.1f} ms, "
        f"memory {server.memory()} (now / at most)"
    )
    server.request("shutdown", None)
    server.notify("exit", None)
    server.process.wait()


TYPED = [
    "edited_{edit} = {edit}",
    "print(len(str({edit})))",
    "self.edited = self",
    "# {edit}",
    "self.edited_{edit} = [self.close, {edit}]",
    "import_{edit} = self.update({edit})",
]


def find_body(path: pathlib.Path) -> tuple[int, str] | None:
    """The line after the first `def` of a method, whose body begins there, and its indentation."""
    lines = path.read_text(errors="replace").splitlines()
    for number, (line, after) in enumerate(zip(lines, lines[1:])):
        body = re.match(r"\s+(?=[\w#])", after)
        if re.match(r"\s+def \w+\(self.*\):$", line) and body:
            return number + 1, body.group()
    return None


if __name__ == "__main__":
    main()
