"""grpc, from grpcio 1.85.3 (grpc/_channel.py, grpc/_server.py, grpc/_interceptor.py)."""
# cyclint: model better-than-source

# The callbacks of the channels that a thread watches, until they are closed.
_polled = []


class Channel:
    def subscribe(self, callback, try_to_connect=False):
        _polled.append(callback)

    def unsubscribe(self, callback):
        _polled.remove(callback)

    def close(self):
        _polled.clear()

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()

    def __del__(self):
        # Lets the thread end.
        pass


def insecure_channel(target, options=None, compression=None):
    return Channel()


def secure_channel(target, credentials, options=None, compression=None):
    return Channel()


class _InterceptedChannel(Channel):
    def __init__(self, channel, interceptors):
        self._channel = channel
        self._interceptors = interceptors


def intercept_channel(channel, *interceptors):
    return _InterceptedChannel(channel, interceptors)


class RpcMethodHandler:
    def __init__(self, behavior):
        self.behavior = behavior


def unary_unary_rpc_method_handler(
    behavior, request_deserializer=None, response_serializer=None
):
    return RpcMethodHandler(behavior)


def unary_stream_rpc_method_handler(
    behavior, request_deserializer=None, response_serializer=None
):
    return RpcMethodHandler(behavior)


def stream_unary_rpc_method_handler(
    behavior, request_deserializer=None, response_serializer=None
):
    return RpcMethodHandler(behavior)


def stream_stream_rpc_method_handler(
    behavior, request_deserializer=None, response_serializer=None
):
    return RpcMethodHandler(behavior)


class GenericRpcHandler:
    pass


class _DictionaryHandler(GenericRpcHandler):
    def __init__(self, method_handlers):
        self._method_handlers = method_handlers


def method_handlers_generic_handler(service, method_handlers):
    return _DictionaryHandler(method_handlers)


class Server:
    def __init__(self, handlers, interceptors):
        self._handlers = []
        self._interceptors = interceptors
        if handlers is not None:
            self._handlers.extend(handlers)

    def add_generic_rpc_handlers(self, generic_rpc_handlers):
        self._handlers.extend(generic_rpc_handlers)

    def add_registered_method_handlers(self, service, method_handlers):
        self._handlers.append(method_handlers)

    def start(self):
        pass

    def stop(self, grace):
        pass

    def __del__(self):
        # Lets the serving thread end.
        pass


def server(thread_pool, handlers=None, interceptors=None, options=None, **kwargs):
    return Server(handlers, interceptors)
