"""multiprocessing.pool, from CPython 3.11.7 (Lib/multiprocessing/pool.py)."""
# cyclint: model better-than-source


class Pool:
    def __init__(
        self,
        processes=None,
        initializer=None,
        initargs=(),
        maxtasksperchild=None,
        context=None,
    ):
        self._initializer = initializer
        self._initargs = initargs

    def __del__(self):
        # Warns if the pool still runs.
        pass


class ThreadPool(Pool):
    pass
