"""The whole window with a fake engine: everything is named, explained and tied together."""

import base64
import time
import zlib

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QAction, QCloseEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QMenu,
    QScrollBar,
    QTabBar,
    QWidget,
)
from ui_engine import FakeEngine
from ui_helpers import add_region, picture

from plugin.bridge import EngineMissing
from ui import themes
from ui.actions.table import BY_ID, CANVAS, HELD, ROWS
from ui.dialogs.question import Question
from ui.engine.link import EngineLink
from ui.main_window import MainWindow
from ui.model.document import Document
from ui.settings import Settings

CONTROLS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit)


@pytest.fixture
def engine():
    return FakeEngine()


@pytest.fixture
def window(qtbot, tmp_path, monkeypatch, engine):
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "home"))
    made = MainWindow(Settings(), (Document(), EngineLink(engine.connect)))
    qtbot.addWidget(made)
    made.show()
    made.begin("", "")
    qtbot.waitUntil(lambda: made.link.state[0] == "ready", timeout=5000)
    yield made
    engine.gate.set()
    made._leave()


@pytest.fixture
def opened(window, qtbot):
    with qtbot.waitSignal(window.document.opened, timeout=5000):
        window.document.open_array(picture(), "photo.jpg")
    return window


def upscaled(window, qtbot):
    with qtbot.waitSignal(window.link.jobDone, timeout=10000):
        window.commands["run.upscale"].trigger()
    qtbot.waitUntil(lambda: window.showing.result() is not None, timeout=5000)
    return window


def answer(window, text):
    question = next(each for each in window.findChildren(Question) if each.isVisible())
    next(button for button in question.buttons if button.text() == text).click()


def named(widget):
    """By itself, or by the words it shows."""
    shown = widget.text() if isinstance(widget, QAbstractButton) else ""
    return bool(widget.accessibleName() or shown)


def ours(widget):
    """Not a piece that Qt puts inside a control: scroll bars, the list of a combo box, the cross of a line."""
    inside = isinstance(widget.parent(), (QLineEdit, QTabBar, QAbstractSpinBox))
    popup = type(widget.window()).__name__ == "QFrame"
    return not (isinstance(widget, QScrollBar) or inside or popup or widget.objectName().startswith("qt_"))


