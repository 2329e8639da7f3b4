"""How large a tile may be so that memory is bounded by the tile and the band, never by the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.geometry import Size

if TYPE_CHECKING:
    from collections.abc import Iterator

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


def halved(tile: Size, smallest_px: int = SMALLEST_PX) -> Size | None:
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
