"""The whole window with a fake engine: everything is named, explained and tied together."""

# ruff: noqa: F811  (fixtures are handed over by name)

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QMenu,
    QScrollBar,
    QTabBar,
    QWidget,
)
from ui_helpers import add_region
from ui_window import engine, opened, upscaled, window  # noqa: F401  (fixtures)

from ui.actions.table import BY_ID

CONTROLS = (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit)


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


def test_size_detail_and_clean_up_can_be_chosen_without_a_mouse(opened):
    for identity in ("dial.size_2", "dial.detail_more", "dial.clean_more"):
        opened.commands[identity].trigger()
    scene = opened.document.scene
    assert (scene.scale, scene.detail) == (2.0, 0.5)
    assert scene.clean_up is not None
    opened.commands["dial.clean_automatic"].trigger()
    assert opened.document.scene.clean_up is None
