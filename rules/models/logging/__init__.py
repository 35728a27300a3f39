"""logging, from CPython 3.11.7 (Lib/logging/__init__.py).

Loggers live as long as the process: what `getLogger` gives is built into the analysis. The module
refers to handlers weakly (`_addHandlerRef`).
"""
# cyclint: model better-than-source


class Filterer:
    def __init__(self):
        self.filters = []

    def addFilter(self, filter):
        self.filters.append(filter)

    def removeFilter(self, filter):
        self.filters.remove(filter)


class Handler(Filterer):
    def __init__(self, level=0):
        Filterer.__init__(self)
        self.formatter = None

    def setFormatter(self, fmt):
        self.formatter = fmt

    def flush(self):
        pass

    def close(self):
        pass


class StreamHandler(Handler):
    def __init__(self, stream=None):
        Handler.__init__(self)
        self.stream = stream

    def setStream(self, stream):
        self.stream = stream


class FileHandler(StreamHandler):
    def __init__(
        self, filename, mode="a", encoding=None, delay=False, errors=None
    ):
        Handler.__init__(self)

    def close(self):
        self.stream = None


class LoggerAdapter:
    def __init__(self, logger, extra=None):
        self.logger = logger
        self.extra = extra
