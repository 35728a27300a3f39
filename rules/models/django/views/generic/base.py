"""django.views.generic.base, from Django 5.2.19 (django/views/generic/base.py)."""
# cyclint: model better-than-source


class View:
    def __init__(self, **kwargs):
        for name, value in kwargs.items():
            setattr(self, name, value)

    def setup(self, request, *args, **kwargs):
        if hasattr(self, "get") and not hasattr(self, "head"):
            self.head = self.get
        self.request = request
        self.args = args
        self.kwargs = kwargs


class TemplateView(View):
    def get(self, request, *args, **kwargs):
        pass


class RedirectView(View):
    def get(self, request, *args, **kwargs):
        pass

    def head(self, request, *args, **kwargs):
        return self.get(request, *args, **kwargs)
