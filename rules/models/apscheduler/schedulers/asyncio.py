"""apscheduler.schedulers.asyncio, from APScheduler 3.11.3."""
# cyclint: model better-than-source

from apscheduler.schedulers.base import BaseScheduler


class AsyncIOScheduler(BaseScheduler):
    pass
