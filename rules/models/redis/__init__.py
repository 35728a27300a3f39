"""redis, from redis-py 8.1.0 (redis/client.py, connection.py).

Connections refer to what wants to know of them by `weakref.WeakMethod`.
"""
# cyclint: model better-than-source

from redis.client import ConnectionPool, PubSub, Redis, StrictRedis


def from_url(url, **kwargs):
    return Redis()
