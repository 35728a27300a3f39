"""grpc, from grpcio 1.85.3 (grpc/_channel.py, grpc/_server.py)."""


class Channel:
    def __init__(self):
        self._callbacks = []

    def subscribe(self, callback, try_to_connect=False):
        self._callbacks.append(callback)

    def unsubscribe(self, callback):
        self._callbacks.remove(callback)

    def close(self):
        self._callbacks.clear()

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()

    def __del__(self):
        self._callbacks.clear()


class Server:
    def __init__(self):
        self._handlers = []

    def add_generic_rpc_handlers(self, generic_rpc_handlers):
        self._handlers.extend(generic_rpc_handlers)

    def start(self):
        pass

    def stop(self, grace):
        pass

    def __del__(self):
        # Lets the serving thread end.
        pass


def insecure_channel(target, options=None, compression=None):
    return Channel()


def secure_channel(target, credentials, options=None, compression=None):
    return Channel()


def server(thread_pool, handlers=None, **kwargs):
    return Server()
