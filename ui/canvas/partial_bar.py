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


class PictureBar(QFrame):
    """Words and buttons at the top of the picture, as wide as they need to be."""

    def __init__(self, canvas: QWidget, name: str) -> None:
        super().__init__(canvas)
        self._canvas, self._row = canvas, QHBoxLayout(self)
        self._buttons: list[QPushButton] = []
        self.setObjectName("partial")
        self.setStyleSheet(_STYLE)
        self.setAccessibleName(name)
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        self.words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._row.setContentsMargins(12, 8, 8, 8)
        self._row.addWidget(self.words, 1)
        canvas.installEventFilter(self)
        self.hide()

    def add_button(self, text: str, tip: str = "") -> QPushButton:
        """One more, at the right."""
        made = QPushButton(text, self)
        made.setToolTip(tip)
        made.setAccessibleName(text)
        made.setCursor(Qt.CursorShape.ArrowCursor)
        self._row.addWidget(made)
        self._buttons.append(made)
        return made

    def tell_words(self, text: str) -> None:
        """Show it with these words."""
        self.words.setText(text)
        self.words.setAccessibleName(text)
        self.show()
        self.place()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """It keeps its place when the canvas grows or shrinks, and when text does."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.FontChange):
            self.place()
        return super().eventFilter(watched, event)

    def place(self) -> None:
        """In the middle at the top."""
        room = self._canvas.width() - 2 * _GAP_PX
        one_line = self.words.fontMetrics().horizontalAdvance(self.words.text()) + 24
        shown = [each for each in self._buttons if not each.isHidden()]
        buttons = sum(each.sizeHint().width() + self._row.spacing() for each in shown) + 32
        width = max(120, min(room, one_line + buttons))
        height = max(self._row.totalHeightForWidth(width), self._row.minimumSize().height())
        self.setGeometry((self._canvas.width() - width) // 2, _GAP_PX, width, height)


class PartialBar(PictureBar):
    """As long as a part of a target is shown. Its buttons only tell."""

    keepWanted = Signal()  # noqa: N815  (Qt's manner)
    discardWanted = Signal()  # noqa: N815

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas, QCoreApplication.translate("canvas", "A run that was stopped"))
        self.keep = self.add_button(
            QCoreApplication.translate("canvas", "Keep partial…"),
            QCoreApplication.translate(
                "canvas", "Save what is done; the rest is your picture, plainly enlarged."
            ),
        )
        self.discard = self.add_button(
            QCoreApplication.translate("canvas", "Discard"),
            QCoreApplication.translate("canvas", "Show your picture again."),
        )
        self.keep.clicked.connect(lambda _=False: self.keepWanted.emit())
        self.discard.clicked.connect(lambda _=False: self.discardWanted.emit())

    def tell(self, done: int, total: int) -> None:
        """So many tiles are done of so many."""
        text = QCoreApplication.translate(
            "canvas", "Stopped at {done} of {total}. What is done stays in sight until the next run."
        )
        self.tell_words(text.format(done=done, total=total))


class ResultBar(PictureBar):
    """As long as a result is looked at: what it is, and what can be done with it. Its buttons only tell."""

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas, QCoreApplication.translate("canvas", "The result"))
        self.save = self.add_button(QCoreApplication.translate("canvas", "Save"))
        self.compare = self.add_button(QCoreApplication.translate("canvas", "Compare"))
        self.folder = self.add_button(QCoreApplication.translate("canvas", "Show in folder"))
        self.again = self.add_button(
            QCoreApplication.translate("canvas", "Run again"),
            QCoreApplication.translate("canvas", "Something was changed since this was made."),
        )
        self.close_button = self.add_button("×", QCoreApplication.translate("canvas", "Put this bar away."))
        self.close_button.setAccessibleName(self.close_button.toolTip())

    def tell(self, text: str, *, changed: bool) -> None:
        """What it is; `changed` where regions or dials are no longer those it was made from."""
        self.again.setVisible(changed)
        more = QCoreApplication.translate("canvas", "changed since")
        self.tell_words(f"{text} · {more}" if changed else text)
