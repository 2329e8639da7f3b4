"""Keys that the canvas answers itself.

What a tool in hand answers is in `ui.canvas.keys`, and a window may bind other keys. Letters that choose tools are
the window's actions; `Keys.letters` is turned off by `bind`, so that a key given away stays free.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeySequence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ui.canvas.display import Workbench
    from ui.canvas.input import Input


# Which key means what on the canvas; the window may bind others.

USUAL: Mapping[str, Sequence[str]] = {
    "accept": ("Return", "Enter"), "exclude": ("Shift+Return", "Shift+Enter"), "cancel": ("Esc",),
    "back": ("Backspace",), "smaller": (",",), "larger": (".",),
    "hand": ("Space",), "everything": ("N",), "original": ("O",),
    "left": ("Left",), "right": ("Right",), "up": ("Up",), "down": ("Down",),
    "split_left": ("Ctrl+Left",), "split_right": ("Ctrl+Right",),
}  # fmt: skip
ARROWS = {"left": (-1, 0), "right": (1, 0), "up": (0, -1), "down": (0, 1)}
_PORTABLE = QKeySequence.SequenceFormat.PortableText
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_WITH_OTHERS = (
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
)


class Bound:
    """Meanings of single keys, by the names of `USUAL`; an empty name is a key that means nothing here."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._down: dict[int, str] = {}
        self.bind(USUAL)

    def bind(self, table: Mapping[str, Sequence[str]]) -> None:
        """These keys, in portable words, and no others."""
        pairs = (
            (QKeySequence.fromString(key, _PORTABLE), name) for name, keys in table.items() for key in keys
        )
        self._names = {_text(sequence): name for sequence, name in pairs if not sequence.isEmpty()}

    def exact(self, event: Any) -> str:
        """What the key means; an arrow that moves the cross means the same with Shift: farther."""
        name = self._names.get(_text(QKeySequence(_combined(event))), "")
        if name or event.modifiers() & _WITH_OTHERS or not event.modifiers() & _SHIFT:
            return name
        without = self._names.get(_text(QKeySequence(event.key())), "")
        return without if without in ARROWS else ""

    def pressed(self, event: Any) -> str:
        """The same, kept until the key is let go; Shift changes nothing about Esc and the like."""
        name = self.exact(event)
        letter = Qt.Key.Key_A <= event.key() <= Qt.Key.Key_Z
        if not name and not letter and not event.modifiers() & _WITH_OTHERS:
            name = self._names.get(_text(QKeySequence(event.key())), "")
        if name:
            self._down[event.key()] = name
        return name

    def released(self, event: Any) -> str:
        """What this key meant when it went down, whatever else is held by now."""
        return self._down.pop(event.key(), "")

    def let_go(self) -> tuple[str, ...]:
        """All that is down is down no more: what it meant."""
        names, self._down = tuple(self._down.values()), {}
        return names


def _text(sequence: QKeySequence) -> str:
    return sequence.toString(_PORTABLE)


def _combined(event: Any) -> int:
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return int(event.key()) | held.value


_K = Qt.Key
_TOOLS = {
    _K.Key_W: "objects", _K.Key_B: "brush", _K.Key_E: "eraser", _K.Key_L: "lasso",
    _K.Key_R: "rectangle", _K.Key_H: "hand", _K.Key_Z: "zoom",
}  # fmt: skip
_SHIFT_TOOLS = {_K.Key_L: "polygon", _K.Key_R: "ellipse"}
_FAR = 10
_SIZE_STEP, _HARDNESS_STEP, _SPLIT_STEP = 1.2, 0.25, 0.02


