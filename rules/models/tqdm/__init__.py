"""tqdm, from tqdm 4.70.1 (tqdm/std.py). The class refers to its instances weakly."""
# cyclint: model better-than-source


class tqdm:
    def __init__(self, iterable=None, *args, **kwargs):
        self.iterable = iterable

    def __iter__(self):
        for element in self.iterable:
            yield element

    def update(self, n=1):
        pass

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()

    def __del__(self):
        self.close()


def trange(*args, **kwargs):
    return tqdm(range(*args), **kwargs)
