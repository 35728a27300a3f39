"""apscheduler.schedulers.asyncio, from APScheduler 3.11.3."""

from apscheduler.schedulers.base import BaseScheduler


class AsyncIOScheduler(BaseScheduler):
    pass
