"""A small Krita for tests, without a screen; `install` puts it, and PySide6 as PyQt6, where the plug-in looks."""

import sys
import types
from importlib import import_module

from fake_krita_document import Document, Node, Selection


class Signal:
    def __init__(self):
        self.heard = []

    def connect(self, slot):
        self.heard.append(slot)

    def emit(self, *values):
        for slot in tuple(self.heard):
            slot(*values)


class Action:
    def __init__(self, text, act=None):
        self._text, self.triggered, self.act = text, Signal(), act
        self.menu = None

    def text(self):
        return self._text() if callable(self._text) else self._text

    def setMenu(self, menu):  # noqa: N802
        self.menu = menu

    def trigger(self):
        if self.act:
            self.act()
        self.triggered.emit(False)


class Window:
    def __init__(self, app):
        self.app = app

    def qwindow(self):
        return None

    def createAction(self, name, text, place=""):  # noqa: N802
        self.app.actions[name] = Action(text)
        self.app.places[name] = place
        return self.app.actions[name]

    def activeView(self):  # noqa: N802
        return types.SimpleNamespace(showFloatingMessage=lambda words, *_: self.app.floated.append(words))

    def addView(self, document):  # noqa: N802
        self.app.views.append(document)


class Notifier:
    def __init__(self):
        self.applicationClosing = Signal()

    def setActive(self, on):  # noqa: N802
        pass


class App:
    """`Krita.instance()`."""

    def __init__(self):
        self.opened, self.clones, self.views, self.saved = [], [], [], []
        self.settings, self.places, self.extensions, self.factories = {}, {}, [], []
        self.window, self.note = Window(self), Notifier()
        self.floated, self.docks = [], []
        self.actions = {
            "edit_undo": Action(lambda: "Undo " + self._top("undone"), self._undo),
            "edit_redo": Action(lambda: "Redo " + self._top("redone"), self._redo),
        }

    def open(self, *arguments, **options):
        document = Document(self, *arguments, **options)
        self.opened.append(document)
        return document

    def _top(self, which):
        document = self.activeDocument()
        steps = getattr(document, which) if document else ()
        return steps[-1][0] if steps else ""

    def _undo(self):
        step = self.activeDocument().undone.pop()
        step[1]()
        self.activeDocument().redone.append(step)

    def _redo(self):
        step = self.activeDocument().redone.pop()
        step[2]()
        self.activeDocument().undone.append(step)

    def dockers(self):
        return self.docks

    def version(self):
        return "6.0.0"

    def documents(self):
        return list(self.opened)

    def activeDocument(self):  # noqa: N802
        shown = [one for one in self.opened if one not in self.hidden]
        return shown[0] if shown else None

    @property
    def hidden(self):
        return [one for one in self.opened if getattr(one, "made", False) and one not in self.views]

    def activeWindow(self):  # noqa: N802
        return self.window

    def createDocument(self, width, height, name, *rest):  # noqa: N802
        document = self.open((width, height), name, rest[:3])
        document.made, document.resolution = True, rest[3]
        document.root.children.append(Node(document, "Background", "paintlayer"))
        document.root.children[0].parent = document.root
        return document

    def action(self, name):
        return self.actions.get(name)

    def readSetting(self, group, name, default):  # noqa: N802
        return self.settings.get((group, name), default)

    def writeSetting(self, group, name, value):  # noqa: N802
        self.settings[group, name] = value

    def notifier(self):
        return self.note

    def addExtension(self, extension):  # noqa: N802
        self.extensions.append(extension)

    def addDockWidgetFactory(self, factory):  # noqa: N802
        self.factories.append(factory)

    def getAppDataLocation(self):  # noqa: N802
        return "/nowhere"

    def batchmode(self):
        return False

    def setBatchmode(self, on):  # noqa: N802
        pass


def install(monkeypatch):
    """Krita and PyQt6 for this test; the app."""
    app = App()
    for part in ("QtCore", "QtGui", "QtWidgets"):
        monkeypatch.setitem(sys.modules, f"PyQt6.{part}", import_module(f"PySide6.{part}"))
    monkeypatch.setitem(sys.modules, "PyQt6", types.ModuleType("PyQt6"))
    monkeypatch.setitem(sys.modules, "krita", module(app))
    for name in [name for name in sys.modules if name.startswith("plugin.krita")]:
        monkeypatch.delitem(sys.modules, name)
    return app


def module(app):
    widgets = import_module("PySide6.QtWidgets")
    krita = types.ModuleType("krita")
    krita.qVersion = lambda: "6.11.2"
    krita.Krita = types.SimpleNamespace(instance=lambda: app)
    krita.Extension = type("Extension", (), {"__init__": lambda self, parent: None})
    krita.DockWidget = type("DockWidget", (widgets.QDockWidget,), {})
    krita.DockWidgetFactory = lambda name, place, make: types.SimpleNamespace(name=name, make=make)
    krita.DockWidgetFactoryBase = types.SimpleNamespace(DockRight=2)
    krita.InfoObject = type("InfoObject", (), {"setProperty": lambda self, name, value: None})
    krita.Document, krita.Node, krita.Selection, krita.Window = Document, Node, Selection, Window
    return krita
