"""Distances to a set of pixels, and the linear ramp that softens an edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Up to here the whole-number squares below survive the transform's float32 arithmetic unchanged, so that
# a tile and the whole picture agree to the last bit. Wider arrays may rarely be off by one square pixel.
EXACT_SIDE_PX = 1024

_FAR_PX = np.float32(1e6)


def squared_distance(inside: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Squared distance in pixels, between pixel centres, from each pixel to the nearest True one.

    `inside` is (h, w); the answer (h, w) float32 holds whole numbers, 0 where `inside` is True, and 10¹²
    everywhere if no pixel is True.
    """
    if inside.size == 0:
        return np.zeros(inside.shape, np.float32)
    outside = np.logical_not(inside).view(np.uint8)
    far = np.asarray(cv2.distanceTransform(outside, cv2.DIST_L2, cv2.DIST_MASK_PRECISE), np.float32)
    near = np.minimum(far, _FAR_PX)
    return np.rint(near * near)


def ramp(squared_px: NDArray[np.float32], width_px: float | NDArray[np.float32]) -> NDArray[np.float32]:
    """Linear fall from 1 on the edge of a set to 0 at `width_px` outside, from squared distances.

    1 inside the set. The edge lies half a pixel before the first pixel outside; a width of 0 is a hard edge.
    """
    slope = np.maximum(np.asarray(width_px, np.float32), np.float32(1e-6))
    fall = np.float32(1) - (np.sqrt(squared_px) - np.float32(0.5)) / slope
    return np.clip(fall, 0, 1).astype(np.float32, copy=False)
