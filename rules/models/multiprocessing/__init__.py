"""multiprocessing, from CPython 3.11.7 (Lib/multiprocessing/process.py, queues.py, pool.py).

What is put into a queue is pickled by its feeder thread, and not kept.
"""
# cyclint: model better-than-source


class Process:
    def __init__(
        self, group=None, target=None, name=None, args=(), kwargs={}, *, daemon=None
    ):
        self._target = target
        self._args = args
        self._kwargs = kwargs

    def start(self):
        # "Avoid a refcycle if the target function holds an indirect reference to the process
        # object."
        self._target = None
        self._args = None
        self._kwargs = None

    def run(self):
        if self._target:
            self._target(*self._args, **self._kwargs)

    def join(self, timeout=None):
        pass

    def close(self):
        pass
