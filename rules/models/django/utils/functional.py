"""django.utils.functional, from Django 5.2.19 (django/utils/functional.py)."""
# cyclint: model better-than-source


class SimpleLazyObject:
    def __init__(self, func):
        self._setupfunc = func
