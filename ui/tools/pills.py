"""Short words on the picture: light on dark, rounded, readable on anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap

BACK = QColor(24, 24, 26, 215)
INK = QColor(255, 255, 255)
_PAD_X, _PAD_Y = 8.0, 4.0


def pill_size(painter: QPainter, text: str, mark_px: float = 0.0) -> tuple[float, float]:
    """Width and height of a pill with these words and a mark before them."""
    metrics = QFontMetricsF(painter.font())
    return metrics.horizontalAdvance(text) + 2 * _PAD_X + mark_px, metrics.height() + 2 * _PAD_Y


def pill(
    painter: QPainter, place: QPointF, text: str, *, mark: QPixmap | None = None, back: QColor = BACK
) -> QRectF:
    """Words with their upper left corner at a place; `mark` stands before them. Gives what it covers."""
    side = 0.0 if mark is None else mark.deviceIndependentSize().width() + 6
    width, height = pill_size(painter, text, side)
    rect = QRectF(place.x(), place.y(), width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(255, 255, 255, 70))
    painter.setBrush(QBrush(back))
    painter.drawRoundedRect(rect, 6, 6)
    if mark is not None:
        size = mark.deviceIndependentSize()
        painter.drawPixmap(QPointF(rect.x() + _PAD_X - 2, rect.center().y() - size.height() / 2), mark)
    painter.setPen(INK)
    words = rect.adjusted(_PAD_X + side, 0, -_PAD_X, 0)
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
    return rect


def kept_inside(place: QPointF, size: tuple[float, float], room: QRectF) -> QPointF:
    """The place, moved so that a pill of this size stays in sight."""
    x = min(max(place.x(), room.left() + 4), max(room.left() + 4, room.right() - size[0] - 4))
    y = min(max(place.y(), room.top() + 4), max(room.top() + 4, room.bottom() - size[1] - 4))
    return QPointF(x, y)
