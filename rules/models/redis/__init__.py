"""redis, from redis-py 8.1.0 (redis/client.py, connection.py).

Connections refer to what wants to know of them by `weakref.WeakMethod`.
"""

from redis.client import PubSub, Redis, StrictRedis


class ConnectionPool:
    def __init__(self, *args, **kwargs):
        pass

    def disconnect(self):
        pass


def from_url(url, **kwargs):
    return Redis()
