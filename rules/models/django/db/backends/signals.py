"""django.db.backends.signals, from Django 5.2.19 (django/db/backends/signals.py)."""
# cyclint: model better-than-source

from django.dispatch import Signal

connection_created = Signal()
