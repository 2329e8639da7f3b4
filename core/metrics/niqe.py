"""NIQE: how far the statistics of a picture lie from those of pristine photographs. Lower is more natural.

Mittal, Soundararajan, Bovik, "Making a Completely Blind Image Quality Analyzer", 2013, in the arithmetic of
the authors' MATLAB release, on Y of BT.601, which is the custom of super-resolution. All blocks count: the
release chooses sharp ones for the pristine model only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.errors import CheckpointError, InputError
from core.metrics.fidelity import shrink
from core.metrics.pictures import check_picture, luma, quantise, shave

if TYPE_CHECKING:
    from pathlib import Path


# The asymmetric generalised Gaussian, fitted by moments to many blocks at once.
#
# Lasmar, Stitou, Berthoumieu 2009; used as in Mittal, Soundararajan, Bovik 2013 (NIQE), eq. 6 to 10.


@dataclass(frozen=True)
class Fit:
    """One value per block, each (N,) float64: shape α, scales β of the two sides, mean η.

    A block without a negative or without a positive value has no fit: its numbers are not finite.
    """

    shape: np.ndarray
    left: np.ndarray
    right: np.ndarray
    mean: np.ndarray


def _gamma(values: np.ndarray) -> np.ndarray:
    return np.array([math.gamma(value) for value in values.tolist()])


def _shapes() -> tuple[np.ndarray, np.ndarray]:
    """The α that are tried, 0.2 … 10 by 0.001, and of each ρ(α) = Γ(2/α)² / (Γ(1/α) Γ(3/α))."""
    shapes = np.arange(200, 10001) / 1000.0
    return shapes, _gamma(2 / shapes) ** 2 / (_gamma(1 / shapes) * _gamma(3 / shapes))


def _root_mean_square(samples: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    return np.sqrt((samples**2 * chosen).sum(axis=1) / chosen.sum(axis=1))


def fit(samples: np.ndarray) -> Fit:
    """Fit each row of (N, M) samples."""
    with np.errstate(divide="ignore", invalid="ignore"):
        left = _root_mean_square(samples, samples < 0)
        right = _root_mean_square(samples, samples > 0)
        skew = left / right
        ratio = np.abs(samples).mean(axis=1) ** 2 / (samples**2).mean(axis=1)
        wanted = ratio * (skew**3 + 1) * (skew + 1) / (skew**2 + 1) ** 2
    shapes, ratios = _shapes()
    best = np.array([np.argmin((ratios - each) ** 2) for each in np.nan_to_num(wanted)], dtype=int)
    shape = shapes[best]
    one, two, three = _gamma(1 / shape), _gamma(2 / shape), _gamma(3 / shape)
    left, right = left * np.sqrt(one / three), right * np.sqrt(one / three)
    return Fit(np.where(np.isfinite(wanted), shape, np.nan), left, right, (right - left) * two / one)


BLOCK_PX = 96
LEAST_BLOCKS = 2
ROUNDING = 1e-9
# Down, right, down-right, down-left: with which neighbour each pixel is multiplied.
NEIGHBOURS = ((0, 1), (1, 0), (1, 1), (1, -1))


@dataclass(frozen=True)
class Pristine:
    """The model of pristine photographs: mean (36,), covariance (36, 36), window (7, 7) of σ = 7/6."""

    mean: np.ndarray
    covariance: np.ndarray
    window: np.ndarray


def load_pristine(path: Path) -> Pristine:
    """Read the pristine model from an .npz; CheckpointError where it is missing, damaged or another."""
    try:
        with np.load(path, allow_pickle=False) as held:
            mean, covariance = held["mu_pris_param"].ravel(), held["cov_pris_param"]
            window = held["gaussian_window"]
    except (OSError, ValueError, KeyError, AttributeError) as error:
        raise CheckpointError(
            f"The pristine model of NIQE could not be read from {path}: {error}.",
            "Give an .npz with mu_pris_param, cov_pris_param and gaussian_window.",
        ) from error
    if (mean.shape, covariance.shape, window.shape) != ((36,), (36, 36), (7, 7)):
        raise CheckpointError(f"{path} holds a NIQE model of other sizes.", "Give the model of 36 features.")
    return Pristine(mean, covariance, window)


def _normalised(plane: np.ndarray, window: np.ndarray) -> np.ndarray:
    """Mean-subtracted, contrast-normalised luma (eq. 1 to 3); the border repeats its last pixel.

    Rounding is no structure: without the cut, a flat block would be judged by the last bits of its mean.
    """
    mean = cv2.filter2D(plane, cv2.CV_64F, window, borderType=cv2.BORDER_REPLICATE)
    square = cv2.filter2D(plane**2, cv2.CV_64F, window, borderType=cv2.BORDER_REPLICATE)
    apart = np.where(np.abs(plane - mean) > ROUNDING, plane - mean, 0.0)
    return apart / (np.sqrt(np.abs(square - mean**2)) + 1.0)


def _blocks(plane: np.ndarray, side_px: int) -> np.ndarray:
    """(N, side, side), cut without overlap from a plane whose sides are multiples of `side_px`."""
    rows, columns = plane.shape[0] // side_px, plane.shape[1] // side_px
    cut = plane.reshape(rows, side_px, columns, side_px).swapaxes(1, 2)
    return cut.reshape(rows * columns, side_px, side_px)


def _features(blocks: np.ndarray) -> np.ndarray:
    """The 18 numbers of each block (N, 18): 2 of its pixels, 4 of its products with each of 4 neighbours."""
    count = len(blocks)
    own = fit(blocks.reshape(count, -1))
    columns = [own.shape, (own.left + own.right) / 2]
    for neighbour in NEIGHBOURS:
        products = blocks * np.roll(blocks, neighbour, axis=(1, 2))
        pair = fit(products.reshape(count, -1))
        columns += [pair.shape, pair.mean, pair.left, pair.right]
    return np.stack(columns, axis=1)


def _all_features(plane: np.ndarray, window: np.ndarray) -> np.ndarray:
    """(N, 36): the features at full and at half size; blocks without structure hold NaN."""
    half = shrink(plane, plane.shape[0] // 2, plane.shape[1] // 2, border="mirror")
    return np.concatenate(
        [
            _features(_blocks(_normalised(plane, window), BLOCK_PX)),
            _features(_blocks(_normalised(half, window), BLOCK_PX // 2)),
        ],
        axis=1,
    )


def _whole_blocks(plane: np.ndarray) -> np.ndarray:
    height, width = (side // BLOCK_PX * BLOCK_PX for side in plane.shape)
    if height * width < LEAST_BLOCKS * BLOCK_PX**2:
        raise InputError(
            f"A picture of {plane.shape[1]}×{plane.shape[0]} is too small for NIQE.",
            f"Give one that holds {LEAST_BLOCKS} blocks of {BLOCK_PX} px.",
        )
    return plane[:height, :width]


def niqe(picture: np.ndarray, pristine: Pristine, *, border_px: int = 0) -> float:
    """NIQE of a picture (H, W, 3), ≥ 0, usually 2 … 8 for photographs; rounded to 8 bits, then Y rounded.

    `border_px` is shaved off each side first. Blocks without any structure (a flat sky) are left out.
    Raises InputError where less than two blocks of 96 px (with structure) are left.
    """
    plane = np.rint(luma(quantise(shave(check_picture(picture), border_px))))
    features = _all_features(_whole_blocks(plane), pristine.window)
    whole = features[np.isfinite(features).all(axis=1)]
    if len(whole) < LEAST_BLOCKS:
        raise InputError("A picture has too little structure for NIQE.", "Give one that is not flat.")
    apart = pristine.mean - np.nanmean(np.where(np.isfinite(features), features, np.nan), axis=0)
    spread = (pristine.covariance + np.cov(whole, rowvar=False)) / 2
    return float(np.sqrt(apart @ np.linalg.pinv(spread) @ apart))
