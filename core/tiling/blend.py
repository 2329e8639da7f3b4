"""Joining finished tiles into rows of the target, while holding no more than one band of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from core.errors import UsageError
from core.tiling.windows import WindowKind, axis_windows

if TYPE_CHECKING:
    from core.tiling.plan import Plan, Tile


class Strip(NamedTuple):
    """Rows of the target that will not change again: (height, width, channels) float32, the first at y."""

    y: int
    rows: np.ndarray


class StripBlender:
    """Takes a plan's tiles row by row (in a row in any order), gives out the target from top to bottom.

    Every target row is given out once. Memory: one float32 band of target width × tile height, and the strip
    given out, which is the band before it: let go of a strip before the next tile. `margin_px` is in source
    pixels; it and `kind` are explained at `axis_windows`.
    """

    def __init__(
        self, plan: Plan, scale: int, channels: int, *, margin_px: int = 0, kind: WindowKind = "cosine"
    ) -> None:
        self._plan = plan
        self._scale = scale
        self._channels = channels
        margin = margin_px * scale
        self._across = axis_windows([x * scale for x in plan.xs], plan.tile.width * scale, margin, kind)
        self._down = axis_windows([y * scale for y in plan.ys], plan.tile.height * scale, margin, kind)
        target = plan.source.scaled(scale)
        self._band = np.zeros((plan.tile.height * scale, target.width, channels), np.float32)
        self._row = 0
        self._seen: set[int] = set()

    @property
    def done(self) -> bool:
        """Whether every row has been given out."""
        return self._row == len(self._plan.ys)

    def add(self, tile: Tile, pixels: np.ndarray) -> list[Strip]:
        """Blend in a tile, (tile height · scale, tile width · scale, channels): the strips it finishes.

        Raises UsageError for a tile that is not of the plan's current row, has come before, or has another
        shape.
        """
        self._check(tile, pixels)
        weight = self._down[tile.row][:, None, None] * self._across[tile.column][None, :, None]
        left = tile.box.x * self._scale
        self._band[:, left : left + pixels.shape[1]] += pixels * weight
        self._seen.add(tile.column)
        return [self._next_strip()] if len(self._seen) == len(self._plan.xs) else []

    def _next_strip(self) -> Strip:
        """Rows above the next row of tiles are final; the rest of the band moves up."""
        ys = self._plan.ys
        y = ys[self._row]
        last = self._row + 1 == len(ys)
        height = (self._plan.tile.height if last else ys[self._row + 1] - y) * self._scale
        finished, kept = self._band, len(self._band) - height
        # The band itself is given out and a new one begun: zeros take no memory before they are written.
        self._band = np.zeros(finished.shape, np.float32)
        self._band[:kept] = finished[height:]
        rows = finished[:height]
        self._row += 1
        self._seen.clear()
        return Strip(y * self._scale, rows)

    def _check(self, tile: Tile, pixels: np.ndarray) -> None:
        if tile.row != self._row or tile.column in self._seen:
            raise UsageError(
                f"Tile {tile.index} came out of turn.", "Give the tiles row by row, each one once."
            )
        expected = (tile.box.height * self._scale, tile.box.width * self._scale, self._channels)
        if pixels.shape != expected:
            raise UsageError(
                f"Tile {tile.index} is {pixels.shape}, not {expected}.", "Check scale and channels."
            )
