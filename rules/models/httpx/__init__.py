"""httpx, from httpx 0.28.1 (httpx/_client.py)."""


class Client:
    def __init__(
        self, *, auth=None, transport=None, mounts=None, event_hooks=None, **kwargs
    ):
        self._auth = auth
        self._transport = transport
        self._mounts = mounts
        self._event_hooks = {}
        if event_hooks is not None:
            self._event_hooks.update(event_hooks)

    @property
    def event_hooks(self):
        return self._event_hooks

    @event_hooks.setter
    def event_hooks(self, event_hooks):
        self._event_hooks = event_hooks

    # Neither the hooks nor the transport are dropped.
    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()


class AsyncClient(Client):
    async def aclose(self):
        pass

    async def __aenter__(self):
        return self

    async def __aexit__(self, *args):
        pass
