"""What is laid over the whole canvas and cropped by each tile: semantic weight and noise."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from core.diffusion.noise import BLOCK_PX, NoiseField
from core.geometry import Box
from core.image.tensor import map_to_batch
from core.regions.priority import priority_map, region_labels

if TYPE_CHECKING:
    from core.regions.region_set import RegionSet

SCALE = 4
CHANNELS = 3
KEPT_BLOCKS = 192  # 9 MB: those of a preview and of what lies around it


def weight_batch(regions: RegionSet, detail: float, box: Box) -> Tensor:
    """W of a box of the source, at target resolution: (1, 1, 4h, 4w) float32 in [0, 1].

    Enlarged smoothly, except that no pixel of a source pixel with W = 0 rises above 0: Faithful stays faithful up to
    the last pixel of its mask.
    """
    weight = map_to_batch(priority_map(regions, detail, box))
    low, high = (float(bound) for bound in torch.aminmax(weight))
    if low == high:
        return torch.full((1, 1, SCALE * box.height, SCALE * box.width), low)
    smooth = F.interpolate(weight, scale_factor=SCALE, mode="bilinear")
    return smooth.mul_(F.interpolate(weight.gt(0).float(), scale_factor=SCALE, mode="nearest"))


def overlap_batch(regions: RegionSet, box: Box) -> Tensor:
    """In how many visible regions each source pixel of a box lies, one where in none: (1, 1, h, w) float32."""
    count = np.zeros((box.height, box.width), np.float32)
    for mask in (region.mask for region in regions if region.visible):
        common = mask.box.intersect(box)
        if not common.empty:
            count[common.moved(-box.x, -box.y).slices] += mask.in_box(common)
    return map_to_batch(np.maximum(count, 1.0))


def noise_batch(regions: RegionSet, seed: int, box: Box) -> Tensor:
    """N(0, 1) noise over a box of the source, (1, 3, 4h, 4w): the crop of one field for the whole canvas.

    A region with a seed of its own takes the field of that seed, so it can be drawn again while all else stays.
    """
    target = box.scaled(SCALE)
    noise = _noise(seed, target)
    seeded = {index: region.seed for index, region in enumerate(regions) if region.seed is not None}
    if seeded:
        labels = region_labels(regions, box).repeat(SCALE, 0).repeat(SCALE, 1)
        for index in np.intersect1d(np.unique(labels), list(seeded)):
            own = labels == index
            noise[own] = _noise(seeded[index], target)[own]
    rows = map_to_batch(noise.reshape(target.height, -1))  # noise has no range: it stays as it is
    return rows.reshape(1, target.height, target.width, CHANNELS).permute(0, 3, 1, 2)


def _noise(seed: int, target: Box) -> np.ndarray:
    """The field of a seed inside a box of the target: (height, width, 3)."""
    noise = np.empty((target.height, target.width, CHANNELS), np.float32)
    for y in range(target.y // BLOCK_PX * BLOCK_PX, target.bottom, BLOCK_PX):
        for x in range(target.x // BLOCK_PX * BLOCK_PX, target.right, BLOCK_PX):
            block = Box(x, y, BLOCK_PX, BLOCK_PX)
            common = block.intersect(target)
            ours, theirs = common.moved(-target.x, -target.y), common.moved(-x, -y)
            noise[ours.slices] = _noise_block(seed, block)[theirs.slices]
    return noise


@lru_cache(maxsize=KEPT_BLOCKS)
def _noise_block(seed: int, block: Box) -> np.ndarray:
    """Kept, for a preview is mostly followed by one of the same place, or of the next."""
    return NoiseField(seed, CHANNELS).crop(block)
