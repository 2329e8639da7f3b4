"""A question that holds up the window but not the program: words, and a few answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QBoxLayout, QDialog, QFrame, QPushButton, QVBoxLayout, QWidget

from ui.dialogs.parts import button, column, heading, prepare, words
from ui.layouts import Flow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QResizeEvent

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
        self.resize(self.width(), max(self.height(), whole.totalHeightForWidth(self.width())))
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


# What went wrong, over the picture and never in the way: what happened, what was tried, what to do.

WORDS_LEAST = 40  # letters that a line of words should have beside the buttons


@dataclass(frozen=True)
class ErrorSummary:
    """What happened (one sentence), what to do, and buttons that do it: the fix first."""

    message: str
    advice: str = ""
    fixes: tuple[tuple[str, Callable[[], object]], ...] = field(default=(), hash=False)


class ErrorPanel(QFrame):
    """Hidden until `tell`. `report` gives the text of Copy report; it is asked only when the button is pressed."""

    def __init__(self, report: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report = report
        self.trouble: ErrorSummary | None = None
        self.setProperty("banner", True)
        self.setAccessibleName(self.tr("What went wrong"))
        self._message, self._advice = words("", "danger"), words("")
        self._buttons = Flow(right=True)
        self._fixes: list[QPushButton] = []
        self._lay_out()
        self.hide()

    def tell(self, trouble: ErrorSummary) -> None:
        """Show this, in place of what was shown."""
        self.trouble = trouble
        for label, text in ((self._message, trouble.message), (self._advice, trouble.advice)):
            label.setText(text)
            label.setAccessibleName(text)
            label.setVisible(bool(text))
        self._replace_fixes(trouble)
        self.show()

    def dismiss(self) -> None:
        """Away with it."""
        self.trouble = None
        self.hide()

    def copy_report(self) -> None:
        """Put the report on the clipboard."""
        told = f"{self.trouble.message} {self.trouble.advice}" if self.trouble else ""
        QGuiApplication.clipboard().setText(self._report(told))
        self.copy.setText(self.tr("Report copied"))

    def _lay_out(self) -> None:
        texts = QVBoxLayout()
        texts.setSpacing(2)
        texts.addWidget(self._message)
        texts.addWidget(self._advice)
        self.copy = button(self.tr("Copy report"), self.copy_report, "link")
        self.copy.setToolTip(self.tr("Version, system and the engine's log, without your name and folders."))
        self._close = button(self.tr("Close"), self.dismiss, "link")
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(14, 8, 10, 8)
        self._row.addLayout(texts, 1)
        self._row.addLayout(self._buttons, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Buttons stand under the words where both have no room side by side."""
        super().resizeEvent(event)
        least = self._buttons.sizeHint().width() + WORDS_LEAST * self.fontMetrics().averageCharWidth()
        ways = QBoxLayout.Direction
        self._row.setDirection(ways.TopToBottom if event.size().width() < least else ways.LeftToRight)

    def _replace_fixes(self, trouble: ErrorSummary) -> None:
        while self._buttons.takeAt(0) is not None:
            pass
        for old in self._fixes:
            old.hide()
            old.deleteLater()
        self.copy.setText(self.tr("Copy report"))
        self._fixes = [self._fix(text, fix) for text, fix in trouble.fixes]
        for each in (*self._fixes, self.copy, self._close):
            self._buttons.addWidget(each)

    def _fix(self, text: str, fix: Callable[[], object]) -> QPushButton:
        def act() -> None:
            self.dismiss()
            fix()

        return button(text, act)
