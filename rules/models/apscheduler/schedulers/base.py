"""apscheduler.schedulers, from APScheduler 3.11.3 (apscheduler/schedulers/base.py, job.py)."""


class Job:
    def __init__(self, scheduler, func, args, kwargs):
        self._scheduler = scheduler
        self.func = func
        self.args = args
        self.kwargs = kwargs

    def remove(self):
        self._scheduler.remove_job(self)


class BaseScheduler:
    def __init__(self, gconfig={}, **options):
        self._jobs = []
        self._listeners = []

    def add_job(self, func, trigger=None, args=None, kwargs=None, *rest, **options):
        job = Job(self, func, args, kwargs)
        # A job that runs once is removed when it has run.
        if trigger is not None and trigger != "date":
            self._jobs.append(job)
        return job

    def remove_job(self, job_id, jobstore=None):
        self._jobs.remove(job_id)

    def remove_all_jobs(self, jobstore=None):
        self._jobs.clear()

    def add_listener(self, callback, mask=0):
        self._listeners.append(callback)

    def remove_listener(self, callback):
        self._listeners.remove(callback)

    def start(self, paused=False):
        pass

    def shutdown(self, wait=True):
        # The job store in memory is emptied.
        self._jobs.clear()
