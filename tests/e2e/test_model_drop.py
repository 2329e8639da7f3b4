"""A model file is dropped on the window: the real engine takes it in, it is chosen, and a run is made with it."""

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from ui_road import PATIENCE_S, ROOT, act, leave, until

from tests.community import write_pth
from ui.app import Program
from ui.settings import Settings

PATIENCE_MS = int(1000 * PATIENCE_S)


@pytest.fixture
def program(qtbot, qapp, tmp_path, monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    made = Program(qapp, Settings())
    yield made
    leave(made)


def drop(window, path):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(event)


@pytest.mark.slow
def test_a_model_that_is_dropped_is_chosen_and_makes_the_picture(program, qtbot, tmp_path):
    window = program.window
    program.show()
    with qtbot.waitSignal(window.document.opened, timeout=PATIENCE_MS):
        act(window, "file.sample")
    until(lambda: window.link.state[0] == "ready")
    drop(window, write_pth(tmp_path, "Compact"))
    until(lambda: window.document.scene.method == "4x_Compact")
    until(lambda: "4x_Compact" in window.link.hello["capabilities"]["methods"])
    assert not window.panels.run.more.dice.isEnabled()
    assert "no seed" in window.panels.run.more.dice.toolTip()
    with qtbot.waitSignal(window.link.jobDone, timeout=PATIENCE_MS) as done:
        act(window, "run.upscale")
    assert done.args[1]["method"] == "4x_Compact"