def test_everything_that_can_be_used_has_a_name(opened):
    for dialog in ("settings", "shortcuts", "models", "about"):
        getattr(opened.windows, dialog)()
    nameless = [
        f"{type(each).__name__} {each.objectName()} in {type(each.parent()).__name__}"
        for each in opened.findChildren(QWidget)
        if (isinstance(each, CONTROLS) or each.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and ours(each)
        and not named(each)
    ]
    assert nameless == []


@pytest.mark.parametrize("state", ["empty", "opened"])
def test_everything_that_cannot_be_used_says_why(window, request, state):
    if state == "opened":
        request.getfixturevalue("opened")
    window._refresh()
    silent = [
        f"{type(each).__name__} {each.accessibleName()}"
        for each in window.findChildren(QWidget)
        if isinstance(each, CONTROLS)
        and ours(each)
        and not each.isEnabledTo(each.parentWidget())
        and not each.toolTip()
    ]
    actions = [each for each in window.findChildren(QAction) if each.text() and not each.isSeparator()]
    silent += [each.text() for each in actions if not each.isEnabled() and not each.toolTip()]
    assert silent == []


def test_every_entry_of_the_menus_is_in_the_list_of_keys(window):
    def entries(menu):
        for action in menu.actions():
            if action.menu():
                yield from entries(action.menu())
            elif not action.isSeparator():
                yield action

    free = {"Open recent"}  # files and docks: no keys of their own
    found = [action for top in window.menuBar().actions() for action in entries(top.menu())]
    docks = [dock.toggleViewAction() for dock in window.panels.docks]
    recent = [
        action
        for menu in window.findChildren(QMenu)
        if menu.accessibleName() in free
        for action in menu.actions()
    ]
    assert {each.objectName() for each in found if each not in docks and each not in recent} <= set(BY_ID)


def test_the_first_result_takes_two_actions(window, qtbot, photo, tmp_path):
    path = photo(tmp_path / "cat.png", 40, 30)
    with qtbot.waitSignal(window.document.opened, timeout=5000):
        window.open(path)
    upscaled(window, qtbot)
    assert window.canvas.target.done_share == 1


def test_the_title_says_picture_regions_and_whether_it_is_saved(opened):
    opened._refresh()
    assert opened.windowTitle() == "photo.jpg[*] — 0 regions — Semantic Upscale"
    add_region(opened.document)
    opened._refresh()
    assert opened.windowTitle() == "photo.jpg[*] — 1 region — Semantic Upscale"
    assert opened.isWindowModified()


@pytest.mark.parametrize(
    ("key", "tool"), [("B", "brush"), ("E", "eraser"), ("L", "lasso"), ("H", "hand"), ("W", "objects")]
)
def test_a_key_takes_a_tool_in_hand(opened, qtbot, key, tool):
    opened.activateWindow()
    opened.canvas.setFocus()
    qtbot.keyClick(opened.canvas, key)
    assert opened.canvas.tool_name == tool


def test_digits_set_the_priority_of_the_region_or_of_the_rest(opened, qtbot):
    opened.commands["priority.1"].trigger()
    assert opened.document.scene.regions.rest == -2
    identity = add_region(opened.document)
    opened.commands["priority.5"].trigger()
    assert opened.document.scene.regions.by_name(identity).priority == 2


def test_a_click_becomes_a_region_through_the_engine(opened, qtbot, engine):
    opened.canvas.resize(600, 400)
    place = opened.canvas.stage.to_screen(1, 1).toPoint()
    qtbot.mouseClick(opened.canvas, Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: bool(opened.canvas.tool.prompt.found), timeout=5000)
    qtbot.keyClick(opened.canvas, Qt.Key.Key_Return)
    assert len(opened.document.scene.regions) == 1


def test_a_change_of_priority_is_previewed(opened, qtbot):
    with qtbot.waitSignal(opened.link.previewReady, timeout=5000):
        opened.commands["priority.5"].trigger()
    assert opened.canvas.stack.preview_box is not None


def test_what_was_added_needs_a_result(opened, qtbot):
    opened._refresh()
    assert not opened.commands["view.added"].isEnabled()
    upscaled(opened, qtbot)
    opened._refresh()
    with qtbot.waitSignal(opened.link.addedReady, timeout=5000):
        opened.commands["view.added"].trigger()
    assert opened.canvas.stack.shows_added


def test_the_result_goes_to_the_clipboard(opened, qtbot):
    upscaled(opened, qtbot)
    opened._refresh()
    opened.commands["edit.copy_result"].trigger()
    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (160, 120)


def test_a_dropped_file_is_opened(window, qtbot, photo, tmp_path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(photo(tmp_path / "cat.png")))])
    drop = QDropEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    with qtbot.waitSignal(window.document.opened, timeout=5000):
        window.dropEvent(drop)
    assert window.document.title == "cat.png"


def test_the_sample_opens_with_its_regions_and_not_in_the_program_s_folder(window, qtbot, tmp_path):
    with qtbot.waitSignal(window.document.opened, timeout=5000):
        window.commands["file.sample"].trigger()
    assert len(window.document.scene.regions) >= 3
    assert tmp_path in window.document.project_path.parents


def test_a_file_that_is_no_picture_is_told_and_nothing_is_lost(opened, qtbot, tmp_path):
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no picture")
    with qtbot.waitSignal(opened.document.openFailed, timeout=5000):
        opened.document.open_picture(bad)
    assert opened.errors.isVisible()
    assert opened.document.title == "photo.jpg"


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
    engine.handoffs["h1"] = {"picture": known.id, "regions": [region], "rest": 0.5, "title": "a.kra", "host": "krita"}
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
    other.link.close()


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
    QApplication.processEvents()


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
        themes.scale_text(qapp, plain, 200)
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
