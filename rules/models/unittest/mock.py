"""unittest.mock, from CPython 3.11.7 (Lib/unittest/mock.py)."""
# cyclint: model better-than-source


class NonCallableMock:
    def __init__(
        self,
        spec=None,
        side_effect=None,
        return_value=None,
        wraps=None,
        name=None,
        spec_set=None,
        **kwargs
    ):
        # Of `spec` only the class is kept.
        self.side_effect = side_effect
        self.return_value = return_value
        self._mock_wraps = wraps
        self.call_args_list = []
        self.__dict__.update(kwargs)

    def reset_mock(self, *args, **kwargs):
        self.call_args_list.clear()


class Mock(NonCallableMock):
    def __call__(self, *args, **kwargs):
        self.call_args_list.append((args, kwargs))
        if self.side_effect is not None:
            return self.side_effect(*args, **kwargs)
        if self._mock_wraps is not None:
            return self._mock_wraps(*args, **kwargs)
        return self.return_value


class MagicMock(Mock):
    pass


class NonCallableMagicMock(NonCallableMock):
    pass


class AsyncMock(Mock):
    pass


class PropertyMock(Mock):
    pass
