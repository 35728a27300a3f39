"""django.forms, from Django 5.2.19 (django/forms/forms.py, boundfield.py).

A form keeps the bound fields that it was asked for, and each of them the form.
"""
# cyclint: model better-than-source


class BoundField:
    def __init__(self, form, field, name):
        self.form = form
        self.field = field
        self.name = name


class BaseForm:
    def __init__(self, data=None, files=None, **kwargs):
        self.data = data
        self.files = files
        self.fields = {}
        self._bound_fields_cache = {}

    def __getitem__(self, name):
        if name not in self._bound_fields_cache:
            self._bound_fields_cache[name] = BoundField(self, None, name)
        return self._bound_fields_cache[name]

    def __iter__(self):
        for name in self.fields:
            yield self[name]


class Form(BaseForm):
    pass


class ModelForm(BaseForm):
    def __init__(self, data=None, files=None, *, instance=None, **kwargs):
        super().__init__(data, files)
        self.instance = instance
