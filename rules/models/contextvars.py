"""contextvars, from CPython 3.11.7 (Python/context.c).

What a variable is set to is held by the current context, which outlives what runs in it.
"""


class Token:
    def __init__(self, var):
        self.var = var


class ContextVar:
    def __init__(self, name, *, default=None):
        self._default = default

    def set(self, value):
        return Token(self)
