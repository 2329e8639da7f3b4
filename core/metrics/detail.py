"""What was added: the detail frequencies, which the source could not hold, and how much a place has."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.geometry import Box, Size
from core.metrics.pictures import check_picture, checked_pair, luma, on_target

if TYPE_CHECKING:
    from collections.abc import Iterator


# A Gaussian of this σ (in source pixels) halves what swings at the source's Nyquist limit, 1/2 cycle a pixel:
# exp(−2π²σ²f²) = 1/2 with f = 1/2 gives σ = √(2 ln 2) / π.
CUT_SIGMA = math.sqrt(2 * math.log(2)) / math.pi
LAPLACIAN = np.array([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])


def detail_of(picture: np.ndarray, scale: float) -> np.ndarray:
    """What lies above the Nyquist limit of a source 1 / `scale` as large: (H, W, 3) float64 about 0."""
    whole = picture.astype(np.float64)
    sigma = CUT_SIGMA * scale
    return whole - cv2.GaussianBlur(whole, (0, 0), sigma, borderType=cv2.BORDER_REFLECT_101)


def invention_map(target: np.ndarray, faithful: np.ndarray, scale: float) -> np.ndarray:
    """|target − most faithful target| in detail frequencies, mean over R, G, B: (H, W) float32.

    0 where nothing was invented, in the units of the picture; at most about 1. `scale` is
    target side / source side. InputError where the two differ in size.
    """
    target, faithful = checked_pair(target, faithful)
    difference = target.astype(np.float64) - faithful
    return np.abs(detail_of(difference, scale)).mean(axis=2).astype(np.float32)


def invention(added: np.ndarray, mask: np.ndarray) -> float:
    """The mean of an invention map (H, W) inside a source mask (h, w); `nan` for an empty mask."""
    inside = on_target(mask, added)
    return float(added[inside].mean()) if inside.any() else math.nan


def erode(mask: np.ndarray, margin_px: int) -> np.ndarray:
    """The mask less `margin_px` along its own border, not along the picture's.

    The mask itself where nothing would be left.
    """
    square = np.ones((2 * margin_px + 1, 2 * margin_px + 1), np.uint8)
    smaller = cv2.erode(mask.astype(np.uint8), square).astype(bool)
    return smaller if smaller.any() else mask.astype(bool)


def high_frequency_energy(
    picture: np.ndarray, mask: np.ndarray | None = None, *, margin_px: int = 4
) -> float:
    """Mean square of the 3×3 Laplacian of Y, in 8-bit units squared, inside a mask or everywhere.

    The mask (h, w) is eroded by `margin_px` target pixels, so that neither the filter nor a feathered border
    looks outside. `nan` for an empty mask.
    """
    response = cv2.filter2D(
        luma(check_picture(picture)), cv2.CV_64F, LAPLACIAN, borderType=cv2.BORDER_REFLECT_101
    )
    if mask is None:
        return float(np.mean(response**2))
    inside = erode(on_target(mask, picture), margin_px)
    return float(np.mean(response[inside] ** 2)) if inside.any() else math.nan


# What was added, for a whole target of any size: a map at the source's size, and how much of a region is invented.

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


def added_detail(target: np.ndarray, faithful: np.ndarray, scale: int) -> Added:
    """Of targets (H, W, bands) in memory, white is 1; `scale` is target side / source side and divides H and W."""
    difference = np.abs(detail_of(target.astype(np.float64) - faithful, scale)).mean(axis=2)
    plain = np.abs(detail_of(faithful, scale)).mean(axis=2)
    return Added(_folded(difference, scale), _folded(plain, scale))


def added_detail_between(target: Reader, faithful: Reader, size: Size, scale: int) -> Added:
    """As `invention` for targets of any size, read band by band; `size` is the source's."""
    found = Added(*(np.empty((size.height, size.width), np.float32) for _ in range(2)))
    for seen, rows in _bands(size):
        box = seen.scaled(scale)
        part = added_detail(target(box), faithful(box), scale)
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
