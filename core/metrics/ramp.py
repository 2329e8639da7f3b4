"""One region at every step from Faithful to Inventive, and all that the ramp says about control."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import InputError
from core.metrics.control import (
    LeakageCurve,
    Monotonicity,
    dynamic_range,
    leakage,
    leakage_over_distance,
    monotonicity,
)
from core.metrics.detail import high_frequency_energy, invention, invention_map
from core.metrics.fidelity import region_psnr
from core.metrics.pictures import checked_pair, on_target, scale_of
from core.metrics.seams import Seam, region_seam

if TYPE_CHECKING:
    import numpy as np


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
