"""twisted.logger, from Twisted 26.10.0 (src/twisted/logger/_observer.py, _global.py)."""
# cyclint: model better-than-source


class LogPublisher:
    def __init__(self, *observers):
        self._observers = list(observers)

    def addObserver(self, observer):
        self._observers.append(observer)

    def removeObserver(self, observer):
        self._observers.remove(observer)


globalLogPublisher = LogPublisher()
