"""How Find objects looks: outlines without fill on hover, points with a sign, dots for part, object, whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from ui import qt
from ui.tools.shapes import double_line, outline_path

if TYPE_CHECKING:
    from PySide6.QtGui import QImage, QPainterPath, QPixmap

    from core.regions.mask import Mask
    from ui.model.proposal import Proposed
    from ui.tools.prompt import PromptState
    from ui.tools.tool import ToolStage


# Short words on the picture: light on dark, rounded, readable on anything.

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


INCLUDE = QColor("#1f6fc4")
EXCLUDE = QColor("#c4571a")
FILL = QColor(255, 255, 255, 70)
_RADIUS_PX = 8.0


class ObjectsLook:
    """Draws the tool's state; keeps the outlines it has made while zoom and mask stay."""

    def __init__(self, stage: ToolStage) -> None:
        self._stage = stage
        self._paths: dict[int, tuple[Mask, float, QPainterPath]] = {}
        self._fill: tuple[Mask, int, QImage] | None = None

    def paint(
        self,
        painter: QPainter,
        prompt: PromptState,
        hovered: Proposed | None,
        rubber: tuple[QPointF, QPointF] | None,
    ) -> None:
        """Suggestions lowest, then what is hovered or found, then the points; `rubber` is a box being drawn."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for each in self._stage.suggestions:
            self._outline(painter, each.mask, dashed=True)
        if prompt.proposal:
            self._shade(painter, prompt.proposal.mask)
            self._outline(painter, prompt.proposal.mask)
        elif hovered:
            self._outline(painter, hovered.mask)
        if rubber:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            _rubber(painter, *rubber)
        self._box(painter, prompt)
        for x, y, include in prompt.points:
            _point(painter, self._stage.to_screen(x, y), include=bool(include))
        self._choice(painter, prompt)

    def _outline(self, painter: QPainter, mask: Mask, *, dashed: bool = False) -> None:
        transform = self._stage.transform()
        painter.save()
        painter.setTransform(transform, combine=True)
        double_line(painter, self._path(mask, transform.m11()), dashed=dashed)
        painter.restore()

    def _path(self, mask: Mask, zoom: float) -> QPainterPath:
        held = self._paths.get(id(mask))
        if held and held[0] is mask and held[1] == zoom:
            return held[2]
        if len(self._paths) > 600:
            self._paths.clear()
        path = outline_path(mask, 0.7 / zoom)
        self._paths[id(mask)] = mask, zoom, path
        return path

    def _shade(self, painter: QPainter, mask: Mask) -> None:
        """A light veil over what is found, from as few pixels as the screen needs."""
        zoom = self._stage.transform().m11()
        step = max(1, int(1 / zoom))
        if self._fill is None or self._fill[0] is not mask or self._fill[1] != step:
            pixels = np.ascontiguousarray(mask.pixels[::step, ::step])
            self._fill = mask, step, qt.image_from_mask(pixels, FILL)
        image, box = self._fill[2], mask.box
        corner = self._stage.to_screen(box.x, box.y)
        side = QPointF(image.width() * step * zoom, image.height() * step * zoom)
        painter.drawImage(QRectF(corner, corner + side), image)

    def _box(self, painter: QPainter, prompt: PromptState) -> None:
        box = prompt.box
        if box:
            first = self._stage.to_screen(box.x, box.y)
            _rubber(painter, first, self._stage.to_screen(box.right, box.bottom))

    def _choice(self, painter: QPainter, prompt: PromptState) -> None:
        """●○○ part, beside the last point or the box."""
        if len(prompt.found) < 2:
            return
        if prompt.points:
            place = self._stage.to_screen(*prompt.points[-1][:2]) + QPointF(14, 14)
        elif prompt.box:
            place = self._stage.to_screen(prompt.box.right, prompt.box.bottom) + QPointF(6, 6)
        else:
            return
        pill(painter, place, f"{prompt.dots}  {_word(prompt.word)}")


def _word(word: str) -> str:
    """In the user's language."""
    words = {
        "part": QCoreApplication.translate("tools", "part"),
        "object": QCoreApplication.translate("tools", "object"),
        "whole": QCoreApplication.translate("tools", "whole"),
    }
    return words.get(word, word)


def _rubber(painter: QPainter, first: QPointF, last: QPointF) -> None:
    rect = QRectF(first, last).normalized()
    for colour, style in (
        (QColor(0, 0, 0, 210), Qt.PenStyle.SolidLine),
        (QColor(255, 255, 255), Qt.PenStyle.DashLine),
    ):
        painter.setPen(QPen(colour, 1.5, style))
        painter.drawRect(rect)


def _point(painter: QPainter, place: QPointF, *, include: bool) -> None:
    """A blue disc with a plus, or an orange diamond with a minus: shape and sign, not only colour."""
    painter.setPen(QPen(QColor(255, 255, 255), 1.6))
    painter.setBrush(QBrush(INCLUDE if include else EXCLUDE))
    if include:
        painter.drawEllipse(place, _RADIUS_PX, _RADIUS_PX)
    else:
        reach = _RADIUS_PX + 2
        corners = (QPointF(0, -reach), QPointF(reach, 0), QPointF(0, reach), QPointF(-reach, 0))
        painter.drawPolygon(QPolygonF([place + corner for corner in corners]))
    painter.setPen(QPen(QColor(255, 255, 255), 2))
    painter.drawLine(place + QPointF(-4, 0), place + QPointF(4, 0))
    if include:
        painter.drawLine(place + QPointF(0, -4), place + QPointF(0, 4))
