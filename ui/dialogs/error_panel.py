"""What went wrong, over the picture and never in the way: what happened, what was tried, what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.dialogs.parts import button, words

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Trouble:
    """What happened (one sentence), what to do, and buttons that do it: the fix first."""

    message: str
    advice: str = ""
    fixes: tuple[tuple[str, Callable[[], object]], ...] = field(default=(), hash=False)


class ErrorPanel(QFrame):
    """Hidden until `tell`. `report` gives the text of Copy report; it is asked only when the button is pressed."""

    def __init__(self, report: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report = report
        self.trouble: Trouble | None = None
        self.setProperty("banner", True)
        self.setAccessibleName(self.tr("What went wrong"))
        self._message, self._advice = words("", "danger"), words("")
        self._fixes = QHBoxLayout()
        self._lay_out()
        self.hide()

    def tell(self, trouble: Trouble) -> None:
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
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 8, 10, 8)
        row.addLayout(texts, 1)
        row.addLayout(self._fixes)
        row.addWidget(self.copy)
        row.addWidget(button(self.tr("Close"), self.dismiss, "link"))

    def _replace_fixes(self, trouble: Trouble) -> None:
        while (item := self._fixes.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        self.copy.setText(self.tr("Copy report"))
        for text, fix in trouble.fixes:
            self._fixes.addWidget(self._fix(text, fix))

    def _fix(self, text: str, fix: Callable[[], object]) -> QPushButton:
        def act() -> None:
            self.dismiss()
            fix()

        return button(text, act)
