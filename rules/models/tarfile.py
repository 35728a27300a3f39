"""tarfile, from CPython 3.11.7 (Lib/tarfile.py)."""
# cyclint: model better-than-source


class TarFile:
    def __init__(self, name=None, mode="r", fileobj=None, *args, **kwargs):
        self.fileobj = fileobj

    def close(self):
        self.fileobj = None

    def __enter__(self):
        return self

    def __exit__(self, type, value, traceback):
        self.close()
