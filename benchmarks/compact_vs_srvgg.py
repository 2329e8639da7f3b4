"""The compact network against SRVGGNetCompact 64×32 ×4, and the whole road of a tile against both.

256×256 → 1024×1024, two threads, the same precision, both in channels_last. Bar: a ratio of 1.0; aim: 0.5.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from common.engine import Bench, bench, precisions
from common.tell import tell
from common.timing import Times, by_cpu, interleaved
from spandrel.architectures.Compact import Compact as SRVGGNetCompact

from core.engine.methods.base import TileInput
from core.engine.tile import noise_batch, upscale_tile, weight_batch
from core.image.tensor import to_batch
from core.metrics.tables import Column, Table

if TYPE_CHECKING:
    from collections.abc import Callable

REPETITIONS = 9
CPU_REPETITIONS = 3
BAR = 1.0


def tile_of(at: Bench) -> TileInput:
    """What the network is given."""
    work, dtype = at.work, getattr(torch, at.work.choice.precision)
    place = lambda batch: batch.to(dtype, memory_format=torch.channels_last)  # noqa: E731
    weight = weight_batch(work.regions, work.detail, at.box)
    noise = place(noise_batch(work.regions, work.seed, at.box)) if bool(weight.any()) else None
    return TileInput(place(to_batch(work.picture.colour.read(at.box))), place(weight), noise, 0.0)


def works(precision: str) -> dict[str, Callable[[], object]]:
    """What is timed, by name; the rival is the first."""
    rival = SRVGGNetCompact(num_feat=64, num_conv=32, upscale=4).eval()
    rival = rival.to(dtype=getattr(torch, precision)).to(memory_format=torch.channels_last)
    faithful, inventive = bench(precision, -2.0), bench(precision, 2.0)
    low, high = tile_of(faithful), tile_of(inventive)
    return {
        "SRVGGNetCompact 64×32": lambda: rival(low.source),
        "compact, Inventive everywhere": lambda: inventive.work.method.estimate(high),
        "compact, Faithful everywhere": lambda: faithful.work.method.estimate(low),
        "whole tile, Inventive": lambda: upscale_tile(inventive.work, inventive.box),
        "whole tile, Faithful": lambda: upscale_tile(faithful.work, faithful.box),
    }


def rows(table: Table, precision: str, times: dict[str, Times], cpu: dict[str, Times]) -> Table:
    """One row a work, as a share of the rival's time."""
    rival, rival_cpu = next(iter(times.values())), next(iter(cpu.values()))
    for name, time in times.items():
        ratio, middle = time.least / rival.least, time.median / rival.median
        alone = cpu[name].least / rival_cpu.least
        cleared = ratio <= BAR if name.startswith("compact") else None
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
            Column(f"≤ {BAR:g}"),
        ),
    )
    with torch.inference_mode():
        for precision in precisions():
            made = works(precision)
            table = rows(table, precision, interleaved(made, REPETITIONS), by_cpu(made, CPU_REPETITIONS))
    tell("compact-vs-srvgg", table, bar=BAR)


if __name__ == "__main__":
    main()
