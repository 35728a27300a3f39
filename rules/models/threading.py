"""threading, from CPython 3.11.7 (Lib/threading.py)."""
# cyclint: model better-than-source


class Thread:
    def __init__(
        self, group=None, target=None, name=None, args=(), kwargs=None, *, daemon=None
    ):
        if kwargs is None:
            kwargs = {}
        self._target = target
        self._args = args
        self._kwargs = kwargs

    def start(self):
        # `threading._active` holds it meanwhile: that the analyzer knows by itself.
        # It runs on a thread of its own, and some time later; all the same, it runs.
        self.run()

    def run(self):
        try:
            if self._target is not None:
                self._target(*self._args, **self._kwargs)
        finally:
            # "Avoid a refcycle if the thread is running a function with an argument that has a
            # member that points to the thread."
            self._target = None
            self._args = None
            self._kwargs = None

    def join(self, timeout=None):
        pass


class Timer(Thread):
    def __init__(self, interval, function, args=None, kwargs=None):
        Thread.__init__(self)
        # Kept for good, also after the timer has run or was cancelled.
        self.function = function
        self.args = args if args is not None else []
        self.kwargs = kwargs if kwargs is not None else {}

    def cancel(self):
        pass

    def run(self):
        self.function(*self.args, **self.kwargs)


class Condition:
    def __init__(self, lock=None):
        self._lock = lock


class Barrier:
    def __init__(self, parties, action=None, timeout=None):
        self._action = action
