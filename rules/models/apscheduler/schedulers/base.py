"""apscheduler.schedulers, from APScheduler 3.11.3 (apscheduler/schedulers/base.py, job.py).

A job that runs once (`trigger="date"`, or none) is removed when it has run. The job store in memory
is emptied as the scheduler shuts down.
"""
# cyclint: model better-than-source

# The schedulers that run in threads of their own.
_running = []


class Job:
    def __init__(self, scheduler):
        self._scheduler = scheduler

    def remove(self, jobstore=None):
        self._scheduler.remove_job(self)


class BaseScheduler:
    def __init__(self, gconfig={}, **options):
        self._jobs = []
        self._listeners = []

    def add_job(self, func, trigger=None, args=None, kwargs=None, id=None, **options):
        job = Job(self)
        self._jobs.append(job)
        if trigger is not None:
            job.func = func
            job.args = args
            job.kwargs = kwargs
        return job

    def scheduled_job(self, trigger, args=None, kwargs=None, id=None, **options):
        def inner(func):
            self.add_job(func, trigger, args, kwargs)
            return func

        return inner

    def remove_job(self, job_id, jobstore=None):
        self._jobs.clear()

    def remove_all_jobs(self, jobstore=None):
        self._jobs.clear()

    def add_listener(self, callback, mask=0):
        self._listeners.append(callback)

    def remove_listener(self, callback):
        self._listeners.remove(callback)

    def start(self, paused=False):
        _running.append(self)

    def shutdown(self, wait=True):
        _running.remove(self)
        self._jobs.clear()
