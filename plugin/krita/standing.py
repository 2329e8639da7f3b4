"""What is going on, as words, a bar and a way to stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable

from .qt import QtWidgets
from .speech import tr

if TYPE_CHECKING:
    from .road import Standing

MARKS = {"idle": "", "busy": "◐ ", "ready": "● ", "done": "✓ ", "failed": "▲ ", "cancelled": "○ "}


class StandingView(QtWidgets.QWidget):
    """Shows a `Standing`; the button asks to stop."""

    def __init__(self, cancel: Callable[[], None]) -> None:
        super().__init__()
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.words = QtWidgets.QLabel()
        self.words.setWordWrap(True)
        self.words.setAccessibleName(tr("State"))
        self.bar = QtWidgets.QProgressBar()
        self.bar.setTextVisible(False)
        self.stop = QtWidgets.QPushButton(tr("Cancel"))
        self.stop.clicked.connect(lambda *_: cancel())
        for widget in (self.words, self.bar, self.stop):
            column.addWidget(widget)

    def show_standing(self, standing: Standing) -> None:
        """Words first, then what to do, then what the engine noted."""
        parts = (MARKS[standing.kind] + tr(standing.words), tr(standing.advice), *map(tr, standing.notes))
        self.words.setText("\n".join(part for part in parts if part))
        self.words.setVisible(bool(self.words.text()))
        self.bar.setVisible(standing.kind == "busy")
        self.stop.setVisible(standing.kind in ("busy", "ready"))
        self.bar.setRange(0, standing.total)
        self.bar.setValue(standing.done)
