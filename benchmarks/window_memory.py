"""Memory of the window's process with a picture of 100 megapixels open. Bar: 1.5 GB at its highest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

from common.runs import environment
from common.sources import write_source
from common.tell import OUT, tell

from core.metrics.tables import Column, Table

BAR_BYTES = 1.5e9
WIDTH, HEIGHT = 11547, 8660
OPENED = """
import json, os, resource, sys, time
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication
from ui.app import Program
from ui.watchdog import Watchdog
app = QApplication(sys.argv[:1])
program = Program(app)
window = program.window
def pause(ms):
    loop = QEventLoop(); QTimer.singleShot(ms, loop.quit); loop.exec()
def now():
    import psutil
    return psutil.Process().memory_info().rss
program.window.show(); pause(300)
empty, began, dog = now(), time.time(), Watchdog().start()
window.document.openFailed.connect(lambda *told: (print(told), os._exit(1)))
window.document.open_picture(sys.argv[1])
while window.document.scene is None:
    pause(20)
seconds = time.time() - began
for zoom in (0.25, 1.0, 4.0):
    window.canvas.zoom_to(zoom); pause(300)
blocks = dog.stop()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
told = {"empty": empty, "peak": peak, "now": now(), "seconds": seconds, "block": blocks[0].seconds if blocks else 0}
print("told", json.dumps(told))
sys.stdout.flush(); os._exit(0)
"""


def main() -> None:
    """Write the picture once, open it, look at it, print, write."""
    source = OUT / "source-100mp.jpg"
    if not source.exists():
        write_source(source, WIDTH, HEIGHT)
    with tempfile.TemporaryDirectory() as home:
        around = {**environment(), "SEMANTIC_UPSCALE_HOME": home}
        around.setdefault("QT_QPA_PLATFORM", "offscreen" if not os.environ.get("DISPLAY") else "xcb")
        command = [sys.executable, "-c", OPENED, str(source)]
        run = subprocess.run(command, env=around, capture_output=True, text=True, check=True)
    told = json.loads(next(line for line in run.stdout.splitlines() if line.startswith("told"))[5:])
    columns = (Column("GB"), Column(f"≤ {BAR_BYTES / 1e9:g} GB"))
    table = Table(f"Memory of the window, {WIDTH}×{HEIGHT}", columns)
    table = table.with_row("empty window", told["empty"] / 1e9, None)
    table = table.with_row(
        "highest while it was opened and looked at", told["peak"] / 1e9, told["peak"] <= BAR_BYTES
    )
    table = table.with_row("afterwards", told["now"] / 1e9, None)
    table = table.with_row("seconds until it was shown", told["seconds"], None)
    table = table.with_row("longest block of the interface thread, s", told["block"], None)
    tell("window_memory", table, bar_bytes=BAR_BYTES)


if __name__ == "__main__":
    main()
