"""redis.client, from redis-py 8.1.0 (redis/client.py, commands/core.py, lock.py)."""
# cyclint: model better-than-source


class Script:
    def __init__(self, registered_client, script):
        self.registered_client = registered_client


class Lock:
    # The scripts of the class hold the client that came first.
    lua_release = None

    def __init__(self, redis, name, *args, **kwargs):
        self.redis = redis
        self.register_scripts()

    def register_scripts(self):
        cls = self.__class__
        if cls.lua_release is None:
            cls.lua_release = Script(self.redis, "")


class ConnectionPool:
    def __init__(self, **connection_kwargs):
        self.connection_kwargs = connection_kwargs

    def disconnect(self):
        pass


class Redis:
    def __init__(
        self, *args, connection_pool=None, credential_provider=None, **kwargs
    ):
        if connection_pool is None:
            connection_pool = ConnectionPool(credential_provider=credential_provider)
        self.connection_pool = connection_pool
        self.response_callbacks = {}

    def set_response_callback(self, command, callback):
        self.response_callbacks[command] = callback

    def pubsub(self, **kwargs):
        return PubSub(self.connection_pool, **kwargs)

    def register_script(self, script):
        return Script(self, script)

    def lock(self, name, *args, **kwargs):
        return Lock(self, name)

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()

    def __del__(self):
        self.close()


StrictRedis = Redis


class PubSub:
    def __init__(self, connection_pool, *args, push_handler_func=None, **kwargs):
        self.connection_pool = connection_pool
        self.push_handler_func = push_handler_func
        self.channels = {}
        self.patterns = {}

    # Handlers are the values of the keyword arguments.
    def subscribe(self, *args, **kwargs):
        self.channels.update(kwargs)

    def psubscribe(self, *args, **kwargs):
        self.patterns.update(kwargs)

    def unsubscribe(self, *args):
        self.channels.clear()

    def punsubscribe(self, *args):
        self.patterns.clear()

    def reset(self):
        self.channels.clear()
        self.patterns.clear()

    def close(self):
        self.reset()

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.reset()

    def __del__(self):
        self.reset()
