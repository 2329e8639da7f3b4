"""One screen for all tests of a process, a window for each."""

import numpy as np
import pytest
from e2e import desktop
from PIL import Image


@pytest.fixture(scope="session")
def screen():
    """1366 × 768, the smallest screen that is still sold."""
    lacking = desktop.missing()
    if lacking:
        pytest.skip(f"needs {lacking}")
    with desktop.desktop() as name:
        yield name


@pytest.fixture
def launch(screen, tmp_path):
    """Start the program; it is ended with the test, and nothing may have reached the net under everything."""
    started = []

    def start(*arguments, display=screen, faults=(), **more):
        window = desktop.Window(display, tmp_path / f"user{len(started)}", *arguments, **more)
        started.append(window)
        return window

    yield start
    told = [fault for window in started if window.process.poll() is None for fault in window.faults]
    for window in started:
        window.close()
    assert not told, told[0]


@pytest.fixture
def photo_file(tmp_path):
    """A picture with something in every corner."""
    path = tmp_path / "photo.png"
    y, x = np.mgrid[:120, :160]
    Image.fromarray(np.stack([x * 255 // 160, y * 255 // 120, (x + y) % 256], 2).astype(np.uint8)).save(path)
    return path


@pytest.fixture
def window(launch, photo_file):
    """The program with a fake engine and a picture open, as `semantic-upscale-gui photo.png` shows it."""
    made = launch(photo_file)
    made.do("window.settings.set('welcome.tips_seen', True); window.windows.tips.end()")
    made.until("window.document.scene is not None")
    return made
