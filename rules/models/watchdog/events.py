"""watchdog.events, from watchdog 7.1.0 (src/watchdog/events.py)."""
# cyclint: model better-than-source


class FileSystemEventHandler:
    def dispatch(self, event):
        pass


class PatternMatchingEventHandler(FileSystemEventHandler):
    pass


class RegexMatchingEventHandler(FileSystemEventHandler):
    pass


class LoggingEventHandler(FileSystemEventHandler):
    def __init__(self, *, logger=None):
        self.logger = logger
