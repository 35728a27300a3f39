"""http.client, from CPython 3.11.7 (Lib/http/client.py).

Connections and responses have no finalizer of their own beside that of `io`.
"""
# cyclint: model better-than-source

import io


class HTTPResponse(io.BufferedIOBase):
    def __init__(self, sock, debuglevel=0, method=None, url=None):
        self.fp = None

    def close(self):
        self.fp = None


class HTTPConnection:
    def __init__(
        self,
        host,
        port=None,
        timeout=None,
        source_address=None,
        blocksize=8192,
    ):
        self.sock = None

    def getresponse(self):
        return HTTPResponse(self.sock)

    def close(self):
        self.sock = None


class HTTPSConnection(HTTPConnection):
    pass
