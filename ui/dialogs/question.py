"""A question that holds up the window but not the program: words, and a few answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from ui.dialogs.parts import button, column, heading, prepare, words
from ui.layouts import Flow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Answer = tuple[str, Callable[[], object]]


class Question(QDialog):
    """`answers` are (words, what happens), the wished one first; Esc takes the last, which changes nothing."""

    def __init__(
        self, title: str, text: str, answers: Sequence[Answer], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        prepare(self, title, QSize(470, 150))
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._last = answers[-1][1]
        self._answered = False
        whole = column(self)
        whole.addWidget(heading(title, 1.15))
        whole.addWidget(words(text))
        whole.addStretch(1)
        row = Flow(right=True)
        self.buttons = [self._button(at, answer) for at, answer in enumerate(answers)]
        for each in reversed(self.buttons):
            row.addWidget(each)
        whole.addLayout(row)
        self.buttons[0].setFocus()

    def ask(self) -> Question:
        """Show it; gives itself."""
        self.open()
        return self

    def reject(self) -> None:
        """Esc, or the window's own cross."""
        if not self._answered:
            self._give(self._last)

    def _button(self, at: int, answer: Answer) -> QPushButton:
        text, act = answer
        return button(text, lambda: self._give(act), "primary" if at == 0 else "")

    def _give(self, act: Callable[[], object]) -> None:
        self._answered = True
        self.done(0)
        act()
