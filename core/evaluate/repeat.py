"""Repeatability: equal runs give equal bits, the seed acts only where it may, and tiles do not show."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from core.evaluate.protocols import SCALE
from core.evaluate.studio import size_of
from core.geometry import Size
from core.metrics.control import bit_equal, change
from core.metrics.seams import Seam, tile_seam
from core.metrics.tables import Column, Table
from core.tiling.plan import plan_tiles

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from core.evaluate.studio import Studio

TILE_PX = 96
FAITHFUL, INVENTIVE = -2.0, 2.0


@dataclass(frozen=True)
class Repeated:
    """What one picture showed.

    `seed_change` is the mean |Δ| in 8-bit units between two seeds at Inventive; `tile_change` the greatest |Δ| that
    small tiles made; `tiled` and `whole` the seams on the lines where small tiles meet (None where one tile held all).
    """

    picture: str
    same_seed_equal: bool
    faithful_any_seed_equal: bool
    seed_change: float
    tile_change: float | None
    tiled: Seam | None
    whole: Seam | None


def meeting_lines(starts: Sequence[int], tile: int) -> tuple[int, ...]:
    """Where tiles begin, end and are half faded, in target pixels."""
    pairs = [(before + tile, after) for before, after in pairwise(starts)]
    return tuple(sorted({SCALE * line for end, start in pairs for line in (start, end, (start + end) // 2)}))


def repeated(studio: Studio, picture: str, source: np.ndarray, **changes: object) -> Repeated:
    """Run a picture again with the same and with another seed, and in small tiles."""
    seed = studio.request.seed
    first = studio.everywhere(source, INVENTIVE, **changes).target
    again = studio.everywhere(source, INVENTIVE, **changes).target
    other = studio.everywhere(source, INVENTIVE, **changes, seed=seed + 1).target
    plain = studio.everywhere(source, FAITHFUL, **changes).target
    plain_other = studio.everywhere(source, FAITHFUL, **changes, seed=seed + 1).target
    tile_change, tiled, whole = _tiles(studio, source, first, changes)
    return Repeated(
        picture=picture,
        same_seed_equal=bit_equal(first, again),
        faithful_any_seed_equal=bit_equal(plain, plain_other),
        seed_change=255.0 * float(change(first, other).mean()),
        tile_change=tile_change,
        tiled=tiled,
        whole=whole,
    )


def _tiles(
    studio: Studio, source: np.ndarray, whole: np.ndarray, changes: dict[str, object]
) -> tuple[float | None, Seam | None, Seam | None]:
    """The same picture in tiles as small as they come, against the one in large tiles."""
    needs = studio.needs
    side = max(TILE_PX, 2 * needs.overlap_px)
    plan = plan_tiles(size_of(source), Size(side, side), needs.overlap_px, needs.multiple)
    if len(plan) == 1:
        return None, None, None
    tiled = studio.everywhere(source, INVENTIVE, **changes, tile_px=side).target
    columns, rows = meeting_lines(plan.xs, plan.tile.width), meeting_lines(plan.ys, plan.tile.height)
    seams = [tile_seam(target, columns, rows, scale=SCALE) for target in (tiled, whole)]
    return 255.0 * float(change(tiled, whole).max()), seams[0], seams[1]


def repeat_table(results: Sequence[Repeated]) -> Table:
    """One row a picture."""
    table = Table(
        "Repeatability and tiles",
        (
            Column("same seed, same bits"),
            Column("Faithful: any seed, same bits"),
            Column("other seed changes Inventive by", "/255", digits=3),
            Column("small tiles change at most", "/255", "lower", 4),
            Column("seam, tiles", "×", "lower", 4),
        ),
    )
    for found in results:
        seam = found.tiled.over(found.whole) if found.tiled and found.whole else None
        equal = (found.same_seed_equal, found.faithful_any_seed_equal)
        table = table.with_row(found.picture, *equal, found.seed_change, found.tile_change, seam)
    return table
