"""Keys that the canvas answers itself.

Letters that choose tools are the window's actions; where a window binds them, its actions come first, and
`Keys.letters` may be turned off so that a key given away stays free.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.canvas.hands import Hands
    from ui.canvas.workbench import Workbench

_K = Qt.Key
_ARROWS = {_K.Key_Left: (-1, 0), _K.Key_Right: (1, 0), _K.Key_Up: (0, -1), _K.Key_Down: (0, 1)}
_ENTER = (_K.Key_Return, _K.Key_Enter)
_OVERRIDDEN = (*_ARROWS, *_ENTER, _K.Key_Escape, _K.Key_Backspace)
_TOOLS = {
    _K.Key_W: "objects", _K.Key_B: "brush", _K.Key_E: "eraser", _K.Key_L: "lasso",
    _K.Key_R: "rectangle", _K.Key_H: "hand", _K.Key_Z: "zoom",
}  # fmt: skip
_SHIFT_TOOLS = {_K.Key_L: "polygon", _K.Key_R: "ellipse"}
_FAR = 10
_SIZE_STEP, _HARDNESS_STEP = 1.2, 0.25


class Keys:
    """Answers key events of one canvas; True means taken."""

    def __init__(self, canvas: Workbench, hands: Hands) -> None:
        self._canvas = canvas
        self._hands = hands
        self.letters = True
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

    def take(self, event: QEvent) -> bool:
        """Answer a key event; False for any other."""
        kinds = QEvent.Type
        answers = {
            kinds.KeyPress: self.press,
            kinds.KeyRelease: self.release,
            kinds.ShortcutOverride: self.override,
        }
        answer = answers.get(event.type())
        return answer is not None and answer(event)

    def override(self, event: Any) -> bool:
        """Enter, Esc, Backspace and the arrows are the canvas' while it has the keys."""
        plain = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        if event.key() in _OVERRIDDEN and plain == Qt.KeyboardModifier.NoModifier:
            event.accept()
            return True
        return False

    def press(self, event: Any) -> bool:
        """From the tool outward."""
        key, held = event.key(), event.modifiers()
        shift = bool(held & Qt.KeyboardModifier.ShiftModifier)
        if held & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            return self._with_control(key, held)
        if key in _ARROWS:
            step = _FAR if shift else 1
            dx, dy = _ARROWS[key]
            self._hands.move_cross(dx * step, dy * step)
            return True
        if key in _ENTER:
            return self.enter(exclude=shift)
        if key == _K.Key_Escape:
            return self.escape()
        if key == _K.Key_Backspace:
            return self._canvas.tool.back()
        return self._held(key, event, down=True) or self._other(key, shift=shift)

    def release(self, event: Any) -> bool:
        """Keys that act while they are down."""
        if event.isAutoRepeat():
            return False
        self._canvas.tool.key_up(event.key())
        return self._held(event.key(), event, down=False)

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

    def _with_control(self, key: int, held: Any) -> bool:
        """Ctrl+0, Ctrl+1, Ctrl and the arrows for the split line."""
        if not held & Qt.KeyboardModifier.ControlModifier:
            return False
        canvas = self._canvas
        acts: dict[int, Callable[[], object]] = {
            _K.Key_0: canvas.fit,
            _K.Key_1: lambda: canvas.zoom_to(1.0),
            _K.Key_Left: lambda: canvas.set_split(canvas.split - 0.02),
            _K.Key_Right: lambda: canvas.set_split(canvas.split + 0.02),
        }
        if key not in acts:
            return False
        acts[key]()
        return True

    def _held(self, key: int, event: Any, *, down: bool) -> bool:
        """Space, O and N."""
        acts = {
            _K.Key_Space: self._hands.hold_hand,
            _K.Key_O: self._canvas.hold,
            _K.Key_N: self._canvas.show_all,
        }
        if key not in acts or (key != _K.Key_Space and not self.letters):
            return False
        if not event.isAutoRepeat():
            acts[_K(key)](down)
        return True

    def _other(self, key: int, *, shift: bool) -> bool:
        if self._canvas.tool.key(key, shift=shift):
            return True
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
