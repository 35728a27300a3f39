#!/usr/bin/env python3
"""Ask CPython what its standard library holds on to.

    models.py FOLDER

Each case below is what the constructor of a class `Subject` does with itself. For each one a
program is written to FOLDER, and run here: an object of the class is made and let go of, with the
collector switched off. It prints, a line each, the name of the case and `held` (the object is still
there: what the library holds has closed a ring) or `freed`.

`tests/models.rs` holds what cyclint says of the programs against this.
"""

import gc
import os
import sys
import weakref

PROGRAM = """\
{imports}


class Subject:
    def __init__(self):
{body}

    def method(self, *args, **kwargs):
        return 1

    async def coroutine(self):
        pass

    def __del__(self):
        pass


def main():
    Subject()


if __name__ == "__main__":
    main()
"""

# The name, what is imported, and the statements.
CASES = [
    ("thread_new", "import threading", "self.it = threading.Thread(target=self.method)"),
    ("thread_new_args", "import threading", "self.it = threading.Thread(target=print, args=(self,))"),
    (
        "thread_ended",
        "import threading",
        "self.it = threading.Thread(target=self.method)\nself.it.start()\nself.it.join()",
    ),
    ("timer_new", "import threading", "self.it = threading.Timer(60, self.method)"),
    (
        "timer_cancelled",
        "import threading",
        "self.it = threading.Timer(60, self.method)\nself.it.cancel()",
    ),
    ("barrier_action", "import threading", "self.it = threading.Barrier(2, self.method)"),
    ("condition_lock", "import threading", "self.it = threading.Condition()"),
    ("queue_put", "import queue", "self.it = queue.Queue()\nself.it.put(self)"),
    (
        "queue_taken",
        "import queue",
        "self.it = queue.Queue()\nself.it.put(self)\nself.it.get()",
    ),
    ("simple_queue_put", "import queue", "self.it = queue.SimpleQueue()\nself.it.put(self.method)"),
    (
        "sched_entered",
        "import sched",
        "self.it = sched.scheduler()\nself.it.enter(60, 1, self.method)",
    ),
    (
        "sched_cancelled",
        "import sched",
        "self.it = sched.scheduler()\nevent = self.it.enter(60, 1, self.method)\n"
        "self.it.cancel(event)",
    ),
    (
        "sched_ran",
        "import sched",
        "self.it = sched.scheduler()\nself.it.enter(0, 1, self.method)\nself.it.run()",
    ),
    (
        "future_callback",
        "import concurrent.futures",
        "self.it = concurrent.futures.Future()\nself.it.add_done_callback(self.method)",
    ),
    (
        "future_callback_done",
        "import concurrent.futures",
        "self.it = concurrent.futures.Future()\nself.it.add_done_callback(self.method)\n"
        "self.it.set_result(None)",
    ),
    (
        "future_result",
        "import concurrent.futures",
        "self.it = concurrent.futures.Future()\nself.it.set_result(self)",
    ),
    (
        "executor_submitted",
        "import concurrent.futures",
        "with concurrent.futures.ThreadPoolExecutor(1) as pool:\n    self.it = pool.submit(self.method)",
    ),
    (
        "executor_initializer",
        "import concurrent.futures",
        "self.it = concurrent.futures.ThreadPoolExecutor(1, initializer=self.method)",
    ),
    (
        "loop_handle",
        "import asyncio",
        "loop = asyncio.new_event_loop()\nself.it = asyncio.Handle(self.method, (), loop)\nloop.close()",
    ),
    (
        "loop_handle_cancelled",
        "import asyncio",
        "loop = asyncio.new_event_loop()\nself.it = asyncio.Handle(self.method, (), loop)\n"
        "self.it.cancel()\nloop.close()",
    ),
    ("asyncio_protocol", "import asyncio", "self.it = asyncio.Protocol()"),
    (
        "logging_handler_stream",
        "import logging",
        "self.it = logging.StreamHandler(self)",
    ),
    ("logging_adapter", "import logging", "self.it = logging.LoggerAdapter(None, {'it': self})"),
    (
        "logging_filter",
        "import logging",
        "self.it = logging.Handler()\nself.it.addFilter(self)",
    ),
    (
        "logging_filter_removed",
        "import logging",
        "self.it = logging.Handler()\nself.it.addFilter(self)\nself.it.removeFilter(self)",
    ),
    (
        "logging_memory_target",
        "import logging.handlers",
        "self.it = logging.handlers.MemoryHandler(1, target=self)",
    ),
    (
        "logging_memory_closed",
        "import logging.handlers",
        "self.it = logging.handlers.MemoryHandler(1, target=self)\nself.it.target = None",
    ),
    (
        "logging_queue_handler",
        "import logging.handlers",
        "self.it = logging.handlers.QueueHandler(self)",
    ),
    ("partialmethod", "import functools", "self.it = functools.partial(self.method, 1)"),
    ("reduce", "import functools", "self.it = functools.reduce(self.method, [1, 2])"),
    ("closing", "import contextlib", "self.it = contextlib.closing(self)"),
    ("nullcontext", "import contextlib", "self.it = contextlib.nullcontext(self)"),
    ("redirect_stdout", "import contextlib", "self.it = contextlib.redirect_stdout(self)"),
    (
        "exit_stack",
        "import contextlib",
        "self.it = contextlib.ExitStack()\nself.it.callback(self.method)",
    ),
    (
        "exit_stack_closed",
        "import contextlib",
        "self.it = contextlib.ExitStack()\nself.it.callback(self.method)\nself.it.close()",
    ),
    ("namespace", "import types", "self.it = types.SimpleNamespace(owner=self)"),
    ("method_type", "import types", "self.it = types.MethodType(print, self)"),
    ("mock_side_effect", "from unittest import mock", "self.it = mock.Mock(side_effect=self.method)"),
    ("mock_called", "from unittest import mock", "self.it = mock.NonCallableMock(return_value=self)"),
    ("element", "import xml.etree.ElementTree as E", "self.it = E.Element('a')"),
    ("xml_target", "import xml.etree.ElementTree as E", "self.it = E.TreeBuilder(self.method)"),
    (
        "selector_data",
        "import os, selectors",
        "self.it = selectors.SelectSelector()\nself.it.register(1, selectors.EVENT_WRITE, self)",
    ),
    (
        "selector_unregistered",
        "import os, selectors",
        "self.it = selectors.SelectSelector()\n"
        "self.it.register(1, selectors.EVENT_WRITE, self)\nself.it.unregister(1)",
    ),
    ("process_new", "import multiprocessing", "self.it = multiprocessing.Process(target=self.method)"),
    (
        "text_wrapper",
        "import io",
        "self.it = io.TextIOWrapper(io.BytesIO())\nself.it.owner = self",
    ),
    (
        "sqlite_function",
        "import sqlite3",
        "self.it = sqlite3.connect(':memory:')\nself.it.create_function('f', 0, self.method)",
    ),
    (
        "sqlite_trace",
        "import sqlite3",
        "self.it = sqlite3.connect(':memory:')\nself.it.set_trace_callback(self.method)",
    ),
    (
        "sqlite_closed",
        "import sqlite3",
        "self.it = sqlite3.connect(':memory:')",
    ),
    ("contextvar_default", "import contextvars", "self.it = contextvars.ContextVar('v', default=self)"),
    ("temporary_file", "import tempfile", "self.it = tempfile.NamedTemporaryFile()"),
    (
        "test_case_cleanup",
        "import unittest",
        "self.it = unittest.TestCase()\nself.it.addCleanup(self.method)",
    ),
    (
        "test_case_cleaned",
        "import unittest",
        "self.it = unittest.TestCase()\nself.it.addCleanup(self.method)\nself.it.doCleanups()",
    ),
    ("copy_shallow", "import copy", "self.it = copy.copy([self])"),
    ("chain", "import itertools", "self.it = itertools.chain([self])"),
    ("cycle", "import itertools", "self.it = itertools.repeat(1)"),
    ("weak_method", "import weakref", "self.it = weakref.WeakMethod(self.method)"),
    ("weak_set", "import weakref", "self.it = weakref.WeakSet([self])"),
    ("deque", "import collections", "self.it = collections.deque([self])"),
    ("default_dict", "import collections", "self.it = collections.defaultdict(self.method)"),
    ("abc", "import abc", "self.it = abc.ABC()"),
]


def program(imports, statements):
    body = "\n".join("        " + line for line in statements.split("\n"))
    return PROGRAM.format(imports=imports, body=body)


def is_held(source):
    names = {"__name__": "case"}
    exec(compile(source, "case", "exec"), names)
    subject = names["Subject"]()
    reference = weakref.ref(subject)
    del subject
    return reference() is not None


def main():
    folder = sys.argv[1]
    gc.disable()
    for name, imports, statements in CASES:
        source = program(imports, statements)
        with open(os.path.join(folder, name + ".py"), "w") as file:
            file.write(source)
        print(name, "held" if is_held(source) else "freed")
    sys.stdout.flush()
    # What is held stays: nothing of it is to be run now.
    os._exit(0)


if __name__ == "__main__":
    main()
