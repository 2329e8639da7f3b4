"""What was added, for a whole target of any size: a map at the source's size, and how much of a region is invented."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.geometry import Box, Size
from core.metrics.detail import detail_of

if TYPE_CHECKING:
    from collections.abc import Iterator

Reader = Callable[[Box], np.ndarray]
"""A box in target pixels → its colours (h, w, bands), white is 1."""

WHITE = 24 / 255.0  # so much invention shows at full strength
BAND_ROWS = 256  # source rows at a time
MARGIN_ROWS = 3  # the detail filter reaches 6 target pixels


@dataclass(frozen=True)
class Added:
    """Detail, source pixel by source pixel, in shares of white, float32.

    `added` (h, w) is mean |target − most faithful target| in detail frequencies over the target pixels of each source
    pixel: 0 where nothing was invented. `plain` (h, w) is the same of the most faithful target itself.
    """

    added: np.ndarray
    plain: np.ndarray

    @property
    def levels(self) -> np.ndarray:
        """`added` as (h, w) uint8 for a picture: 255 from 24/255 of white on."""
        return np.rint(np.clip(self.added / WHITE, 0.0, 1.0) * 255.0).astype(np.uint8)

    def share(self, where: np.ndarray | None = None) -> float:
        """How much of the finest detail was invented, 0 … 1: added / (added + plain) over a bool (h, w) or over all.

        0 where there is no detail, or no pixel.
        """
        added, plain = (plane if where is None else plane[where] for plane in (self.added, self.plain))
        return share_of(float(added.sum()), float(plain.sum()))


def share_of(added: float, plain: float) -> float:
    """The invented share of all detail, 0 … 1, from the sums of both; 0 where there is none."""
    return added / (added + plain) if added + plain else 0.0


def invention(target: np.ndarray, faithful: np.ndarray, scale: int) -> Added:
    """Of targets (H, W, bands) in memory, white is 1; `scale` is target side / source side and divides H and W."""
    difference = np.abs(detail_of(target.astype(np.float64) - faithful, scale)).mean(axis=2)
    plain = np.abs(detail_of(faithful, scale)).mean(axis=2)
    return Added(_folded(difference, scale), _folded(plain, scale))


def invention_between(target: Reader, faithful: Reader, size: Size, scale: int) -> Added:
    """As `invention` for targets of any size, read band by band; `size` is the source's."""
    found = Added(*(np.empty((size.height, size.width), np.float32) for _ in range(2)))
    for seen, rows in _bands(size):
        box = seen.scaled(scale)
        part = invention(target(box), faithful(box), scale)
        inner = slice(rows.start - seen.y, rows.stop - seen.y)
        found.added[rows], found.plain[rows] = part.added[inner], part.plain[inner]
    return found


def _bands(size: Size) -> Iterator[tuple[Box, slice]]:
    """Source rows with what the filter sees around them, and the rows themselves."""
    for y in range(0, size.height, BAND_ROWS):
        rows = slice(y, min(y + BAND_ROWS, size.height))
        top, bottom = max(0, y - MARGIN_ROWS), min(size.height, rows.stop + MARGIN_ROWS)
        yield Box(0, top, size.width, bottom - top), rows


def _folded(plane: np.ndarray, scale: int) -> np.ndarray:
    """(H, W) → (h, w): the mean of what belongs to each source pixel."""
    height, width = plane.shape
    return plane.reshape(height // scale, scale, width // scale, scale).mean(axis=(1, 3)).astype(np.float32)
