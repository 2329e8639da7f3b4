"""What the GIMP plug-in adds to the engine's time, and how long it holds GIMP's window up, in a real GIMP.

python gimp_overhead.py [MEGAPIXELS]: 4 by default. Bar: ≤ 10 % of the engine's time + 0.5 s.

The engine in here takes no time, so that everything measured is the plug-in, the bridge and GIMP: starting the
plug-in, reading the layer, the road there and back, the new image. The original below it is enlarged while a real
engine works; here there is nothing to do it beside, so that all of it counts. Scaling the other layers of a resized
image is GIMP's own work, as with Image ▸ Scale Image. Of a window, the longest answer is told: while nothing happens,
during the run, and while GIMP draws the new image.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from common import instant_engine
from common.runs import ROOT, environment
from common.sources import write_source
from common.tell import OUT, tell

from core.metrics.tables import Column, Table

sys.path.insert(0, str(ROOT / "tests" / "fakes"))
rig = import_module("hosts.gimp.rig")  # what the tests drive GIMP with

MEGAPIXELS = 4.0
SHARE, MORE_S = 0.10, 0.5
ENGINE_PX = 512
KINDS = (
    ("new image", "new-image", False),
    ("new image, original below", "new-image", True),
    ("new layer", "new-layer", False),
    ("resized image of one layer", "resize-image", False),
)
COLUMNS = (
    Column("added", "s", "lower"),
    Column("GIMP's processor time", "s"),
    Column("plug-in's", "s"),
    Column("allowed", "s"),
)


def sides(megapixels: float) -> tuple[int, int]:
    """Width and height, 4 : 3."""
    unit = round((megapixels * 1e6 / 12) ** 0.5)
    return 4 * unit, 3 * unit


def engine_seconds(pixels: int) -> float:
    """What the real engine takes: a smaller picture's time by the number of pixels, cautiously low."""
    source, target = write_source(OUT / "source-gimp.jpg", ENGINE_PX, ENGINE_PX), OUT / "target-gimp.tif"
    command = [sys.executable, str(ROOT / "benchmarks/common/child.py"), str(source), str(target)]
    told = subprocess.run(command, env=environment(), capture_output=True, text=True, check=True).stdout
    target.unlink(missing_ok=True)
    return float(json.loads(told)["seconds"]) * pixels / ENGINE_PX**2


def in_gimp(folder: Path, size: tuple[int, int]) -> tuple[list[dict], dict]:
    """(a run of each kind, the window's longest answers)."""
    width, height = size
    wanted = [
        {"width": width, "height": height, "result": kind, "original": below} for _, kind, below in KINDS
    ]
    with tempfile.TemporaryDirectory() as name:
        stage = Path(name)
        (stage / "wanted.json").write_text(json.dumps(wanted))
        write_source(stage / "source.jpg", width, height)
        rig.install(stage)
        server = instant_engine.start(stage / "engine-home")
        try:
            runs = rig.run_inside(folder, stage, "overhead.py", "overhead.json")
            return runs, rig.run_inside(folder, stage, "silence.py", "silence.json", "/t/source.jpg")
        finally:
            server.shutdown()


def main() -> None:
    """The table."""
    folder, reason = rig.root()
    if folder is None:
        print(reason)
        return  # nothing to measure is no fault
    size = sides(float(sys.argv[1]) if len(sys.argv) > 1 else MEGAPIXELS)
    engine_s = engine_seconds(size[0] * size[1])
    runs, silence = in_gimp(folder, size)
    table = Table(f"GIMP: what the plug-in adds, {size[0]} × {size[1]}, engine {engine_s:.0f} s", COLUMNS)
    for (name, *_), run in zip(KINDS, runs, strict=True):
        spent = run["clock_s"], run["host_s"], run["plug_in_s"]
        table = table.with_row(name, *spent, SHARE * engine_s + MORE_S)
    tell("gimp-overhead", table, engine_s=engine_s, load=os.getloadavg()[0], **silence)


if __name__ == "__main__":
    main()
