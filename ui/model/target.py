"""The target as the window shows it: filled tile by tile, in the place of the source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ui.model.pyramid import Pyramid

if TYPE_CHECKING:
    from core.geometry import Box, Size

MEMORY_BYTES = 192 * 2**20


class TargetView:
    """A target of `size`, `scale` times the source; alpha 0 where no tile has come yet."""

    def __init__(self, size: Size, scale: float, memory_bytes: int = MEMORY_BYTES) -> None:
        self.size = size
        self.scale = scale
        self.pyramid = Pyramid(size, memory_bytes)
        self._done_pixels = 0

    @property
    def levels(self) -> int:
        """How many halves there are."""
        return self.pyramid.levels

    @property
    def done_share(self) -> float:
        """0 … 1: how much has come, tiles that come twice counted once at most."""
        return min(1.0, self._done_pixels / max(1, self.size.area))

    def level_size(self, level: int) -> Size:
        """Of a level in its own pixels."""
        return self.pyramid.level_size(level)

    def pixels(self, level: int, box: Box) -> np.ndarray:
        """(h, w, 4) uint8 RGBA of a box in that level's pixels."""
        return self.pyramid.pixels(level, box)

    def write(self, box: Box, rgb: np.ndarray) -> None:
        """Put (box.height, box.width, 3) uint8 at a box of target pixels."""
        pixels = np.full((box.height, box.width, 4), 255, np.uint8)
        pixels[..., :3] = rgb
        self.pyramid.write(box.x, box.y, pixels)
        self._done_pixels += box.width * box.height

    def close(self) -> None:
        """Give memory and files back."""
        self.pyramid.close()
