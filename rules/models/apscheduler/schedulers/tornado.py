"""apscheduler.schedulers.tornado, from APScheduler 3.11.3."""
# cyclint: model better-than-source

from apscheduler.schedulers.base import BaseScheduler


class TornadoScheduler(BaseScheduler):
    pass
