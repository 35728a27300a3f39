"""logging.handlers, from CPython 3.11.7 (Lib/logging/handlers.py)."""

import logging
import threading


class BufferingHandler(logging.Handler):
    def __init__(self, capacity):
        logging.Handler.__init__(self)
        self.buffer = []

    def flush(self):
        self.buffer.clear()

    def close(self):
        self.flush()


class MemoryHandler(BufferingHandler):
    def __init__(self, capacity, flushLevel=40, target=None, flushOnClose=True):
        BufferingHandler.__init__(self, capacity)
        self.target = target

    def setTarget(self, target):
        self.target = target

    def close(self):
        self.target = None
        BufferingHandler.close(self)


class QueueHandler(logging.Handler):
    def __init__(self, queue):
        logging.Handler.__init__(self)
        self.queue = queue


class QueueListener:
    def __init__(self, queue, *handlers, respect_handler_level=False):
        self.queue = queue
        self.handlers = handlers
        self._thread = None

    def start(self):
        self._thread = threading.Thread(target=self._monitor)

    def _monitor(self):
        pass

    def stop(self):
        self._thread = None
