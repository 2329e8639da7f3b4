"""From starting the program to its first finished tile. Bar: 4 s. And which imports take that time."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from common.runs import environment
from common.sources import write_source
from common.tell import OUT, tell
from common.timing import Times, timed

from core.metrics.tables import Column, Table

REPETITIONS = 5
BAR_S = 4.0
SIDE_PX = 256
LISTED = ("torch", "pyvips", "cv2", "numpy", "PIL", "psutil", "safetensors", "typer", "rich", "core")
IMPORT = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \|(\s+)(\S+)")
FIRST_TILE = """
import sys
from core.engine.methods.registry import Shelf
from core.engine.upscale import Desk, upscale
from core.errors import Cancelled
from core.image.io import Encoder, SaveOptions, open_picture
from core.request import UpscaleRequest
def stop(progress):
    if progress.tile is not None:
        raise Cancelled("the first tile is there")
with open_picture(sys.argv[1]) as picture:
    try:
        upscale(picture, None, UpscaleRequest(), Desk(Shelf(), Encoder(picture.carried, SaveOptions())), stop)
    except Cancelled:
        pass
"""


def own_seconds(trace: str) -> dict[str, float]:
    """Seconds of each listed library, its parts included, from what `-X importtime` wrote."""
    found: dict[str, float] = dict.fromkeys(LISTED, 0.0)
    for own_us, _, _, name in IMPORT.findall(trace):
        library = name.split(".")[0]
        if library in found:
            found[library] += int(own_us) / 1e6
    return found


def cpu_of_children() -> float:
    """CPU seconds of all processes that ended so far; 0 on Windows, which keeps no count."""
    spent = os.times()
    return spent.children_user + spent.children_system


def starts(command: list[str], count: int) -> tuple[Times, Times]:
    """Seconds and CPU seconds of so many starts, after one that fills the system's cache of files."""
    start = lambda: subprocess.run(command, env=environment(), check=True)  # noqa: E731
    start()
    seconds, cpu = [], []
    for _ in range(count):
        before = cpu_of_children()
        seconds.append(timed(start))
        cpu.append(cpu_of_children() - before)
    return Times(tuple(seconds)), Times(tuple(cpu))


def imports(command: list[str]) -> dict[str, float]:
    """Where the time of the imports goes."""
    traced = [command[0], "-X", "importtime", *command[1:]]
    return own_seconds(
        subprocess.run(traced, env=environment(), capture_output=True, text=True, check=True).stderr
    )


def main() -> None:
    """Start it a few times, once more under a trace, print, write."""
    source = write_source(OUT / "source-start.jpg", SIDE_PX, SIDE_PX)
    command = [sys.executable, "-c", FIRST_TILE, str(source)]
    columns = (Column("least", "s"), Column("median", "s"), Column("CPU time", "s"), Column(f"≤ {BAR_S:g} s"))
    table = Table("Start to first tile", columns)
    whole, cpu = starts(command, REPETITIONS)
    table = table.with_row(
        f"whole, {SIDE_PX}×{SIDE_PX}", whole.least, whole.median, cpu.least, whole.least <= BAR_S
    )
    bare, cpu = starts([sys.executable, "-c", "import torch"], REPETITIONS)
    table = table.with_row("Python and torch alone", bare.least, bare.median, cpu.least, None)
    for library, seconds in sorted(imports(command).items(), key=lambda item: -item[1]):
        table = table.with_row(f"import {library} (once, traced)", seconds, None, None, None)
    tell("start", table, bar_s=BAR_S)


if __name__ == "__main__":
    main()
