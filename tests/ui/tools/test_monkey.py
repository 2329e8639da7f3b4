"""A monkey at mouse and keyboard breaks nothing, and undo takes everything it did back."""

import random

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from ui_stage import Proposer, canvas_of, opened, with_regions

from ui.model import scene as scene_edits

BUTTONS = (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton)
HELD = (Qt.KeyboardModifier.NoModifier,) * 4 + (
    Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier,
)  # fmt: skip
NAMES = (
    "W B E L R H Z X C O N Space Return Escape Backspace Left Right Up Down Comma Period BracketLeft BracketRight "
    "BraceLeft Backslash Bar Plus Minus 0 1 Menu Delete F2 Control"
)
KEYS = [getattr(Qt.Key, f"Key_{name}") for name in NAMES.split()]


class Monkey:
    """Does something else each time; the seed says what."""

    def __init__(self, canvas, seed):
        self.canvas, self.dice = canvas, random.Random(seed)  # noqa: S311  (a monkey, no secret)

    def place(self):
        return QPoint(
            self.dice.randrange(-20, self.canvas.width() + 20),
            self.dice.randrange(-20, self.canvas.height() + 20),
        )

    def mouse(self):
        act = self.dice.choice((QTest.mousePress, QTest.mouseRelease, QTest.mouseClick, QTest.mouseDClick))
        act(self.canvas, self.dice.choice(BUTTONS), self.dice.choice(HELD), self.place())

    def move(self):
        QTest.mouseMove(self.canvas, self.place())

    def key(self):
        act = self.dice.choice((QTest.keyPress, QTest.keyRelease, QTest.keyClick))
        act(self.canvas, self.dice.choice(KEYS), self.dice.choice(HELD))

    def wheel(self):
        at, turn = QPointF(self.place()), QPoint(0, self.dice.choice((-120, 120, 30)))
        phase = Qt.ScrollPhase.NoScrollPhase
        event = QWheelEvent(
            at, at, QPoint(), turn, Qt.MouseButton.NoButton, self.dice.choice(HELD), phase, False
        )
        QApplication.sendEvent(self.canvas, event)

    def canvas_verb(self):
        canvas, dice = self.canvas, self.dice
        dice.choice((
            lambda: canvas.set_tool(dice.choice([*canvas.tools])),
            lambda: canvas.set_boolean(dice.choice(("new", "add", "subtract", "intersect"))),
            lambda: canvas.set_compare(dice.choice(("off", "split", "side", "loupe"))),
            lambda: canvas.set_overlay(dice.choice(("colour", "grey", "off"))),
            lambda: canvas.resize(dice.randrange(210, 700), dice.randrange(160, 500)),
            canvas.fit,
            canvas.stage.document.undo,
            canvas.stage.document.redo,
        ))()  # fmt: skip

    def scene_verb(self):
        document = self.canvas.stage.document
        scene = document.scene
        if not len(scene.regions):
            return
        identity = self.dice.choice(scene.regions.regions).id
        verb = self.dice.choice((
            lambda: scene_edits.select(scene, identity),
            lambda: scene_edits.delete(scene, identity),
            lambda: scene_edits.set_locked(scene, identity, self.dice.random() < 0.3),
            lambda: scene_edits.set_visible(scene, identity, self.dice.random() < 0.8),
            lambda: scene_edits.set_priority(scene, identity, self.dice.uniform(-2, 2)),
        ))  # fmt: skip
        document.apply("Monkey", verb())

    def act(self):
        kinds = (
            self.mouse,
            self.mouse,
            self.move,
            self.key,
            self.key,
            self.wheel,
            self.canvas_verb,
            self.scene_verb,
        )
        self.dice.choice(kinds)()


def play(qtbot, seed, acts):
    document = opened(qtbot)
    start = document.scene
    with_regions(document, 3)
    canvas = canvas_of(qtbot, document)
    proposer = Proposer(canvas)
    monkey = Monkey(canvas, seed)
    for number in range(acts):
        monkey.act()
        if number % 25 == 0:
            QApplication.processEvents()
    assert proposer.asked
    canvas.set_tool("hand")
    steps = 0
    while document.undo_text:
        document.undo()
        steps += 1
    assert steps > 0
    assert steps == 200 or document.scene == start


def test_two_thousand_acts_of_a_monkey(qtbot):
    play(qtbot, seed=7, acts=2000)


@pytest.mark.slow
def test_ten_thousand_acts_of_a_monkey(qtbot):
    play(qtbot, seed=11, acts=10_000)
