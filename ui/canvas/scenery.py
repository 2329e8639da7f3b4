"""Everything that is drawn over the panes: labels, badges, handle, loupe, crosshair, spinner, words."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from ui.canvas import compare
from ui.tools.pills import kept_inside, pill, pill_size

if TYPE_CHECKING:
    from ui.canvas.camera import Camera

SPINNER_AFTER_S = 0.5
SAID_S = 4.0
HANDLE_PX = 9
_GAP = 10.0


@dataclass(frozen=True)
class Said:
    """Words beside a place until a time of `time.monotonic`."""

    text: str
    place: QPointF
    until_s: float


class Pointing:
    """Where the user points.

    `place` is the pointer's last in canvas pixels; `cross` the keyboard's crosshair in source pixels, or None;
    `by_key` whether the last thing done was done by keyboard.
    """

    def __init__(self) -> None:
        self.place = QPointF(0, 0)
        self.cross: tuple[float, float] | None = None
        self.by_key = False


def before_words(scale: float) -> str:
    """What the source is called beside a target of a scale."""
    words = QCoreApplication.translate("canvas", "Before (bicubic ×{})")
    return words.format(f"{scale:g}")


def after_words() -> str:
    """What the target is called."""
    return QCoreApplication.translate("canvas", "After")


def original_words() -> str:
    """What the source is called while it is held."""
    return QCoreApplication.translate("canvas", "Original")


def label(painter: QPainter, room: QRectF, text: str, *, right: bool = False) -> None:
    """A name in the upper left or right corner of a pane."""
    width, height = pill_size(painter, text)
    x = room.right() - width - _GAP if right else room.left() + _GAP
    if width + 2 * _GAP <= room.width():
        pill(painter, QPointF(x, room.top() + _GAP), text)
    del height


def handle(painter: QPainter, room: QRectF, x: float) -> None:
    """The split line with something to take hold of."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, width in ((QColor(0, 0, 0, 160), 4), (QColor(255, 255, 255), 2)):
        painter.setPen(QPen(colour, width))
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()))
    middle = QPointF(x, room.center().y())
    painter.setPen(QPen(QColor(0, 0, 0, 160), 1))
    painter.setBrush(QColor(255, 255, 255))
    painter.drawEllipse(middle, 14, 14)
    painter.setPen(QPen(QColor(40, 40, 40), 2))
    for way in (-1, 1):
        tip = middle + QPointF(way * 8, 0)
        painter.drawLine(tip, tip + QPointF(-way * 4, -4))
        painter.drawLine(tip, tip + QPointF(-way * 4, 4))


def loupe_path(place: QPointF) -> QPainterPath:
    """The circle through which the source is seen."""
    path = QPainterPath()
    path.addEllipse(place, compare.LOUPE_PX, compare.LOUPE_PX)
    return path


def loupe_ring(painter: QPainter, place: QPointF, words: str) -> None:
    """Its rim and its name."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((QColor(0, 0, 0, 200), 5), (QColor(255, 255, 255), 2.5)):
        painter.setPen(QPen(colour, width))
        painter.drawPath(loupe_path(place))
    width, height = pill_size(painter, words)
    pill(painter, place + QPointF(-width / 2, compare.LOUPE_PX - height / 2), words)


def crosshair(painter: QPainter, camera: Camera, x: float, y: float) -> None:
    """The keyboard's pointer: four arms around a free middle."""
    place = camera.to_canvas(x, y)
    for colour, width in ((QColor(0, 0, 0, 220), 4), (QColor(255, 255, 255), 2)):
        painter.setPen(QPen(colour, width))
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(place + QPointF(5 * dx, 5 * dy), place + QPointF(18 * dx, 18 * dy))


def spinner(painter: QPainter, place: QPointF, since_s: float) -> None:
    """A ring beside the pointer while an answer takes longer than half a second."""
    waited = time.monotonic() - since_s
    if waited < SPINNER_AFTER_S:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    rect = QRectF(place.x() + 14, place.y() - 26, 18, 18)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(0, 0, 0, 170), 5))
    painter.drawEllipse(rect)
    painter.setPen(QPen(QColor(255, 255, 255), 3))
    painter.drawArc(rect, -round(waited * 360 * 16) % (360 * 16), 100 * 16)


def words(painter: QPainter, said: Said, room: QRectF) -> None:
    """A quiet line, kept in sight."""
    place = kept_inside(said.place + QPointF(14, 18), pill_size(painter, said.text), room)
    pill(painter, place, said.text)


def foot(painter: QPainter, room: QRectF, text: str) -> None:
    """Size, zoom and profile in the lower right corner."""
    width, height = pill_size(painter, text)
    pill(painter, QPointF(room.right() - width - _GAP, room.bottom() - height - _GAP), text)


def no_result_words() -> str:
    """What stands where the target will be."""
    return QCoreApplication.translate("canvas", "After (nothing upscaled yet)")


def focus_ring(painter: QPainter, room: QRectF) -> None:
    """The canvas has the keys."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for inset, colour in ((1.0, QColor(255, 255, 255)), (2.5, QColor(31, 111, 196))):
        painter.setPen(QPen(colour, 1.5))
        painter.drawRect(room.adjusted(inset, inset, -inset, -inset))
