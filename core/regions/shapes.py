"""Masks of drawn shapes, exact to the pixel centre.

Points are (x, y) in source pixels with fractions: the pixel in column i and row j covers i … i + 1 by
j … j + 1 and its centre is (i + ½, j + ½). A pixel belongs to a shape when its centre does. Every mask is
cut to the picture.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from core.errors import UsageError
from core.geometry import Box, Size
from core.regions.mask import Mask

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

Point = tuple[float, float]

FINEST_RADIUS_PX = math.sqrt(0.5)
_FARTHEST_PX = 1e6


def _checked(points: Sequence[Point]) -> NDArray[np.float64]:
    """The points as an (n, 2) array; UsageError unless all are finite and near enough to count pixels."""
    array = np.asarray(points, np.float64).reshape(-1, 2)
    if not (np.abs(array) <= _FARTHEST_PX).all():
        raise UsageError("A shape has a point that lies nowhere near the picture.", "Draw it again.")
    return array


def _around(points: NDArray[np.float64], margin_px: float, size: Size) -> Box:
    """The pixels that come within the margin of the points, cut to the picture."""
    low = np.floor(points.min(axis=0) - margin_px).astype(int)
    high = np.ceil(points.max(axis=0) + margin_px).astype(int)
    return Box.between(*low.tolist(), *high.tolist()).intersect(Box.of(size))


def _centres(box: Box) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Columns (1, w) and rows (h, 1) of the pixel centres of a box."""
    columns = np.arange(box.x, box.right, dtype=np.float64)
    rows = np.arange(box.y, box.bottom, dtype=np.float64)
    return columns[None, :] + 0.5, rows[:, None] + 0.5


def _pieces(points: NDArray[np.float64], longest_px: float) -> Iterator[NDArray[np.float64]]:
    """The (2, 2) segments of a polyline, long ones in short pieces, so that each has a small box."""
    if len(points) == 1:
        yield np.repeat(points, 2, axis=0)
    for start, end in pairwise(points):
        count = max(1, math.ceil(math.dist(start, end) / longest_px))
        stops = start + (end - start) * np.linspace(0, 1, count + 1)[:, None]
        yield from (stops[i : i + 2] for i in range(count))


def _near_segment(segment: NDArray[np.float64], radius_px: float, box: Box) -> NDArray[np.bool_]:
    """Which pixel centres of the box lie within the radius of a segment."""
    x, y = _centres(box)
    (x0, y0), (dx, dy) = segment[0], segment[1] - segment[0]
    along = np.clip(((x - x0) * dx + (y - y0) * dy) / max(dx * dx + dy * dy, 1e-12), 0, 1)
    across = (x - x0 - along * dx) ** 2 + (y - y0 - along * dy) ** 2
    return across <= radius_px * radius_px


def stroke(points: Sequence[Point], radius_px: float, size: Size) -> Mask:
    """What a round brush covers on its way along the points; one point is a dot.

    A brush finer than a pixel still marks the pixel it is on. UsageError unless the radius is above 0.
    """
    if not 0 < radius_px <= _FARTHEST_PX:
        raise UsageError(f"The brush radius is {radius_px:g} px.", "Take a radius above 0.")
    path, radius = _checked(points), max(radius_px, FINEST_RADIUS_PX)
    if not len(path):
        return Mask.nothing()
    whole = _around(path, radius, size)
    drawn = np.zeros((whole.height, whole.width), np.bool_)
    for piece in _pieces(path, max(64.0, 2 * radius)):
        box = _around(piece, radius, size)
        drawn[box.moved(-whole.x, -whole.y).slices] |= _near_segment(piece, radius, box)
    return Mask(whole, drawn)


def _crossings(corners: NDArray[np.float64], box: Box) -> NDArray[np.int16]:
    """(h, w + 1): how the winding number changes from one pixel centre of a row to the next."""
    turns = np.zeros((box.height, box.width + 1), np.int16)
    for (x0, y0), (x1, y1) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        first, last = (int(np.ceil(value - 0.5)) for value in sorted((y0, y1)))
        rows = np.arange(max(first, box.y), min(last, box.bottom))
        if len(rows):
            across = x0 + (rows + 0.5 - y0) * ((x1 - x0) / (y1 - y0))
            columns = np.clip(np.ceil(across - 0.5).astype(int) - box.x, 0, box.width)
            turns[rows - box.y, columns] += 1 if y1 > y0 else -1
    return turns


def polygon(points: Sequence[Point], size: Size) -> Mask:
    """What a closed line goes around (winding number not 0, so a line crossing itself leaves no hole)."""
    corners = _checked(points)
    if len(corners) < 3:
        return Mask.nothing()
    box = _around(corners, 0, size)
    return Mask(box, np.cumsum(_crossings(corners, box), axis=1, dtype=np.int16)[:, :-1] != 0)


def rectangle(box: Box, size: Size) -> Mask:
    """Every pixel of the box that is in the picture."""
    return Mask.filled(box.intersect(Box.of(size)))


def ellipse(box: Box, size: Size) -> Mask:
    """The ellipse that touches the sides of the box."""
    inside = box.intersect(Box.of(size))
    if inside.empty:
        return Mask.nothing()
    x, y = _centres(inside)
    across = (2 * (x - box.x) / box.width - 1) ** 2 + (2 * (y - box.y) / box.height - 1) ** 2
    return Mask(inside, across <= 1)
