"""PyQt6.QtWidgets, measured with PyQt6 6.11.0 (see `_qt`)."""
# cyclint: model better-than-source

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
