"""Find objects: every way of UX §4.2 to point at something and make it a region."""

import time

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from ui_stage import Proposer, at, canvas_of, click, disc_offers, drag, hover, opened

from core.geometry import Box

CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier,
)  # fmt: skip
RIGHT = Qt.MouseButton.RightButton


@pytest.fixture
def canvas(qtbot):
    return canvas_of(qtbot, opened(qtbot))


@pytest.fixture
def proposer(canvas):
    return Proposer(canvas)


@pytest.fixture
def said(canvas):
    words = []
    canvas.message.connect(words.append)
    return words


def prompt(canvas):
    return canvas.tools["objects"].prompt


def signs(canvas):
    return [include for _, _, include in prompt(canvas).points]


def test_resting_asks_within_a_tenth_of_a_second_and_shows_an_outline(qtbot, canvas, proposer):
    start = time.monotonic()
    hover(canvas, 60, 60)
    qtbot.waitUntil(lambda: bool(proposer.asked), timeout=2000)
    points, box, lane = proposer.asked[0]
    assert (points[0][2], box, lane) == (1, None, "hover")
    assert canvas.tools["objects"].hovered is not None
    assert start < proposer.times[0]
    hover(canvas, 150, 10)
    assert canvas.tools["objects"].hovered is None


def test_left_includes_right_and_alt_exclude(canvas, proposer):
    click(canvas, 60, 60)
    click(canvas, 80, 60, RIGHT)
    click(canvas, 90, 70, modifier=ALT)
    assert signs(canvas) == [1, 0, 0]
    assert len(proposer.asked) == 3


def test_enter_makes_a_region_and_is_ready_for_the_next(canvas, proposer):
    click(canvas, 60, 60)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    (region,) = canvas.scene.regions
    assert region.mask.contains(60, 60)
    assert region.prompts[0]["kind"] == "point"
    assert prompt(canvas).empty
    assert canvas.tool_name == "objects"


def test_a_double_click_accepts(canvas, proposer):
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 60, 60))
    click(canvas, 60, 60)
    QTest.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=at(canvas, 60, 60))
    assert len(canvas.scene.regions) == 1


def test_part_object_whole(canvas, proposer):
    click(canvas, 60, 60)
    assert (prompt(canvas).word, prompt(canvas).dots) == ("object", "○●○")
    QTest.keyClick(canvas, Qt.Key.Key_Comma)
    assert (prompt(canvas).word, prompt(canvas).dots) == ("part", "●○○")
    for _ in range(3):
        QTest.keyClick(canvas, Qt.Key.Key_Period)
    assert prompt(canvas).word == "whole"
    areas = [each.mask.area for each in prompt(canvas).found]
    assert areas == sorted(areas)


def test_a_short_drag_is_a_click_and_a_long_one_a_box(canvas, proposer):
    x, y = 60, 60
    near = canvas.camera.to_source(canvas.camera.to_canvas(x, y) + canvas.rect().topLeft() + _px(4))
    drag(canvas, [(x, y), near])
    assert signs(canvas) == [1]
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    drag(canvas, [(40, 40), (100, 90)])
    assert prompt(canvas).box == Box(40, 40, 60, 50)
    assert proposer.asked[-1][1] == Box(40, 40, 60, 50)


def _px(length):
    return QPoint(length, 0)


def test_a_point_can_be_moved_and_deleted(canvas, proposer):
    click(canvas, 60, 60)
    click(canvas, 100, 60)
    drag(canvas, [(60, 60), (70, 80)])
    assert prompt(canvas).points[0][:2] == pytest.approx((70, 80), abs=0.5)
    click(canvas, 100, 60)
    assert len(prompt(canvas).points) == 1
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    assert prompt(canvas).empty


def test_ctrl_collects_points_and_asks_once(canvas, proposer):
    QTest.keyPress(canvas, Qt.Key.Key_Control)
    for x in (40, 70, 110):
        click(canvas, x, 60, modifier=CTRL)
    assert proposer.asked == []
    QTest.keyRelease(canvas, Qt.Key.Key_Control)
    assert [len(points) for points, _, _ in proposer.asked] == [3]


def test_shift_keeps_what_is_found_and_begins_another(canvas, proposer):
    click(canvas, 50, 60)
    click(canvas, 110, 60, modifier=SHIFT)
    assert len(canvas.scene.regions) == 1
    assert len(prompt(canvas).points) == 1
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert len(canvas.scene.regions) == 2


