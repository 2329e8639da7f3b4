"""The life of a window with a fake engine: questions, guests, languages, faults."""

# ruff: noqa: F811  (fixtures are handed over by name)

import base64
import time
import zlib

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
)
from ui_engine import FakeEngine
from ui_helpers import add_region, picture
from ui_window import answer, engine, opened, upscaled, window  # noqa: F401  (fixtures)

from plugin.bridge import EngineMissing
from ui import theme
from ui.actions.table import CANVAS, HELD, ROWS
from ui.engine.client import EngineLink
from ui.main_window import MainWindow
from ui.model.document import Document
from ui.settings import Settings

CONTROLS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit)


def test_unsaved_work_is_asked_about_before_it_is_replaced(opened, qtbot):
    add_region(opened.document)
    opened.commands["file.close"].trigger()
    answer(opened, "Go back")
    assert opened.document.scene is not None
    opened.commands["file.close"].trigger()
    answer(opened, "Do not save")
    assert opened.document.scene is None
    assert opened.pages.currentWidget() is opened.welcome


def test_closing_during_a_run_asks_and_stops(opened, qtbot, engine):
    engine.gate.clear()
    opened.commands["run.upscale"].trigger()
    qtbot.waitUntil(lambda: opened.link.runs.running is not None, timeout=5000)
    opened.closeEvent(QCloseEvent())
    answer(opened, "Stop and close")
    engine.gate.set()
    assert not opened.isVisible()


def test_in_the_background_the_result_is_saved_beside_the_source(window, qtbot, engine, photo, tmp_path):
    path = photo(tmp_path / "cat.png", 40, 30)
    with qtbot.waitSignal(window.document.opened, timeout=5000):
        window.open(path)
    engine.gate.clear()
    window.commands["run.upscale"].trigger()
    qtbot.waitUntil(lambda: window.link.runs.running is not None, timeout=5000)
    window.closeEvent(QCloseEvent())
    answer(window, "Continue in the background")
    assert not window.isVisible()
    engine.gate.set()
    qtbot.waitUntil((tmp_path / "cat_x4.png").exists, timeout=10000)
    qtbot.waitUntil(lambda: window._leaves, timeout=5000)


def test_an_engine_that_cannot_start_is_told_with_a_way_out(qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "home"))
    engine = FakeEngine()
    engine.refuse(EngineMissing("Python is gone.", "Install it again."))
    window = MainWindow(Settings(), (Document(), EngineLink(engine.connect)))
    qtbot.addWidget(window)
    window.show()
    window.begin("", "")
    qtbot.waitUntil(window.errors.isVisible, timeout=5000)
    assert "Python is gone" in window.errors.trouble.message
    engine.refuse(None)
    next(
        each for each in window.errors.findChildren(QAbstractButton) if each.text() == "Start the engine"
    ).click()
    qtbot.waitUntil(lambda: window.link.state[0] == "ready", timeout=5000)
    assert not window.errors.isVisible()
    window._leave()


@pytest.fixture
def guest(window, qtbot, engine):
    pixels = picture()
    known = engine.connect()._post(pixels, "raw")
    mask = base64.b64encode(zlib.compress(b"\xff" * 64)).decode()
    region = {"name": "Face", "priority": -2.0, "box": [2, 2, 8, 8], "mask": mask}
    engine.handoffs["h1"] = {
        "picture": known.id,
        "regions": [region],
        "rest": 0.5,
        "title": "a.kra",
        "host": "krita",
    }
    with qtbot.waitSignal(window.document.opened, timeout=5000):
        window.guest.receive("h1")
    return window


def test_a_picture_from_an_editor_comes_with_its_regions_and_is_not_posted_again(guest, qtbot, engine):
    assert guest.guest_bar.isVisible()
    assert "Krita" in guest.guest_bar._words.text()
    assert [region.name for region in guest.document.scene.regions] == ["Face"]
    assert guest.document.scene.regions.rest == 0.5
    upscaled(guest, qtbot)
    assert engine.count("post_picture") == 0


