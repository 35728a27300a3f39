"""kazoo.recipe.watchers, from kazoo 2.11.0 (kazoo/recipe/watchers.py)."""
# cyclint: model better-than-source


class DataWatch:
    def __init__(self, client, path, func=None, *args, **kwargs):
        self._client = client
        self._func = func
        if func is not None:
            client.add_listener(self._session_watcher)

    def __call__(self, func):
        self._func = func
        self._client.add_listener(self._session_watcher)
        return func

    def _session_watcher(self, state):
        pass


class ChildrenWatch(DataWatch):
    pass
