"""A picture in halves: level 0 is the picture, each next one half as wide, so that any zoom reads few pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.geometry import Box, Size
from ui.model.blocks import BlockStore

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALLEST_PX = 256


def _half(size: Size) -> Size:
    return Size(max(1, -(-size.width // 2)), max(1, -(-size.height // 2)))


def level_sizes(size: Size) -> tuple[Size, ...]:
    """From the picture down to the first level whose sides are at most 256."""
    sizes = [size]
    while max(sizes[-1].width, sizes[-1].height) > SMALLEST_PX:
        sizes.append(_half(sizes[-1]))
    return tuple(sizes)


def halved(pixels: np.ndarray) -> np.ndarray:
    """(h, w, 4) → (⌈h/2⌉, ⌈w/2⌉, 4): the mean of each 2×2, an odd last row or column taken twice.

    Colours count by their alpha, so that pixels which are not there yet do not darken their neighbours.
    """
    height, width = pixels.shape[:2]
    even = cv2.copyMakeBorder(pixels, 0, height % 2, 0, width % 2, cv2.BORDER_REPLICATE)
    if (even[..., 3] == 255).all():
        return cv2.resize(even, (even.shape[1] // 2, even.shape[0] // 2), interpolation=cv2.INTER_AREA)
    weights = even[..., 3:].astype(np.float32)
    sums = _sum_of_fours(np.concatenate([even[..., :3] * weights, weights], axis=2))
    colour = sums[..., :3] / np.maximum(sums[..., 3:], 1)
    return np.rint(np.concatenate([colour, sums[..., 3:] / 4], axis=2)).astype(np.uint8)


def _sum_of_fours(values: np.ndarray) -> np.ndarray:
    height, width, bands = values.shape
    return values.reshape(height // 2, 2, width // 2, 2, bands).sum(axis=(1, 3))


class Pyramid:
    """A picture of `size` in levels of (h, w, 4) uint8 straight RGBA; alpha 0 where nothing was written."""

    def __init__(self, size: Size, memory_bytes: int = 256 * 2**20) -> None:
        self.size = size
        self._sizes = level_sizes(size)
        self._store = BlockStore(memory_bytes)

    @property
    def levels(self) -> int:
        """How many there are; at least 1."""
        return len(self._sizes)

    def level_size(self, level: int) -> Size:
        """Of a level, 0 the picture itself."""
        return self._sizes[level]

    def pixels(self, level: int, box: Box) -> np.ndarray:
        """A copy of a box, in that level's pixels, which lies in it."""
        return self._store.read(level, box)

    def put(self, x: int, y: int, pixels: np.ndarray) -> None:
        """Write (h, w, 4) into level 0 only; `build` makes the rest."""
        self._store.write(0, x, y, pixels)

    def write(self, x: int, y: int, pixels: np.ndarray) -> None:
        """Write (h, w, 4) into level 0, and what follows from it into every other."""
        self.put(x, y, pixels)
        box = Box(x, y, pixels.shape[1], pixels.shape[0])
        for level in range(1, self.levels):
            box = self._reduce(level, box)

    def build(self) -> Iterator[float]:
        """Make every level from the first; yields the share that is done, 0 … 1."""
        strips = [
            (level, Box(0, y, self._sizes[level - 1].width, 512).intersect(Box.of(self._sizes[level - 1])))
            for level in range(1, self.levels)
            for y in range(0, self._sizes[level - 1].height, 512)
        ]
        for done, (level, strip) in enumerate(strips, 1):
            self._reduce(level, strip)
            yield done / len(strips)

    def close(self) -> None:
        """Give the memory and the file back."""
        self._store.close()

    def _reduce(self, level: int, upper: Box) -> Box:
        """Make the part of a level that a box of the one above touches; gives that part's box."""
        box = Box.between(upper.x // 2, upper.y // 2, -(-upper.right // 2), -(-upper.bottom // 2))
        above = Box(box.x * 2, box.y * 2, box.width * 2, box.height * 2)
        above = above.intersect(Box.of(self._sizes[level - 1]))
        self._store.write(level, box.x, box.y, halved(self._store.read(level - 1, above)))
        return box
