"""The whole road through the window with the real engine, for the end-to-end test and for benchmarks/window_road.py.

Open, click, paint, preview, upscale, compare, see what was added, save, undo all. Nothing in here knows of pytest.
"""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import psutil
from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "out" / "screenshots"
SAMPLE = ROOT / "resources" / "samples" / "chelsea.jpg"
EYE, CHEEK = (176, 113), ((60, 210), (110, 230))
PATIENCE_S = 180.0
LOOK_EVERY_MS = 5
STROKE_STEPS, STROKE_STEP_MS = 12, 5


def until(ready, patience_s=PATIENCE_S):
    """Let the window live until this holds; AssertionError where it never does."""
    loop, end = QEventLoop(), time.monotonic() + patience_s
    look = QTimer(interval=LOOK_EVERY_MS)
    look.timeout.connect(lambda: loop.quit() if ready() or time.monotonic() > end else None)
    if not ready():
        look.start()
        loop.exec()
    assert ready(), "waited in vain"


def live(ms):
    """Let the window live for so long."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()


def heard(signal, act, wanted=lambda *_: True):
    """Do it, and wait for a signal with wanted arguments."""
    came = []

    def hear(*given):
        if wanted(*given):
            came.append(given)

    signal.connect(hear)
    try:
        act()
        until(lambda: bool(came))
    finally:
        signal.disconnect(hear)
    return came[0]


def act(window, identity):
    """What a key or a menu does, as soon as it can be used."""
    until(window.commands[identity].isEnabled, 20)
    window.commands[identity].trigger()


def shot(window, name):
    """A picture of the window as it stands."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    window.grab().save(str(SHOTS / f"{name}.png"))


def unseen(window, name):
    """No picture: where only the time is looked at."""
    del window, name


def leave(program):
    """End window and engine, and see that both are gone."""
    pid = program.window.link.hello.get("pid")
    program.window.link.stop()
    until(lambda: not pid or not psutil.pid_exists(pid), 60)
    program.window._leave()
    program.app.setStyleSheet("")


def place(window, point) -> QPoint:
    """Where a source point lies on the canvas."""
    return window.canvas.stage.to_screen(*point).toPoint()


def move(canvas, at: QPoint):
    """The mouse moves with its left button down."""
    event = QMouseEvent(
        QMouseEvent.Type.MouseMove, QPointF(at), QPointF(canvas.mapToGlobal(at)), Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def drag(canvas, start: QPoint, end: QPoint, steps=STROKE_STEPS):
    """A stroke as a hand makes it: a press, moves, and a release."""
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    for n in range(1, steps + 1):
        move(canvas, start + (end - start) * (n / steps))
        live(STROKE_STEP_MS)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)


class Road:
    """One walk; `seen(window, name)` is told after each step, `folder` takes the files."""

    def __init__(self, program, folder: Path, seen=unseen):
        self.program, self._seen = program, seen
        self.picture, self.target = folder / "chelsea.jpg", folder / "chelsea_x4.png"
        shutil.copy(SAMPLE, self.picture)

    @property
    def window(self):
        return self.program.window

    def seen(self, name):
        self._seen(self.window, name)

    def begin(self):
        """The window, the engine, the picture, ready for clicks."""
        window = self.window
        self.program.show(str(self.picture))
        self.seen("1-start")
        until(lambda: window.document.scene is not None)
        until(lambda: window.showing.objects == "ready")

    def find_the_eye(self):
        """Click it, make it a region, let it be Inventive."""
        window, canvas, document = self.window, self.window.canvas, self.window.document
        act(window, "tool.objects")
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=place(window, EYE))
        until(lambda: bool(canvas.tool.prompt.found))
        self.seen("2-found")
        QTest.keyClick(canvas, Qt.Key.Key_Return)
        eye = document.scene.region
        assert eye.mask.contains(*EYE)
        assert eye.mask.area < 0.2 * document.scene.size.area
        act(window, "priority.5")
        assert document.scene.region.priority == 2

    def paint_the_cheek(self):
        """Brush a region that must stay true; the preview follows."""
        window, document = self.window, self.window.document
        act(window, "region.deselect")
        act(window, "tool.brush")

        def paint():
            drag(window.canvas, *(place(window, point) for point in CHEEK))
            until(lambda: len(document.scene.regions) == 2, 20)
            act(window, "priority.1")

        heard(window.link.previewReady, paint)
        assert document.scene.region.priority == -2
        self.seen("3-painted-and-previewed")

    def upscale_and_compare(self):
        """One spot, then everything, then before and after."""
        window = self.window
        heard(window.link.previewReady, lambda: act(window, "run.preview"), lambda *g: g[2].lane == "spot")
        self.seen("4-spot")
        act(window, "run.upscale")
        until(lambda: window.showing.result() is not None)
        self.seen("5-upscaled")
        for mode in ("split", "side", "off"):
            act(window, f"compare.{mode}")
            live(200)
            self.seen(f"6-compare-{mode}")

    def see_what_was_added(self):
        window = self.window
        heard(window.link.addedReady, lambda: act(window, "view.added"))
        live(200)
        self.seen("7-what-was-added")
        act(window, "view.added")

    def save(self):
        window = self.window
        number, choice = window.showing.result(), window.runs.choice()
        heard(window.link.saved, lambda: window.link.save(number, str(self.target), choice))

    def undo_all(self):
        window, document = self.window, self.window.document
        undo = window.commands["edit.undo"]
        while document.undo_text:
            undo.trigger()
            until(lambda: undo.isEnabled() == bool(document.undo_text), 20)
        assert len(document.scene.regions) == 0
        assert not document.dirty
        self.seen("8-all-undone")

    @property
    def steps(self):
        """All that follow `begin`, in their order."""
        return (
            self.find_the_eye, self.paint_the_cheek, self.upscale_and_compare, self.see_what_was_added,
            self.save, self.undo_all,
        )  # fmt: skip
