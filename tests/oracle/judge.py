#!/usr/bin/env python3
"""Ask CPython which reference cycles a program leaves behind.

    judge.py FOLDER...            one JSON object per program folder
    judge.py --check SUITE...     compare every FOLDER/expect.json below SUITE
                                  with the verdict; exit 1 if one disagrees

A program folder holds a `main.py` with a function `main()`.  Each program is
judged in a fresh process:

1. the library modules that it imports are imported first, collected and
   frozen, so that what they leave behind is not taken for the program's;
2. automatic collection is off, `main.main()` is called, its result dropped;
3. the unreachable objects are computed exactly as the collector does it (the
   reference count of every tracked object minus the references that tracked
   objects hold to it; what is left above zero is a root), but from outside:
   no finalizer, no weak-reference callback runs and no suspended generator is
   closed, any of which might break the very ring that is looked for;
4. the strongly connected components of this garbage are the rings;
5. the data in module globals, class attributes and `functools` caches of the
   program is dropped and steps 3 and 4 are done again: what has become
   garbage only now is marked `held_by_globals`.

The verdict:

* `finalizer_cycle`: an object of a ring has a Python-level `__del__`;
* `finalizer_delayed`: such an object is on no ring but reachable from one;
* `any_cycle`: there is a ring of the program's own objects.  A ring made only
  of class machinery (class, `__mro__`, `__dict__`, descriptors, methods and
  their `__class__` cells) is none, it sets `class_cycle`;
* `through_class`: a ring needs the reference from an instance to its class.

Standard library only; CPython 3.8 or newer with the global interpreter lock.
"""

import argparse
import ast
import gc
import importlib
import io
import json
import os
import subprocess
import sys
import types
from concurrent.futures import ThreadPoolExecutor

VERDICTS = ("finalizer_cycle", "any_cycle", "finalizer_delayed")

#: What a class is made of, beside itself.
CLASS_PARTS = (
    type,
    tuple,
    dict,
    types.MappingProxyType,
    types.FunctionType,
    types.CellType,
    types.GetSetDescriptorType,
    types.MemberDescriptorType,
    classmethod,
    staticmethod,
    property,
)


# ---------------------------------------------------------------- the garbage


def find_garbage():
    """The tracked objects that no reference from outside keeps alive."""
    objects = gc.get_objects()
    # What this very loop adds to each count, measured on a fresh object.
    own = [sys.getrefcount(obj) for obj in [[]]][0]
    outside = {}
    for obj in objects:
        outside[id(obj)] = sys.getrefcount(obj) - own
    del obj
    for obj in objects:
        for target in gc.get_referents(obj):
            if id(target) in outside:
                outside[id(target)] -= 1
    pending = [obj for obj in objects if outside[id(obj)] > 0]
    alive = {id(obj) for obj in pending}
    while pending:
        for target in gc.get_referents(pending.pop()):
            if id(target) in outside and id(target) not in alive:
                alive.add(id(target))
                pending.append(target)
    return [obj for obj in objects if id(obj) not in alive]


class Graph:
    """The references among some objects; nodes are positions in the list."""

    def __init__(self, objects):
        self.objects = objects
        position = {id(obj): node for node, obj in enumerate(objects)}
        self.targets = [
            [position[id(t)] for t in gc.get_referents(obj) if id(t) in position]
            for obj in objects
        ]

    def components(self):
        """Strongly connected components that hold a cycle (Tarjan, iterative)."""
        index, low, on_stack = {}, {}, set()
        stack, found = [], []
        for root in range(len(self.objects)):
            if root in index:
                continue
            work = [(root, iter(self.targets[root]))]
            index[root] = low[root] = len(index)
            stack.append(root)
            on_stack.add(root)
            while work:
                node, rest = work[-1]
                for target in rest:
                    if target not in index:
                        index[target] = low[target] = len(index)
                        stack.append(target)
                        on_stack.add(target)
                        work.append((target, iter(self.targets[target])))
                        break
                    if target in on_stack:
                        low[node] = min(low[node], index[target])
                else:
                    work.pop()
                    if work:
                        low[work[-1][0]] = min(low[work[-1][0]], low[node])
                    if low[node] == index[node]:
                        component = []
                        while True:
                            member = stack.pop()
                            on_stack.discard(member)
                            component.append(member)
                            if member == node:
                                break
                        if len(component) > 1 or node in self.targets[node]:
                            found.append(sorted(component))
        return found

    def has_cycle_without(self, component, removed):
        """Is there still a cycle in `component` once `removed` is taken out?"""
        rest = [self.objects[n] for n in component if n not in removed]
        return bool(Graph(rest).components())

    def shortest_ring(self, start, inside):
        """Nodes of a shortest cycle from `start` to itself inside a component."""
        origin, queue = {}, [start]
        for node in queue:
            for target in self.targets[node]:
                if target == start:
                    ring = [node]
                    while node != start:
                        node = origin[node]
                        ring.append(node)
                    return ring[::-1]
                if target in inside and target not in origin:
                    origin[target] = node
                    queue.append(target)
        return [start]

    def reachable(self, nodes):
        seen, pending = set(nodes), list(nodes)
        while pending:
            for target in self.targets[pending.pop()]:
                if target not in seen:
                    seen.add(target)
                    pending.append(target)
        return seen


