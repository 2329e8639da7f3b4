"""Small signs of the panels, drawn in the colour of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from ui import palette
from ui.palette import Hatch

if TYPE_CHECKING:
    from PySide6.QtCore import QSize

_SPACING_PX = {Hatch.LINES_DENSE: 3.0, Hatch.LINES: 5.0, Hatch.DOTS: 5.5, Hatch.DOTS_DENSE: 3.5}


def _pen(colour: QColor, width: float = 1.6) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)


def draw_eye(painter: QPainter, place: QRectF, colour: QColor, *, open_: bool) -> None:
    """An eye; closed it has a stroke through it."""
    centre = place.center()
    lid = QPainterPath(QPointF(centre.x() - 8, centre.y()))
    lid.quadTo(QPointF(centre.x(), centre.y() - 9), QPointF(centre.x() + 8, centre.y()))
    lid.quadTo(QPointF(centre.x(), centre.y() + 9), QPointF(centre.x() - 8, centre.y()))
    painter.setPen(_pen(colour))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(lid)
    if open_:
        painter.setBrush(colour)
        painter.drawEllipse(centre, 2.2, 2.2)
    else:
        painter.drawLine(centre + QPointF(-7, 7), centre + QPointF(7, -7))


def draw_lock(painter: QPainter, place: QRectF, colour: QColor, *, locked: bool) -> None:
    """A padlock; open its bow stands aside."""
    centre = place.center()
    body = QRectF(centre.x() - 6, centre.y() - 1, 12, 9)
    bow = QRectF(centre.x() - (4 if locked else 8), centre.y() - 8, 8, 13)
    painter.setPen(_pen(colour))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawArc(bow, 0, 180 * 16)
    painter.setBrush(colour if locked else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(body, 2, 2)


def draw_swatch(painter: QPainter, place: QRectF, priority: float, edge: QColor) -> None:
    """The colour and the hatch of a priority, so that colour never stands alone."""
    painter.setPen(_pen(edge, 1))
    painter.setBrush(palette.colour(priority))
    painter.drawRoundedRect(place, 4, 4)
    painter.save()
    painter.setClipRect(place.adjusted(1.5, 1.5, -1.5, -1.5))
    _draw_hatch(painter, place, palette.hatch(priority))
    painter.restore()


def _draw_hatch(painter: QPainter, place: QRectF, hatch: Hatch) -> None:
    if hatch is Hatch.NONE:
        return
    step, light = _SPACING_PX[hatch], QColor(255, 255, 255, 225)
    painter.setPen(_pen(light, 1.1))
    painter.setBrush(light)
    y = place.top() + step
    while y < place.bottom():
        if hatch in (Hatch.LINES, Hatch.LINES_DENSE):
            painter.drawLine(QPointF(place.left(), y), QPointF(place.right(), y))
        else:
            _draw_dots(painter, place, y, step)
        y += step


def _draw_dots(painter: QPainter, place: QRectF, y: float, step: float) -> None:
    x = place.left() + step
    while x < place.right():
        painter.drawEllipse(QPointF(x, y), 0.55, 0.55)
        x += step


def swatch(priority: float, size: QSize, edge: QColor) -> QPixmap:
    """The same as a pixmap."""
    made = QPixmap(size)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw_swatch(painter, QRectF(0.5, 0.5, size.width() - 1, size.height() - 1), priority, edge)
    painter.end()
    return made
