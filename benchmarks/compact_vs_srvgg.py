"""The compact network against SRVGGNetCompact 64×32 ×4, and the whole road of a tile against both.

256×256 → 1024×1024, two threads, the same precision, both in channels_last. Every repetition takes the next tile of a
larger picture, so that nothing which was read, drawn or made for one before can answer. The bar is the issue's for
a whole tile: 0.6 of the rival's network in float32, 1.0 in bfloat16; fifteen steps at most eight times one step.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import torch
from common.engine import SIDE_PX, Bench, bench, precisions
from common.tell import tell
from common.timing import Times, by_cpu, interleaved
from spandrel.architectures.Compact import Compact as SRVGGNetCompact

from core.engine.methods.base import TileInput
from core.engine.tile import noise_batch, upscale_tile, weight_batch
from core.geometry import Box
from core.image.tensor import to_batch
from core.metrics.tables import Column, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from core.engine.tile import TileWork

REPETITIONS = 9
CPU_REPETITIONS = 3
TILES = 4  # along each side: sixteen, more than any cache of the engine holds
BARS = {"float32": 0.6, "bfloat16": 1.0}
MOST_STEPS = 15
RIVAL = "SRVGGNetCompact 64×32"
JUDGED = "whole tile, Inventive"


def tile_of(at: Bench, box: Box) -> TileInput:
    """What the network is given of a box."""
    work, dtype = at.work, getattr(torch, at.work.choice.precision)
    place = lambda batch: batch.to(dtype, memory_format=torch.channels_last)  # noqa: E731
    weight = weight_batch(work.regions, work.detail, box)
    noise = place(noise_batch(work.regions, work.seed, box)) if bool(weight.any()) else None
    return TileInput(place(to_batch(work.picture.colour.read(box))), place(weight), noise, 0.0)


def boxes() -> Iterator[Box]:
    """The tiles of the picture, row by row, again and again."""
    places = [Box(x * SIDE_PX, y * SIDE_PX, SIDE_PX, SIDE_PX) for y in range(TILES) for x in range(TILES)]
    return itertools.cycle(places)


def turns(
    at: Bench, work: Callable[[TileWork, Box], object], steps: int | None = None
) -> Callable[[], object]:
    """Work that takes the next tile at each call."""
    following, asked = boxes(), replace(at.work, steps=steps)
    return lambda: work(asked, next(following))


def network_turns(at: Bench) -> Callable[[], object]:
    """The method's network alone on the next tile, all else made before."""
    tiles = itertools.cycle([tile_of(at, box) for box in itertools.islice(boxes(), TILES**2)])
    return lambda: at.work.method.estimate(next(tiles))


def works(precision: str) -> dict[str, Callable[[], object]]:
    """What is timed, by name; the rival is the first. Each has a method of its own: what one read serves no other."""
    rival = SRVGGNetCompact(num_feat=64, num_conv=32, upscale=4).eval()
    rival = rival.to(dtype=getattr(torch, precision)).to(memory_format=torch.channels_last)

    def at(priority: float) -> Bench:
        return bench(precision, priority, TILES * SIDE_PX)

    source = tile_of(at(-2.0), next(boxes())).source
    return {
        RIVAL: lambda: rival(source),
        "network, Inventive": network_turns(at(2.0)),
        "network, Faithful": network_turns(at(-2.0)),
        JUDGED: turns(at(2.0), upscale_tile),
        "whole tile, Faithful": turns(at(-2.0), upscale_tile),
        f"whole tile, {MOST_STEPS} steps": turns(at(2.0), upscale_tile, MOST_STEPS),
    }


def rows(table: Table, precision: str, times: dict[str, Times], cpu: dict[str, Times]) -> Table:
    """One row a work, as a share of the rival's time."""
    rival, rival_cpu = next(iter(times.values())), next(iter(cpu.values()))
    for name, time in times.items():
        ratio, middle = time.least / rival.least, time.median / rival.median
        alone = cpu[name].least / rival_cpu.least
        cleared = ratio <= BARS[precision] if name == JUDGED else None
        table = table.with_row(
            f"{precision} · {name}", time.least, time.median, ratio, middle, alone, cleared
        )
    return table


def main() -> None:
    """Time, print, write."""
    table = Table(
        "256×256 → 1024×1024, 2 threads",
        (
            Column("least", "s", "lower", 3),
            Column("median", "s", "lower", 3),
            Column("least / rival's", "×", "lower"),
            Column("median / rival's", "×", "lower"),
            Column("CPU time of one thread / rival's", "×", "lower"),
            Column("≤ 0.6 in float32, 1 in bfloat16"),
        ),
    )
    with torch.inference_mode():
        for precision in precisions():
            made = works(precision)
            table = rows(table, precision, interleaved(made, REPETITIONS), by_cpu(made, CPU_REPETITIONS))
    tell("compact-vs-srvgg", table, bars=BARS)


if __name__ == "__main__":
    main()
