"""A document opens, remembers, undoes and keeps; nothing of the user's is lost on the way."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from ui_stage import opened, picture, wait_for, with_regions

from core.errors import InputError, OutputError, UsageError
from core.geometry import Box, Size
from core.regions import shapes
from core.regions.suproj import read_project, write_project
from ui.model import scene as scene_edits
from ui.model import storage
from ui.model.document import Document
from ui.model.history import STEP_LIMIT, History
from ui.model.scene import Scene
from ui.model.storage import fit_regions


@pytest.fixture(autouse=True)
def own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "home"))


@pytest.fixture
def document(qtbot):
    return opened(qtbot)


def scene_of(*boxes):
    size = Size(40, 30)
    scene = Scene.of(size)
    for box in boxes:
        scene = scene_edits.add_region(scene, shapes.rectangle(Box(*box), size))
    return scene


def saved(qtbot, document, path):
    with qtbot.waitSignal(document.saved, timeout=8000):
        document.save_project(path)
    return path


def test_every_verb_can_be_undone_and_done_again(qtbot, document):
    states = [document.scene]
    with_regions(document, 3)
    states.append(document.scene)
    for verb in (scene_edits.delete, scene_edits.duplicate, scene_edits.invert, scene_edits.merge_down):
        document.apply(verb.__name__, verb(document.scene, document.scene.selected))
        states.append(document.scene)
    for state in reversed(states[:-1]):
        document.undo()
        assert document.scene == state
    for state in states[1:]:
        document.redo()
        assert document.scene == state
    assert document.redo_text == ""


def test_a_drag_of_one_priority_is_one_step(document):
    with_regions(document, 1)
    for value in (1.5, 1.0, 0.5):
        changed = scene_edits.set_priority(document.scene, "r1", value)
        document.apply("Priority", changed, merge="priority:r1")
    document.undo()
    assert document.scene.region.priority == 2.0
    assert document.undo_text == "Make regions"


def test_choosing_a_region_is_no_step_and_no_change(document):
    with_regions(document, 2)
    document.apply("", scene_edits.select(document.scene, "r1"))
    assert document.scene.selected == "r1"
    assert document.undo_text == "Make regions"


def test_undo_has_a_limit_in_steps_and_in_bytes():
    history = History(byte_limit=3000)
    scenes = [scene_of((0, 0, 20 + n, 30)) for n in range(10)]
    for before, after in pairwise(scenes):
        history.push("step", before, after)
    undone = 0
    while history.undo():
        undone += 1
    assert 1 <= undone <= 5
    many = History()
    for _ in range(STEP_LIMIT + 50):
        many.push("step", scenes[0], scenes[1])
    assert sum(1 for _ in iter(many.undo, None)) == STEP_LIMIT


def test_a_picture_that_cannot_be_read_leaves_the_open_one(qtbot, document, tmp_path):
    source = document.source
    (tmp_path / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    with qtbot.waitSignal(document.openFailed, timeout=8000) as told:
        document.open_picture(tmp_path / "bad.png")
    assert "bad.png" in told.args[0]
    assert document.source is source
    assert not document.busy


def test_a_project_comes_back_as_it_was_saved(qtbot, document, tmp_path, photo):
    document.open_picture(photo(tmp_path / "a.png", 60, 50))
    wait_for(qtbot, lambda: document.title == "a.png")
    with_regions(document, 2)
    assert document.dirty
    path = saved(qtbot, document, tmp_path / "a.suproj")
    assert not document.dirty
    other = Document()
    other.open_project(path)
    wait_for(qtbot, lambda: other.source is not None)
    assert other.scene.regions == document.scene.regions
    assert other.path == tmp_path / "a.png"
    assert not other.dirty


def test_pasted_pixels_are_saved_beside_the_project(qtbot, document, tmp_path, pixels_of):
    path = saved(qtbot, document, tmp_path / "pasted.suproj")
    assert np.array_equal(pixels_of(tmp_path / "pasted.png"), picture())
    assert document.raw is None
    assert read_project(path).source.path == "pasted.png"


def test_a_moved_picture_is_asked_for(qtbot, document, tmp_path, photo):
    picture_path = photo(tmp_path / "a.png", 60, 50)
    document.open_picture(picture_path)
    wait_for(qtbot, lambda: document.title == "a.png")
    path = saved(qtbot, document, tmp_path / "a.suproj")
    moved = picture_path.rename(tmp_path / "b.png")
    other = Document()
    with qtbot.waitSignal(other.pictureMissing, timeout=8000):
        other.open_project(path)
    assert other.busy
    other.find_picture(moved)
    wait_for(qtbot, lambda: other.source is not None)
    assert other.path == moved


def test_a_changed_picture_is_asked_about_and_its_regions_fit(qtbot, document, tmp_path, photo):
    document.open_picture(photo(tmp_path / "a.png", 60, 50))
    wait_for(qtbot, lambda: document.title == "a.png")
    with_regions(document, 1)
    path = saved(qtbot, document, tmp_path / "a.suproj")
    photo(tmp_path / "a.png", 120, 100)
    other = Document()
    with qtbot.waitSignal(other.pictureDiffers, timeout=8000) as asked:
        other.open_project(path)
    assert asked.args[2] == tmp_path / "a.png"
    other.use_picture_anyway()
    wait_for(qtbot, lambda: other.source is not None)
    assert other.scene.size == Size(120, 100)
    assert other.scene.regions.regions[0].mask.area == pytest.approx(
        4 * document.scene.regions.regions[0].mask.area, rel=0.1
    )


def test_work_that_a_crash_left_behind_is_offered(qtbot, document, monkeypatch):
    with_regions(document, 2)
    document.autosave_now(wait=True)
    assert document.recovery() == []
    monkeypatch.setattr(storage, "_alive", lambda _: False)
    (found,) = document.recovery()
    assert found.title == "test"
    other = Document()
    other.recover(found)
    wait_for(qtbot, lambda: other.source is not None)
    assert other.scene.regions == document.scene.regions
    assert other.dirty
    other.discard(found)
    assert document.recovery() == []


def test_a_full_disk_is_told_once_and_the_work_stays(qtbot, document, monkeypatch):
    with_regions(document, 1)
    told = []
    document.trouble.connect(lambda *words: told.append(words))
    monkeypatch.setattr(storage, "write_project", full_disk)
    document.autosave_now(wait=True)
    document.autosave_now(wait=True)
    assert len(told) == 1
    assert document.dirty
    assert len(document.scene.regions) == 1


def full_disk(*_):
    raise OutputError("The disk is full.", "Free some space.")


def test_a_file_that_goes_away_is_told_and_stays_in_sight(qtbot, document, tmp_path, photo):
    path = photo(tmp_path / "a.png", 60, 50)
    document.open_picture(path)
    wait_for(qtbot, lambda: document.title == "a.png")
    with qtbot.waitSignal(document.trouble, timeout=8000) as told:
        path.unlink()
    assert "a.png" in told.args[0]
    assert document.source.pixels(0, Box(0, 0, 60, 50)).shape == (50, 60, 4)


def test_regions_of_another_picture_are_refused(qtbot, document):
    with pytest.raises(UsageError):
        document.apply("Steal", scene_of((0, 0, 3, 3)))
    with qtbot.waitSignal(document.openFailed, timeout=8000):
        document.open_array(picture(), "wrong", regions=scene_of().regions)


def test_fitted_regions_keep_their_place():
    regions = scene_of((10, 10, 20, 10)).regions
    assert fit_regions(regions, Size(80, 60)).regions[0].mask.box == Box(20, 20, 40, 20)


def test_unknown_keys_of_a_project_are_kept(qtbot, document, tmp_path):
    path = saved(qtbot, document, tmp_path / "a.suproj")
    project = read_project(path)
    write_project(replace(project, extra={"later": [1, 2]}, settings={**project.settings, "odd": True}), path)
    other = Document()
    other.open_project(path)
    wait_for(qtbot, lambda: other.source is not None)
    saved(qtbot, other, tmp_path / "b.suproj")
    again = read_project(tmp_path / "b.suproj")
    assert again.extra == {"later": [1, 2]}
    assert again.settings["odd"] is True


def test_an_unreadable_project_says_why(qtbot, document, tmp_path):
    (tmp_path / "a.suproj").write_bytes(b"PK no")
    with qtbot.waitSignal(document.openFailed, timeout=8000) as told:
        document.open_project(tmp_path / "a.suproj")
    assert "a.suproj" in told.args[0]
    with pytest.raises(InputError):
        read_project(tmp_path / "a.suproj")
