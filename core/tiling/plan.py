"""Where the tiles of a run lie."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import UsageError
from core.geometry import Box, Size


@dataclass(frozen=True)
class Tile:
    """A window of the source: its box in source pixels, place in the run, row and column in the plan."""

    box: Box
    index: int
    row: int
    column: int


@dataclass(frozen=True)
class Plan:
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


def plan_by_stride(source: Size, tile_px: int, stride_px: int) -> Plan:
    """The authors' plan: square tiles at the authors' starts. A side shorter than the tile is not padded."""
    return Plan(
        source,
        Size(min(tile_px, source.width), min(tile_px, source.height)),
        tile_starts(source.width, tile_px, stride_px),
        tile_starts(source.height, tile_px, stride_px),
    )


def plan_tiles(source: Size, tile: Size | int, overlap_px: int, multiple: int = 1) -> Plan:
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
    return Plan(source, Size(width, height), xs, ys)


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
