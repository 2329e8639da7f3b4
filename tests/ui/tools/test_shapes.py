"""Brush, lasso, polygon, rectangle and ellipse make regions, or change the selected one, one step each."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from ui_stage import at, canvas_of, click, drag, opened, with_regions

from core.geometry import Box
from core.regions.mask import Mask
from ui.model import scene as scene_edits
from ui.tools.brush import Stroke

ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
RIGHT = Qt.MouseButton.RightButton


@pytest.fixture
def canvas(qtbot):
    made = canvas_of(qtbot, opened(qtbot))
    made.set_brush_size(20)
    return made


@pytest.fixture
def said(canvas):
    words = []
    canvas.message.connect(words.append)
    return words


def masks(canvas):
    return [region.mask for region in canvas.scene.regions]


def test_a_stroke_on_nothing_is_a_new_region(qtbot, canvas):
    canvas.set_tool("brush")
    with qtbot.waitSignal(canvas.strokeFinished):
        drag(canvas, [(40, 60), (60, 60), (80, 60)])
    (mask,) = masks(canvas)
    assert mask.contains(60, 60)
    assert not mask.contains(60, 75)
    assert canvas.stage.document.undo_text == "Brush"


def test_brush_and_eraser_edit_the_selected_region(canvas):
    with_regions(canvas.stage.document, 1)
    before = masks(canvas)[0]
    canvas.set_tool("brush")
    drag(canvas, [(80, 60), (110, 60)])
    grown = masks(canvas)[0]
    assert grown.subtract(before).area > 100
    QTest.keyClick(canvas, Qt.Key.Key_X)
    assert canvas.tool_name == "eraser"
    drag(canvas, [(100, 60), (125, 60)])
    assert masks(canvas)[0].area < grown.area
    canvas.stage.document.undo()
    canvas.stage.document.undo()
    assert masks(canvas)[0] == before


@pytest.mark.parametrize(
    ("button", "modifier"), [(RIGHT, Qt.KeyboardModifier.NoModifier), (Qt.MouseButton.LeftButton, ALT)]
)
def test_the_right_button_and_alt_do_the_opposite(canvas, button, modifier):
    with_regions(canvas.stage.document, 1)
    area = masks(canvas)[0].area
    canvas.set_tool("brush")
    drag(canvas, [(80, 60), (90, 60)], button, modifier)
    assert masks(canvas)[0].area < area


def test_a_locked_region_cannot_be_painted(canvas, said):
    with_regions(canvas.stage.document, 1)
    document = canvas.stage.document
    document.apply("Lock", scene_edits.set_locked(document.scene, "r1", True))
    before = document.scene
    for name in ("brush", "eraser", "lasso"):
        canvas.set_tool(name)
        canvas.set_boolean("add")
        drag(canvas, [(60, 40), (100, 40), (100, 80), (60, 80)])
    assert document.scene == before
    assert len(said) == 3
    assert all("locked" in words for words in said)


def test_a_stroke_given_up_leaves_nothing(canvas):
    canvas.set_tool("brush")
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 40, 40))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 90, 40))
    assert masks(canvas) == []


def test_erasing_everything_is_refused(canvas, said):
    with_regions(canvas.stage.document, 1)
    before = masks(canvas)
    canvas.set_tool("eraser")
    canvas.set_brush_size(300)
    click(canvas, 80, 60)
    assert masks(canvas) == before
    assert len(said) == 1


def test_brackets_change_size_and_hardness_and_a_soft_brush_feathers(canvas):
    canvas.set_tool("brush")
    QTest.keyClick(canvas, Qt.Key.Key_BracketRight)
    assert canvas.brush_size_px > 20
    QTest.keyClick(canvas, Qt.Key.Key_BraceLeft, SHIFT)
    assert canvas.brush_hardness == 0.75
    click(canvas, 50, 50)
    assert canvas.scene.region.feather_px == pytest.approx(0.25 * canvas.brush_size_px / 2, abs=0.1)


def test_pen_pressure_makes_the_brush_thinner(canvas):
    canvas.set_tool("brush")
    canvas.hands._pressure = 0.1
    click(canvas, 50, 50)
    thin = masks(canvas)[0].area
    canvas.hands._pressure = 1.0
    canvas.stage.document.apply("", scene_edits.select(canvas.scene, None))
    click(canvas, 100, 50)
    assert masks(canvas)[0].area > 4 * thin


@pytest.mark.parametrize(("tool", "area"), [("rectangle", 1200), ("ellipse", 942), ("lasso", 1200)])
def test_drawn_shapes_become_regions(canvas, tool, area):
    canvas.set_tool(tool)
    corners = [(40, 30), (80, 30), (80, 60), (40, 60)]
    drag(canvas, corners if tool == "lasso" else [corners[0], corners[2]])
    (mask,) = masks(canvas)
    assert mask.area == pytest.approx(area, rel=0.08)


def test_a_polygon_is_set_corner_by_corner_and_closed_by_enter(canvas):
    canvas.set_tool("polygon")
    for corner in [(40, 30), (80, 30), (10, 10), (80, 60), (40, 60)]:
        click(canvas, *corner)
        if corner == (10, 10):
            QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert masks(canvas)[0].area == pytest.approx(1200, rel=0.05)


def test_shapes_add_subtract_and_intersect(canvas):
    canvas.set_tool("rectangle")
    drag(canvas, [(40, 30), (80, 60)])
    canvas.set_boolean("add")
    drag(canvas, [(80, 30), (90, 60)])
    assert masks(canvas)[0].area == pytest.approx(1500, rel=0.05)
    drag(canvas, [(40, 30), (50, 60)], modifier=ALT)
    assert masks(canvas)[0].area == pytest.approx(1200, rel=0.05)
    canvas.set_boolean("intersect")
    drag(canvas, [(50, 30), (60, 60)])
    assert masks(canvas)[0].area == pytest.approx(300, rel=0.12)
    assert len(canvas.scene.regions) == 1


def test_nothing_is_taken_from_nothing(canvas, said):
    canvas.set_tool("rectangle")
    canvas.set_boolean("subtract")
    drag(canvas, [(40, 30), (80, 60)])
    assert masks(canvas) == []
    assert len(said) == 1


def test_shapes_by_keyboard_alone(canvas):
    canvas.set_tool("rectangle")
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(canvas, key, SHIFT)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    (mask,) = masks(canvas)
    assert mask.box.size.width == pytest.approx(11, abs=1)


def test_a_stroke_remembers_only_what_it_touched(qtbot):
    size = opened(qtbot).scene.size
    start = Mask.filled(Box(5, 5, 20, 20))
    stroke = Stroke(start, size, erasing=False)
    touched = stroke.to((100, 60), 8).union(stroke.to((120, 60), 8))
    assert stroke.mask.subtract(start).box == touched
    assert np.count_nonzero(stroke.pixels) == stroke.mask.area


def test_hand_and_zoom_tools_move_the_view(canvas):
    canvas.set_tool("zoom")
    before = canvas.zoom
    click(canvas, 80, 60)
    assert canvas.zoom == pytest.approx(2 * before)
    click(canvas, 80, 60, RIGHT)
    assert canvas.zoom == pytest.approx(before)
    canvas.zoom_to(16)
    canvas.set_tool("hand")
    seen = canvas.visible_box
    drag(canvas, [(80, 60), (84, 60)])
    assert canvas.visible_box.x < seen.x
