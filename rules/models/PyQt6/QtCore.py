"""PyQt6.QtCore, measured with PyQt6 6.11.0 (see `_qt`)."""
# cyclint: model better-than-source

from _qt import BoundSignal as pyqtBoundSignal
from _qt import QCoreApplication, QObject, QThread, QTimer
from _qt import Signal as pyqtSignal
