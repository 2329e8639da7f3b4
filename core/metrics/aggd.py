"""The asymmetric generalised Gaussian, fitted by moments to many blocks at once.

Lasmar, Stitou, Berthoumieu 2009; used as in Mittal, Soundararajan, Bovik 2013 (NIQE), eq. 6 to 10.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np


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
