"""The window's whole road with the real engine in a process of its own, told in a file.

python walk.py FOLDER: told.json and the pictures go there; its environment says which home, and which screen.
"""

from __future__ import annotations

import json
import os
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from ui.app import Program, prepare
from ui.settings import Settings
from ui.threads import Begun
from ui.watchdog import Watchdog

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "fakes"))
ui_road = import_module("ui_road")  # the road that the end-to-end test walks

LEAST_S = 0.02
STROKES, MOVES, STEP_PX, MOVE_MS, REST_MS = 9, 12, 4, 8, 800


class Shown(QObject):
    """When the canvas was painted with a preview that knows of a point that was brushed."""

    def __init__(self, window: Any, point: tuple[int, int]) -> None:
        super().__init__(window.canvas)
        self.at: float | None = None
        self._link, self._point, self._came = window.link, point, False
        self._link.previewReady.connect(self._preview)
        window.canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """A paint is over when the loop turns again."""
        del watched
        if self._came and event.type() == QEvent.Type.Paint:
            self._came = False
            QTimer.singleShot(0, self, self._over)
        return False

    def _preview(self, box: object, pixels: object, spot: Any) -> None:
        del box, pixels
        top = spot.order.regions.regions[:1]
        if top and top[0].mask.contains(*self._point):
            self._link.previewReady.disconnect(self._preview)
            self._came = True

    def _over(self) -> None:
        self.at = time.perf_counter()


def stroke(window: Any, start: QPoint) -> float:
    """Seconds from a move of the brush in the middle of a stroke to the painted preview that follows it."""
    canvas = window.canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    for n in range(1, MOVES):
        ui_road.move(canvas, start + QPoint(STEP_PX * n, 0))
        ui_road.live(MOVE_MS)
    last = start + QPoint(STEP_PX * MOVES, 0)
    x, y = canvas.camera.to_source(last.toPointF())
    shown, began = Shown(window, (int(x), int(y))), time.perf_counter()
    ui_road.move(canvas, last)
    ui_road.until(lambda: shown.at is not None)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=last)
    return (shown.at or 0.0) - began


def strokes(window: Any) -> list[float]:
    """Of several strokes, each a new region, with a rest between them."""
    ui_road.act(window, "tool.brush")
    seconds = []
    for n in range(STROKES):
        window.commands["region.deselect"].trigger()
        ui_road.live(REST_MS)
        seconds.append(stroke(window, ui_road.place(window, (90 + 20 * n, 40 + 25 * n))))
    ui_road.live(REST_MS)
    return seconds


def alone(window: Any) -> list[float]:
    """Seconds of the same previews asked for by the bridge, without a window around them."""
    bridge, path, seconds = window.link.desk.living(), window.document.path, []

    def ask_all() -> None:
        known = bridge.post_file(str(path)).id
        for n in range(STROKES):
            began = time.perf_counter()
            job = bridge.preview(known, (20 + 20 * n, 20 + 10 * n, 128, 128), lane="alone")
            job.wait()
            _ = b"".join(job.rows(space="srgb"))
            seconds.append(time.perf_counter() - began)

    begun = Begun(ask_all, "alone")
    ui_road.until(lambda: begun.wait(0))
    return seconds


def main() -> None:
    """Walk, watch, tell."""
    app = QApplication(sys.argv[:1])
    prepare(app)
    program = Program(app, Settings())
    road = ui_road.UpscaleRun(program, Path(sys.argv[1]))
    program.window.show()
    app.processEvents()
    dog, blocks = Watchdog(LEAST_S).start(), []
    for step in (road.begin, *road.steps):
        before = len(dog.blocks)
        step()
        blocks += [(step.__name__, block) for block in dog.blocks[before:]]
    dog.stop()
    previews, engine = strokes(program.window), alone(program.window)
    ui_road.leave(program)
    rows = [
        {
            "step": step,
            "wall": each.seconds,
            "cpu": each.spent.cpu_s,
            "own": each.spent.own_s,
            "where": each.where,
        }
        for step, each in blocks
    ]
    told = {"blocks": rows, "previews": previews, "engine": engine, "torch": "torch" in sys.modules}
    (Path(sys.argv[1]) / "told.json").write_text(json.dumps(told), "utf-8")
    os._exit(0)


if __name__ == "__main__":
    main()
