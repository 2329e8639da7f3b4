"""The whole road with the real engine: open, click, paint, preview, upscale, compare, save, undo all.

Screenshots of each step go to out/screenshots. The engine is a process of its own, with a home of its own.
"""

import os
import shutil
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from ui import themes
from ui.app import Program
from ui.settings import Settings
from ui.watchdog import Watchdog

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "out" / "screenshots"
EYE, CHEEK = (176, 113), ((60, 210), (110, 230))
BLOCK_S = 0.05
PATIENCE_MS = 180_000


@pytest.fixture
def program(qtbot, qapp, tmp_path, monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    made = Program(qapp, Settings())
    yield made
    pid = made.window.link.hello.get("pid")
    made.window.link.stop()
    qtbot.waitUntil(lambda: not pid or not psutil.pid_exists(pid), timeout=60_000)
    made.window._leave()
    qapp.setStyleSheet("")


def shot(window, name):
    SHOTS.mkdir(parents=True, exist_ok=True)
    window.grab().save(str(SHOTS / f"{name}.png"))
    for dog in window.findChildren(Watchdog):
        dog.skip()


def act(window, qtbot, identity):
    """What a key or a menu does, as soon as it can be used."""
    qtbot.waitUntil(window.commands[identity].isEnabled, timeout=20_000)
    window.commands[identity].trigger()


def place(window, point):
    return window.canvas.stage.to_screen(*point).toPoint()


def drag(qtbot, canvas, start, end, steps=12):
    """A stroke as a hand makes it: a press, moves, and a release."""
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    for n in range(1, steps + 1):
        at = start + (end - start) * (n / steps)
        event = QMouseEvent(
            QMouseEvent.Type.MouseMove, at.toPointF(), canvas.mapToGlobal(at).toPointF(), Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(canvas, event)
        qtbot.wait(5)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=end)


def find_the_eye(window, qtbot):
    """Click it, make it a region, let it be Inventive."""
    canvas, document = window.canvas, window.document
    act(window, qtbot, "tool.objects")
    qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=place(window, EYE))
    qtbot.waitUntil(lambda: bool(canvas.tool.prompt.found), timeout=PATIENCE_MS)
    shot(window, "2-found")
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    eye = document.scene.region
    assert eye.mask.contains(*EYE)
    assert eye.mask.area < 0.2 * document.scene.size.area
    act(window, qtbot, "priority.5")
    assert document.scene.region.priority == 2


def paint_the_cheek(window, qtbot):
    """Brush a region that must stay true; the preview follows."""
    canvas, document = window.canvas, window.document
    act(window, qtbot, "region.deselect")
    act(window, qtbot, "tool.brush")
    with qtbot.waitSignal(window.link.previewReady, timeout=PATIENCE_MS):
        drag(qtbot, canvas, *(place(window, point) for point in CHEEK))
        qtbot.waitUntil(lambda: len(document.scene.regions) == 2, timeout=5000)
        act(window, qtbot, "priority.1")
    assert document.scene.region.priority == -2
    shot(window, "3-painted-and-previewed")


def upscale_and_compare(window, qtbot):
    """One spot, then everything, then before and after."""
    spots = lambda *given: given[2].lane == "spot"  # noqa: E731
    with qtbot.waitSignal(window.link.previewReady, timeout=PATIENCE_MS, check_params_cb=spots):
        act(window, qtbot, "run.preview")
    shot(window, "4-spot")
    act(window, qtbot, "run.upscale")
    qtbot.waitUntil(lambda: window.showing.result() is not None, timeout=PATIENCE_MS)
    shot(window, "5-upscaled")
    for mode in ("split", "side", "off"):
        act(window, qtbot, f"compare.{mode}")
        qtbot.wait(200)
        shot(window, f"6-compare-{mode}")


def see_what_was_added(window, qtbot):
    with qtbot.waitSignal(window.link.addedReady, timeout=PATIENCE_MS):
        act(window, qtbot, "view.added")
    qtbot.wait(200)
    shot(window, "7-what-was-added")
    act(window, qtbot, "view.added")


def undo_all(window, qtbot):
    document, undo = window.document, window.commands["edit.undo"]
    while document.undo_text:
        undo.trigger()
        qtbot.waitUntil(lambda: undo.isEnabled() == bool(document.undo_text), timeout=5000)
    assert len(document.scene.regions) == 0
    assert not document.dirty


@pytest.mark.slow
def test_from_the_first_picture_to_the_saved_result_and_back(program, qtbot, tmp_path):
    picture, target = tmp_path / "chelsea.jpg", tmp_path / "chelsea_x4.png"
    shutil.copy(ROOT / "resources" / "samples" / "chelsea.jpg", picture)
    window = program.window
    program.show(str(picture))
    shot(window, "1-start")
    qtbot.waitUntil(lambda: window.document.scene is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: window.showing.objects == "ready", timeout=PATIENCE_MS)
    watch = Watchdog(parent=window).start()
    find_the_eye(window, qtbot)
    paint_the_cheek(window, qtbot)
    upscale_and_compare(window, qtbot)
    see_what_was_added(window, qtbot)
    with qtbot.waitSignal(window.link.saved, timeout=PATIENCE_MS):
        window.link.save(window.showing.result(), str(target), window.runs.choice())
    undo_all(window, qtbot)
    blocks = watch.stop()
    shot(window, "8-all-undone")
    with Image.open(target) as result, Image.open(picture) as source:
        assert result.size == (4 * source.width, 4 * source.height)
        shrunk = np.asarray(result.convert("RGB").resize(source.size, Image.Resampling.BICUBIC), float)
        assert np.abs(shrunk - np.asarray(source.convert("RGB"), float)).mean() < 6
    print("longest blocks of the interface thread:", *blocks[:8], sep="\n  ")  # noqa: T201
    if os.environ.get("SEMANTIC_UPSCALE_WATCH"):  # a figure of a quiet machine, never of a test run
        assert watch.longest_s <= BLOCK_S, blocks[:5]


@pytest.mark.slow
def test_how_it_looks_in_the_dark_in_german_and_with_large_text(program, qtbot, qapp, monkeypatch):
    window = program.window
    plain = qapp.font()
    program.show()
    with qtbot.waitSignal(window.document.opened, timeout=PATIENCE_MS):
        act(window, qtbot, "file.sample")
    try:
        for choice in ("dark", "light"):
            program.settings.set("look.theme", choice)
            qtbot.wait(200)
            shot(window, f"look-{choice}")
        program.settings.set("look.language", "de")
        program.window.resize(1360, 860)
        qtbot.wait(200)
        shot(program.window, "look-german")
        for name in ("settings", "shortcuts", "about"):
            shot(getattr(program.window.windows, name)(), f"look-german-{name}")
        program.settings.set("look.text_percent", 200)
        program.window.resize(1024, 640)
        qtbot.wait(200)
        shot(program.window, "look-german-200-percent-small")
        program.window.resize(1600, 1000)
        qtbot.wait(200)
        shot(program.window, "look-german-200-percent")
        program.window.document.close()
        qtbot.wait(200)
        shot(program.window, "look-welcome-200-percent")
    finally:
        program.settings.set("look.language", "en")
        qapp.setFont(plain)
        themes.choose(qapp, "light")
    assert {path.stem for path in SHOTS.glob("look-*.png")} >= {"look-dark", "look-german-200-percent"}
