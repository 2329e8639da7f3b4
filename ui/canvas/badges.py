"""A badge in each region's middle: sign and word, so that nothing is said by colour alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from ui import palette, qt
from ui.canvas.overlay import hatch_cell
from ui.tools.pills import pill, pill_size

if TYPE_CHECKING:
    from core.regions.mask import Mask
    from core.regions.region import Region
    from ui.model.scene import Scene
    from ui.tools.tool import Stage

_SIDE_PX = 128
_SWATCH_PX = 12
_SWATCHES_KEPT = 64
_LOCK = "🔒"


def middle_of(mask: Mask) -> tuple[float, float]:
    """The place in a mask that is farthest from its border, in source pixels, to within a 128th of its box."""
    step = max(1, -(-max(mask.box.width, mask.box.height) // _SIDE_PX))
    small = np.pad(np.ascontiguousarray(mask.pixels[::step, ::step]).view(np.uint8), 1)
    far = np.asarray(cv2.distanceTransform(small, cv2.DIST_L2, 3))
    row, column = np.unravel_index(int(np.argmax(far)), far.shape)
    return mask.box.x + (int(column) - 0.5) * step, mask.box.y + (int(row) - 0.5) * step


def swatch(priority: float, width_px: int, height_px: int, ratio: float = 1.0) -> QPixmap:
    """The colour of a priority with its hatch, as in the overlay, for legends and lists."""
    grain = max(1, round(ratio))
    width, height = round(width_px * ratio), round(height_px * ratio)
    image, words = qt.argb_canvas(width, height)
    words[:] = qt.premultiplied(palette.colour(priority))
    cell = hatch_cell(palette.hatch(priority), grain)
    rows, columns = (
        (np.arange(height) + 3 * grain) % cell.shape[0],
        (np.arange(width) + 3 * grain) % cell.shape[1],
    )
    pattern = cell[rows][:, columns]
    words[pattern == 1] = qt.premultiplied(QColor(255, 255, 255))
    words[pattern == 2] = qt.premultiplied(palette.colour(priority).darker(230))
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


class Badges:
    """Draws them where there is room; remembers the middles of masks that stay."""

    def __init__(self) -> None:
        self._middles: dict[int, tuple[Mask, tuple[float, float]]] = {}
        self._swatches: dict[tuple[float, float], QPixmap] = {}

    def paint(self, painter: QPainter, stage: Stage, scene: Scene, room: QRectF) -> None:
        """The selected region's badge last, above all others."""
        shown = [region for region in scene.regions if region.visible and not region.mask.empty]
        for region in sorted(shown, key=lambda each: each.id == scene.selected):
            self._badge(painter, stage, region, room)
        if len(self._middles) > 4 * len(shown) + 64:
            self._middles.clear()

    def _badge(self, painter: QPainter, stage: Stage, region: Region, room: QRectF) -> None:
        middle = stage.to_screen(*self._middle(region.mask))
        across = stage.screen_px(min(region.mask.box.width, region.mask.box.height))
        chosen = stage.scene is not None and stage.scene.selected == region.id
        if not room.contains(middle) or (across < 14 and not chosen):
            return
        roomy = stage.screen_px(region.mask.box.width) > 120 or chosen
        text = palette.sign_text(region.priority) if roomy else palette.sign(region.priority)
        text += f" {_LOCK}" if region.locked else ""
        mark = self._swatch(region.priority, painter.device().devicePixelRatioF())
        width, height = pill_size(painter, text, _SWATCH_PX + 6)
        pill(painter, middle - QPointF(width / 2, height / 2), text, mark=mark)

    def _swatch(self, priority: float, ratio: float) -> QPixmap:
        if len(self._swatches) > _SWATCHES_KEPT:
            self._swatches.clear()
        held = self._swatches.get((priority, ratio))
        if held is None:
            held = self._swatches[priority, ratio] = swatch(priority, _SWATCH_PX, _SWATCH_PX, ratio)
        return held

    def _middle(self, mask: Mask) -> tuple[float, float]:
        held = self._middles.get(id(mask))
        if held is None or held[0] is not mask:
            held = self._middles[id(mask)] = mask, middle_of(mask)
        return held[1]


def centred(painter: QPainter, room: QRectF, text: str) -> None:
    """Words in the middle of a room."""
    painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, text)
