"""django.views.generic, from Django 5.2.19 (django/views/generic/__init__.py)."""
# cyclint: model better-than-source

from django.views.generic.base import RedirectView, TemplateView, View
