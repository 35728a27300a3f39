"""twisted.internet.reactor, from Twisted 26.10.0 (src/twisted/internet/base.py).

What is called once (`callLater`, `callFromThread`) is let go of by then, and is not modelled.
"""
# cyclint: model better-than-source

_triggers = {}
_readers = []
_writers = []


class DelayedCall:
    def __init__(self, func, args, kw):
        self.func = func
        self.args = args
        self.kw = kw

    def cancel(self):
        self.func = self.args = self.kw = None


def callLater(delay, callable, *args, **kw):
    return DelayedCall(callable, args, kw)


def addSystemEventTrigger(phase, eventType, callable, *args, **kw):
    trigger = (phase, eventType)
    _triggers[trigger] = (callable, args, kw)
    return trigger


def removeSystemEventTrigger(triggerID):
    _triggers.pop(triggerID)


def addReader(reader):
    _readers.append(reader)


def removeReader(reader):
    _readers.remove(reader)


def addWriter(writer):
    _writers.append(writer)


def removeWriter(writer):
    _writers.remove(writer)