def test_esc_throws_the_points_away_then_leaves_the_tool(canvas, proposer):
    click(canvas, 60, 60)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert prompt(canvas).empty
    assert canvas.tool_name == "objects"
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert canvas.tool_name == "hand"


def test_nothing_found_is_said(canvas, said):
    proposer = Proposer(canvas, empty=True)
    click(canvas, 60, 60)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert len(proposer.asked) == 1
    assert said == ["Nothing found here. Try a box, or the brush (B)."]
    assert len(canvas.scene.regions) == 0


def test_an_answer_for_old_points_is_not_taken(canvas):
    click(canvas, 60, 60)
    old = prompt(canvas).points
    click(canvas, 90, 60)
    canvas.offer(old, None, "click", disc_offers(canvas.scene.size, 60, 60))
    assert prompt(canvas).proposal is None
    canvas.offer(prompt(canvas).points, None, "click", disc_offers(canvas.scene.size, 90, 60))
    assert prompt(canvas).proposal.mask.contains(90, 60)


def test_enter_before_the_answer_accepts_when_it_comes(canvas):
    click(canvas, 60, 60)
    points = prompt(canvas).points
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert canvas.tool.waiting_since_s is not None
    canvas.offer(points, None, "click", disc_offers(canvas.scene.size, 60, 60))
    assert len(canvas.scene.regions) == 1
    assert canvas.tool.waiting_since_s is None


def test_a_failure_is_said_in_words(canvas, said):
    click(canvas, 60, 60)
    canvas.proposal_failed(prompt(canvas).points, None, "click", "Engine is off.")
    assert said == ["Engine is off."]
    assert canvas.tool.waiting_since_s is None


def test_boolean_modes_change_the_selected_region(canvas, proposer):
    click(canvas, 60, 60)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    area = canvas.scene.region.mask.area
    canvas.set_boolean("add")
    click(canvas, 75, 60)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert len(canvas.scene.regions) == 1
    assert canvas.scene.region.mask.area > area
    canvas.set_boolean("subtract")
    click(canvas, 75, 60)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert not canvas.scene.region.mask.contains(75, 60)


def test_by_keyboard_alone(canvas, proposer):
    for _ in range(3):
        QTest.keyClick(canvas, Qt.Key.Key_Left, SHIFT)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    QTest.keyClick(canvas, Qt.Key.Key_Right, SHIFT)
    QTest.keyClick(canvas, Qt.Key.Key_Return, SHIFT)
    assert signs(canvas) == [1, 0]
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert len(canvas.scene.regions) == 1


def test_suggestions_become_regions_only_when_clicked(qtbot, canvas):
    size = canvas.scene.size
    found = [*disc_offers(size, 40, 60, radii=(10,)), *disc_offers(size, 120, 60, radii=(10,))]
    canvas.set_suggestions(found)
    assert len(canvas.scene.regions) == 0
    with qtbot.waitSignal(canvas.suggestionsChanged) as left:
        click(canvas, 40, 60)
    assert left.args == [1]
    assert canvas.scene.region.mask.contains(40, 60)
    canvas.set_suggestions(found)
    drag(canvas, [(20, 50), (140, 70)])
    assert canvas.scene.region.mask.contains(40, 60)
    assert canvas.scene.region.mask.contains(120, 60)
    assert len(canvas.scene.regions) == 2


def test_n_wants_all_objects(qtbot, canvas):
    with qtbot.waitSignal(canvas.allObjectsWanted):
        QTest.keyPress(canvas, Qt.Key.Key_N)
    QTest.keyRelease(canvas, Qt.Key.Key_N)


def test_alt_and_the_wheel_choose_too(canvas, proposer):
    click(canvas, 60, 60)
    place = QPointF(at(canvas, 60, 60))
    buttons, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    event = QWheelEvent(place, place, QPoint(), QPoint(0, -120), buttons, ALT, phase, False)
    QApplication.sendEvent(canvas, event)
    assert prompt(canvas).word == "part"


def test_a_second_point_corrects_the_answer_that_was_chosen(canvas, proposer):
    proposer.memories = ("a part", "an object", "a whole")
    click(canvas, 60, 60)
    QTest.keyClick(canvas, Qt.Key.Key_Period)
    click(canvas, 70, 60)
    click(canvas, 80, 60, RIGHT)
    assert proposer.corrected[:2] == [None, "a whole"]
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    assert proposer.corrected[-1] == "a whole"
    QTest.keyClick(canvas, Qt.Key.Key_Backspace)
    assert proposer.corrected[-1] is None
