"""How much each tile counts at each pixel: weights that sum to one everywhere.

A tile's weight is the product of a window along x and one along y, so only one axis is treated here. Lengths
are in the pixels of the weights (target pixels for the blender).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

WindowKind = Literal["cosine", "linear", "equal"]


def axis_windows(
    starts: Sequence[int], tile: int, margin: int = 0, kind: WindowKind = "cosine"
) -> np.ndarray:
    """(number of tiles, tile) float32: each tile's window (starts rise); at every pixel they sum to one.

    "cosine" and "linear" fade over the overlap of neighbours less `margin` pixels at either tile's border,
    where a tile is least to be trusted; a margin that would leave nothing is cut to half the overlap. Where
    there is no neighbour the window is flat up to the picture's border. "equal" is the authors' plain average
    of all tiles that hold the pixel; margin does not apply.
    """
    if kind == "equal":
        return _equal_windows(starts, tile)
    middles = [(after + before + tile) / 2 for before, after in pairwise(starts)]
    length = _fade_length(starts, tile, margin)
    windows = np.empty((len(starts), tile), np.float32)
    for index, start in enumerate(starts):
        entered = _risen(start, tile, middles[index - 1], length, kind) if index else 1.0
        left = _risen(start, tile, middles[index], length, kind) if index < len(middles) else 0.0
        windows[index] = entered - left
    return windows


def _fade_length(starts: Sequence[int], tile: int, margin: int) -> int:
    """One length for all fades, that of the smallest overlap, so that each lies right of the one before."""
    overlaps = [before + tile - after for before, after in pairwise(starts)]
    return max(0, min(overlaps, default=0) - 2 * margin)


def _risen(start: int, tile: int, middle: float, length: int, kind: WindowKind) -> np.ndarray:
    """0 left of a fade, 1 right of it; a weight is the fade in less the fade out, so sums telescope."""
    centres = np.arange(start, start + tile) + 0.5
    if length == 0:
        return (centres >= middle).astype(np.float64)
    risen = np.clip((centres - middle) / length + 0.5, 0.0, 1.0)
    return risen if kind == "linear" else 0.5 - 0.5 * np.cos(np.pi * risen)


def _equal_windows(starts: Sequence[int], tile: int) -> np.ndarray:
    count = np.zeros(starts[-1] + tile)
    for start in starts:
        count[start : start + tile] += 1
    return np.stack([1.0 / count[start : start + tile] for start in starts]).astype(np.float32)
