"""The preview follows the hand, a stopped run stays in sight, and targets are asked for as a screen shows them."""

# ruff: noqa: F811  (fixtures are handed over by name)

import threading

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from ui_helpers import picture
from ui_road import move
from ui_window import engine, opened, upscaled, window  # noqa: F401  (fixtures)

from core.geometry import Box
from ui.canvas.tiles import piece
from ui.dialogs.question import ErrorSummary
from ui.disabled_reason import reason_of
from ui.engine.questions import Pace

WAIT_MS = 20_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def large(window, qtbot):
    """A window that shows a picture larger than a spot."""
    with qtbot.waitSignal(window.document.opened, timeout=WAIT_MS):
        window.document.open_array(picture(400, 300), "large.jpg")
    window.canvas.set_tool("brush")
    window.canvas.set_brush_size(10)
    return window


def place(window, x, y):
    return window.canvas.stage.to_screen(x, y).toPoint()


def begin_stroke(window, qtbot, x, y):
    """Press, and one move to a source point; the button stays down."""
    qtbot.mousePress(window.canvas, LEFT, pos=place(window, x, y) - QPoint(20, 0))
    move(window.canvas, place(window, x, y))


def holds(x, y):
    """Whether a preview was made with a region that holds a source point."""
    return lambda box, pixels, spot: any(r.mask.contains(x, y) for r in spot.order.regions)


def test_the_preview_follows_the_brush_before_the_stroke_ends(large, qtbot):
    with qtbot.waitSignal(large.link.previewReady, timeout=WAIT_MS, check_params_cb=holds(100, 80)):
        begin_stroke(large, qtbot, 100, 80)
    assert len(large.document.scene.regions) == 0
    assert large.canvas.stack.preview_box.contains(100, 80)
    qtbot.mouseRelease(large.canvas, LEFT, pos=place(large, 100, 80))
    assert len(large.document.scene.regions) == 1


def test_once_the_hand_rests_the_whole_spot_comes_where_it_was(large, qtbot, monkeypatch):
    monkeypatch.setattr(Pace, "quick_px", 48)
    monkeypatch.setattr(Pace, "rested_px", 128)
    begin_stroke(large, qtbot, 100, 80)
    qtbot.mouseRelease(large.canvas, LEFT, pos=place(large, 100, 80))
    qtbot.waitUntil(lambda: whole_spot_at(large, 100 - 64), timeout=WAIT_MS)


def whole_spot_at(window, x):
    """A whole spot is shown, to within a move of the brush at its place."""
    box = window.canvas.stack.preview_box
    return box is not None and (box.width, box.height) == (128, 128) and abs(box.x - x) < 24


def test_a_stroke_that_is_given_up_leaves_no_region_in_the_preview(large, qtbot):
    begin_stroke(large, qtbot, 100, 80)
    large.canvas.tool.cancel()
    assert large.canvas.pending(Box(0, 0, 400, 300)) is None


def test_an_eraser_on_its_way_is_previewed_too(large, qtbot):
    begin_stroke(large, qtbot, 100, 80)
    qtbot.mouseRelease(large.canvas, LEFT, pos=place(large, 100, 80))
    large.canvas.set_tool("eraser")
    begin_stroke(large, qtbot, 100, 80)
    pending = large.canvas.pending(Box(0, 0, 400, 300))
    assert not pending.region.mask.contains(100, 80)
    assert large.document.scene.region.mask.contains(100, 80)


# A run that was stopped


@pytest.fixture
def stopped(opened, engine, qtbot):
    """Two of six tiles were done."""
    engine.step = threading.Semaphore(2)
    opened.commands["run.upscale"].trigger()
    number = opened.link.runs.running
    qtbot.waitUntil(lambda: opened.link.runs.view(number).done == 2, timeout=WAIT_MS)
    opened.link.cancel(number)
    qtbot.waitUntil(lambda: "cancel" in engine.log, timeout=WAIT_MS)
    engine.step.release(10)
    qtbot.waitUntil(lambda: opened.link.runs.view(number).state == "cancelled", timeout=WAIT_MS)
    return opened


def test_what_is_done_of_a_stopped_run_stays_and_is_told(stopped):
    bar = stopped.canvas.partial
    assert bar.isVisible()
    assert "2 of 6" in bar.words.text()
    assert 0 < stopped.canvas.target.done_share < 1
    assert stopped.showing.result() is None


