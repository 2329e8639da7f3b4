"""What the bundled model has to reach: each number of an evaluation beside its bar and its aim."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.evaluate.control import border_seam
from core.evaluate.data import Protocol
from core.evaluate.quality import STEPS, of_candidate
from core.evaluate.rivals import LSDIR, REALESR
from core.metrics.seams import pool_borders
from core.metrics.tables import Column, Table, mean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from core.evaluate.control import RegionRamp
    from core.evaluate.quality import Repeated, Score
    from core.metrics.lattice import AddedPower


# A bar: what a release has to reach, what it aims for, and what was found.


@dataclass(frozen=True)
class Bar:
    """What is asked, what is aimed for, and what was found; `found` None where this set cannot tell."""

    name: str
    unit: str
    asked: float
    aim: float
    found: float | None
    at_most: bool = False

    @property
    def cleared(self) -> bool | None:
        """Whether what is asked was reached; None where it cannot be told."""
        return self._reaches(self.asked)

    @property
    def aimed(self) -> bool | None:
        """Whether the aim was reached; None where it cannot be told."""
        return self._reaches(self.aim)

    def _reaches(self, level: float) -> bool | None:
        if self.found is None or math.isnan(self.found):
            return None
        return self.found <= level if self.at_most else self.found >= level


def bar_table(bars: Sequence[Bar]) -> Table:
    """One row a bar."""
    columns = ("asked", "aim", "found", "unit", "cleared", "aim reached")
    table = Table("Bars", tuple(Column(name) for name in columns))
    for bar in bars:
        sign = "≤" if bar.at_most else "≥"
        found = None if bar.cleared is None else bar.found
        levels = (f"{sign} {bar.asked:g}", f"{sign} {bar.aim:g}")
        table = table.with_row(bar.name, *levels, found, bar.unit, bar.cleared, bar.aimed)
    return table


# Set → its pictures, and the PSNR Y of Faithful at clean-up 0 that is asked and aimed for.
FAITHFUL_PSNR_Y = {"set5": (5, 31.0, 31.3), "set14": (14, 27.9, 28.1)}
# The mean square that rounding to 8 bits leaves, 1/12 of a level squared, is 58.9 dB.
FAITHFUL_LR_PSNR = (52.0, 58.9)
ANY_STEP_LR_PSNR = (45.0, 48.0)


def quality_bars(set_name: str, protocol: Protocol, scores: Sequence[Score], method: str) -> list[Bar]:
    """What can be told of the targets' quality; which bars there are depends on the protocol."""
    if protocol is Protocol.BICUBIC:
        bars = [*_faithful_bars(set_name, scores, method), *_clean_bars(scores, method)]
    elif protocol in {Protocol.DEGRADED, Protocol.DIRTY}:
        bars = _rival_bars(scores, method)
    else:
        bars = [Bar("NIQE, Inventive below Faithful", "%", 25.0, 40.0, _niqe_fall(scores, method))]
    return [*bars, *_time_bars(scores, method)]


def _faithful_bars(set_name: str, scores: Sequence[Score], method: str) -> list[Bar]:
    own = of_candidate(scores, f"{method} Faithful")
    bars = [
        Bar("Faithful shrunk back, least LR-PSNR", "dB", *FAITHFUL_LR_PSNR, _least_lr(own)),
        Bar("Any step shrunk back, least LR-PSNR", "dB", *ANY_STEP_LR_PSNR, _least_lr(_ours(scores, method))),
    ]
    if set_name.lower() not in FAITHFUL_PSNR_Y:
        return bars
    count, asked, aim = FAITHFUL_PSNR_Y[set_name.lower()]
    found = mean([score.psnr_y for score in own]) if len(own) == count else None
    return [Bar(f"Faithful PSNR Y on {set_name}", "dB", asked, aim, found), *bars]


def _clean_bars(scores: Sequence[Score], method: str) -> list[Bar]:
    """Ours on clean sources against the sharpest small network, and Balanced against our own Faithful.

    `found` is None where the rival did not run; nothing where no perceptual distance is at hand and none was measured.
    """
    theirs = of_candidate(scores, LSDIR)
    faithful, balanced, inventive = (
        of_candidate(scores, f"{method} {step}") for step in ("Faithful", "Balanced", "Inventive")
    )
    niqe = mean([score.niqe for score in inventive])
    given_up = _lead(faithful, balanced, _psnr_rgb)
    return [
        Bar(f"Inventive distance against {LSDIR}", "%", 0.0, -8.0, _rise(inventive, theirs), at_most=True),
        Bar("Inventive NIQE", "", 4.0, 3.8, niqe, at_most=True),
        Bar(f"Inventive PSNR RGB over {LSDIR}", "dB", 0.7, 1.0, _lead(inventive, theirs, _psnr_rgb)),
        Bar("Balanced distance against Faithful", "%", -5.0, -8.0, _rise(balanced, faithful), at_most=True),
        Bar("Balanced PSNR RGB below Faithful", "dB", 0.5, 0.3, given_up, at_most=True),
    ]


def _rise(ours: Sequence[Score], theirs: Sequence[Score]) -> float | None:
    """By how many per cent our mean distance lies above theirs."""
    one, other = (mean([score.distance for score in scores]) for scores in (ours, theirs))
    return None if one is None or not other else 100.0 * (one / other - 1.0)


