"""apscheduler.schedulers.twisted, from APScheduler 3.11.3."""

from apscheduler.schedulers.base import BaseScheduler


class TwistedScheduler(BaseScheduler):
    pass
