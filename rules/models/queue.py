"""queue, from CPython 3.11.7 (Lib/queue.py)."""
# cyclint: model better-than-source


class Queue:
    # Holds what was put into it only until somebody takes it out: `get` is what breaks a ring
    # through a queue.
    def __init__(self, maxsize=0):
        self.queue = []

    def put(self, item, block=True, timeout=None):
        self.queue.append(item)

    def put_nowait(self, item):
        self.queue.append(item)

    def get(self, block=True, timeout=None):
        return self.queue.pop()

    def get_nowait(self):
        return self.queue.pop()


class LifoQueue(Queue):
    pass


class PriorityQueue(Queue):
    pass


class SimpleQueue(Queue):
    def __init__(self):
        self.queue = []