# ------------------------------------------------------------- what is what


def has_finalizer(obj):
    """Does the class of `obj` have a `__del__` written in Python?"""
    for cls in type.__dict__["__mro__"].__get__(type(obj)):
        if "__del__" in vars(cls):
            found = vars(cls)["__del__"]
            return found is not None and not isinstance(
                found, (types.MethodDescriptorType, types.WrapperDescriptorType)
            )
    return False


class Program:
    """Which modules, classes and code objects belong to the program."""

    def __init__(self, folder):
        self.folder = os.path.realpath(folder) + os.sep
        self.modules = [
            module
            for module in list(sys.modules.values())
            if self.owns_file(getattr(module, "__file__", None))
        ]
        self.names = {module.__name__ for module in self.modules}

    def owns_file(self, file):
        return bool(file) and os.path.realpath(file).startswith(self.folder)

    def owner_of(self, obj):
        """True: the program's own; False: the library's; None: cannot tell."""
        code = None
        if isinstance(obj, types.FunctionType):
            code = obj.__code__
        elif isinstance(obj, types.FrameType):
            code = obj.f_code
        elif isinstance(obj, types.GeneratorType):
            code = obj.gi_code
        elif isinstance(obj, types.CoroutineType):
            code = obj.cr_code
        elif isinstance(obj, types.AsyncGeneratorType):
            code = obj.ag_code
        if code is not None:
            return self.owns_file(code.co_filename)
        cls = obj if isinstance(obj, type) else type(obj)
        module = getattr(cls, "__module__", None)
        if module in self.names:
            return True
        if module == "builtins" or not cls.__flags__ & (1 << 9):  # not a heap type
            return None
        return False

    def owns(self, objects):
        verdicts = {self.owner_of(obj) for obj in objects}
        return True in verdicts or False not in verdicts

    def classes(self):
        found, pending = [], [object]
        while pending:
            for cls in type.__subclasses__(pending.pop()):
                if cls not in found and type not in cls.__mro__:
                    pending.append(cls)
                    if cls.__module__ in self.names:
                        found.append(cls)
        return found

    def drop_data(self):
        """Forget what only globals, class attributes and caches hold."""
        code = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType)
        in_class = code + (
            classmethod,
            staticmethod,
            property,
            types.GetSetDescriptorType,
            types.MemberDescriptorType,
        )
        for owner in self.modules + self.classes():
            kept = in_class if isinstance(owner, type) else code
            for name, value in list(vars(owner).items()):
                if name.startswith("__") and name.endswith("__"):
                    continue
                if isinstance(value, (classmethod, staticmethod)):
                    value = value.__func__
                if hasattr(type(value), "cache_clear"):
                    value.cache_clear()
                elif isinstance(value, kept) or not gc.is_tracked(value):
                    pass
                elif isinstance(owner, type) and hasattr(type(value), "__get__"):
                    pass
                elif isinstance(owner, type):
                    type.__delattr__(owner, name)
                else:
                    delattr(owner, name)
                del value


# --------------------------------------------------------------- in words


def name_of(obj):
    if isinstance(obj, types.FunctionType):
        return "function " + obj.__qualname__
    if isinstance(obj, types.FrameType):
        return "frame " + obj.f_code.co_name
    if isinstance(obj, types.GeneratorType):
        return "generator " + obj.__qualname__
    if isinstance(obj, types.CoroutineType):
        return "coroutine " + obj.__qualname__
    if isinstance(obj, type):
        return "class " + obj.__name__
    return type(obj).__name__


