"""PyQt6.QtGui, measured with PyQt6 6.11.0 (see `_qt`)."""
# cyclint: model better-than-source

from _qt import QAction
