"""unittest, from CPython 3.11.7 (Lib/unittest/case.py)."""
# cyclint: model better-than-source


class TestCase:
    def __init__(self, methodName="runTest"):
        self._cleanups = []

    def addCleanup(self, function, /, *args, **kwargs):
        self._cleanups.append((function, args, kwargs))

    def doCleanups(self):
        self._cleanups.clear()

    def setUp(self):
        pass

    def tearDown(self):
        pass


class IsolatedAsyncioTestCase(TestCase):
    pass
