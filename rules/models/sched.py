"""sched, from CPython 3.11.7 (Lib/sched.py)."""

import heapq


class Event:
    def __init__(self, time, priority, sequence, action, argument, kwargs):
        self.action = action
        self.argument = argument
        self.kwargs = kwargs


class scheduler:
    def __init__(self, timefunc=None, delayfunc=None):
        self._queue = []
        self.timefunc = timefunc
        self.delayfunc = delayfunc

    def enterabs(self, time, priority, action, argument=(), kwargs={}):
        event = Event(time, priority, 0, action, argument, kwargs)
        heapq.heappush(self._queue, event)
        return event

    def enter(self, delay, priority, action, argument=(), kwargs={}):
        return self.enterabs(delay, priority, action, argument, kwargs)

    def cancel(self, event):
        self._queue.remove(event)

    def run(self, blocking=True):
        for event in self._queue:
            event.action(*event.argument, **event.kwargs)
        self._queue.clear()
