"""From the start of the process to the shown window. Bar: 1.0 s. And which imports take that time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time

from common.runs import environment
from common.tell import tell
from common.timing import Times

from core.metrics.tables import Column, Table

REPETITIONS = 7
BAR_S = 1.0
LISTED = ("PySide6", "numpy", "cv2", "psutil", "PIL", "pyvips", "ui", "core", "plugin", "resources")
IMPORT = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \|(\s+)(\S+)")
SHOWN = """
import os, sys, time
from PySide6.QtWidgets import QApplication
from ui.app import Program
program = Program(QApplication(sys.argv[:1]))
def tell():
    print("shown", time.time(), os.times().user + os.times().system, flush=True)
    assert "torch" not in sys.modules
    os._exit(0)
program.window.show()
program.window.after_paint(tell)
program.app.exec()
"""


def started(*options: str) -> tuple[float, float, str]:
    """Seconds from the start to the shown window, CPU seconds, and what was written to stderr."""
    with tempfile.TemporaryDirectory() as home:
        around = {**environment(), "SEMANTIC_UPSCALE_HOME": home}
        around.setdefault("QT_QPA_PLATFORM", "offscreen" if not os.environ.get("DISPLAY") else "xcb")
        began = time.time()
        command = [sys.executable, *options, "-c", SHOWN]
        run = subprocess.run(command, env=around, capture_output=True, text=True, check=True)
    _, shown, cpu = next(line for line in run.stdout.splitlines() if line.startswith("shown")).split()
    return float(shown) - began, float(cpu), run.stderr


def own_seconds(trace: str) -> dict[str, float]:
    """Seconds of each listed library, its parts included, from what `-X importtime` wrote."""
    found: dict[str, float] = dict.fromkeys(LISTED, 0.0)
    for own_us, _, _, name in IMPORT.findall(trace):
        library = name.split(".")[0]
        if library in found:
            found[library] += int(own_us) / 1e6
    return found


def main() -> None:
    """Start it a few times, once more under a trace, print, write."""
    started()
    runs = [started() for _ in range(REPETITIONS)]
    whole, cpu = Times(tuple(run[0] for run in runs)), Times(tuple(run[1] for run in runs))
    columns = (Column("least", "s"), Column("median", "s"), Column("CPU time", "s"), Column(f"≤ {BAR_S:g} s"))
    table = Table("Start to shown window", columns)
    table = table.with_row("whole", whole.least, whole.median, cpu.least, whole.least <= BAR_S)
    for library, seconds in sorted(
        own_seconds(started("-X", "importtime")[2]).items(), key=lambda item: -item[1]
    ):
        table = table.with_row(f"import {library} (once, traced)", seconds, None, None, None)
    tell("window_start", table, bar_s=BAR_S)


if __name__ == "__main__":
    main()
