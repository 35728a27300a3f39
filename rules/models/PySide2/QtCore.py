"""PySide2.QtCore, which is taken to be like PySide6 (see `_qt`)."""
# cyclint: model better-than-source

from _qt import BoundSignal as SignalInstance
from _qt import QCoreApplication, QObject, QThread, QTimer
from _qt import Signal
