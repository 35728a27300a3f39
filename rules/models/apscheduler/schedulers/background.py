"""apscheduler.schedulers.background, from APScheduler 3.11.3."""

from apscheduler.schedulers.base import BaseScheduler


class BackgroundScheduler(BaseScheduler):
    pass
