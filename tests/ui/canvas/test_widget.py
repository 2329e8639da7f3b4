"""The canvas shows what it should, where it should, and tells what happens on it."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from ui_stage import at, canvas_of, click, drag, hover, opened, picture, with_regions

from core.geometry import Box, Size
from ui.canvas.canvas import Canvas
from ui.model import scene as scene_edits
from ui.model.document import Document
from ui.qt import array_from_image


@pytest.fixture
def canvas(qtbot):
    return canvas_of(qtbot, opened(qtbot))


def pixel(canvas, x, y):
    """What is seen over a source point, RGB."""
    image = canvas.grab().toImage()
    while not canvas.settled:
        image = canvas.grab().toImage()
    ratio = image.devicePixelRatio()
    place = at(canvas, x, y)
    shown = array_from_image(image)[round(place.y() * ratio), round(place.x() * ratio), :3]
    return shown.astype(int)


def test_the_picture_is_seen_where_the_view_says(canvas):
    canvas.zoom_to(8.0)
    x, y = canvas.visible_box.x + 20, canvas.visible_box.y + 20
    assert np.abs(pixel(canvas, x + 0.5, y + 0.5) - picture()[y, x]).max() <= 2


def test_a_target_tile_is_seen_in_the_place_of_its_source(canvas):
    canvas.set_target(Size(640, 480), 4.0)
    canvas.add_target_tile(Box(320, 240, 160, 120), bytes([10, 250, 20]) * (160 * 120))
    assert pixel(canvas, 95, 70).tolist() == [10, 250, 20]
    assert pixel(canvas, 60, 40).tolist() != [10, 250, 20]
    canvas.clear_target()
    assert pixel(canvas, 95, 70).tolist() != [10, 250, 20]


def test_the_edge_of_what_is_done_is_not_seen(qtbot):
    white = canvas_of(qtbot, opened(qtbot, np.full((120, 160, 3), 255, np.uint8)))
    white.set_target(Size(640, 480), 4.0)
    white.add_target_tile(Box(0, 0, 322, 243), bytes([255]) * (3 * 322 * 243))
    for zoom in (1.3, 3.0, 7.0):
        white.zoom_to(zoom)
        pixel(white, 80, 60)
        edge = array_from_image(white.grab().toImage())[at(white, 80, 60).y()]
        shown = edge[at(white, 75, 60).x() : at(white, 85, 60).x(), :3]
        assert shown.min() >= 254


def test_holding_shows_the_original_and_says_so(canvas):
    canvas.set_preview(Box(60, 40, 40, 40), np.full((160, 160, 3), 255, np.uint8))
    assert pixel(canvas, 80, 60).tolist() == [255, 255, 255]
    QTest.keyPress(canvas, Qt.Key.Key_O)
    assert pixel(canvas, 80, 60).tolist() != [255, 255, 255]
    QTest.keyRelease(canvas, Qt.Key.Key_O)
    assert pixel(canvas, 80, 60).tolist() == [255, 255, 255]


def test_split_shows_the_source_on_the_left(canvas):
    canvas.set_target(Size(640, 480), 4.0)
    canvas.add_target_tile(Box(0, 0, 640, 480), bytes([10, 250, 20]) * (640 * 480))
    canvas.set_compare("split")
    assert pixel(canvas, 40, 60).tolist() != [10, 250, 20]
    assert pixel(canvas, 120, 60).tolist() == [10, 250, 20]
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(canvas.width() // 2, 50))
    QTest.mouseMove(canvas, QPoint(20, 50))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(20, 50))
    assert canvas.split < 0.5


def test_comparing_hides_the_priorities(canvas):
    with_regions(canvas.stage.document, 1)
    assert canvas.priorities_shown()
    for hide, show in (
        (lambda: canvas.set_compare("side"), lambda: canvas.set_compare("off")),
        (lambda: canvas.set_quiet(True), lambda: canvas.set_quiet(False)),
        (lambda: canvas.hold(True), lambda: canvas.hold(False)),
    ):
        hide()
        assert not canvas.priorities_shown()
        show()
        assert canvas.priorities_shown()


def test_the_overlay_is_seen_and_goes_away(canvas):
    before = pixel(canvas, 48, 60)
    with_regions(canvas.stage.document, 1)
    canvas.set_overlay("grey")
    assert pixel(canvas, 80, 66).tolist() == [255, 255, 255]
    canvas.set_overlay("off")
    assert np.abs(pixel(canvas, 48, 60) - before).max() <= 2


def test_keys_walk_the_crosshair_and_tell_where(qtbot, canvas):
    told = []
    canvas.cursorMoved.connect(lambda point: told.append((point.x(), point.y())))
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    start = told[-1]
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert told[-1] == (start[0] + 1, start[1] + 10)
    for _ in range(30):
        QTest.keyClick(canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert told[-1][0] == 0


def test_zooming_tells_what_is_in_sight(qtbot, canvas):
    with qtbot.waitSignal(canvas.visibleBoxChanged) as told:
        canvas.zoom_to(16.0)
    assert told.args[0] == canvas.visible_box
    assert canvas.visible_box.width <= 42
    QTest.keyClick(canvas, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    assert canvas.visible_box == Box.of(Size(160, 120))
    QTest.keyClick(canvas, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert canvas.zoom == 1.0


def test_space_and_drag_moves_the_picture_whatever_the_tool(canvas):
    canvas.set_tool("brush")
    canvas.zoom_to(16.0)
    before = canvas.visible_box
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    middle = before.x + before.width / 2, before.y + before.height / 2
    drag(canvas, [middle, (middle[0] + 5, middle[1] + 3)])
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas.visible_box.x < before.x
    assert len(canvas.scene.regions) == 0


def test_a_reduced_target_is_drawn_while_tiles_come(canvas):
    canvas.set_target(Size(640, 480), 4.0)
    canvas.zoom_to(0.5)
    canvas.add_target_tile(Box(0, 0, 640, 480), bytes([10, 250, 20]) * (640 * 480))
    assert pixel(canvas, 80, 60).tolist() == [10, 250, 20]


def test_another_picture_takes_everything_of_the_old_one_away(qtbot, canvas):
    document = canvas.stage.document
    canvas.set_target(Size(640, 480), 4.0)
    canvas.set_added_map(np.ones((120, 160)))
    document.open_array(picture(50, 40), "other")
    qtbot.waitUntil(lambda: document.title == "other", timeout=8000)
    assert canvas.target is None
    assert not canvas.stack.shows_added
    assert canvas.visible_box == Box(0, 0, 50, 40)


def test_a_map_of_another_size_is_refused(canvas):
    with pytest.raises(ValueError, match="does not fit"):
        canvas.set_added_map(np.ones((3, 3)))


def test_without_a_picture_it_says_what_to_do(qtbot):
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.set_document(Document())
    canvas.show()
    names = [button.accessibleName() for button in canvas.findChildren(QAbstractButton) if button.isVisible()]
    assert "Open…" in names
    with qtbot.waitSignal(canvas.openWanted):
        next(b for b in canvas.findChildren(QAbstractButton) if b.accessibleName() == "Open…").click()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Right, Qt.Key.Key_B):
        QTest.keyClick(canvas, key)


def test_everything_that_takes_the_focus_has_a_name(canvas):
    with_regions(canvas.stage.document, 1)
    widgets = [canvas, *canvas.findChildren(QWidget)]
    nameless = [w for w in widgets if w.focusPolicy() != Qt.FocusPolicy.NoFocus and not w.accessibleName()]
    assert not nameless


def test_the_legend_can_be_closed_and_comes_back_with_the_overlay(canvas):
    with_regions(canvas.stage.document, 1)
    assert canvas._legend.isVisible()
    canvas._legend.findChild(QAbstractButton).click()
    assert not canvas._legend.isVisible()
    canvas.set_overlay("off")
    canvas.set_overlay("colour")
    assert canvas._legend.isVisible()


def test_tools_are_chosen_by_letter_unless_the_window_does(canvas):
    for key, name in (
        (Qt.Key.Key_B, "brush"),
        (Qt.Key.Key_E, "eraser"),
        (Qt.Key.Key_W, "objects"),
        (Qt.Key.Key_H, "hand"),
    ):
        QTest.keyClick(canvas, key)
        assert canvas.tool_name == name
    QTest.keyClick(canvas, Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    assert canvas.tool_name == "polygon"
    canvas.keys.letters = False
    QTest.keyClick(canvas, Qt.Key.Key_B)
    assert canvas.tool_name == "polygon"


def test_side_by_side_both_halves_point_at_the_same_place(qtbot, canvas):
    canvas.set_compare("side")
    told = []
    canvas.cursorMoved.connect(lambda point: told.append((point.x(), point.y())))
    hover(canvas, 40, 60)
    place = at(canvas, 40, 60)
    QTest.mouseMove(canvas, QPoint(place.x() + canvas.width() // 2 + 1, place.y()))
    QTest.qWait(30)
    assert abs(told[-1][0] - told[0][0]) <= 1


def test_regions_that_change_elsewhere_are_drawn_again(canvas):
    document = canvas.stage.document
    with_regions(document, 1)
    canvas.set_overlay_opacity(1.0)
    canvas.set_legend(False)
    rich = pixel(canvas, 72, 60)
    document.apply("Priority", scene_edits.set_priority(document.scene, "r1", 0.0))
    assert np.abs(pixel(canvas, 72, 60) - rich).max() > 20
    click(canvas, 5, 5)
