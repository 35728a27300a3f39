"""django.dispatch.dispatcher, from Django 5.2.19 (django/dispatch/dispatcher.py)."""
# cyclint: model better-than-source

from django.dispatch import Signal, receiver
