"""tempfile, from CPython 3.11.7 (Lib/tempfile.py).

`TemporaryDirectory` cleans up in a `weakref.finalize` that does not refer to it, which runs as soon
as the object dies.
"""
# cyclint: model better-than-source


class _TemporaryFileCloser:
    def __init__(self, file, name, delete=True):
        self.file = file
        self.name = name

    def close(self):
        pass

    def __del__(self):
        self.close()


class _TemporaryFileWrapper:
    def __init__(self, file, name, delete=True):
        self.file = file
        self.name = name
        self._closer = _TemporaryFileCloser(file, name, delete)

    def close(self):
        self._closer.close()

    def __enter__(self):
        return self

    def __exit__(self, exc, value, tb):
        self.close()


def NamedTemporaryFile(
    mode="w+b",
    buffering=-1,
    encoding=None,
    newline=None,
    suffix=None,
    prefix=None,
    dir=None,
    delete=True,
    *,
    errors=None
):
    return _TemporaryFileWrapper(None, None, delete)


class TemporaryDirectory:
    def __init__(self, suffix=None, prefix=None, dir=None, ignore_cleanup_errors=False):
        pass

    def cleanup(self):
        pass

    def __del__(self): ...