def _psnr_rgb(score: Score) -> float | None:
    return score.psnr_rgb


def _ours(scores: Sequence[Score], method: str) -> list[Score]:
    return [score for step in STEPS for score in of_candidate(scores, f"{method} {step}")]


def _least_lr(scores: Sequence[Score]) -> float | None:
    return min((score.lr_psnr for score in scores if score.lr_psnr is not None), default=None)


def _rival_bars(scores: Sequence[Score], method: str) -> list[Bar]:
    """Ours against the small general network of Real-ESRGAN; `found` is None where it did not run."""
    theirs = of_candidate(scores, REALESR)
    faithful, inventive = (of_candidate(scores, f"{method} {step}") for step in ("Faithful", "Inventive"))
    return [
        Bar(f"Faithful PSNR Y over {REALESR}", "dB", 0.8, 1.3, _lead(faithful, theirs, _psnr_y)),
        Bar(f"Inventive distance against {REALESR}", "%", 0.0, -8.0, _rise(inventive, theirs), at_most=True),
        Bar(f"Inventive PSNR RGB over {REALESR}", "dB", 0.5, 1.0, _lead(inventive, theirs, _psnr_rgb)),
    ]


def _psnr_y(score: Score) -> float | None:
    return score.psnr_y


def _lead(
    ours: Sequence[Score], theirs: Sequence[Score], measure: Callable[[Score], float | None]
) -> float | None:
    """Our mean less theirs."""
    means = [mean([measure(score) for score in scores]) for scores in (ours, theirs)]
    return None if means[0] is None or means[1] is None else means[0] - means[1]


def _niqe_fall(scores: Sequence[Score], method: str) -> float | None:
    """By how many per cent the mean NIQE of Inventive lies below that of Faithful."""
    low, high = (
        mean([score.niqe for score in of_candidate(scores, f"{method} {step}")])
        for step in ("Inventive", "Faithful")
    )
    return None if low is None or not high else 100.0 * (1.0 - low / high)


def _time_bars(scores: Sequence[Score], method: str) -> list[Bar]:
    """Seconds of Inventive over the rival's, the median of the pictures (the first one also loads the model)."""
    theirs = {score.picture: score.seconds for score in of_candidate(scores, REALESR)}
    ours = of_candidate(scores, f"{method} Inventive")
    ratios = [score.seconds / theirs[score.picture] for score in ours if theirs.get(score.picture)]
    if not ratios:
        return []
    return [Bar(f"Time of Inventive / {REALESR}", "×", 1.0, 0.5, statistics.median(ratios), at_most=True)]


def control_bars(ramps: Sequence[RegionRamp], protocol: Protocol) -> list[Bar]:
    """Locality, order, range and borders over all regions."""
    if not ramps:
        return []
    leaks = [leak for ramp in ramps for leak in (ramp.leak_up, ramp.result.leakage) if not math.isnan(leak)]
    perfect = 100.0 * sum(ramp.result.energy.perfect for ramp in ramps) / len(ramps)
    bars = [
        Bar(
            "Change beyond 32 px / inside, worst region",
            "%",
            2.0,
            0.5,
            100 * max(leaks) if leaks else None,
            True,
        ),
        Bar("Regions whose energy grows at every step", "%", 97.0, 100.0, perfect),
        Bar("Seam on region borders", "×", 1.05, 1.01, border_seam(ramps), at_most=True),
    ]
    if protocol is Protocol.NONE:
        return bars
    given_up = mean([ramp.result.psnr_given_up for ramp in ramps])
    return [*bars, Bar("PSNR given up by a region, Faithful to Inventive", "dB", 1.5, 2.0, given_up)]


def repeat_bars(results: Sequence[Repeated]) -> list[Bar]:
    """Determinism and tile borders."""
    if not results:
        return []
    equal = 100.0 * mean([float(r.same_seed_equal and r.faithful_any_seed_equal) for r in results])  # type: ignore[operator]
    seams = [(r.tiled, r.whole) for r in results if r.tiled and r.whole]
    tiles = (
        pool_borders(tiled for tiled, _ in seams).over(pool_borders(whole for _, whole in seams))
        if seams
        else None
    )
    return [
        Bar("Pictures with equal bits where they must be", "%", 100.0, 100.0, equal),
        Bar("Seam on tile borders", "×", 1.05, 1.01, tiles, at_most=True),
    ]


def added_bars(powers: Mapping[str, AddedPower], results: Sequence[Repeated]) -> list[Bar]:
    """The weave on the lattice of four pixels at the worst step, and what the seed moves."""
    white = [power.lattice_over_white for power in powers.values()]
    beside = [power.lattice_over_neighbours for power in powers.values()]
    bars = [
        Bar(
            "Power on the lattice of 4 over white noise, worst step",
            "×",
            1.5,
            1.0,
            _most(white),
            at_most=True,
        ),
        Bar("Power on the lattice of 4 over its neighbours", "×", 1.5, 1.0, _most(beside), at_most=True),
    ]
    moved = Bar(
        "Share of what is added that the seed moves",
        "",
        0.4,
        0.6,
        mean([result.seed_share for result in results]),
    )
    return [*(bars if powers else ()), *((moved,) if results else ())]


def _most(values: Sequence[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)
