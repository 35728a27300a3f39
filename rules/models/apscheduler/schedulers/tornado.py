"""apscheduler.schedulers.tornado, from APScheduler 3.11.3."""

from apscheduler.schedulers.base import BaseScheduler


class TornadoScheduler(BaseScheduler):
    pass
