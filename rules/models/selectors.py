"""selectors, from CPython 3.11.7 (Lib/selectors.py)."""
# cyclint: model better-than-source


class SelectorKey:
    def __init__(self, fileobj, fd, events, data):
        self.fileobj = fileobj
        self.data = data


class BaseSelector:
    def __init__(self):
        self._fd_to_key = {}

    def register(self, fileobj, events, data=None):
        key = SelectorKey(fileobj, 0, events, data)
        self._fd_to_key[fileobj] = key
        return key

    def unregister(self, fileobj):
        return self._fd_to_key.pop(fileobj)

    def modify(self, fileobj, events, data=None):
        self.unregister(fileobj)
        return self.register(fileobj, events, data)

    def close(self):
        self._fd_to_key.clear()


class SelectSelector(BaseSelector):
    pass


class PollSelector(BaseSelector):
    pass


class EpollSelector(BaseSelector):
    pass


class KqueueSelector(BaseSelector):
    pass


class DefaultSelector(BaseSelector):
    pass
