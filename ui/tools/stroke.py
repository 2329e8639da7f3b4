"""A brush stroke on its way: a mask of the whole picture that changes where the brush goes, and knows where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.geometry import Box, Size
from core.regions import shapes
from core.regions.mask import Mask

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from core.regions.shapes import Point


class Stroke:
    """`pixels` is (H, W) bool and shared with who draws it; only pages that are touched take memory."""

    def __init__(self, start: Mask, size: Size, *, erasing: bool) -> None:
        self.pixels: NDArray[np.bool_] = np.zeros((size.height, size.width), np.bool_)
        self.erasing = erasing
        self._start = start
        self._size = size
        self._touched = Box(0, 0, 0, 0)
        self._last: Point | None = None
        if not start.empty:
            self.pixels[start.box.slices] = start.pixels

    def to(self, point: Point, radius_px: float) -> Box:
        """Paint or erase on the way to a point; gives the box that has changed."""
        before, self._last = self._last or point, point
        covered = shapes.stroke([before, point], radius_px, self._size)
        if covered.empty:
            return covered.box
        part = self.pixels[covered.box.slices]
        changed = Mask(covered.box, covered.pixels & (part if self.erasing else ~part))
        part[covered.pixels] = not self.erasing
        self._touched = self._touched.union(changed.box)
        return changed.box

    def part(self, box: Box) -> Mask:
        """What lies in a box by now."""
        common = box.intersect(Box.of(self._size))
        return Mask(common, self.pixels[common.slices])

    @property
    def mask(self) -> Mask:
        """What has become of the mask."""
        box = self._start.box.union(self._touched)
        return Mask(box, self.pixels[box.slices])

    @property
    def touched(self) -> Box:
        """Everything that may have changed so far."""
        return self._touched
