"""tornado.httpserver, from tornado 6.6.1 (tornado/httpserver.py)."""
# cyclint: model better-than-source


class HTTPServer:
    def __init__(self, request_callback, *args, **kwargs):
        self.request_callback = request_callback

    def listen(self, port, address=""):
        pass

    def stop(self):
        pass
