"""Does the method obey? One region of a picture at every step, all else Balanced."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.evaluate.quality import size_of
from core.geometry import Box
from core.metrics.control import Ramp, RampResult, leakage, measure_ramp
from core.metrics.detail import invention_map
from core.metrics.seams import pool_borders
from core.metrics.tables import Column, Table, mean, number
from core.regions.region import Region, RegionSet
from plugin.bridge.facts import PRIORITY_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from core.evaluate.data import TestPair
    from core.evaluate.quality import Upscaler
    from core.regions.mask import Mask

PRIORITIES = tuple(float(step) for step in PRIORITY_NAMES)
BALANCED = PRIORITIES.index(0.0)


@dataclass(frozen=True)
class RegionRamp:
    """One region's ramp. `leak_up` is the leakage of the raise from 0 to +2; `nan` where nothing lies 32 px away."""

    picture: str
    region: int
    share: float
    leak_up: float
    result: RampResult

    @property
    def name(self) -> str:
        """Picture and region."""
        return f"{self.picture} · region {self.region}"


@dataclass(frozen=True)
class Ramped:
    """A ramp with its pictures: five targets, the mask (h, w), and what Inventive added, (H, W)."""

    measured: RegionRamp
    targets: tuple[np.ndarray, ...]
    mask: np.ndarray
    added: np.ndarray


def one_region(source: np.ndarray, mask: Mask, priority: float) -> RegionSet:
    """A region with this priority in a Balanced picture."""
    return RegionSet(size_of(source), (Region("r1", "", mask, priority=priority),), rest=0.0)


def ramp_region(
    studio: Upscaler, pair: TestPair, mask: Mask, place: tuple[str, int], **changes: object
) -> Ramped:
    """The five targets of one region and what they say; `place` names picture and region."""
    source = pair.source
    targets = tuple(
        studio.make(source, one_region(source, mask, step), **changes).target for step in PRIORITIES
    )
    inside = mask.in_box(Box.of(size_of(source)))
    measured = RegionRamp(
        picture=place[0],
        region=place[1],
        share=float(inside.mean()),
        leak_up=leakage(targets[BALANCED], targets[-1], inside),
        result=measure_ramp(Ramp(targets, PRIORITIES, inside, pair.reference)),
    )
    return Ramped(
        measured, targets, inside, invention_map(targets[-1], targets[0], targets[0].shape[0] / len(source))
    )


def ratio(leak: float) -> float:
    """Change inside over change beyond 32 px; infinite where nothing leaked, `nan` where nothing lies there."""
    return math.nan if math.isnan(leak) else (1.0 / leak if leak else math.inf)


def control_table(ramps: Sequence[RegionRamp]) -> Table:
    """One row a region, then their mean."""
    table = Table(
        "Control, each region",
        (
            Column("area", "%", digits=1),
            Column("leak 0→+2 beyond 32 px", "%", "lower", 4),
            Column("inside / outside", "×", "higher", 0),
            Column("Spearman", "", "higher", 3),
            Column("rising steps", "%", "higher", 0),
            Column("energy Inventive / Faithful", "×"),
            Column("invention", "/255"),
            Column("PSNR given up", "dB"),
            Column("seam, border", "×", "lower", 3),
        ),
    )
    for ramp in ramps:
        table = table.with_row(ramp.name, *_cells(ramp))
    return table.with_mean() if ramps else table


def _cells(ramp: RegionRamp) -> tuple[float | None, ...]:
    result = ramp.result
    numbers = (
        100 * ramp.share,
        100 * ramp.leak_up,
        ratio(ramp.leak_up),
        result.energy.rho,
        100 * result.energy.rising,
        result.energy_gain,
        255 * result.inventions[-1],
        result.psnr_given_up,
        result.seam.over(result.seam_plain),
    )
    return tuple(number(value) for value in numbers)


def energy_table(ramps: Sequence[RegionRamp]) -> Table:
    """High-frequency energy inside each region at the five steps, and their mean."""
    steps = tuple(Column(PRIORITY_NAMES[int(step)], "", digits=1) for step in PRIORITIES)
    table = Table("High-frequency energy inside the region", steps)
    for ramp in ramps:
        table = table.with_row(ramp.name, *ramp.result.energy.values)
    return table.with_mean() if ramps else table


def border_seam(ramps: Sequence[RegionRamp]) -> float:
    """Seam ratio over all region borders, Inventive over Faithful; `nan` without borders."""
    with_it, without = (
        pool_borders(ramp.result.seam for ramp in ramps),
        pool_borders(ramp.result.seam_plain for ramp in ramps),
    )
    return with_it.over(without)


def mean_curve(ramps: Sequence[RegionRamp]) -> tuple[tuple[float, float], ...]:
    """(distance in source px, mean share) of the leakage from Faithful to Inventive, ring by ring."""
    if not ramps:
        return ()
    edges = ramps[0].result.curve.edges_px
    shares = [mean([ramp.result.curve.shares[ring] for ramp in ramps]) for ring in range(len(edges) - 1)]
    middles = [(edges[ring] + edges[ring + 1]) / 2 for ring in range(len(edges) - 1)]
    return tuple((at, share) for at, share in zip(middles, shares, strict=True) if share is not None)
