"""numpy, from numpy 2.4.6 (numpy/_core/memmap.py)."""
# cyclint: model better-than-source


class memmap:
    def __init__(self, filename, *args, **kwargs):
        self.filename = filename

    def flush(self):
        pass

    # The map is written out and closed as the array is freed.
    def __del__(self): ...
