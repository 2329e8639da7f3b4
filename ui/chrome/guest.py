"""The bar that says whose picture this is, and sends the result back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ui.dialogs.parts import button, words
from ui.reasons import allow

if TYPE_CHECKING:
    from collections.abc import Callable


class GuestBar(QFrame):
    """Hidden until `welcome`."""

    def __init__(self, send: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("guest", True)
        self.setAccessibleName(self.tr("Picture from another program"))
        self._words = words("")
        self.send = button(self.tr("Send back"), send, "primary")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 7, 12, 7)
        row.addWidget(self._words, 1)
        row.addWidget(self.send)
        self.hide()

    def welcome(self, host: str, title: str) -> None:
        """A picture came from this program."""
        text = self.tr("From {host}: {title}").format(host=host or self.tr("another program"), title=title)
        self._words.setText(text)
        self._words.setAccessibleName(text)
        self.show()

    def allow(self, reason: str) -> None:
        """Whether it can be sent back now; the reason where not."""
        allow(self.send, reason)
