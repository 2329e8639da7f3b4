"""Many pictures: found with their folders, worked on by rules, errors never stop the rest."""

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QFileDialog
from ui_engine import FakeEngine
from ui_helpers import kept, linked, picture

from core.geometry import Box, Size
from core.regions.mask import Mask
from core.regions.project import Project, sidecar_of
from core.regions.region import Region, RegionSet
from core.regions.suproj import write_project
from plugin.bridge import JobFailed
from ui.batch import plan
from ui.batch.dialog import BatchDialog
from ui.batch.plan import BatchItem, BatchOptions, BatchRules, Report
from ui.batch.runner import BatchRunner
from ui.disabled_reason import reason_of
from ui.model.proposal import Proposed


@pytest.fixture
def engine():
    return FakeEngine()


@pytest.fixture
def link(engine, qtbot):
    with linked(engine) as link:
        yield link


@pytest.fixture
def runner(link):
    runner = kept(BatchRunner(link))
    yield runner
    runner.close(wait_s=5)


@pytest.fixture
def folder(tmp_path):
    for name in ("in/a.png", "in/sub/b.png"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture(20, 16)).save(path)
    (tmp_path / "in/note.txt").write_text("no picture")
    return tmp_path / "in"


def ran(runner, qtbot, paths, options):
    runner.add(paths)
    qtbot.waitUntil(lambda: len(runner.items) >= 2, timeout=20_000)
    with qtbot.waitSignal(runner.finished, timeout=20_000) as heard:
        runner.start(options)
    return heard.args[0]


def test_pictures_below_a_folder_are_found_with_their_place(folder):
    assert [(item.path.name, item.below) for item in plan.found_in([folder])] == [
        ("a.png", ""),
        ("b.png", "sub"),
    ]


def test_subfolders_are_kept(runner, folder, qtbot, tmp_path):
    report = ran(runner, qtbot, [folder], BatchOptions(folder=tmp_path / "out"))
    assert report == Report(done=2)
    assert (tmp_path / "out/a_x4.png").is_file()
    assert (tmp_path / "out/sub/b_x4.png").is_file()


def test_what_is_there_is_skipped(runner, folder, qtbot):
    (folder / "a_x4.png").touch()
    runner.add([folder / "a.png", folder / "sub"])
    qtbot.waitUntil(lambda: len(runner.items) == 2, timeout=20_000)
    with qtbot.waitSignal(runner.finished, timeout=20_000) as heard:
        runner.start(BatchOptions())
    assert heard.args[0].words() == "1 done · 1 skipped"


def test_an_error_is_reported_and_the_rest_goes_on(engine, runner, folder, qtbot):
    engine.fail("upscale", JobFailed("It needs more memory.", "Take a smaller size."))
    report = ran(runner, qtbot, [folder], BatchOptions())
    assert (report.done, len(report.failed)) == (1, 1)
    assert report.words() == "1 done · 1 failed (a.png: It needs more memory. Take a smaller size.)"


