"""What the GIMP plug-in adds to the engine's time, in a real GIMP with the real engine.

python gimp_overhead.py [MEGAPIXELS…]: 1 and 4 by default, which takes a processor some minutes.

"added" is the whole call less what the engine says of its job: reading the layer, the road there and back, the new
image, and the original below it. For 4 megapixels it may be 10 % of the engine's time and half a second more.
"""

from __future__ import annotations

import json
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from common.runs import ROOT
from common.tell import tell

from core.metrics.tables import Column, Table

sys.path.insert(0, str(ROOT / "tests"))
rig = import_module("hosts.gimp.rig")  # what the tests drive GIMP with

MEGAPIXELS = (1.0, 4.0)
SHARE, MORE_S = 0.10, 0.5


def sides(megapixels: float) -> tuple[int, int]:
    """Width and height, 4 : 3."""
    unit = round((megapixels * 1e6 / 12) ** 0.5)
    return 4 * unit, 3 * unit


def runs(megapixels: list[float]) -> list[dict]:
    """Whole and engine's seconds of each size, without and with the original; SystemExit without a GIMP."""
    folder, reason = rig.root()
    if folder is None:
        print(reason)
        sys.exit(0)  # nothing to measure is no fault
    wanted = [
        {"width": width, "height": height, "original": original}
        for width, height in map(sides, megapixels)
        for original in (False, True)
    ]
    with tempfile.TemporaryDirectory() as name:
        stage = Path(name)
        (stage / "engine-home").mkdir()
        (stage / "wanted.json").write_text(json.dumps(wanted))
        rig.install(stage)
        with rig.engine(stage / "engine-home"):
            return rig.run_inside(folder, stage, "overhead.py", "overhead.json")


def main() -> None:
    """The table."""
    columns = (Column("engine", "s"), Column("added", "s", "lower"), Column("allowed", "s"))
    table = Table("GIMP: what the plug-in adds", columns)
    for run in runs([float(word) for word in sys.argv[1:]] or list(MEGAPIXELS)):
        name = f"{run['width']} × {run['height']}" + (", original kept" if run["original"] else "")
        added, allowed = run["whole_s"] - run["engine_s"], SHARE * run["engine_s"] + MORE_S
        table = table.with_row(name, run["engine_s"], added, allowed)
    tell("gimp-overhead", table)


if __name__ == "__main__":
    main()
