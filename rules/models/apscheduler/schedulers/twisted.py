"""apscheduler.schedulers.twisted, from APScheduler 3.11.3."""
# cyclint: model better-than-source

from apscheduler.schedulers.base import BaseScheduler


class TwistedScheduler(BaseScheduler):
    pass
