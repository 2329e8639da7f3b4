"""From proposals to priorities: suggestions that the user accepts, changes or drops."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.geometry import Size

if TYPE_CHECKING:
    from core.regions.mask import Mask
    from core.segment.interface import Proposal


# What can be measured in a region without knowing what it shows.

_GRID_PIXELS = 250_000


@dataclass(frozen=True)
class RegionLook:
    """Measures of one region.

    `lightness` 0 … 100 and `green_red`, `blue_yellow` are mean CIE Lab; `grain` is the mean fine contrast in L units;
    `grain_spread` how unevenly it lies (standard deviation / mean); `direction` 0 … 1 how much it runs one way;
    `two_tone` 0 … 1 how well two greys explain the lightness, `contrast` their distance in L units; `share` of the
    picture; `at_top` where it touches the picture's upper edge.
    """

    lightness: float
    green_red: float
    blue_yellow: float
    grain: float
    grain_spread: float
    direction: float
    two_tone: float
    contrast: float
    share: float
    at_top: bool


@dataclass(frozen=True)
class Grid:
    """A picture on at most _GRID_PIXELS samples, its fine contrast and gradients measured once for all regions."""

    source: Size
    lab: np.ndarray
    grain: np.ndarray
    dx: np.ndarray
    dy: np.ndarray

    def sampled(self, mask: Mask) -> np.ndarray:
        """The mask on the grid, bool (h, w): whether it holds the source pixel at each sample's centre."""
        height, width = self.grain.shape
        rows = (np.arange(height) * 2 + 1) * self.source.height // (2 * height) - mask.box.y
        columns = (np.arange(width) * 2 + 1) * self.source.width // (2 * width) - mask.box.x
        down, across = (rows >= 0) & (rows < mask.box.height), (columns >= 0) & (columns < mask.box.width)
        result = np.zeros((height, width), bool)
        result[np.ix_(down, across)] = mask.pixels[np.ix_(rows[down], columns[across])]
        return result


def grid_of(image: np.ndarray) -> Grid:
    """The grid of a picture (H, W, 3) float32 in [0, 1]."""
    height, width = image.shape[:2]
    factor = min(1.0, float(np.sqrt(_GRID_PIXELS / (height * width))))
    shape = max(1, round(width * factor)), max(1, round(height * factor))
    small = cv2.resize(np.ascontiguousarray(image, np.float32), shape, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2Lab)
    light = lab[..., 0]
    grain = np.abs(light - cv2.GaussianBlur(light, (0, 0), 2.0))
    dx, dy = (cv2.Sobel(light, cv2.CV_32F, *step, ksize=3) for step in ((1, 0), (0, 1)))
    return Grid(Size(width, height), lab, grain, dx, dy)


def look_of(grid: Grid, mask: Mask) -> RegionLook:
    """Measures of a region, away from its border where it is large enough to have an inside."""
    region = grid.sampled(mask)
    inside = cv2.erode(region.astype(np.uint8), np.ones((5, 5), np.uint8), borderValue=1) > 0
    inside = inside if inside.sum() > 20 else region
    if not inside.any():
        return RegionLook(*[0.0] * 9, at_top=False)
    light, green_red, blue_yellow = (grid.lab[..., channel][inside] for channel in range(3))
    grain = grid.grain[inside]
    spread = float(grain.std() / max(float(grain.mean()), 1e-3))
    means = float(light.mean()), float(green_red.mean()), float(blue_yellow.mean())
    two = _two_tone(light)
    share = float(region.mean())
    return RegionLook(
        *means, float(grain.mean()), spread, _direction(grid, inside), *two, share, bool(region[0].any())
    )


def _direction(grid: Grid, inside: np.ndarray) -> float:
    """Coherence of the structure tensor: 0 every way alike, 1 all one way."""
    dx, dy = grid.dx[inside], grid.dy[inside]
    xx, xy, yy = float((dx * dx).sum()), float((dx * dy).sum()), float((dy * dy).sum())
    return float(np.hypot(xx - yy, 2 * xy) / max(xx + yy, 1e-6))


