"""Do borders show? The step across a border line, against the step across lines that run parallel to it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.metrics.pictures import check_picture, luma, on_target, scale_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Whole source pixels away: an enlarged picture repeats its phase there, so that like is compared with like.
OFFSETS_SOURCE_PX = (2, 3, 4)


@dataclass(frozen=True)
class Seam:
    """Mean |step of Y| across a border and across its parallels, in 8-bit units; how many pixel pairs."""

    on: float
    beside: float
    pairs: int

    @property
    def ratio(self) -> float:
        """1 where the border cannot be told from its neighbourhood; `nan` where it has no length."""
        if not self.pairs or math.isnan(self.beside):
            return math.nan
        if self.beside == 0.0:
            return 1.0 if self.on == 0.0 else math.inf
        return self.on / self.beside

    def over(self, plain: Seam) -> float:
        """The ratio, over that of a picture without the seam.

        Where a border follows an edge of the picture, the edge alone makes a step, and only the quotient
        says what the seam added.
        """
        return self.ratio / plain.ratio if plain.ratio else math.nan


def pool_borders(seams: Iterable[Seam]) -> Seam:
    """Many borders as one, weighted by their length; those without length or parallels do not count.

    One short border is a small sample: on plain texture its ratio strays by a fifth. Judge pools.
    """
    useful = [seam for seam in seams if not math.isnan(seam.ratio)]
    pairs = sum(seam.pairs for seam in useful)
    if not pairs:
        return Seam(math.nan, math.nan, 0)
    on = sum(seam.on * seam.pairs for seam in useful) / pairs
    return Seam(on, sum(seam.beside * seam.pairs for seam in useful) / pairs, pairs)


def _steps_across(plane: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """|step| of each pair of neighbours of which one is inside and one outside."""
    across = np.abs(np.diff(plane, axis=1))[np.diff(mask, axis=1)]
    down = np.abs(np.diff(plane, axis=0))[np.diff(mask, axis=0)]
    return np.concatenate([across, down])


def _moved_border(mask: np.ndarray, distance_px: int, *, outward: bool) -> np.ndarray:
    square = np.ones((2 * distance_px + 1, 2 * distance_px + 1), np.uint8)
    change = cv2.dilate if outward else cv2.erode
    return change(mask.astype(np.uint8), square).astype(bool)


def _mean(parts: Sequence[np.ndarray]) -> float:
    steps = np.concatenate(parts)
    return float(steps.mean()) if steps.size else math.nan


def _between(sides: Sequence[float]) -> float:
    """The mean of both sides, or of the one that exists."""
    known = [side for side in sides if not math.isnan(side)]
    return sum(known) / len(known) if known else math.nan


def region_seam(target: np.ndarray, mask: np.ndarray, offsets_px: Sequence[int] = OFFSETS_SOURCE_PX) -> Seam:
    """The border of a source mask (h, w) on a target (H, W, 3); `offsets_px` counts source pixels.

    Both sides weigh alike, so that a border between rich and plain texture is expected to lie between them.
    """
    plane, inside = luma(check_picture(target)), on_target(mask, target)
    away = [max(1, round(offset * scale_of(target, mask))) for offset in offsets_px]
    sides = [
        _mean([_steps_across(plane, _moved_border(inside, distance, outward=outward)) for distance in away])
        for outward in (False, True)
    ]
    steps = _steps_across(plane, inside)
    return Seam(_mean([steps]), _between(sides), steps.size)


def _line_seam(plane: np.ndarray, column: int, away: Sequence[int]) -> Seam:
    steps = np.abs(np.diff(plane, axis=1))
    beside = [column + sign * distance for distance in away for sign in (-1, 1)]
    parallels = [steps[:, place - 1] for place in beside if 0 < place < plane.shape[1]]
    return Seam(_mean([steps[:, column - 1]]), _mean(parallels) if parallels else math.nan, len(plane))


def tile_seam(target: np.ndarray, columns: Sequence[int], rows: Sequence[int], *, scale: float) -> Seam:
    """All tile borders of a target as one.

    `columns` and `rows` are the first target pixels past each border; those at or beyond the picture's own
    border do not count. `scale` is target side / source side.
    """
    plane = luma(check_picture(target))
    away = [max(1, round(offset * scale)) for offset in OFFSETS_SOURCE_PX]
    upright = [_line_seam(plane, x, away) for x in columns if 0 < x < plane.shape[1]]
    level = [_line_seam(plane.T, y, away) for y in rows if 0 < y < plane.shape[0]]
    return pool_borders(upright + level)
