"""Time per target megapixel, file to file, as the source grows. Bar: within 15 % of that of 1 MP.

CPU seconds tell on a busy machine; on a quiet one both columns do.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from common.runs import Ran, run_source
from common.tell import tell

from core.metrics.tables import Column, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZES = (1.0, 4.0, 16.0)
REPETITIONS = {1.0: 3}
MORE = 1.15


def best(runs: Sequence[Ran], megapixels: float) -> tuple[float, float]:
    """Least wall and CPU seconds per target megapixel."""
    target = 16 * megapixels
    return min(run.seconds for run in runs) / target, min(run.cpu for run in runs) / target


def main() -> None:
    """Run, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="also 100 MP, which takes many minutes")
    sizes = (*SIZES, 100.0) if parser.parse_args().long else SIZES
    runs: dict[float, list[Ran]] = {size: [] for size in sizes}
    for turn in range(max(REPETITIONS.values())):
        for size in (size for size in sizes if turn < REPETITIONS.get(size, 1)):
            runs[size].append(run_source(size))
    table = Table(
        "Time per target megapixel",
        (
            Column("time", "s", "lower", 3),
            Column("CPU time", "s", "lower", 3),
            Column("time / that of 1 MP", "×", "lower", 2),
            Column("CPU time / that of 1 MP", "×", "lower", 2),
            Column(f"CPU ≤ {MORE:g}"),
        ),
    )
    wall, cpu = best(runs[1.0], 1.0)
    for size, ran in runs.items():
        here, here_cpu = best(ran, size)
        cells = (here, here_cpu, here / wall, here_cpu / cpu, here_cpu / cpu <= MORE)
        table = table.with_row(f"{size:g} MP source", *cells)
    tell("scaling", table)


if __name__ == "__main__":
    main()
