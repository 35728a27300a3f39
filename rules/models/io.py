"""io, from CPython 3.11.7 (Modules/_io/).

A `__del__` without a body is one that is written in C: it counts where a class inherits from it,
not where an object merely holds a file.
"""
# cyclint: model better-than-source


class IOBase:
    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()

    def __del__(self): ...


class RawIOBase(IOBase):
    pass


class BufferedIOBase(IOBase):
    pass


class TextIOBase(IOBase):
    pass


class FileIO(RawIOBase):
    pass


class _Buffered(BufferedIOBase):
    def __init__(self, raw, buffer_size=8192):
        self.raw = raw

    def detach(self):
        raw = self.raw
        self.raw = None
        return raw


class BufferedReader(_Buffered):
    pass


class BufferedWriter(_Buffered):
    pass


class BufferedRandom(_Buffered):
    pass


class BufferedRWPair(BufferedIOBase):
    def __init__(self, reader, writer, buffer_size=8192):
        self.reader = reader
        self.writer = writer


class TextIOWrapper(TextIOBase):
    def __init__(
        self,
        buffer,
        encoding=None,
        errors=None,
        newline=None,
        line_buffering=False,
        write_through=False,
    ):
        self.buffer = buffer

    def detach(self):
        buffer = self.buffer
        self.buffer = None
        return buffer


class BytesIO(BufferedIOBase):
    # Its finalizer frees memory, and nothing that anybody waits for.
    __del__ = None


class StringIO(TextIOBase):
    __del__ = None
