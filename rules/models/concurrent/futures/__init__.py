"""concurrent.futures, from CPython 3.11.7 (Lib/concurrent/futures/_base.py, thread.py)."""
# cyclint: model better-than-source


class Future:
    def __init__(self):
        self._result = None
        self._exception = None
        self._done_callbacks = []

    # Unlike those of asyncio, the callbacks are kept when they have run.
    def add_done_callback(self, fn):
        self._done_callbacks.append(fn)

    def set_result(self, result):
        self._result = result
        self._invoke_callbacks()

    def set_exception(self, exception):
        self._exception = exception
        self._invoke_callbacks()

    def cancel(self):
        self._invoke_callbacks()

    def _invoke_callbacks(self):
        for callback in self._done_callbacks:
            callback(self)

    def result(self, timeout=None):
        return self._result

    def exception(self, timeout=None):
        return self._exception


class Executor:
    # What was submitted is dropped when it has run (`del work_item` in the worker).
    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        future.set_result(fn(*args, **kwargs))
        return future

    def map(self, fn, *iterables, timeout=None, chunksize=1):
        return map(fn, *iterables)

    def shutdown(self, wait=True, *, cancel_futures=False):
        pass

    def __enter__(self):
        return self

    def __exit__(self, exc_type, exc_val, exc_tb):
        self.shutdown()


class ThreadPoolExecutor(Executor):
    def __init__(
        self, max_workers=None, thread_name_prefix="", initializer=None, initargs=()
    ):
        self._initializer = initializer
        self._initargs = initargs


class ProcessPoolExecutor(Executor):
    def __init__(
        self, max_workers=None, mp_context=None, initializer=None, initargs=()
    ):
        self._mp_context = mp_context
        self._initializer = initializer
        self._initargs = initargs


def as_completed(fs, timeout=None):
    return fs
