"""Lines that show on any picture: white over black."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen, QPolygonF

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from core.regions.mask import Mask

DARK = QColor(0, 0, 0, 210)
LIGHT = QColor(255, 255, 255, 240)


def double_line(
    painter: QPainter, path: QPainterPath, *, dashed: bool = False, light: QColor = LIGHT
) -> None:
    """A light line of one pixel in a dark one of three."""
    style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((DARK, 3.0), (light, 1.4)):
        pen = QPen(colour, width, style if colour is light else Qt.PenStyle.SolidLine)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawPath(path)


def outline_path(mask: Mask, finest_px: float) -> QPainterPath:
    """The border of a mask in source pixels; corners closer than `finest_px` are left out."""
    path = QPainterPath()
    for line in _contours(mask, finest_px):
        path.addPolygon(QPolygonF([QPointF(mask.box.x + x, mask.box.y + y) for x, y in line]))
        path.closeSubpath()
    return path


def _contours(mask: Mask, finest_px: float) -> list[list[tuple[float, float]]]:
    """Closed lines along the outer sides of the pixels, as (x, y) from the mask's corner."""
    if mask.empty:
        return []
    # Each pixel becomes 2×2, so that OpenCV's lines through pixel middles run along the true sides.
    big = np.pad(np.repeat(np.repeat(mask.pixels, 2, 0), 2, 1).view(np.uint8), 1)
    found, _ = cv2.findContours(big, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    near = [cv2.approxPolyDP(line, max(0.5, 2 * finest_px), closed=True) for line in found]
    return [[((x - 0.5) / 2, (y - 0.5) / 2) for x, y in line[:, 0].tolist()] for line in near]
