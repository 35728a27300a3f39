"""django.db.models, from Django 5.2.19 (django/db/models/base.py, fields/related_descriptors.py).

A related object is cached on the instance by the name of the field. With a one-to-one field, the
other one gets to know of it, too (`ForwardManyToOneDescriptor.__set__`). Managers belong to
classes, and are there for good.
"""
# cyclint: model better-than-source

from django.db.models import signals


class Model:
    def __init__(self, *args, **kwargs):
        for name, value in kwargs.items():
            setattr(self, name, value)

    def save(self, *args, **kwargs):
        pass

    def delete(self, *args, **kwargs):
        pass


class OneToOneField:
    def __init__(self, to, on_delete=None, to_field=None, related_name=None, **kwargs):
        pass

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        return instance._state_one_to_one

    def __set__(self, instance, value):
        instance._state_one_to_one = value
        if value is not None:
            value._reverse_one_to_one = instance
