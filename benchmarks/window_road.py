"""The whole road through the window with the real engine: what held its thread up, how fast a preview follows a brush.

The road is the one that tests/e2e walks: open, click, paint, preview, upscale, compare, see what was added, save, undo.
Bars: no turn of the event loop longer than 50 ms; from a move of the brush to the painted preview 250 ms in the median.
The 50 ms are held against the wall less the time in which the thread was ready and others had the cores: on a machine
that does nothing else the two are one. Exit code 1 where a bar is missed.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from common.runs import environment
from common.tell import OUT, tell

from core.evaluate.command import show
from core.metrics.tables import Column, Table

WALK = Path(__file__).parent / "common" / "walk.py"
BLOCK_BAR_S, PREVIEW_BAR_S = 0.05, 0.25
MOST_TOLD = 12


def walked() -> dict[str, Any]:
    """What the walk in its own process, with a home of its own, told."""
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=OUT) as folder:
        around = {**environment(), "SEMANTIC_UPSCALE_HOME": str(Path(folder) / "home")}
        around.setdefault("QT_QPA_PLATFORM", "offscreen" if not os.environ.get("DISPLAY") else "xcb")
        command = [sys.executable, str(WALK), folder]
        subprocess.run(command, env=around, check=True)
        return json.loads((Path(folder) / "told.json").read_text("utf-8"))


def blocks_of(told: dict[str, Any]) -> Table:
    """The longest first."""
    columns = (
        Column("wall", "ms"),
        Column("own", "ms"),
        Column("computing", "ms"),
        Column("where it was most"),
    )
    table = Table(f"The interface thread was held up ({len(told['blocks'])} times over 20 ms)", columns)
    for block in sorted(told["blocks"], key=lambda block: -block["own"])[:MOST_TOLD]:
        times = (1000 * block[name] for name in ("wall", "own", "cpu"))
        table = table.with_row(block["step"], *times, block["where"])
    return table


def bars_of(told: dict[str, Any]) -> Table:
    """Each bar, and whether it holds."""
    wall, own = (max((block[name] for block in told["blocks"]), default=0.0) for name in ("wall", "own"))
    previews, engine = told["previews"], told["engine"]
    median = 1000 * statistics.median(previews)
    columns = (Column("value", "ms"), Column("bar", "ms"), Column("holds"))
    table = Table("The window's road", columns)
    table = table.with_row("longest block, own", 1000 * own, 1000 * BLOCK_BAR_S, own <= BLOCK_BAR_S)
    table = table.with_row("longest block, on the wall", 1000 * wall, None, None)
    bar = 1000 * PREVIEW_BAR_S
    table = table.with_row("brush to painted preview, median", median, bar, median <= bar)
    table = table.with_row("the same, least", 1000 * min(previews), None, None)
    table = table.with_row("the same, most", 1000 * max(previews), None, None)
    whole = 1000 * statistics.median(engine)
    table = table.with_row("128² by the bridge alone, without a window", whole, None, None)
    return table.with_row("the window imported torch", None, None, not told["torch"])


def main() -> int:
    """Walk once, print, write; 1 where a bar is missed."""
    told = walked()
    table = bars_of(told)
    show((blocks_of(told),))
    tell("window-road", table, **told)
    return int(any(row.cells[2] is False for row in table.rows))


if __name__ == "__main__":
    sys.exit(main())
