"""kazoo.client, from kazoo 2.11.0 (kazoo/client.py)."""


class KazooClient:
    def __init__(self, hosts=None, **kwargs):
        self.state_listeners = set()

    def add_listener(self, listener):
        self.state_listeners.add(listener)

    def remove_listener(self, listener):
        self.state_listeners.discard(listener)

    # Neither forgets the listeners.
    def stop(self):
        pass

    def close(self):
        pass
