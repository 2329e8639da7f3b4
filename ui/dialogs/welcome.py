"""The page that is shown while no picture is open: what this is, and the three ways in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ui.dialogs.parts import button, heading, words
from ui.theme import app_icon

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from PySide6.QtGui import QPaintEvent

SHOWN_RECENT = 5
WIDEST_PX = 620


class WelcomePage(QScrollArea):
    """`ask(id)` does the action of that id; `open_recent(path)` opens a file."""

    def __init__(
        self,
        ask: Callable[[str], object],
        open_recent: Callable[[Path], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._ask, self._open_recent = ask, open_recent
        self.setAccessibleName(self.tr("Welcome"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setBackgroundRole(self.backgroundRole().Window)
        self.setWidget(self._page())

    def show_recent(self, paths: Sequence[Path]) -> None:
        """The last few files, newest first."""
        while (item := self._recent.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        if not paths:
            return
        self._recent.addWidget(words(self.tr("Open again"), "quiet"))
        for path in paths[:SHOWN_RECENT]:
            again = button(path.name, partial(self._open_recent, path), "link")
            again.setToolTip(str(path))
            again.setAccessibleName(self.tr("Open {name} again").format(name=path.name))
            self._recent.addWidget(again, 0, Qt.AlignmentFlag.AlignLeft)

    def show_paste_key(self, key: str) -> None:
        """Name the key that pastes; none where it is empty."""
        kinds = "PNG, JPEG, TIFF, WebP, AVIF, HEIC."
        how = self.tr("or paste it ({key}).").format(key=key) if key else self.tr("or paste it.")
        self._paste.setText(f"{how} {kinds}")
        self._paste.setAccessibleName(self._paste.text())

    def _page(self) -> QWidget:
        page = QWidget()
        page.setAccessibleName(self.tr("Welcome"))
        across = QHBoxLayout(page)
        across.setContentsMargins(24, 24, 24, 24)
        column = QVBoxLayout()
        column.setSpacing(12)
        middle = QWidget()
        middle.setAccessibleName(self.tr("Welcome"))
        middle.setMaximumWidth(round(WIDEST_PX * max(1.0, page.fontMetrics().height() / 15)))
        middle.setLayout(column)
        across.addStretch(1)
        across.addWidget(middle, 100)
        across.addStretch(1)
        column.addStretch(2)
        self._fill(column)
        column.addStretch(3)
        return page

    def _fill(self, column: QVBoxLayout) -> None:
        head = QHBoxLayout()
        mark = QLabel()
        mark.setPixmap(app_icon().pixmap(QSize(48, 48)))
        mark.setAccessibleName("Semantic Upscale")
        head.addWidget(mark)
        head.addSpacing(8)
        head.addWidget(heading(self.tr("Make a picture larger"), 1.7), 1)
        column.addLayout(head)
        column.addWidget(
            words(self.tr("Paint where it may invent, mark what must stay true, press Upscale."))
        )
        column.addWidget(self._drop_zone())
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        column.addLayout(self._recent)
        editors = button(self.tr("Use it inside Krita and GIMP…"), partial(self._ask, "help.editors"), "link")
        column.addWidget(editors, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(
            words(self.tr("Your pictures stay on this computer. No account. Nothing is sent."), "quiet")
        )

    def _drop_zone(self) -> QWidget:
        zone = DropZone()
        zone.setAccessibleName(self.tr("Drop a picture here"))
        inner = QVBoxLayout(zone)
        inner.setContentsMargins(28, 30, 28, 26)
        inner.setSpacing(10)
        first = heading(self.tr("Drop a picture here"), 1.25)
        first.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inner.addWidget(first)
        self._paste = words("", "quiet")
        self._paste.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.show_paste_key("")
        inner.addWidget(self._paste)
        row = QHBoxLayout()
        row.addStretch(1)
        self.open = button(self.tr("Open…"), partial(self._ask, "file.open"), "primary")
        row.addWidget(self.open)
        row.addWidget(button(self.tr("Try the sample"), partial(self._ask, "file.sample")))
        row.addStretch(1)
        inner.addSpacing(6)
        inner.addLayout(row)
        return zone


class DropZone(QWidget):
    """A calm dashed edge around the place to drop; the whole window takes drops."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Draw the edge in the colour of edges."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(self.palette().mid().color(), 1.4, Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([4, 4])
        painter.setPen(pen)
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 14, 14)
        painter.end()
