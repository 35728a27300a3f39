"""QtCore, from the documentation of PyQt 6.9 and Qt for Python 6.9 (both are written in C++).

A connection holds a bound method weakly and anything else until it is disconnected or its object is
destroyed by Qt. That lifetime is not visible in Python, so connections are modelled as holding
nothing, and so is the ownership between a parent and its children.
"""
# cyclint: model better-than-source


class pyqtBoundSignal:
    def connect(self, slot, type=0):
        pass

    def disconnect(self, slot=None):
        pass

    def emit(self, *args):
        pass


class pyqtSignal:
    def __init__(self, *types, name=None):
        pass

    def __get__(self, instance, owner=None):
        return pyqtBoundSignal()


class QObject:
    def __init__(self, parent=None):
        pass

    def deleteLater(self):
        pass


class QTimer(QObject):
    def start(self, msec=0):
        pass

    def stop(self):
        pass


class QThread(QObject):
    def start(self):
        self.run()

    def run(self):
        pass

    def wait(self):
        pass
