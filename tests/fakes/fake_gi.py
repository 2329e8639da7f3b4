"""A small gi for tests, without GIMP. `install(monkeypatch)` puts it where the plug-in looks."""

import sys
import types
from importlib import import_module

MODULES = (
    "arguments", "arrival", "dialogs", "engine_calls", "help", "libraries", "pixels",
    "procedures", "results", "settings", "source", "worker",
)  # fmt: skip


class Flags(int):
    """Any constant: equal by number."""


class MainLoop:
    """Runs what was asked for by `timeout_add` until it says stop."""

    waiting: list = []  # noqa: RUF012

    def run(self):
        while MainLoop.waiting:
            MainLoop.waiting = [tick for tick in MainLoop.waiting if tick()]

    def quit(self):
        MainLoop.waiting = []


class Names:
    """A namespace in which every name is a constant of its own."""

    def __init__(self, *names):
        for number, name in enumerate(names):
            setattr(self, name, Flags(1 << number))


class Progress:
    """What the user saw of it."""

    def __init__(self):
        self.said, self.reached, self.messages = [], [], []
        self.profile = ""


class Buffer:
    """Bytes of one band, one value a byte."""

    def __init__(self, width, data):
        self.width, self.data = width, data

    def get(self, box, _scale, _format, _abyss):
        x, y, width, height = box
        rows = len(self.data) // self.width

        def value(across, down):
            inside = 0 <= across < self.width and 0 <= down < rows
            return self.data[down * self.width + across] if inside else 0

        return bytes(value(x + across, y + down) for down in range(height) for across in range(width))


class Channel:
    """A channel with a name, as wide as the image."""

    def __init__(self, name, width, data):
        self.name, self.buffer = name, Buffer(width, data)

    def get_name(self):
        return self.name

    def get_buffer(self):
        return self.buffer

    def get_format(self):
        return "Y u8"


class Layer:
    """A layer with a name, a place and some locks."""

    def __init__(self, name="ground", box=(0, 0, 10, 10), **facts):
        self.name, self.box, self.facts = name, box, facts

    def get_name(self):
        return self.name

    def get_filters(self):
        return []

    def __getattr__(self, question):
        if question.startswith(("is_", "get_lock")):
            return lambda: self.facts.get(question, False)
        raise AttributeError(question)


def install(monkeypatch):
    """A fresh gi and freshly imported modules of the plug-in; gives (what the user saw, a getter of modules)."""
    seen = Progress()
    MainLoop.waiting = []
    gi, repository = types.ModuleType("gi"), types.ModuleType("gi.repository")
    gi.require_version = lambda *_: None
    repository.Gimp = _gimp(seen)
    repository.Gegl = types.SimpleNamespace(
        Rectangle=types.SimpleNamespace(new=lambda *box: box), AbyssPolicy=Names("NONE"), init=lambda _: None
    )
    repository.Babl = types.SimpleNamespace(get_name=str)
    repository.GLib = types.SimpleNamespace(
        MainLoop=MainLoop, timeout_add=lambda _ms, tick: MainLoop.waiting.append(tick), Error=_error
    )
    repository.GObject = types.SimpleNamespace(
        ParamFlags=Names("READWRITE"), Value=lambda _kind, value: value, TYPE_STRING=str
    )
    monkeypatch.setitem(sys.modules, "gi", gi)
    monkeypatch.setitem(sys.modules, "gi.repository", repository)
    for name, library in vars(repository).items():
        if not name.startswith("_"):
            monkeypatch.setitem(sys.modules, "gi.repository." + name, library)
    for name in MODULES:
        monkeypatch.delitem(sys.modules, "plugin.gimp." + name, raising=False)
    return seen, lambda name: import_module("plugin.gimp." + name)


def _error(words=""):
    return types.SimpleNamespace(message=words)


def _gimp(seen):
    gimp = types.SimpleNamespace(
        progress_set_text=seen.said.append,
        progress_update=seen.reached.append,
        progress_pulse=lambda: seen.reached.append(-1),
        message=seen.messages.append,
        version=lambda: "3.2.6",
        directory=lambda: seen.profile,
        PlugIn=object,
        ImageType=Names("GRAY_IMAGE", "GRAYA_IMAGE", "RGB_IMAGE", "RGBA_IMAGE"),
        PDBStatusType=Names("SUCCESS", "CANCEL", "EXECUTION_ERROR"),
        PDBProcType=Names("PLUGIN"),
        RunMode=Names("INTERACTIVE", "NONINTERACTIVE", "WITH_LAST_VALS"),
        ProcedureSensitivityMask=Names("DRAWABLE", "DRAWABLES", "NO_DRAWABLES", "NO_IMAGE"),
        Layer=Layer,
        LayerMask=type("LayerMask", (), {}),
        Channel=type("Channel", (), {}),
        Image=types.SimpleNamespace(__gtype__="image"),
        Choice=types.SimpleNamespace(new=Choice),
        Selection=types.SimpleNamespace(is_empty=lambda image: image.selection is None),
    )
    gimp.ImageProcedure = types.SimpleNamespace(new=Procedure)
    gimp.Procedure = types.SimpleNamespace(new=Procedure)
    gimp.Selection.bounds = lambda image: types.SimpleNamespace(
        non_empty=image.selection is not None,
        **dict(zip(("x1", "y1", "x2", "y2"), image.selection or (0, 0, 0, 0), strict=True)),
    )
    return gimp


class Choice:
    def __init__(self):
        self.values = []

    def add(self, name, number, _label, _words):
        assert number == len(self.values)
        self.values.append(name)


class Procedure:
    """Records what it is told; as a call's answer, a list of values."""

    def __init__(self, _plug_in, name, *_more):
        self.name, self.arguments, self.results, self.told = name, {}, [], {}

    def get_name(self):
        return self.name

    def __getattr__(self, word):
        if word.startswith("add_") and word.endswith("_return_value"):
            return lambda name, *_: self.results.append(name)
        if word.startswith("add_") and word.endswith("_argument"):
            return lambda name, *more: self.arguments.update({name: more})
        if word.startswith(("set_", "add_")):
            return lambda *values: self.told.update({word: values})
        raise AttributeError(word)

    def new_return_values(self, status, error):
        answer = Answer([status, *([None] * len(self.results))])
        answer.error = error.message
        return answer


class Answer(list):
    """Return values."""

    def remove(self, at):
        del self[at]

    def index(self, at):
        return self[at]
