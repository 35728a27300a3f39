"""functools, from CPython 3.11.7 (Lib/functools.py, Modules/_functoolsmodule.c).

`partial`, `wraps`, `lru_cache` and `cached_property` are built into the analysis.
"""
# cyclint: model better-than-source

import functools


class partialmethod:
    def __init__(self, func, /, *args, **keywords):
        self.func = func
        self.args = args
        self.keywords = keywords

    def __get__(self, obj, cls=None):
        method = self.func.__get__(obj, cls)
        return functools.partial(method, *self.args, **self.keywords)


def reduce(function, iterable, initial=None):
    value = initial
    for element in iterable:
        value = function(value, element)
    return value


def cmp_to_key(mycmp):
    class K:
        def __init__(self, obj):
            self.obj = obj

        def __lt__(self, other):
            return mycmp(self.obj, other.obj) < 0

    return K
