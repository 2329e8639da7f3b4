"""What the engine suggests, as dashed chips: nothing becomes a region by itself."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from ui import palette

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QEnterEvent

    from ui.model.proposal import Proposed

_DASHED = "QFrame[chip='true'] { border: 1px dashed palette(mid); border-radius: 7px; }"


class Chip(QFrame):
    """Tells by `pointed` when the pointer is over it: then its outline is shown in the picture."""

    pointed = Signal(bool)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802  (Qt's name, here and below)
        """The pointer came."""
        super().enterEvent(event)
        self.pointed.emit(True)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802
        """It went."""
        super().leaveEvent(event)
        self.pointed.emit(False)


class Suggestions(QWidget):
    """One chip for each suggestion, with Accept and Dismiss; `accepted` gives the proposals, `outlined` too many.

    `pointed` gives the one under the pointer, to be outlined in the picture; none when the pointer has left it.
    """

    accepted = Signal(list)
    dismissed = Signal()
    pointed = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._left: list[Proposed] = []
        self._outlines: list[Proposed] = []
        self.setStyleSheet(_DASHED)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self.hide()

    @property
    def left(self) -> Sequence[Proposed]:
        """Suggestions that nobody has answered."""
        return tuple(self._left)

    def suggest(self, found: Sequence[Proposed]) -> None:
        """Priorities for what was found."""
        useful = [_plainly_named(each) for each in found if each.priority and not each.mask.empty]
        useful = _told_apart(sorted(useful, key=lambda each: not each.label), self.tr("Area"))
        self._left, self._outlines = useful, []
        self._rebuild()

    def outline(self, found: Sequence[Proposed]) -> None:
        """Objects that the picture shows as outlines, to be adopted there."""
        self._left, self._outlines = [], list(found)
        self._rebuild()

    def clear(self) -> None:
        """Forget everything that was suggested."""
        self._left, self._outlines = [], []
        self._rebuild()

    def accept_all(self) -> None:
        """Every suggestion becomes a region."""
        taken, self._left = self._left, []
        self._rebuild()
        self.pointed.emit([])  # the chip goes without telling that the pointer has left it
        self.accepted.emit(taken)

    def dismiss_all(self) -> None:
        """None of them does."""
        self.clear()
        self.dismissed.emit()

    def _accept(self, one: Proposed) -> None:
        self._left = [each for each in self._left if each is not one]
        self._rebuild()
        self.pointed.emit([])  # the chip goes without telling that the pointer has left it
        self.accepted.emit([one])

    def _dismiss(self, one: Proposed) -> None:
        self._left = [each for each in self._left if each is not one]
        self._rebuild()
        self.pointed.emit([])  # the chip goes without telling that the pointer has left it

    def _rebuild(self) -> None:
        while (item := self._column.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if self._outlines:
            self._column.addWidget(self._head(self._outline_words(), several=False))
        elif self._left:
            self._column.addWidget(self._head(self._found_words(), several=len(self._left) > 1))
            for one in self._left:
                self._column.addWidget(self._chip(one))
        self.setVisible(bool(self._left or self._outlines))

    def _outline_words(self) -> str:
        count = len(self._outlines)
        return self.tr("%n objects outlined. Click one in the picture to adopt it.", "", count)

    def _found_words(self) -> str:
        """“Found: face × 3, text”, right for one and for many in every language."""
        counted = Counter(each.label.rstrip(" 0123456789") for each in self._left)
        words = (f"{word} × {n}" if n > 1 else word for word, n in counted.items())
        return self.tr("Found: {what}").format(what=", ".join(words))

    def _head(self, text: str, *, several: bool = False, plain: bool = False) -> QWidget:
        head = QWidget()
        row = QHBoxLayout(head)
        row.setContentsMargins(2, 0, 0, 0)
        words = QLabel(text)
        words.setWordWrap(True)
        words.setAccessibleName(text)
        row.addWidget(words, 1)
        if plain:
            return head
        if several:
            row.addWidget(_link(self.tr("Accept all"), self.accept_all))
        row.addWidget(_link(self.tr("Dismiss"), self.dismiss_all))
        return head

    def _chip(self, one: Proposed) -> QWidget:
        chip = Chip()
        chip.pointed.connect(lambda on: self.pointed.emit([one] if on else []))
        chip.setProperty("chip", True)
        row = QHBoxLayout(chip)
        row.setContentsMargins(10, 2, 4, 2)
        text = f"{one.label} → {palette.sign_text(one.priority or 0.0)}"
        words = QLabel(text)
        words.setAccessibleName(text)
        row.addWidget(words, 1)
        row.addWidget(_link(self.tr("Accept"), lambda: self._accept(one), about=text))
        close = QToolButton()
        close.setText("✕")
        close.setMinimumSize(24, 24)
        close.setAccessibleName(self.tr("Dismiss {what}").format(what=text))
        close.setToolTip(self.tr("Dismiss"))
        close.clicked.connect(lambda: self._dismiss(one))
        row.addWidget(close)
        return chip


def _told_apart(found: Sequence[Proposed], nameless: str) -> list[Proposed]:
    """Each with a name of its own: “Face”, or “Face 1” and “Face 2” where there are several."""
    names = [each.label.capitalize() or nameless for each in found]
    several, seen = Counter(names), Counter[str]()
    told = []
    for each, name in zip(found, names, strict=True):
        seen[name] += 1
        told.append(replace(each, label=f"{name} {seen[name]}" if several[name] > 1 else name))
    return told


def _plainly_named(one: Proposed) -> Proposed:
    """Without the number that stands for no name at all."""
    return replace(one, label="") if one.label.startswith("Region ") else one


def _link(text: str, act: object, about: str = "") -> QPushButton:
    made = QPushButton(text)
    made.setProperty("link", True)
    made.setMinimumHeight(24)
    made.setAccessibleName(f"{text} {about}".strip())
    made.clicked.connect(act)  # type: ignore[operator]
    return made
