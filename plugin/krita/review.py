"""The finished result waits for its Apply where it would change this document."""

from __future__ import annotations

from typing import Any, Callable

from .pair import VIEW_PX, Pair
from .qt import QtWidgets
from .speech import mark, tr
from .words import TITLE


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
        self.pair = Pair()
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