def test_the_result_is_sent_back_to_the_editor(guest, qtbot, engine):
    guest._refresh()
    assert guest.guest_bar.send.toolTip()
    upscaled(guest, qtbot)
    qtbot.waitUntil(guest.guest_bar.send.isEnabled, timeout=5000)
    guest.guest_bar.send.click()
    qtbot.waitUntil(lambda: engine.answers.get("h1") is not None, timeout=5000)
    assert engine.jobs[engine.answers["h1"]].kind == "upscale"
    assert "keep" in engine.log


def test_closing_tells_the_editor_not_to_wait(guest, qtbot, engine):
    guest.guest.close()
    qtbot.waitUntil(lambda: "h1" in engine.answers, timeout=5000)
    assert engine.answers["h1"] is None


def test_tab_hides_the_panels_and_brings_them_back(opened, qtbot):
    opened.commands["window.panels"].trigger()
    assert not opened.panels.regions.isVisible()
    assert not opened.tools.isVisible()
    opened.commands["window.panels"].trigger()
    assert opened.panels.regions.isVisible()
    assert opened.tools.isVisible()


def test_the_layout_is_remembered(opened, qtbot):
    opened.panels.queue.hide()
    opened.parts.remembered.keep_layout(opened)
    other = MainWindow(opened.settings, (Document(), EngineLink(FakeEngine().connect)))
    qtbot.addWidget(other)
    assert other.panels.queue.isHidden()
    other.link.close(wait_s=5)


def test_settings_take_effect_at_once(opened):
    opened.settings.set("work.overlay_percent", 70)
    assert opened.canvas.stage.opacity == pytest.approx(0.7)
    opened.settings.set("look.tools_right", True)
    assert opened.toolBarArea(opened.tools) == Qt.ToolBarArea.RightToolBarArea
    opened.parts.keys.choose("tool.brush", ("F7",))
    assert opened.commands["tool.brush"].shortcut().toString() == "F7"


def test_another_language_is_spoken_without_a_new_start(opened, qtbot):
    identity = add_region(opened.document)
    other = opened.successor()
    qtbot.addWidget(other)
    assert other.document.scene.selected == identity
    assert other.canvas.source is opened.document.source
    opened.retire()
    qtbot.wait(20)
    add_region(other.document)  # the old window is gone, and must not hear of it
    upscaled(other, qtbot)
    other.settings.set("work.overlay_percent", 60)
    assert other.canvas.stage.opacity == pytest.approx(0.6)
    other._leave()
    other.link.close(wait_s=5)


def test_a_fault_of_our_own_is_told_and_the_window_goes_on(opened):
    opened.unforeseen(ZeroDivisionError, ZeroDivisionError("odd"), None)
    assert "odd" in opened.errors.trouble.message
    opened.commands["help.report"].trigger()
    assert "ZeroDivisionError" in QGuiApplication.clipboard().text()


def test_keys_of_the_tools_are_those_of_the_list(opened):
    assert {row.id for row in ROWS if row.kind in (HELD, CANVAS)} >= {"canvas.accept", "canvas.original"}


def test_narrow_and_large_text_cut_nothing_off(opened, qtbot, qapp):
    plain = qapp.font()
    try:
        theme.scale_text(qapp, plain, 200)
        opened.resize(1024, 640)
        QApplication.processEvents()
        assert opened.width() <= 1024
        assert opened.height() <= 640
        assert opened.panels.run.upscale_button.visibleRegion().boundingRect().height() > 20
    finally:
        qapp.setFont(plain)


def test_starting_to_work_does_not_wait_for_the_engine(qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "home"))
    engine = FakeEngine()

    def slow(on_wait=None, **_):
        time.sleep(0.5)
        return engine.connect()

    window = MainWindow(Settings(), (Document(), EngineLink(slow)))
    qtbot.addWidget(window)
    window.show()
    began = time.monotonic()
    window.begin("", "")
    assert time.monotonic() - began < 0.4
    window._leave()


def test_a_window_in_another_language_shows_the_same_result_and_the_same_estimate(opened, qtbot):
    upscaled(opened, qtbot)
    other = opened.successor()
    qtbot.addWidget(other)
    opened.retire()
    qtbot.waitUntil(lambda: other.showing.result() is not None, timeout=5000)
    qtbot.waitUntil(lambda: other.panels.run.clean.shown.text() == "25 %", timeout=5000)
    other._leave()
    other.link.close(wait_s=5)
