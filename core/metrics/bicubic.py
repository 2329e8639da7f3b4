"""Antialiased bicubic shrinking in numpy: the cubic of Keys 1981 (a = −0.5), stretched by the scale.

Two customs differ only at the border. "drop": pixels outside do not count and the rest is weighted up
(torch's `interpolate(mode="bicubic", antialias=True)`, Pillow). "mirror": the picture is mirrored
(MATLAB's `imresize`).
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from core.errors import InputError

Border = Literal["drop", "mirror"]


def cubic(distance: np.ndarray) -> np.ndarray:
    """The interpolation kernel of Keys 1981, eq. 15, at distances in (stretched) pixels."""
    x = np.abs(distance)
    near = (1.5 * x - 2.5) * x**2 + 1.0
    far = ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    return np.where(x <= 1.0, near, np.where(x < 2.0, far, 0.0))


def taps(before_px: int, after_px: int, border: Border) -> tuple[np.ndarray, np.ndarray]:
    """Which pixels each new pixel is made of: positions int and weights float64, both (after_px, taps)."""
    stretch = before_px / after_px
    centre = (np.arange(after_px) + 0.5) * stretch - 0.5
    first = np.floor(centre - 2.0 * stretch).astype(int)
    positions = first[:, None] + np.arange(int(np.ceil(4.0 * stretch)) + 2)
    weights = cubic((positions - centre[:, None]) / stretch)
    if border == "drop":
        weights = np.where((positions >= 0) & (positions < before_px), weights, 0.0)
        positions = positions.clip(0, before_px - 1)
    else:
        around = positions % (2 * before_px)
        positions = np.minimum(around, 2 * before_px - 1 - around)
    return positions, weights / weights.sum(axis=1, keepdims=True)


def _shrunk_rows(picture: np.ndarray, after_px: int, border: Border) -> np.ndarray:
    positions, weights = taps(picture.shape[0], after_px, border)
    weights = weights.reshape(*weights.shape, *(1,) * (picture.ndim - 1))
    total = np.zeros((after_px, *picture.shape[1:]))
    for tap in range(positions.shape[1]):
        total += weights[:, tap] * picture[positions[:, tap]]
    return total


def shrunk(picture: np.ndarray, height: int, width: int, border: Border = "drop") -> np.ndarray:
    """The picture (H, W) or (H, W, C) at `height` × `width`, as float64, not clipped and not rounded.

    Raises InputError where a side would grow: this is the way down only.
    """
    if not (0 < height <= picture.shape[0] and 0 < width <= picture.shape[1]):
        raise InputError(
            f"A picture of {picture.shape[1]}×{picture.shape[0]} cannot be shrunk to {width}×{height}.",
            "Give the smaller picture second.",
        )
    rows = _shrunk_rows(picture, height, border)
    return _shrunk_rows(rows.swapaxes(0, 1), width, border).swapaxes(0, 1)
