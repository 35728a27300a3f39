"""aiohttp, from aiohttp 3.14.5 (aiohttp/client.py, connector.py, tracing.py)."""
# cyclint: model better-than-source


class BaseConnector:
    def __init__(self, **kwargs):
        pass

    async def close(self):
        pass

    def __del__(self):
        # Closes what is still open, with a warning.
        pass


class TCPConnector(BaseConnector):
    pass


class UnixConnector(BaseConnector):
    pass


class ClientSession:
    def __init__(
        self, base_url=None, *, connector=None, auth=None, trace_configs=None, **kwargs
    ):
        self._connector = connector
        self._default_auth = auth
        self._trace_configs = trace_configs

    async def close(self):
        self._connector = None

    async def __aenter__(self):
        return self

    async def __aexit__(self, *args):
        await self.close()

    def __del__(self):
        # Warns, and does not close: "Unclosed client session".
        pass


class TraceConfig:
    def __init__(self, trace_config_ctx_factory=None):
        self._trace_config_ctx_factory = trace_config_ctx_factory
        self.on_request_start = []
        self.on_request_end = []
        self.on_request_exception = []
        self.on_connection_create_start = []
        self.on_connection_create_end = []
