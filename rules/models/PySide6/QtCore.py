"""PySide6.QtCore, measured with PySide6 6.12.0 (see `_qt`)."""
# cyclint: model better-than-source

from _qt import BoundSignal as SignalInstance
from _qt import QCoreApplication, QObject, QThread, QTimer
from _qt import Signal
