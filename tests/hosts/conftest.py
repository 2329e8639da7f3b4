"""One profile for every real Krita of a test run, since its first start takes 20 s and a later one 3 s."""

import os
from pathlib import Path

import pytest
from hosts import krita_rig, krita_tools


@pytest.fixture(scope="session")
def krita_folder(tmp_path_factory):
    """Where Krita's profile lies."""
    kept = os.environ.get("KRITA_TEST_PROFILE")
    return Path(kept) if kept else tmp_path_factory.mktemp("krita")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home of the program, with a running engine."""
    folder = tmp_path_factory.mktemp("home")
    child = krita_tools.start_engine(folder)
    yield folder
    child.terminate()
    child.wait(30)


@pytest.fixture(scope="module")
def krita(home, krita_folder):
    """Krita with the plug-in as `plugins install` leaves it, and no document."""
    with krita_rig.screen() as display:
        rig = krita_rig.Rig(krita_folder, display, {"SEMANTIC_UPSCALE_HOME": str(home)})
        krita_tools.install(rig, home)
        try:
            rig.start()
            rig.run(krita_tools.WORDS + "\ndesk.keep(Wish())\ndesk.keep_reviews(True)")  # as at first
            yield rig
            if rig.process.poll() is None:  # a test may have ended it
                assert rig.quit() == 0
        finally:
            rig.kill()
