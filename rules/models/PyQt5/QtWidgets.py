"""PyQt5.QtWidgets, measured with PyQt5 5.15.11 (see `_qt`)."""
# cyclint: model better-than-source

from _qt import QAction
from _qt.widgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QSlider,
    QSpinBox,
    QToolButton,
    QWidget,
)
