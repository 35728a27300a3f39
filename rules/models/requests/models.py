"""requests.models, from requests 2.34.2 (src/requests/models.py)."""
# cyclint: model better-than-source


class Request:
    def __init__(
        self,
        method=None,
        url=None,
        headers=None,
        files=None,
        data=None,
        params=None,
        auth=None,
        cookies=None,
        hooks=None,
        json=None,
    ):
        self.data = data
        self.auth = auth
        self.hooks = {"response": []}
        if hooks is not None:
            self.hooks = hooks

    def register_hook(self, event, hook):
        self.hooks[event].append(hook)
