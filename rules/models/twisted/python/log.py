"""twisted.python.log, from Twisted 26.10.0 (src/twisted/python/log.py)."""
# cyclint: model better-than-source

_observers = []


def addObserver(observer):
    _observers.append(observer)


def removeObserver(observer):
    _observers.remove(observer)
