"""requests.sessions, from requests 2.34.2 (src/requests/sessions.py)."""
# cyclint: model better-than-source


class Session:
    def __init__(self):
        self.hooks = {"response": []}
        self.adapters = {}
        self.auth = None

    def mount(self, prefix, adapter):
        self.adapters[prefix] = adapter

    # The adapters are closed, not dropped.
    def close(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()


def session():
    return Session()
