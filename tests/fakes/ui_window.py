"""A window with a fake engine, and what tests do with it."""

import pytest
import shiboken6
from ui_engine import FakeEngine
from ui_helpers import picture

from ui.dialogs.question import Question
from ui.engine.client import EngineLink
from ui.main_window import MainWindow
from ui.model.document import Document
from ui.settings import Settings


@pytest.fixture
def engine():
    return FakeEngine()


@pytest.fixture
def window(qtbot, tmp_path, monkeypatch, engine):
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "home"))
    made = MainWindow(Settings(), (Document(), EngineLink(engine.connect)))
    made.show()
    made.begin("", "")
    qtbot.waitUntil(lambda: made.link.state[0] == "ready", timeout=5000)
    yield made
    engine.gate.set()
    if shiboken6.isValid(made):  # another window may have taken over
        made._leave()
        made.link.close(wait_s=5)
        made.deleteLater()


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
