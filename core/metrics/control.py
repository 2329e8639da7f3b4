"""Does the picture obey the map? Locality, order, range and repeatability of what a priority changes.

The measures are this project's own definitions; each docstring says its formula.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.errors import InputError
from core.metrics.pictures import checked_pair, on_target, scale_of

if TYPE_CHECKING:
    from collections.abc import Sequence

BEYOND_SOURCE_PX = 32.0
RING_EDGES_SOURCE_PX = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 24.0, 32.0, 48.0, 64.0, 96.0, 128.0)


def change(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """|Δ| of each pixel, mean over R, G, B: (H, W) float64. InputError where the sizes differ."""
    first, second = checked_pair(first, second)
    return np.abs(first.astype(np.float64) - second).mean(axis=2)


def distance_outside(mask: np.ndarray, target: np.ndarray) -> np.ndarray:
    """How far each target pixel lies outside a source mask (h, w), in source pixels.

    (H, W) float32: 0 inside, infinite everywhere for an empty mask.
    """
    inside = on_target(mask, target)
    if not inside.any():
        return np.full(inside.shape, np.inf, np.float32)
    distance = cv2.distanceTransform((~inside).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return distance / np.float32(scale_of(target, mask))


def _share(delta: np.ndarray, where: np.ndarray, inside: float) -> float:
    """mean|Δ| there over mean|Δ| inside; `nan` where either says nothing."""
    return float(delta[where].mean()) / inside if where.any() and inside > 0 else math.nan


def _inside_change(delta: np.ndarray, distance: np.ndarray) -> float:
    return float(delta[distance == 0].mean()) if (distance == 0).any() else 0.0


def leakage(
    first: np.ndarray, second: np.ndarray, mask: np.ndarray, *, beyond_px: float = BEYOND_SOURCE_PX
) -> float:
    """mean|Δ| outside, more than `beyond_px` source pixels from the mask / mean|Δ| inside.

    `first` and `second` are two targets (H, W, 3) that differ in the priority of the source mask (h, w) only.
    0 is perfect; `nan` where nothing lies so far outside or nothing changed inside.
    """
    delta, distance = change(first, second), distance_outside(mask, first)
    return _share(delta, distance > beyond_px, _inside_change(delta, distance))


@dataclass(frozen=True)
class LeakageCurve:
    """How what leaks fades with the distance from the mask, in source pixels.

    `shares[i]` is mean|Δ| in the ring `edges_px[i]` < distance ≤ `edges_px[i + 1]` / mean|Δ| inside; `nan`
    where the ring is empty. `inside` is mean|Δ| inside, in the units of the picture.
    """

    edges_px: tuple[float, ...]
    shares: tuple[float, ...]
    inside: float


def leakage_over_distance(
    first: np.ndarray,
    second: np.ndarray,
    mask: np.ndarray,
    edges_px: Sequence[float] = RING_EDGES_SOURCE_PX,
) -> LeakageCurve:
    """The leakage ring by ring, for a plot; the parameters are those of `leakage`."""
    delta, distance = change(first, second), distance_outside(mask, first)
    inside = _inside_change(delta, distance)
    rings = pairwise(edges_px)
    shares = tuple(_share(delta, (distance > near) & (distance <= far), inside) for near, far in rings)
    return LeakageCurve(tuple(edges_px), shares, inside)


def _ranks(values: np.ndarray) -> np.ndarray:
    """1 … N, equal values share their mean rank."""
    return np.array([(values < value).sum() + ((values == value).sum() + 1) / 2 for value in values])


def spearman(values: Sequence[float]) -> float:
    """Spearman's ρ between the values and their order, −1 … 1; 0 where they are all equal.

    InputError for less than two values or one that is not a number.
    """
    given = np.asarray(values, dtype=np.float64)
    if given.size < 2 or np.isnan(given).any():
        raise InputError(f"No order can be told from {list(values)}.", "Measure at least two steps.")
    ranks, order = _ranks(given) - (given.size + 1) / 2, np.arange(given.size) - (given.size - 1) / 2
    below = math.sqrt(float(ranks @ ranks) * float(order @ order))
    return float(ranks @ order) / below if below else 0.0


def rising_share(values: Sequence[float]) -> float:
    """Which fraction of the steps is strictly upward, 0 … 1."""
    given = np.asarray(values, dtype=np.float64)
    return float(np.mean(np.diff(given) > 0))


def dynamic_range(values: Sequence[float]) -> float:
    """Last value less first: what the whole ramp changes, in the unit of the values."""
    return float(values[-1]) - float(values[0])


@dataclass(frozen=True)
class Monotonicity:
    """ρ is 1 where more priority always gave more; `rising` is the fraction of strictly upward steps."""

    rho: float
    rising: float
    values: tuple[float, ...]

    @property
    def perfect(self) -> bool:
        """Whether every step went up."""
        return self.rising == 1.0


def monotonicity(values: Sequence[float]) -> Monotonicity:
    """The order of one number (energy, −PSNR …) over rising priorities; errors as `spearman`."""
    return Monotonicity(spearman(values), rising_share(values), tuple(float(value) for value in values))


def bit_equal(first: np.ndarray, second: np.ndarray, where: np.ndarray | None = None) -> bool:
    """Whether two targets hold the same bits, everywhere or where a bool (H, W) says; no tolerance at all."""
    if first.shape != second.shape or first.dtype != second.dtype:
        return False
    if where is not None:
        first, second = first[where], second[where]
    return first.tobytes() == second.tobytes()
