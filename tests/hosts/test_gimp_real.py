"""The plug-in in a real GIMP 3.0 with the real engine: through the procedure database, and by its window."""

import shutil

import pytest
from hosts.gimp import rig
from PIL import Image

pytestmark = pytest.mark.hosts
SCENES = (
    "scene_pixels.py",
    "scene_chosen.py",
    "scene_placed.py",
    "scene_composite.py",
    "scene_refused.py",
    "scene_engine.py",
)
SAMPLE = rig.REPOSITORY / "resources" / "samples" / "chelsea.jpg"


@pytest.fixture(scope="module")
def gimp(tmp_path_factory):
    """(root, stage): GIMP, the plug-in in its profile, pictures, and an engine that runs outside."""
    folder, reason = rig.root()
    if folder is None:
        pytest.skip(reason)
    stage = tmp_path_factory.mktemp("gimp")
    (stage / "engine-home").mkdir()
    rig.install(stage)
    with Image.open(SAMPLE) as photo:
        photo.crop((100, 60, 400, 260)).resize((96, 64)).save(stage / "small.png")
        photo.resize((1500, 1000)).save(stage / "big.png")
    with rig.engine(stage / "engine-home"):
        yield folder, stage


@pytest.fixture(scope="module")
def by_database(gimp):
    """What went wrong in each scenario without a screen."""
    return rig.run_inside(*gimp, "headless.py", "verdicts.json")


@pytest.fixture(scope="module")
def by_window(gimp):
    """What went wrong in each step with a window; its pictures go to out/screenshots."""
    seen = rig.run_inside(*gimp, "driven.py", "seen.json", "/t/small.png")
    shutil.copytree(gimp[1] / "screenshots", rig.REPOSITORY / "out" / "screenshots", dirs_exist_ok=True)
    return seen


@pytest.mark.parametrize("scenario", rig.names_in(*SCENES))
def test_procedure_database(by_database, scenario):
    assert by_database[scenario] == ""


@pytest.mark.parametrize("step", rig.names_in("driven.py"))
def test_window(by_window, step):
    assert by_window[step] == ""
