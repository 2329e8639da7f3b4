"""A 100-megapixel picture in the window: memory, and the longest the interface thread was away. Bars: 1.5 GB, 50 ms."""

from __future__ import annotations

import os
import time

import psutil
from common.sources import size_of_megapixels, write_source
from common.tell import OUT, tell
from PySide6.QtWidgets import QApplication

from core.metrics.tables import Column, Table
from ui.canvas.canvas import Canvas
from ui.model.document import Document

MEGAPIXELS = 100
BAR_GB = 1.5
BAR_MS = 50.0
WINDOW = 1600, 1000


class Watch:
    """How long turns of the event loop took, in CPU seconds of this thread and on the wall."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self.cpu_s = self.wall_s = 0.0

    def turn(self) -> None:
        """One turn."""
        wall, cpu = time.perf_counter(), time.thread_time()
        self._app.processEvents()
        self.cpu_s = max(self.cpu_s, time.thread_time() - cpu)
        self.wall_s = max(self.wall_s, time.perf_counter() - wall)
        time.sleep(0.002)


def looked_at(watch: Watch, canvas: Canvas) -> None:
    """Zoom through all levels, move about at full size."""
    for zoom in (0.1, 0.25, 0.5, 1.0, 2.0, 8.0, 1.0):
        canvas.zoom_to(zoom)
        for _ in range(20):
            watch.turn()
    for _ in range(40):
        canvas.camera.pan(-120, -60)
        watch.turn()


def measured(app: QApplication) -> Table:
    """Open it, look at it."""
    process = psutil.Process()
    path = write_source(OUT / f"source-{MEGAPIXELS}mp.jpg", *size_of_megapixels(MEGAPIXELS))
    document, canvas, watch = Document(), Canvas(), Watch(app)
    canvas.set_document(document)
    canvas.resize(*WINDOW)
    canvas.show()
    watch.turn()
    watch.cpu_s = watch.wall_s = 0.0
    began, most = time.perf_counter(), 0
    document.open_picture(path)
    while document.busy:
        watch.turn()
        most = max(most, process.memory_info().rss)
    opened_s = time.perf_counter() - began
    looked_at(watch, canvas)
    held = process.memory_info().rss
    columns = (Column("value"), Column("bar"), Column("holds"))
    table = Table(f"{MEGAPIXELS} megapixels in the window", columns)
    table = table.with_row("memory while it is read, GB", most / 1e9, BAR_GB, most / 1e9 <= BAR_GB)
    table = table.with_row("memory when open, GB", held / 1e9, BAR_GB, held / 1e9 <= BAR_GB)
    ms = watch.cpu_s * 1000
    table = table.with_row("longest turn of the event loop, CPU ms", ms, BAR_MS, ms <= BAR_MS)
    table = table.with_row("the same on the wall, ms", watch.wall_s * 1000, None, None)
    return table.with_row("read after, s", opened_s, None, None)


def main() -> None:
    """Print and write."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    tell("window-picture", measured(QApplication([])))


if __name__ == "__main__":
    main()
