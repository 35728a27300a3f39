"""PySide6.QtGui, measured with PySide6 6.12.0 (see `_qt`)."""
# cyclint: model better-than-source

from _qt import QAction
