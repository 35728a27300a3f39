"""httpx, from httpx 0.28.1 (httpx/_client.py, _transports/mock.py)."""
# cyclint: model better-than-source


class Client:
    def __init__(
        self, *, auth=None, transport=None, mounts=None, event_hooks=None, **kwargs
    ):
        self._auth = auth
        self._transport = transport
        self._mounts = mounts
        if event_hooks is None:
            event_hooks = {}
        self.event_hooks = event_hooks

    @property
    def event_hooks(self):
        return self._event_hooks

    @event_hooks.setter
    def event_hooks(self, event_hooks):
        self._event_hooks = {
            "request": list(event_hooks.get("request", [])),
            "response": list(event_hooks.get("response", [])),
        }

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


class MockTransport:
    def __init__(self, handler):
        self.handler = handler
