"""sqlite3, from CPython 3.11.7 (Modules/_sqlite/connection.c, cursor.c).

A connection refers to its cursors weakly, a cursor to its connection. Callbacks are held by the
connection until they are replaced.
"""
# cyclint: model better-than-source


class Connection:
    def __init__(self, database, *args, **kwargs):
        self.row_factory = None

    def cursor(self, factory=None):
        return Cursor(self)

    def execute(self, sql, parameters=()):
        return Cursor(self)

    def create_function(self, name, narg, func, *, deterministic=False):
        self._function = func

    def create_collation(self, name, callable, /):
        self._collation = callable

    def create_aggregate(self, name, n_arg, aggregate_class):
        self._aggregate = aggregate_class

    def set_trace_callback(self, trace_callback):
        self._trace = trace_callback

    def set_progress_handler(self, progress_handler, n):
        self._progress = progress_handler

    def set_authorizer(self, authorizer_callback):
        self._authorizer = authorizer_callback

    def close(self):
        self._function = None
        self._collation = None
        self._aggregate = None
        self._trace = None
        self._progress = None
        self._authorizer = None

    def __enter__(self):
        return self

    def __exit__(self, *args):
        pass

    def __del__(self): ...


class Cursor:
    def __init__(self, connection):
        self.connection = connection
        self.row_factory = None

    def execute(self, sql, parameters=()):
        return self

    def close(self):
        pass


def connect(database, *args, **kwargs):
    return Connection(database)
