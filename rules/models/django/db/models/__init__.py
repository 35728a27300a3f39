"""django.db.models, from Django 5.2.19 (django/db/models/base.py, fields/related_descriptors.py).

Related objects are cached on the instance by the name of the field. Managers belong to classes, and
are there for good. Signals are built into the analysis.
"""
# cyclint: model better-than-source


class Model:
    def __init__(self, *args, **kwargs):
        self.__dict__.update(kwargs)

    def save(self, *args, **kwargs):
        pass

    def delete(self, *args, **kwargs):
        pass
