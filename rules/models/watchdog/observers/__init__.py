"""watchdog.observers, from watchdog 7.1.0 (src/watchdog/observers/api.py)."""
# cyclint: model better-than-source

import threading


class Observer(threading.Thread):
    def __init__(self, *, timeout=1, **kwargs):
        super().__init__()
        self._handlers = {}

    def run(self):
        pass

    def schedule(self, event_handler, path, **kwargs):
        self._handlers[path] = event_handler
        return path

    def add_handler_for_watch(self, event_handler, watch):
        self._handlers[watch] = event_handler

    def remove_handler_for_watch(self, event_handler, watch):
        self._handlers.pop(watch)

    def unschedule(self, watch):
        self._handlers.pop(watch)

    def unschedule_all(self):
        self._handlers.clear()

    def stop(self):
        # `on_thread_stop`
        self._handlers.clear()
