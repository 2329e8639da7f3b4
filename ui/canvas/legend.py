"""The legend: five steps with colour, hatch, sign and word, in the canvas' lower left corner."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QToolButton, QWidget

from ui import palette
from ui.canvas.badges import swatch

WIDTH_PX = 160
_SWATCH = QSize(30, 16)
_STYLE = """
#legend { background: rgba(24, 24, 26, 215); border: 1px solid rgba(255, 255, 255, 60); border-radius: 8px; }
#legend QLabel { color: white; background: transparent; }
#legend QToolButton { color: white; background: transparent; border: none; border-radius: 4px; }
#legend QToolButton:hover, #legend QToolButton:focus { background: rgba(255, 255, 255, 60); }
"""


class Legend(QFrame):
    """Five rows and a way to close it; it comes back with the overlay."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("legend")
        self.setStyleSheet(_STYLE)
        self.setAccessibleName(QCoreApplication.translate("canvas", "Legend of priorities"))
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(10, 6, 6, 8)
        self._layout.setVerticalSpacing(3)
        self._layout.setColumnStretch(1, 1)
        self._head()
        for row, step in enumerate(sorted(palette.COLOURS), 1):
            self._row(row, step)
        self.setMinimumWidth(WIDTH_PX)
        self.adjustSize()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Larger text needs more room."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            QTimer.singleShot(0, self, self.adjustSize)

    def _head(self) -> None:
        title = QLabel(QCoreApplication.translate("canvas", "May invent"), self)
        close = QToolButton(self)
        close.setIcon(QIcon(_cross()))
        close.setFixedSize(24, 24)
        close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        words = QCoreApplication.translate("canvas", "Close the legend")
        close.setAccessibleName(words)
        close.setToolTip(words)
        close.clicked.connect(self.closed)
        self._layout.addWidget(title, 0, 0, 1, 2)
        self._layout.addWidget(close, 0, 2)

    def _row(self, row: int, step: int) -> None:
        mark, words = QLabel(self), QLabel(palette.sign_text(step), self)
        mark.setPixmap(swatch(step, _SWATCH.width(), _SWATCH.height(), self.devicePixelRatioF()))
        mark.setAccessibleName(palette.name(step))
        self._layout.addWidget(mark, row, 0)
        self._layout.addWidget(words, row, 1, 1, 2)


def _cross() -> QPixmap:
    pixmap = QPixmap(24, 24)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.GlobalColor.white)
    painter.drawLine(8, 8, 16, 16)
    painter.drawLine(16, 8, 8, 16)
    painter.end()
    return pixmap
