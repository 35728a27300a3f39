"""zmq, from pyzmq 27.3.0 (zmq/sugar/)."""
# cyclint: model better-than-source

import weakref


class Context:
    _instance = None

    def __init__(self, io_threads=1, shadow=None):
        self._sockets = weakref.WeakSet()

    @classmethod
    def instance(cls, io_threads=1):
        if cls._instance is None:
            cls._instance = cls()
        return cls._instance

    def socket(self, socket_type, socket_class=None, **kwargs):
        return Socket(self, socket_type)

    def term(self):
        pass

    def destroy(self, linger=None):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.term()

    def __del__(self):
        # Waits for the sockets.
        self.term()


class Socket:
    def __init__(self, context, socket_type=-1, shadow=0):
        self.context = context

    def close(self, linger=None):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()

    def __del__(self):
        self.close()


class Poller:
    def __init__(self):
        self.sockets = []

    def register(self, socket, flags=0):
        self.sockets.append(socket)

    def unregister(self, socket):
        self.sockets.remove(socket)
