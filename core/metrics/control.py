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
from core.metrics.detail import high_frequency_energy, invention, invention_map
from core.metrics.fidelity import region_psnr
from core.metrics.pictures import checked_pair, on_target, scale_of
from core.metrics.seams import Seam, region_seam

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


# One region at every step from Faithful to Inventive, and all that the ramp says about control.


@dataclass(frozen=True)
class Ramp:
    """Targets (H, W, 3) of one source and seed that differ in the priority of one source mask (h, w) only.

    `priorities` rise strictly; the first target is the most faithful. `reference`, where there is one, is the
    true picture at target size. InputError where the parts do not fit or the mask is empty.
    """

    targets: tuple[np.ndarray, ...]
    priorities: tuple[float, ...]
    mask: np.ndarray
    reference: np.ndarray | None = None

    def __post_init__(self) -> None:
        rising = all(low < high for low, high in zip(self.priorities, self.priorities[1:], strict=False))
        if len(self.targets) != len(self.priorities) or len(self.targets) < 2 or not rising:
            raise InputError(
                f"A ramp has {len(self.targets)} targets for the priorities {self.priorities}.",
                "Give one target for each priority, and two or more rising priorities.",
            )
        for other in self.targets[1:] if self.reference is None else (*self.targets[1:], self.reference):
            checked_pair(self.targets[0], other)
        if not on_target(self.mask, self.targets[0]).any():
            raise InputError("The region of a ramp is empty.", "Give a mask that holds some pixels.")


@dataclass(frozen=True)
class RampResult:
    """What `measure_ramp` found. PSNR in dB of the region against the reference, `nan` without one.

    `psnr_given_up` is Faithful − Inventive; `energy_gain` Inventive / Faithful; `seam` is on the last target,
    `seam_plain` on the first, which has a seam only if the region had one at its lowest priority already.
    """

    priorities: tuple[float, ...]
    energy: Monotonicity
    energy_gain: float
    inventions: tuple[float, ...]
    region_psnrs: tuple[float, ...]
    psnr_given_up: float
    leakage: float
    curve: LeakageCurve
    seam: Seam
    seam_plain: Seam


def _region_psnrs(ramp: Ramp) -> tuple[float, ...]:
    if ramp.reference is None:
        return (math.nan,) * len(ramp.targets)
    return tuple(region_psnr(target, ramp.reference, ramp.mask) for target in ramp.targets)


def _inventions(ramp: Ramp) -> tuple[float, ...]:
    faithful, scale = ramp.targets[0], scale_of(ramp.targets[0], ramp.mask)
    maps = (invention_map(target, faithful, scale) for target in ramp.targets)
    return tuple(invention(added, ramp.mask) for added in maps)


def measure_ramp(ramp: Ramp) -> RampResult:
    """All control measures of one region; leakage is between the first and last target, beyond 32 px."""
    first, last = ramp.targets[0], ramp.targets[-1]
    energies = tuple(high_frequency_energy(target, ramp.mask) for target in ramp.targets)
    psnrs = _region_psnrs(ramp)
    return RampResult(
        priorities=ramp.priorities,
        energy=monotonicity(energies),
        energy_gain=energies[-1] / energies[0] if energies[0] else math.inf,
        inventions=_inventions(ramp),
        region_psnrs=psnrs,
        psnr_given_up=-dynamic_range(psnrs),
        leakage=leakage(first, last, ramp.mask),
        curve=leakage_over_distance(first, last, ramp.mask),
        seam=region_seam(last, ramp.mask),
        seam_plain=region_seam(first, ramp.mask),
    )