class CanvasKeys:
    """Answers key events of one canvas; True means taken."""

    def __init__(self, canvas: Workbench, hands: Input) -> None:
        self._canvas = canvas
        self._hands = hands
        self.letters = True
        self.bound = Bound()
        self._acts = self._make_acts()
        self._held: dict[str, Callable[[bool], object]] = {
            "hand": hands.hold_hand,
            "original": canvas.hold,
            "everything": canvas.show_all,
        }
        self._plain: dict[Qt.Key, Callable[[], object]] = {
            _K.Key_BracketLeft: self.smaller_brush,
            _K.Key_BracketRight: self.larger_brush,
            _K.Key_BraceLeft: self.softer_brush,
            _K.Key_BraceRight: self.harder_brush,
            _K.Key_X: self.swap,
            _K.Key_C: canvas.next_compare,
            _K.Key_Backslash: canvas.toggle_overlay,
            _K.Key_Bar: canvas.cycle_overlay,
            _K.Key_Plus: canvas.zoom_in,
            _K.Key_Equal: canvas.zoom_in,
            _K.Key_Minus: canvas.zoom_out,
        }

    def bind(self, table: Mapping[str, Sequence[str]]) -> None:
        """Keys by the names of `ui.canvas.keys.USUAL`; every other key is the window's from now on."""
        self.bound.bind(table)
        self.letters = False

    def take(self, event: QEvent) -> bool:
        """Answer a key event; False for any other."""
        kinds = QEvent.Type
        answers = {
            kinds.KeyPress: self.press,
            kinds.KeyRelease: self.release,
            kinds.ShortcutOverride: self.override,
            kinds.FocusOut: self.let_go,
        }
        answer = answers.get(event.type())
        return answer is not None and answer(event)

    def override(self, event: Any) -> bool:
        """What is bound here is the canvas' while it has the keys."""
        if self.bound.exact(event):
            event.accept()
            return True
        return False

    def press(self, event: Any) -> bool:
        """From the tool outward."""
        key, held = event.key(), event.modifiers()
        name = self.bound.pressed(event)
        shift = bool(held & Qt.KeyboardModifier.ShiftModifier)
        if name in ARROWS:
            step = _FAR if shift else 1
            dx, dy = ARROWS[name]
            self._hands.move_cross(dx * step, dy * step)
            return True
        if name in self._held:
            if not event.isAutoRepeat():
                self._held[name](True)
            return True
        if name:
            return self._acts[name]() is not False
        if held & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return self._with_control(key, held)
        return self._other(key, shift=shift)

    def release(self, event: Any) -> bool:
        """Keys that act while they are down."""
        if event.isAutoRepeat():
            return False
        self._canvas.tool.key_up(event.key())
        name = self.bound.released(event)
        if name in self._held:
            self._held[name](False)
        return name in self._held

    def let_go(self, event: Any = None) -> bool:
        """Whatever is held is let go: the keys are somebody else's now."""
        del event
        for name in self.bound.let_go():
            if name in self._held:
                self._held[name](False)
        return False

    def enter(self, *, exclude: bool = False) -> bool:
        """On the crosshair: a click there; without one: accept."""
        tool = self._canvas.tool
        if self._canvas.pointing.cross is None:
            return tool.accept() if not exclude else False
        tool.click(self._hands.cross_pointer(right=exclude))
        return True

    def escape(self) -> bool:
        """Give up what is under way, then the suggestions, then the crosshair, then the tool."""
        canvas = self._canvas
        self._hands.let_go()
        if canvas.tool.cancel():
            return True
        if canvas.stage.suggestions:
            canvas.set_suggestions(None)
        elif self._canvas.pointing.cross:
            self._canvas.pointing.cross = None
            canvas.update()
        elif canvas.tool_name == "hand":
            return False
        else:
            canvas.set_tool("hand")
        return True

    def smaller_brush(self) -> None:
        """By a fifth, at least a pixel."""
        size = self._canvas.brush_size_px
        self._canvas.set_brush_size(min(size - 1, size / _SIZE_STEP))

    def larger_brush(self) -> None:
        """By a fifth, at least a pixel."""
        size = self._canvas.brush_size_px
        self._canvas.set_brush_size(max(size + 1, size * _SIZE_STEP))

    def softer_brush(self) -> None:
        """By a quarter."""
        self._canvas.set_brush_hardness(self._canvas.brush_hardness - _HARDNESS_STEP)

    def harder_brush(self) -> None:
        """By a quarter."""
        self._canvas.set_brush_hardness(self._canvas.brush_hardness + _HARDNESS_STEP)

    def swap(self) -> None:
        """Add ↔ remove: brush and eraser, or the boolean mode."""
        canvas = self._canvas
        if canvas.tool_name in ("brush", "eraser"):
            canvas.set_tool("eraser" if canvas.tool_name == "brush" else "brush")
        else:
            canvas.set_boolean("subtract" if canvas.boolean != "subtract" else "add")

    def _make_acts(self) -> dict[str, Callable[[], object]]:
        canvas = self._canvas
        return {
            "accept": self.enter,
            "exclude": lambda: self.enter(exclude=True),
            "cancel": self.escape,
            "back": self._back,
            "smaller": partial(canvas.cycle, -1),
            "larger": partial(canvas.cycle, 1),
            "split_left": lambda: canvas.set_split(canvas.split - _SPLIT_STEP),
            "split_right": lambda: canvas.set_split(canvas.split + _SPLIT_STEP),
        }

    def _back(self) -> bool:
        return self._canvas.tool.back()

    def _with_control(self, key: int, held: Any) -> bool:
        """Ctrl+0 and Ctrl+1, where no window binds them."""
        zooms: dict[int, Callable[[], object]] = {
            _K.Key_0: self._canvas.fit,
            _K.Key_1: lambda: self._canvas.zoom_to(1.0),
        }
        if not self.letters or not held & Qt.KeyboardModifier.ControlModifier or key not in zooms:
            return False
        zooms[key]()
        return True

    def _other(self, key: int, *, shift: bool) -> bool:
        if not self.letters:
            return False
        name = (_SHIFT_TOOLS if shift else _TOOLS).get(_K(key)) if key in _TOOLS else None
        if name:
            self._canvas.set_tool(name)
            return True
        act = self._plain.get(_K(key)) if key in self._plain else None
        if act is None:
            return False
        act()
        return True
