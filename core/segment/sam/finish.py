"""From logits to a mask worth keeping: holes filled, specks dropped, edges from enlarged logits, one pixel smooth."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from core.geometry import Box, Size
from core.regions.mask import Mask

SMALL_SHARE = 0.01  # pieces below this share of the largest are specks, gaps below it of the mask are holes
_STRIP_PIXELS = 1 << 22


@dataclass(frozen=True)
class Clicks:
    """Pixels of the logits (row, column): pieces with one of `wanted` stay, gaps with one of `unwanted` stay open."""

    wanted: tuple[tuple[int, int], ...] = ()
    unwanted: tuple[tuple[int, int], ...] = ()


def finished(logits: np.ndarray, shape: tuple[int, int], clicks: Clicks = Clicks()) -> Mask:
    """Logits (h, w) float32, inside where above 0 → mask of a picture of `shape` (height, width)."""
    clean = cleaned(logits, clicks)
    box = _reached(clean > 0, shape)
    if box.empty:
        return Mask.nothing()
    rough = enlarged(clean, shape, box)
    smooth = cv2.medianBlur(rough.view(np.uint8), 3) > 0
    return Mask(box, smooth if smooth.any() else rough)


def cleaned(logits: np.ndarray, clicks: Clicks) -> np.ndarray:
    """The logits with small pieces pushed below 0 and small gaps above it; the largest piece always stays."""
    result = logits.copy()
    whole = Box.of(Size(logits.shape[1], logits.shape[0]))
    # with a pixel around it, what lies outside the mask is as connected here as in all of it
    near = Box(*cv2.boundingRect((logits > 0).view(np.uint8))).grown(1).intersect(whole)
    inside, part = logits[near.slices] > 0, result[near.slices]
    pieces, gaps = _Pieces(inside), _Pieces(~inside)
    largest = int(pieces.areas[1:].max(initial=0))
    pieces.set_smaller(part, -1.0, SMALL_SHARE * largest, _moved(clicks.wanted, near))
    gaps.set_smaller(part, 1.0, SMALL_SHARE * np.count_nonzero(inside), _moved(clicks.unwanted, near))
    return result


def _moved(places: tuple[tuple[int, int], ...], near: Box) -> list[tuple[int, int]]:
    """Rows and columns as counted in a box, without those outside it."""
    return [(row - near.y, column - near.x) for row, column in places if near.contains(column, row)]


class _Pieces:
    """The connected pieces of the True pixels, diagonals included; piece 0 is what is False."""

    def __init__(self, pixels: np.ndarray) -> None:
        _, labels, stats, _ = cv2.connectedComponentsWithStats(pixels.view(np.uint8), connectivity=8)
        self.labels, self.areas = np.asarray(labels, np.int32), np.asarray(stats[:, cv2.CC_STAT_AREA])

    def set_smaller(self, part: np.ndarray, value: float, limit: float, kept: list[tuple[int, int]]) -> None:
        """Write a value where pieces have fewer pixels than `limit`, but for those that hold a kept pixel."""
        small = self.areas < limit
        small[0] = False
        small[[int(self.labels[place]) for place in kept]] = False
        if small.any():
            part[small[self.labels]] = value


def _reached(inside: np.ndarray, shape: tuple[int, int]) -> Box:
    """The pixels of the picture that the mask can reach after enlarging, with one to spare for smoothing."""
    x, y, width, height = cv2.boundingRect(inside.view(np.uint8))
    if not width:
        return Box(0, 0, 0, 0)
    down, across = shape[0] / inside.shape[0], shape[1] / inside.shape[1]
    box = Box.between(
        int((x - 1) * across),
        int((y - 1) * down),
        int((x + width + 1) * across) + 1,
        int((y + height + 1) * down) + 1,
    )
    return box.grown(1).intersect(Box.of(Size(shape[1], shape[0])))


def enlarged(logits: np.ndarray, shape: tuple[int, int], box: Box) -> np.ndarray:
    """Where logits (h, w), drawn bilinearly to `shape` (half-pixel centres), are above 0; bool, only in the box."""
    result = np.empty((box.height, box.width), bool)
    strip = max(1, _STRIP_PIXELS // shape[1])
    for top in range(0, box.height, strip):
        rows = _lines(logits, shape[0], box.y + top, min(box.y + top + strip, box.bottom))
        wide = cv2.resize(rows, (shape[1], rows.shape[0]), interpolation=cv2.INTER_LINEAR)
        result[top : top + strip] = wide.reshape(rows.shape[0], shape[1])[:, box.x : box.right] > 0
    return result


def _lines(logits: np.ndarray, height: int, first: int, end: int) -> np.ndarray:
    """Lines first … end − 1 of the logits drawn to another height; (end − first, w)."""
    last = logits.shape[0] - 1
    place = ((np.arange(first, end) + 0.5) * (logits.shape[0] / height) - 0.5).clip(0, last)
    above = np.floor(place).astype(np.intp)
    share = (place - above).astype(np.float32)[:, None]
    return logits[above] * (1 - share) + logits[np.minimum(above + 1, last)] * share
