"""tornado.ioloop, from tornado 6.6.1 (tornado/ioloop.py)."""


class PeriodicCallback:
    def __init__(self, callback, callback_time, jitter=0):
        # Kept for good: `stop` takes it from the loop, and keeps the callback.
        self.callback = callback

    def start(self):
        pass

    def stop(self):
        pass
