"""What was added: the detail frequencies, which the source could not hold, and how much a place has."""

from __future__ import annotations

import math

import cv2
import numpy as np

from core.metrics.pictures import checked, checked_pair, luma, on_target

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


def eroded(mask: np.ndarray, margin_px: int) -> np.ndarray:
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
    response = cv2.filter2D(luma(checked(picture)), cv2.CV_64F, LAPLACIAN, borderType=cv2.BORDER_REFLECT_101)
    if mask is None:
        return float(np.mean(response**2))
    inside = eroded(on_target(mask, picture), margin_px)
    return float(np.mean(response[inside] ** 2)) if inside.any() else math.nan
