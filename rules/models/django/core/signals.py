"""django.core.signals, from Django 5.2.19 (django/core/signals.py)."""
# cyclint: model better-than-source

from django.dispatch import Signal

request_started = Signal()
request_finished = Signal()
got_request_exception = Signal()
setting_changed = Signal()
