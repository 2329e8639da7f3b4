"""The whole road with the real engine, as `ui_road` walks it, and how the window looks.

Screenshots of each step go to out/screenshots. The engine is a process of its own, with a home of its own.
How long the interface thread is held up is measured by benchmarks/window_road.py, on the same road.
"""

import numpy as np
import pytest
from PIL import Image
from ui_road import PATIENCE_S, ROOT, SHOTS, Road, act, leave, shot

from ui import theme
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


@pytest.mark.slow
def test_from_the_first_picture_to_the_saved_result_and_back(program, tmp_path):
    road = Road(program, tmp_path, shot)
    road.begin()
    for step in road.steps:
        step()
    with Image.open(road.target) as result, Image.open(road.picture) as source:
        assert result.size == (4 * source.width, 4 * source.height)
        shrunk = np.asarray(result.convert("RGB").resize(source.size, Image.Resampling.BICUBIC), float)
        assert np.abs(shrunk - np.asarray(source.convert("RGB"), float)).mean() < 6


@pytest.mark.slow
def test_how_it_looks_in_the_dark_in_german_and_with_large_text(program, qtbot, qapp, monkeypatch):
    window = program.window
    plain = qapp.font()
    program.show()
    with qtbot.waitSignal(window.document.opened, timeout=PATIENCE_MS):
        act(window, "file.sample")
    try:
        for choice in ("dark", "light"):
            program.settings.set("look.theme", choice)
            qtbot.wait(200)
            shot(window, f"look-{choice}")
        program.settings.set("look.language", "de")
        program.window.resize(1360, 860)
        qtbot.wait(200)
        shot(program.window, "look-german")
        for name in ("settings", "shortcuts", "about"):
            shot(getattr(program.window.windows, name)(), f"look-german-{name}")
        program.settings.set("look.text_percent", 200)
        program.window.resize(1024, 640)
        qtbot.wait(200)
        shot(program.window, "look-german-200-percent-small")
        program.window.resize(1600, 1000)
        qtbot.wait(200)
        shot(program.window, "look-german-200-percent")
        program.window.document.close()
        qtbot.wait(200)
        shot(program.window, "look-welcome-200-percent")
    finally:
        program.settings.set("look.language", "en")
        qapp.setFont(plain)
        theme.choose(qapp, "light")
    assert {path.stem for path in SHOTS.glob("look-*.png")} >= {"look-dark", "look-german-200-percent"}
