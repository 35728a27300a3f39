"""asyncio, from CPython 3.11.7 (Lib/asyncio/).

`run`, `create_task`, `gather` and the like are built into the analysis. A transport refers to its
protocol and to the loop only while it is open, and then the loop's selector holds it: no ring of
theirs is ever garbage, so it is not modelled as holding them.
"""
# cyclint: model better-than-source


class Future:
    def __init__(self, *, loop=None):
        self._result = None
        self._exception = None
        self._callbacks = []

    def add_done_callback(self, fn, *, context=None):
        self._callbacks.append(fn)

    def remove_done_callback(self, fn):
        self._callbacks.remove(fn)

    def set_result(self, result):
        self._result = result
        self._schedule_callbacks()

    def set_exception(self, exception):
        self._exception = exception
        self._schedule_callbacks()

    def cancel(self, msg=None):
        self._schedule_callbacks()

    def _schedule_callbacks(self):
        callbacks = self._callbacks[:]
        self._callbacks.clear()
        for callback in callbacks:
            callback(self)

    def result(self):
        return self._result

    def exception(self):
        return self._exception


class Handle:
    # Keeps its callback when it has run; only `cancel` drops it.
    def __init__(self, callback, args, loop, context=None):
        self._callback = callback
        self._args = args

    def cancel(self):
        self._callback = None
        self._args = None


class TimerHandle(Handle):
    def __init__(self, when, callback, args, loop, context=None):
        super().__init__(callback, args, loop, context)


class AbstractEventLoop:
    def call_soon(self, callback, *args, context=None):
        return Handle(callback, args, self, context)

    def call_soon_threadsafe(self, callback, *args, context=None):
        return Handle(callback, args, self, context)

    def call_later(self, delay, callback, *args, context=None):
        return TimerHandle(delay, callback, args, self, context)

    def call_at(self, when, callback, *args, context=None):
        return TimerHandle(when, callback, args, self, context)

    def create_future(self):
        return Future(loop=self)


class BaseProtocol:
    def connection_made(self, transport):
        pass

    def connection_lost(self, exc):
        pass


class Protocol(BaseProtocol):
    def data_received(self, data):
        pass

    def eof_received(self):
        pass


class DatagramProtocol(BaseProtocol):
    def datagram_received(self, data, addr):
        pass

    def error_received(self, exc):
        pass


class SubprocessProtocol(BaseProtocol):
    pass


class BufferedProtocol(BaseProtocol):
    pass


class Queue:
    # As in `queue`: held until it is taken out.
    def __init__(self, maxsize=0):
        self._queue = []

    async def put(self, item):
        self._queue.append(item)

    def put_nowait(self, item):
        self._queue.append(item)

    async def get(self):
        return self._queue.pop()

    def get_nowait(self):
        return self._queue.pop()


class LifoQueue(Queue):
    pass


class PriorityQueue(Queue):
    pass


class Condition:
    def __init__(self, lock=None):
        self._lock = lock
