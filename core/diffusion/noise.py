"""One noise field for the whole canvas: a tile's noise is its crop, so tiles agree and nothing is stored.

The values come from Philox counters (integers, the same on every machine) through a table of 65 536 quantiles
of N(0, 1), scaled to variance one: exact, fast, and far finer than any network can tell; the largest is 4.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

if TYPE_CHECKING:
    from core.geometry import Box


BLOCK_PX = 64
LEVELS = 1 << 16
WORD = (1 << 64) - 1


@lru_cache(maxsize=1)
def _quantiles() -> np.ndarray:
    """(65536,) float32: normal quantiles of (i + ½) / 65536, mirrored to mean 0, scaled to variance 1."""
    normal = NormalDist()
    upper = np.array([normal.inv_cdf((i + 0.5) / LEVELS) for i in range(LEVELS // 2, LEVELS)])
    upper /= np.sqrt(np.mean(upper**2))
    return np.concatenate((-upper[::-1], upper)).astype(np.float32)


@dataclass(frozen=True)
class NoiseField:
    """White N(0, 1) noise on an unbounded canvas, decided by `seed` (0 … 2^64 − 1) and `stream` alone.

    Give every use of one seed (a later step, a further plane) a `stream` of its own. Fields with another
    number of `channels` are unrelated.
    """

    seed: int
    channels: int
    stream: int = 0

    def crop(self, box: Box) -> np.ndarray:
        """The field's (height, width, channels) float32 inside the box; negative coordinates are allowed."""
        crop = np.empty((box.height, box.width, self.channels), np.float32)
        for row in _blocks(box.y, box.bottom):
            for column in _blocks(box.x, box.right):
                ours, theirs_y = _overlap(row, box.y, box.bottom)
                across, theirs_x = _overlap(column, box.x, box.right)
                crop[ours, across] = self._block(row, column)[theirs_y, theirs_x]
        return crop

    def _block(self, row: int, column: int) -> np.ndarray:
        # The generator counts in the first word, the others place the block: no two blocks share a counter.
        counter = np.array([0, 0, row & WORD, column & WORD], np.uint64)
        philox = np.random.Philox(key=np.array([self.seed, self.stream], np.uint64), counter=counter)
        shape = (BLOCK_PX, BLOCK_PX, self.channels)
        words = philox.random_raw(BLOCK_PX * BLOCK_PX * self.channels // 4).astype("<u8")
        return _quantiles()[words.view("<u2")].reshape(shape)


def _blocks(first: int, end: int) -> range:
    return range(first // BLOCK_PX, -(-end // BLOCK_PX))


def _overlap(block: int, first: int, end: int) -> tuple[slice, slice]:
    """Where a block meets first … end − 1: as a slice of that span, and as a slice of the block."""
    origin = block * BLOCK_PX
    low, high = max(first, origin), min(end, origin + BLOCK_PX)
    return slice(low - first, high - first), slice(low - origin, high - origin)


# SAM-DiffSR's structural position encoding: where a mask lies, as one number that moves the noise in training.
#
# The field is a rotary embedding of all ones: with θ_k = 10000^(−2k/w), row p and column 2k hold cos pθ_k − sin pθ_k,
# column 2k + 1 holds sin pθ_k + cos pθ_k. A mask's number is the field's sum inside it over the area of the whole
# picture, so that it grows with the mask; where masks overlap the last one counts (Liu et al., 2024, and its code).

THETA = 10000.0


def rotary_field(height: int, width: int) -> Tensor:
    """(h, w) float32 about −√2 … √2; of an odd width the last column is 1."""
    rows = torch.arange(height, dtype=torch.float32)[:, None]
    angles = rows * THETA ** (-2.0 * torch.arange(width // 2, dtype=torch.float32) / width)
    field = torch.ones(height, width)
    field[:, 0 : width - width % 2 : 2] = angles.cos() - angles.sin()
    field[:, 1:width:2] = angles.sin() + angles.cos()
    return field


def position_encoding(masks: Tensor) -> Tensor:
    """(M, h, w) masks of 0 and 1 → (h, w) float32, 0 where no mask is."""
    height, width = masks.shape[1:]
    numbers = (masks * rotary_field(height, width)).sum((1, 2)) / (height * width)
    encoded = torch.zeros(height, width)
    for mask, number in zip(masks.bool(), numbers, strict=True):
        encoded[mask] = number
    return encoded


def label_encoding(labels: Tensor) -> Tensor:
    """(B, h, w) integer labels that cover each picture → (B, 1, h, w) float32: every label is a mask."""
    return torch.stack([position_encoding(labels_as_masks(one)) for one in labels])[:, None]


def labels_as_masks(labels: Tensor) -> Tensor:
    """(h, w) integer labels → (M, h, w) float32, one plane for each label that occurs."""
    return (labels == labels.unique()[:, None, None]).float()
