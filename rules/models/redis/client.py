"""redis.client, from redis-py 8.1.0 (redis/client.py)."""


class Redis:
    def __init__(self, *args, connection_pool=None, **kwargs):
        self.connection_pool = connection_pool
        self.response_callbacks = {}

    def set_response_callback(self, command, callback):
        self.response_callbacks[command] = callback

    def pubsub(self, **kwargs):
        return PubSub(self.connection_pool)

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