def test_a_damaged_picture_is_told_in_the_list(runner, folder, qtbot):
    (folder / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    runner.add([folder / "bad.png"])
    qtbot.waitUntil(lambda: len(runner.items) == 1, timeout=20_000)
    assert runner.items[0].state == "failed"
    assert "bad.png" in runner.items[0].text


def test_rules_give_faces_and_text_their_priorities():
    found = [Proposed(Mask.filled(Box(0, 0, 4, 4)), 1.0, word) for word in ("Skin?", "Text?", "Sky?")]
    regions = plan.regions_by_rule(found, Size(8, 8), BatchRules(faces=-2, text=-1, rest=1))
    assert [(region.name, region.priority) for region in regions] == [("Skin?", -2), ("Text?", -1)]
    assert regions.rest == 1


def test_regions_saved_beside_a_picture_come_before_rules(engine, runner, folder, qtbot):
    kept_regions = RegionSet(Size(20, 16), (Region("r1", "Mine", Mask.filled(Box(0, 0, 3, 3)), 2.0),))
    write_project(Project(kept_regions), sidecar_of(folder / "a.png"))
    ran(runner, qtbot, [folder], BatchOptions())
    asked = [job.asked["regions"] for job in engine.jobs.values() if job.kind == "upscale"]
    assert [[region.name for region in regions] for regions in asked] == [["Mine"], ["face"]]


def test_nothing_is_looked_for_where_all_priorities_are_one(engine, runner, folder, qtbot):
    ran(runner, qtbot, [folder], BatchOptions(rules=BatchRules(0.0, 0.0, 0.0)))
    assert engine.count("suggest") == 0


def test_disk_is_estimated_for_what_is_still_to_come(tmp_path):
    items = [
        BatchItem(tmp_path / "a.png", size=Size(100, 100)),
        BatchItem(tmp_path / "b.png", size=Size(9, 9), state="done"),
    ]
    assert plan.needed_bytes(items, BatchOptions(scale=4.0)) == int(160_000 * 3 * 0.55)


def test_a_kind_that_is_not_read_stands_in_the_list_by_its_name(runner, folder, qtbot):
    (folder / "raw.dng").write_bytes(b"II*\0")
    runner.add([folder])
    qtbot.waitUntil(lambda: len(runner.items) == 3, timeout=20_000)
    (raw,) = (item for item in runner.items if item.path.suffix == ".dng")
    assert raw.state == plan.FAILED
    assert "camera raw" in raw.text


def test_detail_clean_up_and_seamless_reach_the_engine(engine, link, folder, qtbot):
    dialog = BatchDialog(link)
    qtbot.addWidget(dialog)
    assert reason_of(dialog.clean.slider)
    assert dialog.clean.shown.text() == ""
    dialog.detail.slider.setValue(7)
    dialog.automatic.click()
    dialog.clean.slider.setValue(35)
    dialog.seamless.click()
    dialog.add([folder])
    qtbot.waitUntil(lambda: dialog.rows.rowCount() == 2, timeout=20_000)
    with qtbot.waitSignal(dialog.runner.finished, timeout=20_000):
        dialog.start()
    asked = [job.asked["options"] for job in engine.jobs.values() if job.kind == "upscale"]
    wanted = {"detail": pytest.approx(0.7), "clean_up": pytest.approx(0.35), "seamless": True}
    assert asked
    assert all({name: options[name] for name in wanted} == wanted for options in asked)
    dialog.runner.close(wait_s=5)


def test_a_folder_is_added_by_its_button(link, folder, qtbot, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    dialog = BatchDialog(link)
    qtbot.addWidget(dialog)
    dialog.add_folder.click()
    qtbot.waitUntil(lambda: dialog.rows.rowCount() == 2, timeout=20_000)
    dialog.runner.close(wait_s=5)


def test_the_dialog_says_why_it_cannot_start(link, qtbot):
    dialog = BatchDialog(link)
    qtbot.addWidget(dialog)
    assert reason_of(dialog.go) == "Nothing waits. Drop files or folders."
    assert reason_of(dialog.report_button)
    dialog.runner.close(wait_s=5)


def test_the_dialog_runs_a_folder_and_reports(link, folder, qtbot, tmp_path, monkeypatch):
    monkeypatch.setenv("SEMANTIC_UPSCALE_HOME", str(tmp_path / "home"))
    dialog = BatchDialog(link)
    qtbot.addWidget(dialog)
    dialog.add([folder])
    qtbot.waitUntil(lambda: dialog.rows.rowCount() == 2, timeout=20_000)
    with qtbot.waitSignal(dialog.runner.finished, timeout=20_000):
        dialog.start()
    assert dialog.line.text() == "2 done"
    assert not reason_of(dialog.report_button)
    states = [dialog.rows.index(row, 3).data() for row in range(2)]
    assert states == ["done", "done"]
    assert np.asarray(Image.open(folder / "a_x4.png")).shape == (64, 80, 3)
    dialog.runner.close(wait_s=5)
