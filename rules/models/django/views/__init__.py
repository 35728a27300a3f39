"""django.views, from Django 5.2.19 (django/views/__init__.py)."""
# cyclint: model better-than-source

from django.views.generic.base import View
