"""The finished result waits for its Apply where it would change this document."""

from __future__ import annotations

from typing import Any, Callable

from .qt import QtCore, QtGui, QtWidgets
from .translation import mark, tr
from .words import TITLE

# Two images in one place: the result, and what it was made of while the mouse or Space is held.

VIEW_PX = (384, 288)


class BeforeAfter(QtWidgets.QLabel):
    """Shows `after`; while the mouse is down on it, or Space is held, `before` at the same size."""

    def __init__(self) -> None:
        super().__init__()
        self.before = self.after = None
        self.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Result; press to see the picture as it is"))
        self.setMinimumSize(64, 48)
        ignored = QtWidgets.QSizePolicy.Policy.Ignored
        self.setSizePolicy(ignored, QtWidgets.QSizePolicy.Policy.Preferred)

    def show_pair(self, before: Any, after: Any) -> None:
        """Both images; None for nothing."""
        self.before, self.after = before, after
        self.hold(False)

    def hold(self, down: bool) -> None:
        """Show the one or the other, as large as there is room, never larger than it is."""
        if self.after is None or self.before is None:
            self.setPixmap(QtGui.QPixmap())
            return
        room = QtCore.QSize(max(64, self.width()), VIEW_PX[1])
        size = self.after.size()
        if size.width() > room.width() or size.height() > room.height():
            size = size.scaled(room, QtCore.Qt.AspectRatioMode.KeepAspectRatio)
        keep, smooth = (
            QtCore.Qt.AspectRatioMode.IgnoreAspectRatio,
            QtCore.Qt.TransformationMode.SmoothTransformation,
        )
        shown = self.before if down else self.after
        self.setPixmap(QtGui.QPixmap.fromImage(shown.scaled(size, keep, smooth)))

    def mousePressEvent(self, event: Any) -> None:  # noqa: N802
        """How it is."""
        del event
        self.hold(True)

    def mouseReleaseEvent(self, event: Any) -> None:  # noqa: N802
        """How it becomes."""
        del event
        self.hold(False)

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802
        """The same with Space."""
        if event.key() == QtCore.Qt.Key.Key_Space:
            self.hold(True)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: Any) -> None:  # noqa: N802
        """And back."""
        if event.key() == QtCore.Qt.Key.Key_Space:
            self.hold(False)
        else:
            super().keyReleaseEvent(event)


class ReviewBox(QtWidgets.QDialog):
    """A result that would change this document: Apply, Discard, or Apply from now on without a question."""

    def __init__(self, road: Any, never_again: Callable[[], None], parent: Any) -> None:
        super().__init__(parent)
        self.road, self.decided = road, False
        self.setWindowTitle(tr("{title}: the result", title=TITLE))
        words = QtWidgets.QLabel(
            tr("This is the middle of the result. Press on it to see the picture as it is.")
        )
        words.setWordWrap(True)
        self.pair = BeforeAfter()
        self.pair.setMinimumSize(*VIEW_PX)
        self.buttons = QtWidgets.QDialogButtonBox()
        role = QtWidgets.QDialogButtonBox.ButtonRole
        self.apply = self.buttons.addButton(tr("Apply"), role.AcceptRole)
        self.always = self.buttons.addButton(tr("Apply, and do not ask again"), role.AcceptRole)
        self.drop = self.buttons.addButton(tr("Discard"), role.RejectRole)
        self.apply.clicked.connect(lambda *_: self.decide(True))
        self.always.clicked.connect(lambda *_: (never_again(), self.decide(True)))
        self.drop.clicked.connect(lambda *_: self.decide(False))
        self.finished.connect(lambda *_: self.decide(False))
        column = QtWidgets.QVBoxLayout(self)
        for widget in (words, self.pair, self.buttons):
            column.addWidget(widget)
        self.pair.show_pair(*road.looks(VIEW_PX))

    def over(self) -> None:
        """There is nothing to decide any more."""
        self.decided = True
        self.close()

    def decide(self, agreed: bool) -> None:
        """Once only; closing the box discards."""
        if self.decided:
            return
        self.decided = True
        if agreed:
            self.road.agree()
        else:
            self.road.cancel(mark("Discarded. Nothing was changed."))
        self.close()
