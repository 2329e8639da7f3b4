"""A source of a wide gamut is seen in the same colours, whichever road its target comes by; with the real engine."""

import numpy as np
import pytest
import pyvips
from PIL import Image
from ui_road import ROOT, act, heard, leave, until

from core.geometry import Box
from ui.app import Program
from ui.settings import Settings

SIZE = 96, 72


@pytest.fixture
def program(qtbot, qapp, tmp_path, monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    made = Program(qapp, Settings())
    yield made
    leave(made)


@pytest.fixture
def wide(tmp_path):
    """Saturated colours, whose numbers mean others in sRGB."""
    across, down = np.meshgrid(np.linspace(0.1, 0.9, SIZE[0]), np.linspace(0.2, 0.8, SIZE[1]))
    pixels = np.rint(255 * np.stack([across, down, 0.2 + 0 * down], axis=2)).astype(np.uint8)
    path = tmp_path / "wide.png"
    Image.fromarray(pixels).save(path, icc_profile=pyvips.Image.profile_load("p3"))
    return path


def far(one, other):
    """How far two pictures of one size are apart on the whole, 0 … 255."""
    return float(np.abs(one.astype(float) - other.astype(float)).mean())


@pytest.mark.slow
def test_tiles_a_second_look_and_a_spot_show_the_colours_of_the_source(program, wide):
    window, (width, height) = program.window, SIZE
    program.show(str(wide))
    until(lambda: window.document.scene is not None and window.link.state[0] == "ready")
    source = window.document.source.pixels(0, Box(0, 0, width, height))[..., :3]
    with Image.open(wide) as plain:
        assert far(source, np.asarray(plain)) > 6
    act(window, "run.upscale")
    until(lambda: window.showing.result() is not None)
    tiled = seen(window)
    number = window.showing.result()
    window.showing.look(number)
    assert window.showing.result() is None
    until(lambda: window.showing.result() is not None)
    _, spot, _ = heard(window.link.previewReady, lambda: act(window, "run.preview"))
    for target in (tiled, seen(window), spot):
        assert far(target[::4, ::4], source) < 4
    assert far(tiled, seen(window)) < 1


def seen(window):
    """The target that the canvas shows."""
    target = window.canvas.target
    return target.pixels(0, Box(0, 0, target.size.width, target.size.height))[..., :3]
