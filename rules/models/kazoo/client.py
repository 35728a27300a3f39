"""kazoo.client, from kazoo 2.11.0 (kazoo/client.py).

A client is on rings of its own making: its recipes are `partial` objects that hold it.
"""
# cyclint: model better-than-source

import functools


class KazooClient:
    def __init__(self, hosts=None, **kwargs):
        self.state_listeners = set()
        self.Lock = functools.partial(Recipe, self)

    def add_listener(self, listener):
        self.state_listeners.add(listener)

    def remove_listener(self, listener):
        self.state_listeners.discard(listener)

    # Neither forgets the listeners.
    def stop(self):
        pass

    def close(self):
        pass


class Recipe:
    def __init__(self, client, path, *args, **kwargs):
        self.client = client
