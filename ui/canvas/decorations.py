"""Everything that is drawn over the panes: labels, badges, handle, loupe, crosshair, spinner, words."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap

from ui import palette, qt
from ui.canvas import camera as compare
from ui.canvas.overlay import Layer, hatch_cell, ring
from ui.tools.objects_paint import kept_inside, pill, pill_size

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QImage

    from core.geometry import Box
    from core.regions.mask import Mask
    from core.regions.region import Region
    from ui.canvas.camera import Camera, View
    from ui.model.scene import Scene
    from ui.tools.tool import ToolStage


SPINNER_AFTER_S = 0.5
SAID_S = 4.0
HANDLE_PX = 9
_GAP = 10.0


@dataclass(frozen=True)
class TimedWords:
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


def words(painter: QPainter, said: TimedWords, room: QRectF) -> None:
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


# The selected region's outline: black and white dashes that walk, or stand where motion is not wanted.

_BLACK, _WHITE = np.uint32(0xFF000000), np.uint32(0xFFFFFFFF)
_DASH_PX = 5


class Ants:
    """Knows the ring of the region it drew last, and repaints only its colours."""

    def __init__(self, camera: Camera) -> None:
        self.still = False
        self._camera = camera
        self._phase = 0
        self._drawn: tuple[Mask, View, Box] | None = None
        self._held: tuple[QImage, NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64]] | None = None

    def step(self) -> list[QRect]:
        """One step on; gives what to paint again, in canvas pixels."""
        if self.still or self._drawn is None or self._held is None:
            return []
        self._phase += 1
        self._colour()
        _, view, box = self._drawn
        ratio = self._camera.ratio
        place = box.moved(-view.left, -view.top)
        corner = int(place.x / ratio) - 1, int(place.y / ratio) - 1
        return [QRect(*corner, int(place.width / ratio) + 3, int(place.height / ratio) + 3)]

    def paint(self, painter: QPainter, region: Region, view: View) -> None:
        """In a pane's pixels."""
        if self._drawn is None or self._drawn[0] is not region.mask or self._drawn[1] != view:
            self._make(region, view)
        if self._drawn and self._held:
            box = self._drawn[2]
            painter.drawImage(box.x - view.left, box.y - view.top, self._held[0])

    def _make(self, region: Region, view: View) -> None:
        grain = max(1, round(self._camera.ratio))
        box = view.scaled_box(region.mask.box).intersect(view.shown)
        self._drawn, self._held = (region.mask, view, box), None
        if box.empty:
            return
        set_pixels = ring(Layer.of(region), view.zoom, box, 2 * grain)
        rows, columns = np.nonzero(set_pixels)
        image, words = qt.argb_canvas(box.width, box.height)
        self._held = image, words, rows, columns
        self._colour()

    def _colour(self) -> None:
        if self._drawn is None or self._held is None:
            return
        _, words, rows, columns = self._held
        box, dash = self._drawn[2], _DASH_PX * max(1, round(self._camera.ratio))
        walk = (rows + columns + box.x + box.y + self._phase) // dash
        words[rows, columns] = np.where(walk % 2 == 0, _BLACK, _WHITE)


# A badge in each region's middle: sign and word, so that nothing is said by colour alone.

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
    words[:] = qt.premultiply(palette.colour(priority))
    cell = hatch_cell(palette.hatch(priority), grain)
    rows, columns = (
        (np.arange(height) + 3 * grain) % cell.shape[0],
        (np.arange(width) + 3 * grain) % cell.shape[1],
    )
    pattern = cell[rows][:, columns]
    words[pattern == 1] = qt.premultiply(QColor(255, 255, 255))
    words[pattern == 2] = qt.premultiply(palette.colour(priority).darker(230))
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


class Badges:
    """Draws them where there is room; remembers the middles of masks that stay."""

    def __init__(self) -> None:
        self._middles: dict[int, tuple[Mask, tuple[float, float]]] = {}
        self._swatches: dict[tuple[float, float], QPixmap] = {}

    def paint(self, painter: QPainter, stage: ToolStage, scene: Scene, room: QRectF) -> None:
        """The selected region's badge last, above all others."""
        shown = [region for region in scene.regions if region.visible and not region.mask.empty]
        for region in sorted(shown, key=lambda each: each.id == scene.selected):
            self._badge(painter, stage, region, room)
        if len(self._middles) > 4 * len(shown) + 64:
            self._middles.clear()

    def _badge(self, painter: QPainter, stage: ToolStage, region: Region, room: QRectF) -> None:
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