def attributes(obj):
    """(label, value) of the references that Python code can name."""
    if isinstance(obj, dict):
        for key, value in obj.items():
            yield "[%s]" % (repr(key) if isinstance(key, (str, int)) else "..."), value
            yield ".<key>", key
    elif isinstance(obj, (list, tuple)):
        for index, value in enumerate(obj):
            yield "[%d]" % index, value
    elif isinstance(obj, types.CellType):
        try:
            yield ".cell_contents", obj.cell_contents
        except ValueError:
            pass
    elif isinstance(obj, types.FrameType):
        for name, value in list(obj.f_locals.items()):
            yield ".<local %s>" % name, value
        yield ".f_back", obj.f_back
    elif isinstance(obj, (types.GeneratorType, types.CoroutineType)):
        names = obj.gi_code if isinstance(obj, types.GeneratorType) else obj.cr_code
        for target in gc.get_referents(obj):
            yield ".<frame of %s>" % names.co_name, target
    else:
        for cls in type(obj).__mro__:
            for name, member in vars(cls).items():
                if isinstance(member, types.MemberDescriptorType):
                    try:
                        yield "." + name, member.__get__(obj, type(obj))
                    except AttributeError:
                        pass
        if isinstance(obj, BaseException):
            yield ".__traceback__", obj.__traceback__
            yield ".__context__", obj.__context__
            yield ".__cause__", obj.__cause__
            yield ".args", obj.args
        try:
            for name, value in list(object.__getattribute__(obj, "__dict__").items()):
                yield ".%s" % name, value
        except (AttributeError, TypeError):
            pass
        if not isinstance(obj, type):
            yield ".__class__", type(obj)
    if isinstance(obj, types.FunctionType):
        yield ".__closure__", obj.__closure__
        yield ".__defaults__", obj.__defaults__
        yield ".__kwdefaults__", obj.__kwdefaults__


def is_own_dict(obj, value):
    try:
        return type(value) is dict and object.__getattribute__(obj, "__dict__") is value
    except (AttributeError, TypeError):
        return False


def describe_ring(objects):
    """'Owner .parts -> list [0] -> Part .owner -> Owner'"""
    text, holder = name_of(objects[0]), objects[0]
    for target in objects[1:] + objects[:1]:
        if is_own_dict(holder, target):
            continue  # an instance and its __dict__ are one step
        for label, value in attributes(holder):
            if value is target:
                break
        else:
            label = ".<internal>"
        text += " %s -> %s" % (label, name_of(target))
        holder = target
    return text


# -------------------------------------------------------------- one program


def look_at_garbage(program, known):
    """Describe the rings among the garbage; `known` are ids seen before."""
    graph = Graph(find_garbage())
    objects = graph.objects
    rings, ring_nodes, on_ring = [], set(), set()
    for component in graph.components():
        members = [objects[node] for node in component]
        ring_nodes.update(component)
        classes = {n for n in component if isinstance(objects[n], type)}
        machinery = bool(classes) and all(isinstance(m, CLASS_PARTS) for m in members)
        own = program.owns(members)
        finalizers = [n for n in component if has_finalizer(objects[n])]
        if not machinery and (own or finalizers):
            on_ring.update(component)
        start = (finalizers or [n for n in component if n not in classes] or component)[0]
        rings.append(
            {
                "classes": sorted({name_of(m) for m in members}),
                "finalizer_classes": sorted({name_of(objects[n]) for n in finalizers}),
                "objects": len(members),
                "own": own,
                "class_machinery": machinery,
                "through_class": bool(classes)
                and not machinery
                and not graph.has_cycle_without(component, classes),
                "held_by_globals": not any(id(m) in known for m in members),
                "path": describe_ring(
                    [objects[n] for n in graph.shortest_ring(start, set(component))]
                ),
            }
        )
    delayed = sorted(
        {
            name_of(objects[node])
            for node in graph.reachable(ring_nodes) - ring_nodes
            if has_finalizer(objects[node])
        }
    )
    known.update(id(obj) for obj in objects)
    return rings, delayed


