"""socket, from CPython 3.11.7 (Lib/socket.py, Modules/socketmodule.c)."""
# cyclint: model better-than-source


class socket:
    def __init__(self, family=-1, type=-1, proto=-1, fileno=None):
        pass

    def accept(self):
        return socket(), None

    def dup(self):
        return socket()

    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()

    def __del__(self): ...


def create_connection(address, timeout=None, source_address=None, *, all_errors=False):
    return socket()


def create_server(address, *, family=-1, backlog=None, reuse_port=False, dualstack_ipv6=False):
    return socket()


def socketpair(family=None, type=1, proto=0):
    return socket(), socket()
