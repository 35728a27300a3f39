"""The widgets that PyQt and Qt for Python have in common (see `_qt`)."""

from _qt import QCoreApplication, QObject, Signal


class QApplication(QCoreApplication):
    pass


class QWidget(QObject):
    def close(self):
        pass


class QDialog(QWidget):
    accepted = Signal()
    rejected = Signal()
    finished = Signal()


class QMainWindow(QWidget):
    pass


class _Labelled(QWidget):
    def __init__(self, text=None, parent=None):
        super().__init__(parent)


class QPushButton(_Labelled):
    clicked = Signal()
    pressed = Signal()
    released = Signal()
    toggled = Signal()


class QToolButton(QWidget):
    clicked = Signal()
    toggled = Signal()


class QCheckBox(_Labelled):
    clicked = Signal()
    stateChanged = Signal()
    toggled = Signal()


class QLineEdit(_Labelled):
    editingFinished = Signal()
    returnPressed = Signal()
    textChanged = Signal()
    textEdited = Signal()


class QComboBox(QWidget):
    activated = Signal()
    currentIndexChanged = Signal()
    currentTextChanged = Signal()


class QSlider(_Labelled):
    valueChanged = Signal()


class QSpinBox(QWidget):
    valueChanged = Signal()
