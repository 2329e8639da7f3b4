"""Closing while runs are under way: paused, kept, and gone on with at the next start; and Esc twice."""

# ruff: noqa: F811  (fixtures are handed over by name)

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtTest import QTest
from ui_engine import FakeEngine
from ui_helpers import add_region
from ui_window import answer, engine, opened, window  # noqa: F401  (fixtures)

from core.errors import InputError
from ui import resume
from ui.dialogs.question import Question
from ui.engine.client import EngineLink
from ui.main_window import MainWindow
from ui.model.document import Document
from ui.settings import Settings

WAIT_MS = 30_000


@pytest.fixture
def running(window, qtbot, engine, photo, tmp_path):
    """A window with two runs of a file, one with the engine and one that waits."""
    with qtbot.waitSignal(window.document.opened, timeout=WAIT_MS):
        window.open(photo(tmp_path / "cat.png", 40, 30))
    add_region(window.document, name="Face", priority=-2.0)
    engine.gate.clear()
    for _ in range(2):
        window.commands["run.upscale"].trigger()
    qtbot.waitUntil(lambda: window.link.runs.running is not None, timeout=WAIT_MS)
    return window


def paused(running):
    running.closeEvent(QCloseEvent())
    answer(running, "Stop, and run it again at the next start")
    answer(running, "Do not save")


def test_paused_runs_are_kept_with_picture_regions_and_options(running, tmp_path):
    paused(running)
    assert not running.isVisible()
    first, second = (resume.read(path) for path in resume.waiting_runs())
    assert first.picture.path == second.picture.path == str(tmp_path / "cat.png")
    assert [(region.name, region.priority) for region in first.regions] == [("Face", -2.0)]
    assert first.options["scale"] == 4.0


def test_the_next_start_goes_on_and_saves_beside_the_source(running, qtbot, engine, tmp_path):
    paused(running)
    engine.gate.set()
    other = MainWindow(Settings(), (Document(), EngineLink(FakeEngine().connect)))
    qtbot.addWidget(other)
    other.show()
    other.begin("", "")
    answer(other, "Go on")
    qtbot.waitUntil((tmp_path / "cat_x4-2.png").exists, timeout=WAIT_MS)
    assert (tmp_path / "cat_x4.png").exists()
    assert resume.waiting_runs() == []
    other._leave()
    other.link.close(wait_s=5)


def test_forgotten_runs_are_gone(running, qtbot):
    paused(running)
    running.windows.offer_later()
    answer(running, "Forget them")
    assert resume.waiting_runs() == []


def test_pixels_without_a_file_cannot_wait(opened, qtbot, engine):
    engine.gate.clear()
    opened.commands["run.upscale"].trigger()
    qtbot.waitUntil(lambda: opened.link.runs.running is not None, timeout=WAIT_MS)
    opened.closeEvent(QCloseEvent())
    words = [each.text() for question in opened.findChildren(Question) for each in question.buttons]
    assert words == ["Continue in the background", "Stop and close", "Go back"]
    answer(opened, "Go back")


def test_a_picture_that_went_away_is_told(running, tmp_path):
    paused(running)
    (tmp_path / "cat.png").unlink()
    with pytest.raises(InputError, match="not there"):
        resume.read(resume.waiting_runs()[0])
    orders, faults = resume.take_all()
    assert (orders, len(faults)) == ([], 2)


def test_esc_twice_stops_the_run_and_once_does_not(running, qtbot):
    running.canvas.set_tool("hand")
    running.canvas.setFocus()
    number = running.link.runs.running
    QTest.keyClick(running.canvas, Qt.Key.Key_Escape)
    assert running.link.runs.view(number).stage != "stopping"
    assert "Esc" in running.status.said.text()
    QTest.keyClick(running.canvas, Qt.Key.Key_Escape)
    assert running.link.runs.view(number).stage == "stopping"
