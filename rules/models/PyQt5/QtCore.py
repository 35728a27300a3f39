"""PyQt5.QtCore, measured with PyQt5 5.15.11 (see `_qt`)."""
# cyclint: model better-than-source

from _qt import BoundSignal as pyqtBoundSignal
from _qt import QCoreApplication, QObject, QThread, QTimer
from _qt import Signal as pyqtSignal