def library_imports(folder):
    """Names of the modules imported anywhere in the program."""
    for where, _, files in os.walk(folder):
        for file in files:
            if not file.endswith(".py"):
                continue
            with open(os.path.join(where, file), "rb") as source:
                tree = ast.parse(source.read())
            for node in ast.walk(tree):
                if isinstance(node, ast.Import):
                    for alias in node.names:
                        yield alias.name
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    yield node.module


def call_main(module):
    module.main()


def run_program(folder):
    """Judge one program in this process and return the verdict."""
    local = {os.path.splitext(entry)[0] for entry in os.listdir(folder)}
    for name in sorted(set(library_imports(folder))):
        if name.split(".")[0] not in local:
            importlib.import_module(name)
    gc.collect()
    gc.disable()
    gc.freeze()
    sys.path.insert(0, folder)
    sys.unraisablehook = lambda problem: None
    module = importlib.import_module("main")
    call_main(module)
    del module
    program = Program(folder)

    known = set()
    rings, delayed = look_at_garbage(program, known)
    for ring in rings:
        ring["held_by_globals"] = False
    program.drop_data()
    later, delayed_later = look_at_garbage(program, known)
    rings += [ring for ring in later if ring["held_by_globals"]]
    delayed = sorted({*delayed, *delayed_later})

    real = [ring for ring in rings if not ring["class_machinery"]]
    with_finalizer = [ring for ring in real if ring["finalizer_classes"]]
    shown = with_finalizer or [ring for ring in real if ring["own"]]
    return {
        "finalizer_cycle": bool(with_finalizer),
        "any_cycle": bool(shown),
        "finalizer_delayed": bool(delayed),
        "held_by_globals": bool(shown) and all(r["held_by_globals"] for r in shown),
        "class_cycle": any(ring["class_machinery"] for ring in rings),
        "through_class": bool(shown) and all(r["through_class"] for r in shown),
        "finalizer_classes": sorted({c for r in with_finalizer for c in r["finalizer_classes"]}),
        "delayed_classes": delayed,
        "path": shown[0]["path"] if shown else "",
        "components": rings,
    }


def judge(folder, python=sys.executable, timeout=60):
    """Judge one program in a process of its own."""
    result = subprocess.run(
        [python, "-B", os.path.abspath(__file__), "--in-process", os.path.abspath(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        timeout=timeout,
        env=dict(os.environ, PYTHONHASHSEED="0"),
    )
    if result.returncode:
        return {"error": result.stderr.decode(errors="replace")}
    return json.loads(result.stdout.decode())


def programs_below(suite):
    for where, folders, files in os.walk(suite):
        folders.sort()
        if "expect.json" in files and "main.py" in files:
            yield where


def check(suites, python, jobs):
    folders = [folder for suite in suites for folder in programs_below(suite)]
    wrong = 0
    with ThreadPoolExecutor(jobs) as pool:
        for folder, verdict in zip(folders, pool.map(lambda f: judge(f, python), folders)):
            with open(os.path.join(folder, "expect.json"), encoding="utf-8") as file:
                expected = json.load(file)
            problems = [
                "%s: expected %s, CPython says %s" % (key, expected[key], verdict[key])
                for key in VERDICTS
                if "error" not in verdict and expected[key] != verdict[key]
            ]
            if "error" in verdict:
                problems = [verdict["error"]]
            if problems:
                wrong += 1
                print("%s: %s" % (folder, "; ".join(problems)))
                for ring in verdict.get("components", ()):
                    print("    ring:", ring["path"])
    print("%d programs, %d disagree" % (len(folders), wrong))
    return 1 if wrong or not folders else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    parser.add_argument("--check", action="store_true", help="compare with expect.json")
    parser.add_argument("--python", default=sys.executable, help="interpreter that judges")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--in-process", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.in_process:
        answer, sys.stdout = sys.stdout, io.StringIO()
        verdict = run_program(options.folders[0])
        json.dump(verdict, answer)
        answer.flush()
        # Finalizers of what is left may print as the interpreter ends.
        os._exit(0)
    if options.check:
        return check(options.folders, options.python, options.jobs)
    failed = False
    for folder in options.folders:
        verdict = judge(folder, options.python)
        failed = failed or "error" in verdict
        print(json.dumps(dict(name=os.path.basename(os.path.abspath(folder)), **verdict), indent=1))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
