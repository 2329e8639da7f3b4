"""From proposals to priorities: suggestions that the user accepts, changes or drops."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.segment.describe import Grid, Look, grid_of, look_of

if TYPE_CHECKING:
    from core.regions.mask import Mask
    from core.segment.interface import Proposal

SMALLEST_SHARE = 0.002
MOST_REGIONS = 40


@dataclass(frozen=True)
class Suggestion:
    """A mask with a priority −2 … +2; `name` is empty where nothing better than a number is known."""

    mask: Mask
    name: str
    priority: float


def regions_among(proposals: tuple[Proposal, ...], pixels: int) -> tuple[Proposal, ...]:
    """Proposals fit to be regions, smallest first: objects where there are any, no specks, at most MOST_REGIONS."""
    objects = tuple(p for p in proposals if p.kind == "object") or proposals
    large = sorted((p for p in objects if p.area >= SMALLEST_SHARE * pixels), key=lambda p: p.area)
    return tuple(large[-MOST_REGIONS:])


def samsr_weight(image: np.ndarray, proposals: tuple[Proposal, ...]) -> tuple[Suggestion, ...]:
    """Many masks over a place make it rich: SAMSR's W (arXiv 2505.07071, §3.2), averaged over each region.

    W(p) = c(p) / max c, where c counts the proposals that hold p, and the background as one more where none does.
    The priority is 4 W − 2.
    """
    grid = grid_of(image)
    weight = mask_count_weight(grid, proposals)
    chosen = regions_among(proposals, grid.source.area)
    return tuple(Suggestion(p.mask, p.label, _mean_priority(weight, grid.sampled(p.mask))) for p in chosen)


def mask_count_weight(grid: Grid, proposals: tuple[Proposal, ...]) -> np.ndarray:
    """W (h, w) float32 in (0, 1] on the grid's samples; 1 everywhere without proposals, as in SAMSR."""
    count = np.zeros(grid.grain.shape, np.float32)
    for proposal in proposals:
        count += grid.sampled(proposal.mask)
    return np.maximum(count, 1.0) / max(1.0, float(count.max()))


def _mean_priority(weight: np.ndarray, region: np.ndarray) -> float:
    return round(4.0 * float(weight[region].mean()) - 2.0, 2) if region.any() else 0.0


def suggest(image: np.ndarray, proposals: tuple[Proposal, ...]) -> tuple[Suggestion, ...]:
    """Text and faces are Faithful, flat things Careful; foliage, sky, fabric and the like Rich; the rest Balanced."""
    grid = grid_of(image)
    chosen = regions_among(proposals, grid.source.area)
    return tuple(_suggestion(p, look_of(grid, p.mask)) for p in chosen)


def _suggestion(proposal: Proposal, look: Look) -> Suggestion:
    name, priority = judged(look)
    return Suggestion(proposal.mask, proposal.label or name, priority)


def judged(look: Look) -> tuple[str, float]:
    """Name ("" if unsure) and priority for what a region looks like; the first rule that fits."""
    for name, priority, fits in _RULES:
        if fits(look):
            return name, priority
    return "", 0.0


def _text(look: Look) -> bool:
    return look.two_tone > 0.75 and look.contrast > 45 and look.grain > 8 and look.direction < 0.6


def _sky(look: Look) -> bool:
    coloured = look.blue_yellow < -4 or (
        look.lightness > 70 and abs(look.green_red) < 6 and look.blue_yellow < 6
    )
    return look.at_top and look.share > 0.04 and look.grain < 1.2 and look.lightness > 40 and coloured


def _skin(look: Look) -> bool:
    colour = 7 < look.green_red < 28 and 7 < look.blue_yellow < 32 and 35 < look.lightness < 90
    return colour and look.grain < 2.2 and 0.004 < look.share < 0.4


def _stochastic(look: Look) -> bool:
    return look.grain > 2.5 and look.grain_spread < 1.1 and look.direction < 0.5


def _foliage(look: Look) -> bool:
    return look.green_red < -4 and look.blue_yellow > 6 and look.grain > 1.8 and look.grain_spread < 1.2


_RULES: tuple[tuple[str, float, Callable[[Look], bool]], ...] = (
    ("Text?", -2.0, _text),
    ("Sky?", 1.0, _sky),
    ("Skin?", -2.0, _skin),
    ("Foliage?", 1.0, _foliage),
    ("", -1.0, lambda look: look.grain < 0.8),
    ("", 1.0, _stochastic),
)

Strategy = Callable[[np.ndarray, "tuple[Proposal, ...]"], "tuple[Suggestion, ...]"]
STRATEGIES: Mapping[str, Strategy] = {"suggest": suggest, "samsr-weight": samsr_weight}
