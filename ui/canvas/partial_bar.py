"""What is said of a run that was stopped, over the picture that shows what is done of it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

_STYLE = """
#partial { background: rgba(24, 24, 26, 230); border: 1px solid rgba(255, 255, 255, 70); border-radius: 6px; }
#partial QLabel { color: white; background: transparent; }
#partial QPushButton { color: white; background: rgba(255, 255, 255, 30); min-height: 26px; padding: 0 10px;
    border: 1px solid rgba(255, 255, 255, 120); border-radius: 4px; }
#partial QPushButton:hover { background: rgba(255, 255, 255, 60); }
#partial QPushButton:focus { border: 2px solid white; }
"""
_GAP_PX = 10


class PartialBar(QFrame):
    """At the top of the picture, as long as a part of a target is shown. Its buttons only tell."""

    keepWanted = Signal()  # noqa: N815  (Qt's manner)
    discardWanted = Signal()  # noqa: N815

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._canvas, self._row = canvas, QHBoxLayout(self)
        self.setObjectName("partial")
        self.setStyleSheet(_STYLE)
        self.setAccessibleName(QCoreApplication.translate("canvas", "A run that was stopped"))
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.keep = QPushButton(QCoreApplication.translate("canvas", "Keep partial…"), self)
        self.keep.setToolTip(
            QCoreApplication.translate(
                "canvas", "Save what is done; the rest is your picture, plainly enlarged."
            )
        )
        self.discard = QPushButton(QCoreApplication.translate("canvas", "Discard"), self)
        self.discard.setToolTip(QCoreApplication.translate("canvas", "Show your picture again."))
        self._row.setContentsMargins(12, 8, 8, 8)
        self._row.addWidget(self.words, 1)
        for button, signal in ((self.keep, self.keepWanted), (self.discard, self.discardWanted)):
            button.setAccessibleName(button.text())
            button.setCursor(Qt.CursorShape.ArrowCursor)
            button.clicked.connect(lambda _=False, signal=signal: signal.emit())
            self._row.addWidget(button)
        canvas.installEventFilter(self)
        self.hide()

    def tell(self, done: int, total: int) -> None:
        """So many tiles are done of so many."""
        text = QCoreApplication.translate(
            "canvas", "Stopped at {done} of {total}. What is done stays in sight until the next run."
        )
        self.words.setText(text.format(done=done, total=total))
        self.words.setAccessibleName(self.words.text())
        self._place()
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """It keeps its place when the canvas grows or shrinks, and when text does."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.FontChange):
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        room = self._canvas.width() - 2 * _GAP_PX
        one_line = self.words.fontMetrics().horizontalAdvance(self.words.text()) + 24
        buttons = self.keep.sizeHint().width() + self.discard.sizeHint().width() + 48
        width = max(120, min(room, one_line + buttons))
        height = max(self._row.totalHeightForWidth(width), self._row.minimumSize().height())
        self.setGeometry((self._canvas.width() - width) // 2, _GAP_PX, width, height)
