"""The docker's and the dialog's preview: a spot of the picture as it would become, before anything is begun."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from krita import Krita

from .document import small_image
from .preview import Previewer, around, between
from .qt import QtCore, QtGui, QtWidgets
from .review import BeforeAfter
from .translation import mark, tr

if TYPE_CHECKING:
    import krita

    from ..bridge.host import HostRequest
    from .find import Offer
    from .preview import DocumentSpot


# The docker's picture: a small view of the document in which objects are clicked.

LONGEST_PX = 320
HINT = mark("Click an object: left includes, right excludes, Shift adds to what is found.")


class Sight(QtWidgets.QLabel):
    """Shows the document; `clicked((x, y), inside, more)` tells source pixels."""

    def __init__(self, clicked: Callable[[tuple, bool, bool], None]) -> None:
        super().__init__()
        self.clicked, self.canvas, self.offer = clicked, (0, 0), None
        self.picture: Any = None
        self.setMinimumSize(96, 64)
        self.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
        self.setToolTip(tr(HINT))
        self.setAccessibleName(tr("Picture for finding objects"))

    def show_document(self, document: krita.Document | None) -> None:
        """Draw it anew; None for nothing."""
        self.offer, self.picture = None, None
        if document is not None and document.width() and document.height():
            self.canvas = (document.width(), document.height())
            scale = min(1.0, LONGEST_PX / max(self.canvas))
            size = [max(1, round(side * scale)) for side in self.canvas]
            self.picture = QtGui.QPixmap.fromImage(small_image(document, (size[0], size[1])))
        self._draw()

    def show_offer(self, offer: Offer | None, number: int = 0) -> None:
        """Draw one of the proposals over the picture."""
        self.offer = None if offer is None else (offer, number)
        self._draw()

    def _draw(self) -> None:
        if self.picture is None:
            self.setPixmap(QtGui.QPixmap())
            self.setText(tr("Open a picture first."))
            return
        shown = QtGui.QPixmap(self.picture)
        if self.offer is not None:
            painter = QtGui.QPainter(shown)
            _paint(painter, *self.offer, scale=shown.width() / self.canvas[0])
            painter.end()
        self.paint_more(shown)
        self.setPixmap(shown)

    def paint_more(self, shown: Any) -> None:
        """For those who show more over the picture."""

    def mousePressEvent(self, event: Any) -> None:  # noqa: N802
        """Where in the source the click was; outside the picture nothing happens."""
        point = self.source_point(event.position() if hasattr(event, "position") else event.pos())
        left = QtCore.Qt.MouseButton.LeftButton
        if point is not None and event.button() in (left, QtCore.Qt.MouseButton.RightButton):
            shift = bool(event.modifiers() & QtCore.Qt.KeyboardModifier.ShiftModifier)
            outside = event.button() != left
            self.clicked(point, not outside, shift or outside)

    def source_point(self, place: Any) -> tuple[int, int] | None:
        """The source pixel under a place of the widget; None beside the picture."""
        if self.picture is None:
            return None
        wide, high = self.picture.width(), self.picture.height()
        x, y = int(place.x()) - (self.width() - wide) // 2, int(place.y()) - (self.height() - high) // 2
        if not (0 <= x < wide and 0 <= y < high):
            return None
        return x * self.canvas[0] // wide, y * self.canvas[1] // high


def _paint(painter: Any, offer: Offer, number: int, scale: float) -> None:
    """The mask in half-clear orange, and the clicks: a plus for in, a minus for out."""
    proposal = offer.proposals[number]
    x, y, width, height = proposal.box
    mask = QtGui.QImage(proposal.mask, width, height, width, QtGui.QImage.Format.Format_Alpha8)
    veil = mask.convertToFormat(QtGui.QImage.Format.Format_ARGB32_Premultiplied)
    tint = QtGui.QPainter(veil)
    tint.setCompositionMode(QtGui.QPainter.CompositionMode.CompositionMode_SourceIn)
    tint.fillRect(veil.rect(), QtGui.QColor(255, 140, 0, 140))
    tint.end()
    painter.drawImage(QtCore.QRectF(x * scale, y * scale, width * scale, height * scale), veil)
    for point in offer.points:
        _paint_click(painter, QtCore.QPointF(point[0] * scale, point[1] * scale), bool(point[2]))


def _paint_click(painter: Any, place: Any, inside: bool) -> None:
    for colour, width in (("black", 4), ("white", 2)):
        painter.setPen(QtGui.QPen(QtGui.QColor(colour), width))
        painter.drawLine(place - QtCore.QPointF(5, 0), place + QtCore.QPointF(5, 0))
        if inside:
            painter.drawLine(place - QtCore.QPointF(0, 5), place + QtCore.QPointF(0, 5))


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

    def __init__(self, wish: Callable[[], HostRequest], apply: Callable[[], object]) -> None:
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
        self.sight, self.pair = SpotSight(self.look), BeforeAfter()
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

    def shown(self, spot: DocumentSpot) -> None:
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
