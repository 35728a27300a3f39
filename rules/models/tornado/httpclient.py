"""tornado.httpclient, from tornado 6.6.1 (tornado/httpclient.py)."""
# cyclint: model better-than-source


class HTTPClient:
    def __init__(self, async_client_class=None, **kwargs):
        pass

    def close(self):
        pass

    def __del__(self):
        self.close()
