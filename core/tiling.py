"""Where the tiles of a run lie."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from core.errors import UsageError
from core.geometry import Box, Size

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True)
class Tile:
    """A window of the source: its box in source pixels, place in the run, row and column in the plan."""

    box: Box
    index: int
    row: int
    column: int


@dataclass(frozen=True)
class TilePlan:
    """A grid of equally large tiles that cover the source.

    `xs` and `ys` are the tiles' left and top edges in source pixels, rising from 0; the last tile ends at the
    border.
    """

    source: Size
    tile: Size
    xs: tuple[int, ...]
    ys: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.xs) * len(self.ys)

    @property
    def tiles(self) -> tuple[Tile, ...]:
        """All tiles, row by row from the top, each row from the left."""
        return tuple(
            Tile(Box(x, y, self.tile.width, self.tile.height), row * len(self.xs) + column, row, column)
            for row, y in enumerate(self.ys)
            for column, x in enumerate(self.xs)
        )


def tile_starts(length: int, tile: int, stride: int) -> tuple[int, ...]:
    """ResShift's starts 0, S, 2S, …; one whose tile would pass the end moves back to length − tile.

    A length up to `tile` has the one start 0. Raises UsageError unless 0 < stride ≤ tile, which leaves no
    gap.
    """
    if not 0 < stride <= tile:
        raise UsageError(
            f"Tiles of {tile} px every {stride} px leave gaps.", "Take an overlap below the tile."
        )
    if length <= tile:
        return (0,)
    return tuple(dict.fromkeys(min(start, length - tile) for start in range(0, length, stride)))


def plan_by_stride(source: Size, tile_px: int, stride_px: int) -> TilePlan:
    """The authors' plan: square tiles at the authors' starts. A side shorter than the tile is not padded."""
    return TilePlan(
        source,
        Size(min(tile_px, source.width), min(tile_px, source.height)),
        tile_starts(source.width, tile_px, stride_px),
        tile_starts(source.height, tile_px, stride_px),
    )


def plan_tiles(source: Size, tile: Size | int, overlap_px: int, multiple: int = 1) -> TilePlan:
    """A plan of as few tiles as cover the source with neighbours overlapping by at least `overlap_px`.

    Tiles are at most `tile` large (a number means a square), and only as large as their number requires, so
    that the last ones are not mostly repeats. A side that is cut at all is a multiple of `multiple`; a source
    side that fits into one tile is taken whole, without padding. Raises UsageError for an empty source, or
    where the overlap or the multiple leaves no room in the tile.
    """
    if source.width < 1 or source.height < 1:
        raise UsageError(f"A picture of {source} has no pixels.", "Take a picture of at least 1×1.")
    limit = Size(tile, tile) if isinstance(tile, int) else tile
    width, xs = _axis(source.width, limit.width, overlap_px, multiple)
    height, ys = _axis(source.height, limit.height, overlap_px, multiple)
    return TilePlan(source, Size(width, height), xs, ys)


def _axis(length: int, limit: int, overlap: int, multiple: int) -> tuple[int, tuple[int, ...]]:
    """Tile side and starts along one axis."""
    if length <= limit:
        return length, (0,)
    largest = limit // multiple * multiple
    if not 0 <= overlap < largest:
        raise UsageError(
            f"A tile of {limit} px has no room for an overlap of {overlap} px in multiples of {multiple}.",
            "Take larger tiles or a smaller overlap.",
        )
    count = _ceil_div(length - overlap, largest - overlap)
    needed = _ceil_div(length + (count - 1) * overlap, count)
    side = min(largest, _ceil_div(needed, multiple) * multiple)
    return side, tile_starts(length, side, side - overlap)


def _ceil_div(value: int, divisor: int) -> int:
    return -(-value // divisor)


# How much each tile counts at each pixel: weights that sum to one everywhere.
#
# A tile's weight is the product of a window along x and one along y, so only one axis is treated here. Lengths
# are in the pixels of the weights (target pixels for the blender).

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


# Joining finished tiles into rows of the target, while holding no more than one band of it.


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
        self, plan: TilePlan, scale: int, channels: int, *, margin_px: int = 0, kind: WindowKind = "cosine"
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


# How large a tile may be so that memory is bounded by the tile and the band, never by the picture.

SMALLEST_PX = 32


@dataclass(frozen=True)
class MemoryCost:
    """What the work takes, in bytes.

    | field | meaning |
    | --- | --- |
    | tile_bytes_per_px | working memory of one tile, per source pixel of the tile |
    | band_bytes_per_px | the blender's band and what travels with it, per source pixel of the band |
    | fixed_bytes | whatever the tile |
    """

    tile_bytes_per_px: float
    band_bytes_per_px: float = 0.0
    fixed_bytes: int = 0

    def of(self, source: Size, tile: Size) -> float:
        """Bytes of a run with such tiles: one tile, and a band as wide as the source and a tile high."""
        band = source.width * tile.height
        return self.fixed_bytes + self.tile_bytes_per_px * tile.area + self.band_bytes_per_px * band


@dataclass(frozen=True)
class TileRange:
    """Sides that a tile may have: smallest_px … largest_px by `multiple`; neighbours share overlap_px."""

    smallest_px: int = SMALLEST_PX
    largest_px: int = 512
    multiple: int = 32
    overlap_px: int = 16

    @property
    def sides(self) -> range:
        """The sides, largest first."""
        return range(self.largest_px, self.smallest_px - 1, -self.multiple)


def tile_for_budget(source: Size, memory_bytes: float, cost: MemoryCost, sides: TileRange) -> Size:
    """The tile, of those that fit into the budget, that repeats least work in overlaps.

    A very wide source needs a wide band, so its tiles become lower, not narrower. Sides never exceed the
    source. Where nothing fits the smallest tile is returned: the cost is an estimate, and trying tells.
    """
    fitting = [tile for tile in _candidates(source, sides) if cost.of(source, tile) <= memory_bytes]
    smallest = Size(min(sides.smallest_px, source.width), min(sides.smallest_px, source.height))
    return max(fitting, key=lambda tile: _useful_share(source, tile, sides.overlap_px), default=smallest)


def halve_tile(tile: Size, smallest_px: int = SMALLEST_PX) -> Size | None:
    """The tile to try after memory ran out: sides halved, none below the smallest; None at the bottom.

    Sides are whole multiples of what they were halved from only if the tile was: plan with a `multiple`
    again.
    """
    smaller = Size(_half(tile.width, smallest_px), _half(tile.height, smallest_px))
    return None if smaller == tile else smaller


def _half(side: int, smallest: int) -> int:
    return side if side <= smallest else max(smallest, side // 2)


def _candidates(source: Size, sides: TileRange) -> Iterator[Size]:
    for height in sides.sides:
        for width in sides.sides:
            yield Size(min(width, source.width), min(height, source.height))


def _useful_share(source: Size, tile: Size, overlap: int) -> tuple[float, int]:
    """Share of a tile that is not overlap, along the axes that are cut; of equals the larger tile."""
    across = 1.0 if tile.width == source.width else 1.0 - overlap / tile.width
    down = 1.0 if tile.height == source.height else 1.0 - overlap / tile.height
    return across * down, tile.area
