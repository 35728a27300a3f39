"""django.contrib.auth.signals, from Django 5.2.19 (django/contrib/auth/signals.py)."""
# cyclint: model better-than-source

from django.dispatch import Signal

user_logged_in = Signal()
user_login_failed = Signal()
user_logged_out = Signal()
