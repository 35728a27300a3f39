"""What PyQt and Qt for Python have in common; the modules of each of them take it from here.

Both are written in C++. This is what was measured of PyQt5 5.15.11, PyQt6 6.11.0 and PySide6 6.12.0:
a connection holds a bound method weakly and anything else (a lambda, a partial) until it is
disconnected, or its sender dies. A parent holds its children, and they do not hold it.

In PyQt the collector sees the connections of a sender. In Qt for Python it does not, so that a ring
through one is never freed.
"""


class BoundSignal:
    def __init__(self, sender):
        self._sender = sender

    def connect(self, slot, type=0):
        if not hasattr(slot, "__self__"):
            self._sender._connections.append(slot)

    def disconnect(self, slot=None):
        if slot is None:
            self._sender._connections.clear()
        else:
            self._sender._connections.remove(slot)

    def emit(self, *args):
        pass


class Signal:
    def __init__(self, *types, name=None):
        pass

    def __get__(self, instance, owner=None):
        return BoundSignal(instance)


class QObject:
    destroyed = Signal()

    def __init__(self, parent=None):
        self._connections = []
        self._children = []
        if parent is not None:
            parent._children.append(self)

    def setParent(self, parent):
        if parent is not None:
            parent._children.append(self)

    def moveToThread(self, thread):
        pass

    def installEventFilter(self, filter):
        pass

    def deleteLater(self):
        self._connections.clear()
        self._children.clear()


class QTimer(QObject):
    timeout = Signal()

    def start(self, msec=0):
        pass

    def stop(self):
        pass


class QThread(QObject):
    started = Signal()
    finished = Signal()

    def start(self):
        self.run()

    def run(self):
        pass

    def wait(self):
        pass


class QCoreApplication(QObject):
    aboutToQuit = Signal()

    def __init__(self, arguments=None):
        super().__init__()


class QAction(QObject):
    triggered = Signal()
    toggled = Signal()

    def __init__(self, text=None, parent=None):
        super().__init__(parent)
