"""EXIF orientation as a view: the picture is turned where it is read, so that nothing is copied."""

from __future__ import annotations

import numpy as np

from core.geometry import Box, Size
from core.image.planes import MemoryPlanes, Planes


def oriented(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """Stored pixels (H, W, bands) as they are meant to be seen; EXIF 2.3, tag 0x0112, values 1 … 8."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    return pixels


class OrientedPlanes(Planes):
    """`stored` seen through an EXIF orientation. Read-only."""

    def __init__(self, stored: Planes, orientation: int) -> None:
        turned = orientation >= 5
        width, height = stored.size.width, stored.size.height
        super().__init__(Size(height, width) if turned else stored.size, stored.bands, stored.dtype)
        self._stored = stored
        self._orientation = orientation

    def close(self) -> None:
        """Close what is stored."""
        self._stored.close()

    def _read(self, box: Box) -> np.ndarray:
        pixels = self._stored.read(self._stored_box(box))
        return np.ascontiguousarray(oriented(pixels, self._orientation))

    def _write(self, y: int, rows: np.ndarray) -> None:
        del y, rows
        raise TypeError("a turned view is read-only")

    def _stored_box(self, box: Box) -> Box:
        """Undo `oriented`, last step first."""
        if self._orientation in (2, 3, 6, 7):
            box = Box(self.size.width - box.right, box.y, box.width, box.height)
        if self._orientation in (3, 4, 7, 8):
            box = Box(box.x, self.size.height - box.bottom, box.width, box.height)
        return Box(box.y, box.x, box.height, box.width) if self._orientation >= 5 else box


def turned(stored: Planes, orientation: int) -> Planes:
    """The planes as seen; pixels in memory are turned once, others at every read."""
    if orientation not in range(2, 9):
        return stored
    if isinstance(stored, MemoryPlanes):
        return MemoryPlanes(np.ascontiguousarray(oriented(stored.array, orientation)))
    return OrientedPlanes(stored, orientation)
