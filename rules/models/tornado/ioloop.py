"""tornado.ioloop, from tornado 6.6.1 (tornado/ioloop.py, platform/asyncio.py).

What is called once (`add_callback`, `call_later`) is let go of by then, and is not modelled.
"""
# cyclint: model better-than-source


class IOLoop:
    READ = 1
    WRITE = 4
    ERROR = 24

    def __init__(self, **kwargs):
        self.handlers = {}

    @staticmethod
    def current(instance=True):
        return _loop

    @staticmethod
    def instance():
        return _loop

    def add_handler(self, fd, handler, events):
        self.handlers[fd] = handler

    def update_handler(self, fd, events):
        pass

    def remove_handler(self, fd):
        self.handlers.pop(fd)

    def start(self):
        pass

    def stop(self):
        pass

    def close(self, all_fds=False):
        self.handlers.clear()


# What a thread's loop has for good.
_loop = IOLoop()
_periodic = []


class PeriodicCallback:
    def __init__(self, callback, callback_time, jitter=0):
        # Kept for good: `stop` takes it from the loop, and keeps the callback.
        self.callback = callback

    def start(self):
        _periodic.append(self)

    def stop(self):
        _periodic.remove(self)
