"""The selected region's outline: black and white dashes that walk, or stand where motion is not wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect

from ui import qt
from ui.canvas.overlay import Layer, ring

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QImage, QPainter

    from core.geometry import Box
    from core.regions.mask import Mask
    from core.regions.region import Region
    from ui.canvas.camera import Camera
    from ui.canvas.view import View

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
