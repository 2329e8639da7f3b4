"""Keys that the tool in hand answers: bound anew, given away, held, and named wherever a key is named."""

# ruff: noqa: F811  (fixtures are handed over by name)

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from ui_helpers import add_region
from ui_stage import canvas_of
from ui_stage import opened as document_of
from ui_window import engine, opened, window  # noqa: F401  (fixtures)

from ui.canvas import keys

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def canvas(qtbot):
    return canvas_of(qtbot, document_of(qtbot))


def bind(canvas, **chosen):
    canvas.keys.bind({**keys.USUAL, **chosen})


def test_a_held_key_that_was_changed_acts_and_the_old_one_is_free(canvas):
    bind(canvas, original=("Q",))
    QTest.keyPress(canvas, Qt.Key.Key_O)
    assert not canvas._held
    QTest.keyPress(canvas, Qt.Key.Key_Q)
    assert canvas._held
    QTest.keyRelease(canvas, Qt.Key.Key_Q)
    assert not canvas._held


def test_a_held_key_ends_with_the_key_whatever_else_was_let_go_before(canvas):
    bind(canvas, hand=("Ctrl+K",))
    QTest.keyPress(canvas, Qt.Key.Key_K, CONTROL)
    assert canvas.hands._hand_held
    QTest.keyRelease(canvas, Qt.Key.Key_K)
    assert not canvas.hands._hand_held


def test_what_is_held_ends_when_the_keys_go_elsewhere(canvas):
    QTest.keyPress(canvas, Qt.Key.Key_N)
    assert canvas._all_shown
    QApplication.sendEvent(canvas, QFocusEvent(QEvent.Type.FocusOut))
    assert not canvas._all_shown


def test_arrows_that_were_changed_move_the_cross_and_shift_goes_farther(canvas):
    bind(canvas, right=("D",))
    QTest.keyClick(canvas, Qt.Key.Key_D)
    first = canvas.pointing.cross
    QTest.keyClick(canvas, Qt.Key.Key_D)
    QTest.keyClick(canvas, Qt.Key.Key_D, SHIFT)
    assert canvas.pointing.cross[0] == first[0] + 11
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.pointing.cross[0] == first[0] + 11


def test_only_what_is_bound_is_kept_from_the_window(canvas):
    def kept(key, held=Qt.KeyboardModifier.NoModifier):
        event = QKeyEvent(QEvent.Type.ShortcutOverride, key, held)
        event.ignore()
        QApplication.sendEvent(canvas, event)
        return event.isAccepted()

    bind(canvas, accept=("K",))
    assert kept(Qt.Key.Key_K)
    assert kept(Qt.Key.Key_Left, SHIFT)
    assert not kept(Qt.Key.Key_Return)
    assert not kept(Qt.Key.Key_Space, SHIFT)


def test_a_key_changed_in_the_list_works_in_the_picture(opened, qtbot):
    opened.parts.keys.choose("canvas.cancel", ("F8",))
    opened.canvas.setFocus()
    opened.canvas.set_tool("brush")
    QTest.keyClick(opened.canvas, Qt.Key.Key_Escape)
    assert opened.canvas.tool_name == "brush"
    QTest.keyClick(opened.canvas, Qt.Key.Key_F8)
    assert opened.canvas.tool_name == "hand"


def test_a_key_given_away_by_a_tool_is_free(opened, qtbot):
    opened.parts.keys.choose("tool.brush", ())
    opened.canvas.set_tool("hand")
    QTest.keyClick(opened.canvas, Qt.Key.Key_B)
    assert opened.canvas.tool_name == "hand"


def test_words_that_name_a_key_follow_it(opened):
    opened.parts.keys.choose("run.upscale", ("F5",))
    opened.parts.keys.choose("tool.objects", ("Q",))
    opened.parts.keys.choose("file.paste", ())
    opened.parts.keys.choose("priority.1", ("A",))
    assert "(F5)" in opened.panels.run.upscale_button.toolTip()
    assert "<b>Q</b>" in opened.panels.regions.empty.text()
    assert "Ctrl" not in opened.welcome._paste.text()
    assert "A 2 3 4 5" in opened.panels.regions.dials.slider.toolTip()
    assert "(Q)" in opened.commands["region.export"].toolTip()


def test_digits_in_the_list_of_regions_follow_the_window(opened, qtbot):
    add_region(opened.document)
    opened.parts.keys.choose("priority.5", ())
    QTest.keyClick(opened.panels.regions.list, Qt.Key.Key_5)
    assert opened.document.scene.region.priority == 0
