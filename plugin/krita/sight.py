"""The docker's picture: a small view of the document in which objects are clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

from .document import small_image
from .qt import QtCore, QtGui, QtWidgets
from .speech import mark, tr

if TYPE_CHECKING:
    import krita

    from .finding import Offer

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
