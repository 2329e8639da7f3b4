"""The bars a release has to clear, each with what was found."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.evaluate.control import border_seam
from core.evaluate.protocols import Protocol
from core.evaluate.quality import of_candidate
from core.metrics.seams import pooled
from core.metrics.tables import Column, Table, mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.evaluate.control import RegionRamp
    from core.evaluate.quality import Score
    from core.evaluate.repeat import Repeated

FAITHFUL_PSNR_Y = {"set5": 30.0, "set14": 27.2}
FAITHFUL_LR_PSNR = 50.0
LEAST_RATIO = 20.0
SEAM = 1.05


@dataclass(frozen=True)
class Bar:
    """What is asked and what was found; `found` None where this set cannot tell."""

    name: str
    unit: str
    asked: float
    found: float | None
    at_most: bool = False

    @property
    def cleared(self) -> bool | None:
        """Whether it was; None where it cannot be told."""
        if self.found is None or math.isnan(self.found):
            return None
        return self.found <= self.asked if self.at_most else self.found >= self.asked


def quality_bars(set_name: str, protocol: Protocol, scores: Sequence[Score], method: str) -> list[Bar]:
    """Fidelity of Faithful at clean-up 0; other protocols have no bar."""
    if protocol is not Protocol.BICUBIC:
        return []
    own = of_candidate(scores, f"{method} Faithful")
    least = min((score.lr_psnr for score in own if score.lr_psnr is not None), default=None)
    bars = [Bar("Faithful shrunk back, least LR-PSNR", "dB", FAITHFUL_LR_PSNR, least)]
    asked = FAITHFUL_PSNR_Y.get(set_name.lower())
    if asked is not None:
        bars.insert(
            0, Bar(f"Faithful PSNR Y on {set_name}", "dB", asked, mean([score.psnr_y for score in own]))
        )
    return bars


def control_bars(ramps: Sequence[RegionRamp]) -> list[Bar]:
    """Locality, order and borders over all regions."""
    if not ramps:
        return []
    leaks = [ramp.leak_up for ramp in ramps if not math.isnan(ramp.leak_up)]
    worst = (math.inf if max(leaks) == 0 else 1 / max(leaks)) if leaks else None
    perfect = 100.0 * sum(ramp.result.energy.perfect for ramp in ramps) / len(ramps)
    return [
        Bar("Region 0→+2: change inside / beyond 32 px, worst region", "×", LEAST_RATIO, worst),
        Bar("Regions whose energy grows at every step", "%", 100.0, perfect),
        Bar("Seam on region borders", "×", SEAM, border_seam(ramps), at_most=True),
    ]


def repeat_bars(results: Sequence[Repeated]) -> list[Bar]:
    """Determinism and tile borders."""
    if not results:
        return []
    equal = 100.0 * mean([float(r.same_seed_equal and r.faithful_any_seed_equal) for r in results])  # type: ignore[operator]
    seams = [(r.tiled, r.whole) for r in results if r.tiled and r.whole]
    tiles = pooled(tiled for tiled, _ in seams).over(pooled(whole for _, whole in seams)) if seams else None
    return [
        Bar("Pictures with equal bits where they must be", "%", 100.0, equal),
        Bar("Seam on tile borders", "×", SEAM, tiles, at_most=True),
    ]


def bar_table(bars: Sequence[Bar]) -> Table:
    """One row a bar."""
    table = Table("Bars", (Column("asked"), Column("found"), Column("unit"), Column("cleared")))
    for bar in bars:
        sign = "≤" if bar.at_most else "≥"
        found = None if bar.cleared is None else bar.found
        table = table.with_row(bar.name, f"{sign} {bar.asked:g}", found, bar.unit, bar.cleared)
    return table