def _two_tone(light: np.ndarray) -> tuple[float, float]:
    """Share of the variance that the best split into two greys explains (Otsu 1979), and how far they lie apart."""
    counts, edges = np.histogram(light, bins=64, range=(0.0, 100.0))
    centres, total = (edges[:-1] + edges[1:]) / 2, counts.sum()
    low = np.cumsum(counts)[:-1] / total
    low_sum, mean = np.cumsum(counts * centres)[:-1] / total, float((counts * centres).sum() / total)
    high = np.maximum(1 - low, 1e-9)
    apart = (mean - low_sum) / high - low_sum / np.maximum(low, 1e-9)
    between = np.where((low > 0) & (low < 1), low * (1 - low) * apart**2, 0.0)
    best = int(between.argmax())
    variance = float((counts * (centres - mean) ** 2).sum() / total)
    return (float(between[best] / variance), float(apart[best])) if variance > 1e-6 else (0.0, 0.0)


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
    """Text is Faithful, skin Careful, leaves Rich; everything else, and all that has no name, Balanced.

    Touching suggestions of one name are one. Smallest first.
    """
    grid = grid_of(image)
    chosen = regions_among(proposals, grid.source.area)
    found = join_touching(tuple(_suggestion(p, look_of(grid, p.mask)) for p in chosen))
    return tuple(sorted(found, key=lambda suggestion: suggestion.mask.area))


def join_touching(suggestions: tuple[Suggestion, ...]) -> tuple[Suggestion, ...]:
    """Those of one name and priority that touch as one; those without a name as they are."""
    result: list[Suggestion] = []
    for one in suggestions:
        touching = [o for o in result if one.name and _alike(o, one) and _touch(o.mask, one.mask)]
        result = [other for other in result if other not in touching]
        mask = one.mask
        for other in touching:
            mask = mask.union(other.mask)
        result.append(Suggestion(mask, one.name, one.priority))
    return tuple(result)


def _alike(one: Suggestion, other: Suggestion) -> bool:
    return one.name == other.name and one.priority == other.priority


def _touch(one: Mask, other: Mask) -> bool:
    """Whether a pixel of one lies on or beside a pixel of the other."""
    box = one.box.grown(1).intersect(other.box.grown(1))
    if box.empty:
        return False
    grown = cv2.dilate(one.in_box(box.grown(1)).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return bool((grown & other.in_box(box.grown(1))).any())


def _suggestion(proposal: Proposal, look: RegionLook) -> Suggestion:
    name, priority = judge_look(look)
    return Suggestion(proposal.mask, proposal.label or name, priority)


def judge_look(look: RegionLook) -> tuple[str, float]:
    """Name ("" if unsure) and priority for what a region looks like; the first rule that fits."""
    for name, priority, fits in _RULES:
        if fits(look):
            return name, priority
    return "", 0.0


def _text(look: RegionLook) -> bool:
    return look.two_tone > 0.75 and look.contrast > 45 and look.grain > 8 and look.direction < 0.6


def _sky(look: RegionLook) -> bool:
    coloured = look.blue_yellow < -4 or (
        look.lightness > 70 and abs(look.green_red) < 6 and look.blue_yellow < 6
    )
    return look.at_top and look.share > 0.04 and look.grain < 1.2 and look.lightness > 40 and coloured


def _skin(look: RegionLook) -> bool:
    colour = 7 < look.green_red < 28 and 7 < look.blue_yellow < 32 and 35 < look.lightness < 90
    return colour and look.grain < 2.2 and 0.004 < look.share < 0.4


def _foliage(look: RegionLook) -> bool:
    return look.green_red < -4 and look.blue_yellow > 6 and look.grain > 1.8 and look.grain_spread < 1.2


_RULES: tuple[tuple[str, float, Callable[[RegionLook], bool]], ...] = (
    ("Text?", -2.0, _text),
    ("Sky?", 0.0, _sky),
    ("Skin?", -1.0, _skin),
    ("Foliage?", 1.0, _foliage),
)

Strategy = Callable[[np.ndarray, "tuple[Proposal, ...]"], "tuple[Suggestion, ...]"]
STRATEGIES: Mapping[str, Strategy] = {"suggest": suggest, "samsr-weight": samsr_weight}
