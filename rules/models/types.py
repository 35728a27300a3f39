"""types, from CPython 3.11.7 (Objects/namespaceobject.c)."""
# cyclint: model better-than-source


class SimpleNamespace:
    def __init__(self, **kwargs):
        self.__dict__.update(kwargs)
