"""PySide2.QtWidgets, which is taken to be like PySide6 (see `_qt`)."""
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