def test_discarding_shows_the_picture_again(stopped, qtbot):
    qtbot.mouseClick(stopped.canvas.partial.discard, LEFT)
    assert not stopped.canvas.partial.isVisible()
    assert stopped.canvas.target is None


def test_the_next_run_takes_the_word_away(stopped, engine, qtbot):
    engine.step = None
    upscaled(stopped, qtbot)
    assert not stopped.canvas.partial.isVisible()


def test_a_run_stopped_before_its_first_tile_leaves_nothing(opened, engine, qtbot):
    engine.step = threading.Semaphore(0)
    opened.commands["run.upscale"].trigger()
    number = opened.link.runs.running
    qtbot.waitUntil(lambda: opened.link.runs.job(number) is not None, timeout=WAIT_MS)
    opened.link.cancel(number)
    qtbot.waitUntil(lambda: "cancel" in engine.log, timeout=WAIT_MS)
    engine.step.release(10)
    qtbot.waitUntil(lambda: opened.link.runs.view(number).state == "cancelled", timeout=WAIT_MS)
    assert opened.canvas.target is None
    assert not opened.canvas.partial.isVisible()


def said(window):
    return window.status.said.toolTip()


def test_a_part_is_kept_with_the_rest_plainly_enlarged(stopped, qtbot, tmp_path):
    source, path = stopped.document.source, tmp_path / "part.png"
    stopped.partial.keep_as(path)
    qtbot.waitUntil(path.exists, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "part.png" in said(stopped), timeout=WAIT_MS)
    with Image.open(path) as image:
        kept = np.asarray(image.convert("RGB")).astype(int)
    assert kept.shape == (120, 160, 3)
    assert np.array_equal(kept[:64, :128], picture().repeat(4, 0).repeat(4, 1)[:64, :128])
    plain = piece(source, 4.0, Box(0, 64, 160, 56), smooth=True)[..., :3].astype(int)
    assert np.array_equal(kept[64:], plain)


def test_a_part_is_kept_though_the_next_run_has_begun(stopped, engine, qtbot, tmp_path):
    path = tmp_path / "part.png"
    engine.step = None
    stopped.partial.keep_as(path)
    upscaled(stopped, qtbot)
    qtbot.waitUntil(lambda: not stopped.partial.busy, timeout=WAIT_MS)
    with Image.open(path) as image:
        assert np.array_equal(
            np.asarray(image.convert("RGB"))[:64, :64], picture().repeat(4, 0).repeat(4, 1)[:64, :64]
        )


def test_where_a_part_cannot_be_written_it_is_said(stopped, qtbot, tmp_path):
    stopped.partial.keep_as(tmp_path / "nowhere" / "part.png")
    assert reason_of(stopped.canvas.partial.keep)
    qtbot.waitUntil(lambda: isinstance(stopped.errors.trouble, ErrorSummary), timeout=WAIT_MS)
    assert not reason_of(stopped.canvas.partial.keep)


def test_another_picture_stops_the_keeping_and_says_so(stopped, qtbot, tmp_path, monkeypatch):
    go_on = threading.Event()
    tiles = type(stopped.canvas.target).pixels

    def slowly(target, level, box):
        go_on.wait(20)
        return tiles(target, level, box)

    monkeypatch.setattr(type(stopped.canvas.target), "pixels", slowly)
    stopped.partial.keep_as(tmp_path / "part.png")
    stopped.document.close()
    go_on.set()
    qtbot.waitUntil(lambda: isinstance(stopped.errors.trouble, ErrorSummary), timeout=WAIT_MS)
    assert not (tmp_path / "part.png").exists()


# Colours


def test_second_looks_and_spots_are_asked_for_as_a_screen_shows_them(opened, engine, qtbot):
    upscaled(opened, qtbot)
    number = opened.showing.result()
    opened.showing.look(number)
    assert opened.showing.result() is None
    qtbot.waitUntil(lambda: opened.showing.result() == number, timeout=WAIT_MS)
    with qtbot.waitSignal(opened.link.previewReady, timeout=WAIT_MS):
        opened.commands["run.preview"].trigger()
    assert set(engine.spaces) == {"srgb"}
