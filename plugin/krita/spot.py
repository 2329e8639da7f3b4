"""The docker's and the dialog's preview: a spot of the picture as it would become, before anything is begun."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from krita import Krita

from .pair import Pair
from .previewing import Previewer, around, between
from .qt import QtCore, QtGui, QtWidgets
from .sight import Sight
from .speech import mark, tr

if TYPE_CHECKING:
    from ..bridge.host import Wish
    from .previewing import Spot

SPOT_HINT = mark("Click a spot, or draw a rectangle. Press on the result to see the picture as it is.")
DRAG_PX = 6


class SpotSight(Sight):
    """The document in small; a click or a drag chooses a box of it."""

    def __init__(self, chosen: Callable[[tuple], None]) -> None:
        super().__init__(lambda *_: None)
        self.chosen, self.began, self.frame = chosen, None, None
        self.setToolTip(tr(SPOT_HINT))
        self.setAccessibleName(tr("Picture for choosing a spot"))

    def mousePressEvent(self, event: Any) -> None:  # noqa: N802
        """Where it begins."""
        self.began = self.source_point(place_of(event))

    def mouseReleaseEvent(self, event: Any) -> None:  # noqa: N802
        """Where it ends: a click where it has hardly moved."""
        ends, began, self.began = self.source_point(place_of(event)), self.began, None
        if began is None:
            return
        ends = ends or began
        moved = max(abs(a - b) for a, b in zip(began, ends)) * self.picture.width() / self.canvas[0]
        self.choose(between(began, ends, self.canvas) if moved > DRAG_PX else around(ends, self.canvas))

    def choose(self, box: tuple) -> None:
        """This box, framed."""
        self.frame = box
        self._draw()
        self.chosen(box)

    def paint_more(self, shown: Any) -> None:
        """The frame, light on dark."""
        if self.frame is None:
            return
        scale = shown.width() / self.canvas[0]
        painter = QtGui.QPainter(shown)
        for colour, width in (("black", 3), ("white", 1)):
            painter.setPen(QtGui.QPen(QtGui.QColor(colour), width))
            painter.drawRect(QtCore.QRectF(*(side * scale for side in self.frame)))
        painter.end()


def place_of(event: Any) -> Any:
    """Of a mouse event, in the widget, for either Qt."""
    return event.position() if hasattr(event, "position") else event.pos()


class PreviewPanel(QtWidgets.QWidget):
    """Folded until it is wanted: a spot as it would become; Apply enlarges all of it, Discard folds it again."""

    def __init__(self, wish: Callable[[], Wish], apply: Callable[[], object]) -> None:
        super().__init__()
        self.wish, self.spot = wish, None
        self.document: Any = None
        self.previewer = Previewer(self._told, self.shown)
        self.open = QtWidgets.QToolButton()
        self.open.setText(tr("Preview"))
        self.open.setCheckable(True)
        self.open.toggled.connect(lambda *_: self._fold())
        self.hint, self.words = QtWidgets.QLabel(tr(SPOT_HINT)), QtWidgets.QLabel()
        for label in (self.hint, self.words):
            label.setWordWrap(True)
        self.sight, self.pair = SpotSight(self.look), Pair()
        self.apply = QtWidgets.QPushButton(tr("Apply to the picture"))
        self.apply.clicked.connect(lambda *_: (self.discard(), apply()))
        self.drop = QtWidgets.QPushButton(tr("Discard"))
        self.drop.clicked.connect(lambda *_: self.discard())
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.open, self.hint, self.sight, self.words, self.pair, self.apply, self.drop):
            column.addWidget(widget)
        self._fold()

    def _fold(self) -> None:
        opened = self.open.isChecked()
        for widget in (self.hint, self.sight):
            widget.setVisible(opened)
        self._forget()
        if opened:
            self.show_document(Krita.instance().activeDocument())

    def _forget(self) -> None:
        self.previewer.stop()
        self.spot, self.sight.frame = None, None
        self.pair.show_pair(None, None)
        for widget in (self.words, self.pair, self.apply, self.drop):
            widget.hide()

    def show_document(self, document: Any) -> None:
        """Another one: begin with its middle, so that one press is enough."""
        self.document = document
        if not self.open.isChecked():
            return
        self._forget()
        self.sight.show_document(document)
        if document is not None and document.width():
            self.sight.choose(around((document.width() // 2, document.height() // 2), self.sight.canvas))

    def look(self, box: tuple) -> None:
        """Ask for this box."""
        if self.document in Krita.instance().documents():
            self.previewer.look(self.document, self.wish(), box)

    def shown(self, spot: Spot) -> None:
        """It is there."""
        self.spot = spot
        for widget in (self.pair, self.apply, self.drop):
            widget.show()
        self.pair.show_pair(spot.before, spot.after)

    def discard(self) -> None:
        """Nothing of it is kept; there was nothing in the document."""
        self.open.setChecked(False)

    def _told(self, words: str, advice: str) -> None:
        self.words.setText(f"{tr(words)} {tr(advice)}".strip())
        self.words.setVisible(bool(self.words.text()))
