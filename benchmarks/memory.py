"""Peak memory of a whole run, file to file, above the loaded program. Bars: 12 MP 1.5 GB, 100 MP (--long) 2 GB."""

from __future__ import annotations

import argparse

from common.runs import run_source
from common.tell import tell

from core.metrics.tables import Column, Table

BARS = {12.0: 1.5e9, 100.0: 2.0e9}
SUFFIXES = {12.0: ".jpg", 100.0: ".tif"}


def main() -> None:
    """Run, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--long", action="store_true", help="also 100 MP, which takes many minutes")
    chosen = [12.0, 100.0] if parser.parse_args().long else [12.0]
    table = Table(
        "Peak memory of a run ×4",
        (
            Column("program loaded", "MB", "lower", 0),
            Column("above it", "MB", "lower", 0),
            Column("bar", "MB", digits=0),
            Column("cleared"),
            Column("time", "s", "lower", 0),
        ),
    )
    for megapixels in chosen:
        ran, bar = run_source(megapixels, SUFFIXES[megapixels]), BARS[megapixels]
        above = ran.peak - ran.loaded
        cells = (ran.loaded / 1e6, above / 1e6, bar / 1e6, above <= bar, ran.seconds)
        table = table.with_row(f"{megapixels:g} MP {SUFFIXES[megapixels][1:].upper()}", *cells)
    tell("memory", table)


if __name__ == "__main__":
    main()
