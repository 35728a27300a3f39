"""PySide6.QtWidgets, measured with PySide6 6.12.0 (see `_qt`)."""
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
