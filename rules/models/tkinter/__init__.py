"""tkinter, from CPython 3.11.7 (Lib/tkinter/__init__.py, Modules/_tkinter.c).

Callbacks (`command=`, `bind`, `after`, `trace_add`) are held by the Tcl interpreter, where the
collector does not look, until the widget is destroyed. The first window is kept in
`_default_root`.
"""
# cyclint: model better-than-source

_default_root = None


class Misc:
    master = None

    def destroy(self):
        pass


class Tk(Misc):
    def __init__(
        self,
        screenName=None,
        baseName=None,
        className="Tk",
        useTk=True,
        sync=False,
        use=None,
    ):
        global _default_root
        self.master = None
        self.children = {}
        _default_root = self

    def destroy(self):
        global _default_root
        for child in self.children.values():
            child.destroy()
        self.children.clear()
        _default_root = None


class BaseWidget(Misc):
    def __init__(self, master=None, cnf={}, **kw):
        if master is None:
            master = _default_root
        self.master = master
        self.children = {}
        self.master.children[self] = self

    def destroy(self):
        for child in self.children.values():
            child.destroy()
        self.children.clear()
        self.master.children.pop(self)


class Widget(BaseWidget):
    pass


class Toplevel(BaseWidget):
    pass


class Button(Widget):
    pass


class Canvas(Widget):
    pass


class Checkbutton(Widget):
    pass


class Entry(Widget):
    pass


class Frame(Widget):
    pass


class Label(Widget):
    pass


class LabelFrame(Widget):
    pass


class Listbox(Widget):
    pass


class Menu(Widget):
    pass


class Menubutton(Widget):
    pass


class Message(Widget):
    pass


class OptionMenu(Widget):
    pass


class PanedWindow(Widget):
    pass


class Radiobutton(Widget):
    pass


class Scale(Widget):
    pass


class Scrollbar(Widget):
    pass


class Spinbox(Widget):
    pass


class Text(Widget):
    pass


class Variable:
    def __init__(self, master=None, value=None, name=None):
        # `master.tk`, the interpreter, and the root window; `master` itself is not kept.
        self._tk = None

    def __del__(self):
        # Unsets the variable in Tcl, which is an error on any thread but that of the interpreter.
        self._tk = None

    def set(self, value):
        pass


class StringVar(Variable):
    pass


class IntVar(Variable):
    pass


class DoubleVar(Variable):
    pass


class BooleanVar(Variable):
    pass


class Image:
    def __init__(self, imgtype, name=None, cnf={}, master=None, **kw):
        self.tk = master

    def __del__(self):
        # Deletes the image in Tcl.
        self.tk = None


class PhotoImage(Image):
    def __init__(self, name=None, cnf={}, master=None, **kw):
        Image.__init__(self, "photo", name, cnf, master, **kw)


class BitmapImage(Image):
    def __init__(self, name=None, cnf={}, master=None, **kw):
        Image.__init__(self, "bitmap", name, cnf, master, **kw)
