"""How near a picture is to its reference: PSNR and SSIM, on Y or RGB, by the customs of super-resolution.

The usual table of ×4 results is `channels="y", border_px=4, eight_bit=True`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from core.errors import InputError
from core.metrics.pictures import check_picture, checked_pair, luma, on_target, quantise, shave

Channels = Literal["y", "rgb"]

PEAK = 255.0
SSIM_WINDOW_PX = 11
SSIM_SIGMA_PX = 1.5


def _planes(picture: np.ndarray, channels: Channels) -> np.ndarray:
    """(H, W, C) float64 in 8-bit units: one plane of Y (16 … 235) or three of RGB (0 … 255)."""
    return luma(picture)[..., None] if channels == "y" else picture.astype(np.float64) * PEAK


def _prepared(
    pair: tuple[np.ndarray, np.ndarray], channels: Channels, border_px: int, *, eight_bit: bool
) -> tuple[np.ndarray, np.ndarray]:
    first, second = (shave(picture, border_px) for picture in checked_pair(*pair))
    if eight_bit:
        first, second = quantise(first), quantise(second)
    return _planes(first, channels), _planes(second, channels)


def decibels(mean_squared_error: float, peak: float = PEAK) -> float:
    """10 log10(peak² / MSE); infinite where nothing differs."""
    return 10.0 * math.log10(peak**2 / mean_squared_error) if mean_squared_error > 0 else math.inf


def psnr(
    picture: np.ndarray,
    reference: np.ndarray,
    *,
    channels: Channels = "y",
    border_px: int = 0,
    eight_bit: bool = False,
) -> float:
    """Peak signal-to-noise ratio in dB with peak 255, also on Y; `inf` for equal pictures.

    `border_px` is shaved off each side first (the custom is the scale); `eight_bit` rounds both pictures
    to the levels of an 8-bit file, before Y is taken, which itself is never rounded.
    """
    first, second = _prepared((picture, reference), channels, border_px, eight_bit=eight_bit)
    return decibels(float(np.mean((first - second) ** 2)))


def region_psnr(picture: np.ndarray, reference: np.ndarray, mask: np.ndarray) -> float:
    """PSNR of Y over the pixels of a source mask (h, w); `nan` for an empty mask."""
    first, second = (luma(each) for each in checked_pair(picture, reference))
    inside = on_target(mask, picture)
    return decibels(float(np.mean((first - second)[inside] ** 2))) if inside.any() else math.nan


def _window() -> np.ndarray:
    offsets = np.arange(SSIM_WINDOW_PX) - SSIM_WINDOW_PX // 2
    weights = np.exp(-(offsets**2) / (2 * SSIM_SIGMA_PX**2))
    return weights / weights.sum()


def _local_mean(plane: np.ndarray) -> np.ndarray:
    """Gaussian mean at each place where the whole window lies in the picture."""
    window = _window()
    return shave(cv2.sepFilter2D(plane, cv2.CV_64F, window, window), SSIM_WINDOW_PX // 2)


def _ssim_plane(first: np.ndarray, second: np.ndarray) -> float:
    mean_1, mean_2 = _local_mean(first), _local_mean(second)
    variance_1 = _local_mean(first**2) - mean_1**2
    variance_2 = _local_mean(second**2) - mean_2**2
    covariance = _local_mean(first * second) - mean_1 * mean_2
    c1, c2 = (0.01 * PEAK) ** 2, (0.03 * PEAK) ** 2
    above = (2 * mean_1 * mean_2 + c1) * (2 * covariance + c2)
    below = (mean_1**2 + mean_2**2 + c1) * (variance_1 + variance_2 + c2)
    return float(np.mean(above / below))


def ssim(
    picture: np.ndarray,
    reference: np.ndarray,
    *,
    channels: Channels = "y",
    border_px: int = 0,
    eight_bit: bool = False,
) -> float:
    """Structural similarity, −1 … 1, mean over places (and over R, G, B).

    Wang, Bovik, Sheikh, Simoncelli 2004, eq. 13 with K1 = 0.01, K2 = 0.03, L = 255, an 11×11 Gaussian window
    of σ = 1.5 and only places where it fits. Raises InputError where less than 11 px are left. The other
    parameters are those of `psnr`.
    """
    first, second = _prepared((picture, reference), channels, border_px, eight_bit=eight_bit)
    if min(first.shape[:2]) < SSIM_WINDOW_PX:
        raise InputError("A picture is too small for SSIM.", f"Give at least {SSIM_WINDOW_PX} px a side.")
    planes = range(first.shape[2])
    return float(np.mean([_ssim_plane(first[..., plane], second[..., plane]) for plane in planes]))


@dataclass(frozen=True)
class Fidelity:
    """All four numbers of one picture against its reference."""

    psnr_y: float
    psnr_rgb: float
    ssim_y: float
    ssim_rgb: float


def fidelity(
    picture: np.ndarray, reference: np.ndarray, *, border_px: int = 0, eight_bit: bool = False
) -> Fidelity:
    """PSNR and SSIM on Y and on RGB; parameters and errors are those of `psnr` and `ssim`."""
    return Fidelity(
        psnr_y=psnr(picture, reference, channels="y", border_px=border_px, eight_bit=eight_bit),
        psnr_rgb=psnr(picture, reference, channels="rgb", border_px=border_px, eight_bit=eight_bit),
        ssim_y=ssim(picture, reference, channels="y", border_px=border_px, eight_bit=eight_bit),
        ssim_rgb=ssim(picture, reference, channels="rgb", border_px=border_px, eight_bit=eight_bit),
    )


# Antialiased bicubic shrinking in numpy: the cubic of Keys 1981 (a = −0.5), stretched by the scale.
#
# Two customs differ only at the border. "drop": pixels outside do not count and the rest is weighted up
# (torch's `interpolate(mode="bicubic", antialias=True)`, Pillow). "mirror": the picture is mirrored
# (MATLAB's `imresize`).

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


def shrink(picture: np.ndarray, height: int, width: int, border: Border = "drop") -> np.ndarray:
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


# Does the target still say what the source says? Shrunk back, it should be the source again.


def shrunk_back(target: np.ndarray, source: np.ndarray) -> np.ndarray:
    """The target (H, W, 3) at the source's size by antialiased bicubic, as float64, not clipped."""
    check_picture(target)
    return shrink(target, *check_picture(source).shape[:2])


def lr_psnr(target: np.ndarray, source: np.ndarray, *, border_px: int = 0, eight_bit: bool = False) -> float:
    """PSNR in dB over R, G, B between the shrunk target and the source; `inf` where they are equal.

    The measure of consistency of NTIRE 2021's "learning the super-resolution space" (Lugmayr et al.), where
    45 dB is the least. `border_px` counts source pixels. InputError where the target is smaller than the
    source.
    """
    back = shrunk_back(target, source)
    return psnr(back, source, channels="rgb", border_px=border_px, eight_bit=eight_bit)
