"""Which key means what on the canvas; the window may bind others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
