"""What a user does to a mask: each verb takes masks and gives a new one, working on the pixels concerned.

Where a mask may grow, `size` is the picture and the answer lies in it. The picture's border is no edge of
the mask: a mask that touches it does not shrink away from it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.errors import UsageError
from core.geometry import Box, Size
from core.regions import shapes
from core.regions.mask import Mask, ramp, squared_distance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from core.regions.shapes import Point

_LONGEST_PX = 1e6
_SMOOTHEST_PX = 250.0


def join(mask: Mask, other: Mask) -> Mask:
    """Pixels of either."""
    return mask.union(other)


def subtract(mask: Mask, other: Mask) -> Mask:
    """Pixels of the first that the other lacks."""
    return mask.subtract(other)


def intersect(mask: Mask, other: Mask) -> Mask:
    """Pixels of both."""
    return mask.intersect(other)


def invert(mask: Mask, size: Size) -> Mask:
    """Every pixel of the picture that the mask lacks."""
    return Mask(Box.of(size), ~mask.in_box(Box.of(size)))


def paint(mask: Mask, points: Sequence[Point], radius_px: float, size: Size) -> Mask:
    """Add a brush stroke (`shapes.stroke`)."""
    return mask.union(shapes.stroke(points, radius_px, size))


def erase(mask: Mask, points: Sequence[Point], radius_px: float) -> Mask:
    """Take a brush stroke away (`shapes.stroke`)."""
    corner = Size(max(mask.box.right, 0), max(mask.box.bottom, 0))
    return mask.subtract(shapes.stroke(points, radius_px, corner))


def lasso(mask: Mask, points: Sequence[Point], size: Size) -> Mask:
    """Add what a closed line goes around (`shapes.polygon`)."""
    return mask.union(shapes.polygon(points, size))


def rectangle(mask: Mask, box: Box, size: Size) -> Mask:
    """Add a rectangle (`shapes.rectangle`)."""
    return mask.union(shapes.rectangle(box, size))


def ellipse(mask: Mask, box: Box, size: Size) -> Mask:
    """Add the ellipse inside a box (`shapes.ellipse`)."""
    return mask.union(shapes.ellipse(box, size))


def _checked_length(value_px: float, name: str, limit_px: float = _LONGEST_PX) -> float:
    """The length itself; UsageError unless it is 0 … the limit."""
    if not 0 <= value_px <= limit_px:
        raise UsageError(f"The {name} is {value_px:g} px.", f"Take 0 … {limit_px:g} px.")
    return value_px


def _room_around(mask: Mask, margin_px: float, size: Size) -> Box:
    """The mask's box with a margin, cut to the picture."""
    return mask.box.grown(math.ceil(margin_px)).intersect(Box.of(size))


def grow(mask: Mask, radius_px: float, size: Size) -> Mask:
    """Add every pixel of the picture whose centre is within the radius of a pixel of the mask."""
    _checked_length(radius_px, "radius")
    if mask.empty:
        return mask
    around = _room_around(mask, radius_px, size)
    return Mask(around, squared_distance(mask.in_box(around)) <= radius_px * radius_px)


def shrink(mask: Mask, radius_px: float, size: Size) -> Mask:
    """Keep the pixels that have no pixel of the picture outside the mask within the radius."""
    _checked_length(radius_px, "radius")
    if mask.empty:
        return mask
    # One pixel of margin is enough: whatever lies farther out is farther away.
    around = _room_around(mask, 1, size)
    return Mask(around, squared_distance(~mask.in_box(around)) > radius_px * radius_px)


def smooth(mask: Mask, radius_px: float, size: Size) -> Mask:
    """Round off the outline: keep a pixel where a Gaussian of this standard deviation finds at least half."""
    if _checked_length(radius_px, "radius", _SMOOTHEST_PX) == 0 or mask.empty:
        return mask
    around = _room_around(mask, 4 * radius_px, size)
    picture = mask.in_box(around).astype(np.float32)
    blurred = cv2.GaussianBlur(picture, (0, 0), radius_px, borderType=cv2.BORDER_REPLICATE)
    return Mask(around, blurred >= 0.5 - 1e-5)


def _parts(pixels: NDArray[np.bool_], connectivity: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Label of each pixel (0 where not set) and the area of each label."""
    found = cv2.connectedComponentsWithStats(pixels.view(np.uint8), connectivity=connectivity)
    return np.asarray(found[1], np.int32), np.asarray(found[2], np.int32)[:, cv2.CC_STAT_AREA]


def fill_holes(mask: Mask, max_area_px: float = math.inf) -> Mask:
    """Add the gaps that the mask surrounds, up to an area; a gap open to the picture's border stays."""
    if mask.empty:
        return mask
    around = mask.box.grown(1)
    labels, areas = _parts(~mask.in_box(around), connectivity=4)
    closed = areas <= max_area_px
    closed[labels[0, 0]] = False
    closed[0] = True
    return Mask(around, closed[labels])


def drop_specks(mask: Mask, min_area_px: float) -> Mask:
    """Take away the parts, joined by sides or corners, that have less than an area."""
    if mask.empty:
        return mask
    labels, areas = _parts(mask.pixels, connectivity=8)
    kept = areas >= min_area_px
    kept[0] = False
    return Mask(mask.box, kept[labels])


def feather_mask(mask: Mask, feather_px: float, box: Box) -> NDArray[np.float32]:
    """(box.height, box.width) float32: 1 in the mask, falling linearly to 0 at `feather_px` outside it."""
    margin = math.ceil(_checked_length(feather_px, "feather")) + 1
    around = box.grown(margin)
    inner = box.moved(-around.x, -around.y).slices
    return ramp(squared_distance(mask.in_box(around)), feather_px)[inner]
