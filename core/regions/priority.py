"""From regions to the priority map: the semantic weight W(x) of each source pixel.

Who wins: a pixel belongs to the first region of the set that is visible and holds it. Locked regions go
before all others, because what is locked cannot be painted over. A pixel in no region belongs to the rest.

Who gives way: the soft edge between two neighbours lies wholly on the side of the more inventive one.
Fidelity reaches outward, invention never does:

    V(r) = clip((priority + detail + 2) / 4, 0, 1), or 0 where r is locked
    W(x) = min over s of max(V(s), V(s) · a_s(x) + V(o) · (1 − a_s(x))), and at most V(o)

with o the owner of x, s any owner including the rest, and a_s the ramp from 1 at the edge of what s owns to 0
at a distance of the smaller feather of s and o; the rest takes the feather of its neighbour. So:

- W is at most V(o) everywhere in what o owns, and a Faithful or locked region is 0 in all of it;
- a region with a feather of 0 is hard: nobody's ramp enters it and its own goes nowhere;
- a region changes nothing outside its mask when its priority goes up from that of its neighbours;
- a higher priority, of one region, the rest or all of them, lowers W nowhere.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.errors import UsageError
from core.geometry import Box
from core.regions.mask import EXACT_SIDE_PX, ramp, squared_distance
from core.regions.region import FEATHER_LIMIT_PX
from core.request import PRIORITY_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from core.regions.region import Region, RegionSet

_BLOCK_PX = EXACT_SIDE_PX - 2 * (math.ceil(FEATHER_LIMIT_PX) + 1)


def semantic_weight(priority: float, detail: float = 0.0) -> float:
    """V = clip((priority + detail + 2) / 4, 0, 1): 0 Faithful, 0.5 Balanced, 1 Inventive."""
    return min(max((priority + detail + PRIORITY_LIMIT) / (2 * PRIORITY_LIMIT), 0.0), 1.0)


def region_weight(region: Region, detail: float = 0.0) -> float:
    """The weight inside a region, away from soft edges; 0 where it is locked."""
    return 0.0 if region.locked else semantic_weight(region.priority, detail)


def _checked_box(regions: RegionSet, box: Box | None) -> Box:
    """The box, or the whole picture for None; UsageError where it leaves the picture."""
    whole = Box.of(regions.size)
    if box is not None and box.intersect(whole) != box:
        raise UsageError(f"The box {box} leaves the picture of {regions.size}.", "Cut it to the picture.")
    return whole if box is None else box


def _rank(regions: RegionSet) -> list[int]:
    """Indices of the regions that act, from the weakest to the strongest."""
    acting = [index for index, region in enumerate(regions) if region.visible]
    return sorted(acting, key=lambda index: (regions.regions[index].locked, -index))


def region_labels(regions: RegionSet, box: Box | None = None) -> NDArray[np.int16]:
    """(h, w) int16: index in the set of the region that owns each pixel, −1 for the rest.

    Of a box, or of the whole picture for None. Raises UsageError for a box that leaves the picture.
    """
    shown = _checked_box(regions, box)
    labels = np.full((shown.height, shown.width), -1, np.int16)
    for index in _rank(regions):
        mask = regions.regions[index].mask
        common = mask.box.intersect(shown)
        if not common.empty:
            labels[common.moved(-shown.x, -shown.y).slices][mask.in_box(common)] = index
    return labels


def _values(regions: RegionSet, detail: float) -> NDArray[np.float32]:
    """V of each region; the last is the rest's, where the label −1 finds it."""
    inside = [region_weight(region, detail) for region in regions]
    return np.asarray([*inside, semantic_weight(regions.rest, detail)], np.float32)


def _feathers(regions: RegionSet) -> NDArray[np.float32]:
    """Feather of each region; the rest, last, takes its neighbour's by being the softest."""
    return np.asarray([*(region.feather_px for region in regions), np.inf], np.float32)


def _blocks(box: Box) -> Iterator[Box]:
    """The box in pieces small enough, with their margin, for exact distances."""
    for y in range(box.y, box.bottom, _BLOCK_PX):
        for x in range(box.x, box.right, _BLOCK_PX):
            yield Box(x, y, _BLOCK_PX, _BLOCK_PX).intersect(box)


def _lower_near(
    weights: NDArray[np.float32], own: NDArray[np.float32], ramps: NDArray[np.float32], value: float
) -> None:
    """Lower the weights, in place, to the blend of a neighbour's value and each pixel's own.

    The inner maximum changes nothing but rounding, which it keeps from breaking the order of the values.
    """
    blend = np.maximum(np.float32(value), np.float32(value) * ramps + own * (1 - ramps))
    np.minimum(weights, blend, out=weights)


def _softened(
    labels: NDArray[np.int16], values: NDArray[np.float32], feathers: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The weights of a block from its owners; the last of `values` and `feathers` is the rest's."""
    own, widths = values[labels], feathers[labels]
    weights, margin_px = own.copy(), math.ceil(feathers[:-1].max(initial=0)) + 1
    block = Box(0, 0, labels.shape[1], labels.shape[0])
    for index in np.unique(labels):
        if values[index] >= own.max():
            continue
        owned = labels == index
        near = Box(*cv2.boundingRect(owned.view(np.uint8))).grown(margin_px).intersect(block).slices
        reach = np.minimum(widths[near], feathers[index])
        _lower_near(
            weights[near], own[near], ramp(squared_distance(owned[near]), reach), float(values[index])
        )
    return weights


def priority_map(regions: RegionSet, detail: float = 0.0, box: Box | None = None) -> NDArray[np.float32]:
    """(h, w) float32 in [0, 1] of a box, or of the whole picture: W of this module's formula.

    `detail` is added to every priority but moves no locked region. The map of a box equals, bit for bit, that
    part of the map of the whole; memory is bounded by the box. Raises UsageError for a box that leaves the
    picture or a detail that is no finite number.
    """
    if not math.isfinite(detail):
        raise UsageError(f"Detail is {detail:g}.", "Take a number from −4 to +4.")
    shown = _checked_box(regions, box)
    values = _values(regions, detail)
    feathers = _feathers(regions)
    margin_px = math.ceil(max((region.feather_px for region in regions), default=0)) + 1
    weights = np.empty((shown.height, shown.width), np.float32)
    for block in _blocks(shown):
        around = block.grown(margin_px).intersect(Box.of(regions.size))
        soft = _softened(region_labels(regions, around), values, feathers)
        inner = block.moved(-around.x, -around.y).slices
        weights[block.moved(-shown.x, -shown.y).slices] = soft[inner]
    return weights
