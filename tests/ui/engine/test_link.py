"""The link between window and engine: answers are signals, nothing blocks, and work survives the engine."""

import threading

import numpy as np
import pytest
from PIL import Image
from ui_engine import FakeEngine
from ui_helpers import add_region, kept, linked, open_document, picture

from core.geometry import Box
from plugin.bridge import EngineMismatch, EngineMissing, JobFailed
from ui.engine.client import EngineLink


@pytest.fixture
def engine():
    return FakeEngine()


@pytest.fixture
def link(engine, qtbot):
    with linked(engine) as link:
        yield link


@pytest.fixture
def attached(link, qtbot):
    document = open_document(qtbot)
    link.attach(document)
    link.document = document
    return link


def started(link, qtbot):
    with qtbot.waitSignal(link.helloChanged, timeout=20_000):
        link.start()
    return link


def until(qtbot, holds):
    qtbot.waitUntil(holds, timeout=20_000)


def test_starting_tells_state_and_device(link, qtbot):
    assert link.state[0] == "off"
    with qtbot.waitSignal(link.helloChanged, timeout=20_000) as heard:
        link.start()
    assert heard.args[0]["device"] == "Test processor"
    assert link.state == ("ready", "Engine is ready: Test processor")


@pytest.mark.parametrize(
    "error", [EngineMissing("No Python.", "Install it."), EngineMismatch("It is of 2.", "Stop it.")]
)
def test_no_engine_is_told_in_words_with_advice(engine, link, qtbot, error):
    engine.refuse(error)
    with qtbot.waitSignal(
        link.stateChanged, timeout=20_000, check_params_cb=lambda state, _: state == "trouble"
    ) as heard:
        link.start()
    assert str(error) in heard.args[1]
    assert error.advice in heard.args[1]


def test_the_picture_is_posted_once_for_many_wishes(engine, attached, qtbot):
    with qtbot.waitSignals([attached.proposals, attached.previewReady], timeout=20_000):
        attached.propose([(3, 3, 1)], lane="click")
        attached.preview(Box(0, 0, 20, 20))
    assert engine.count("post_picture") == 1


def test_a_picture_file_is_posted_as_it_is_and_by_pixels_once_it_is_gone(engine, link, qtbot, tmp_path):
    path = tmp_path / "photo.png"
    Image.fromarray(picture()).save(path)
    link.attach(open_document(qtbot, path=path))
    with qtbot.waitSignal(link.estimateReady, timeout=20_000):
        link.estimate()
    assert engine.count("post_file") == 1
    path.unlink()
    engine.pictures.clear()
    with qtbot.waitSignal(link.estimateReady, timeout=20_000) as heard:
        link.estimate()
    qtbot.waitUntil(
        lambda: engine.count("post_picture") == 1, timeout=20_000
    )  # attaching asks for one of its own
    assert heard.args == [0.25]


def test_a_picture_that_the_engine_let_go_of_is_posted_again(engine, attached, qtbot):
    for _ in range(2):
        with qtbot.waitSignal(attached.proposals, timeout=20_000):
            attached.everything()
        engine.pictures.clear()
    assert engine.count("post_picture") == 2


def test_proposals_come_with_their_lane(attached, qtbot):
    with qtbot.waitSignal(attached.proposals, timeout=20_000) as heard:
        attached.propose([(3, 3, 1)], lane="hover")
    lane, found = heard.args
    assert lane == "hover"
    assert [each.label for each in found] == ["part", "object", "whole"]


def test_of_many_previews_only_the_running_and_the_newest_are_done(engine, attached, qtbot):
    engine.gate.clear()
    seen = []
    attached.previewReady.connect(lambda box, *_: seen.append(box.x))
    attached.preview(Box(0, 0, 8, 8))
    until(qtbot, lambda: engine.count("preview") == 1)
    for x in range(1, 6):
        attached.preview(Box(x, 0, 8, 8))
    engine.gate.set()
    until(qtbot, lambda: len(seen) == 2)
    assert seen == [0, 5]


def test_a_live_preview_is_cut_to_the_middle_of_what_is_seen(engine, link, qtbot):
    link.attach(open_document(qtbot, 400, 300))
    with qtbot.waitSignal(link.previewReady, timeout=20_000) as heard:
        link.preview(Box(0, 0, 400, 300))
    box, pixels, spot = heard.args
    assert box == Box(136, 86, 128, 128)
    assert pixels.shape == (512, 512, 3)
    assert spot.seconds >= 0


def test_a_run_brings_tiles_progress_and_its_result(attached, qtbot):
    tiles, views = {}, []
    attached.tileReady.connect(lambda job, box, rows: tiles.update({box: np.frombuffer(rows, np.uint8)}))
    attached.jobChanged.connect(views.append)
    with qtbot.waitSignal(attached.jobDone, timeout=20_000) as heard:
        number = attached.run()
    job, result = heard.args
    assert job == number
    assert (result["width"], result["height"]) == (160, 120)
    assert sum(box.size.area for box in tiles) == 160 * 120
    assert views[0].state == "waiting"
    assert views[-1].state == "done"


def test_the_run_takes_regions_and_dials_as_they_were_at_the_click(engine, attached, qtbot):
    document = attached.document
    add_region(document, name="Face", priority=-2)
    engine.gate.clear()
    with qtbot.waitSignal(attached.jobDone, timeout=20_000):
        attached.run()
        add_region(document, name="Sky")
        engine.gate.set()
    asked = next(iter(job for job in engine.jobs.values() if job.kind == "upscale")).asked
    assert [(region.name, region.priority) for region in asked["regions"]] == [("Face", -2.0)]
    assert asked["options"]["scale"] == 4.0


def test_cancel_is_shown_at_once_and_keeps_the_tiles(engine, attached, qtbot):
    engine.step = threading.Semaphore(2)
    number = attached.run()
    until(qtbot, lambda: attached.runs.view(number).done == 2)
    attached.cancel(number)
    assert attached.runs.view(number).stage == "stopping"
    until(qtbot, lambda: engine.count("cancel") == 1)
    engine.step.release()
    until(qtbot, lambda: attached.runs.view(number).state == "cancelled")
    assert attached.runs.view(number).done == 2


def test_a_failed_run_tells_why_and_the_next_one_goes_on(engine, attached, qtbot):
    engine.fail("upscale", JobFailed("It needs more memory than is free.", "Use the processor."))
    failed, done = [], []
    attached.jobFailed.connect(lambda *told: failed.append(told))
    attached.jobDone.connect(lambda job, _: done.append(job))
    first, second = attached.run(), attached.run()
    until(qtbot, lambda: done == [second])
    assert failed == [(first, "It needs more memory than is free.", "Use the processor.")]


def test_runs_that_wait_can_be_held_back_moved_and_taken_out(attached, qtbot):
    attached.pause()
    one, two, three = attached.run(), attached.run(), attached.run()
    attached.runs.move(three, 0)
    attached.cancel(one)
    assert [view.number for view in attached.runs.waiting()] == [three, two]
    done = []
    attached.jobDone.connect(lambda job, _: done.append(job))
    attached.resume()
    until(qtbot, lambda: done == [three, two])


def test_an_engine_killed_in_a_run_is_told_and_started_again_but_the_run_waits_for_the_user(
    engine, attached, qtbot
):
    started(attached, qtbot)
    engine.step = threading.Semaphore(1)
    number = attached.run()
    until(qtbot, lambda: attached.runs.view(number).done == 1)
    with qtbot.waitSignal(attached.jobFailed, timeout=20_000) as heard:
        engine.die()
        engine.step.release()
    assert "stopped in the middle" in heard.args[1]
    until(qtbot, lambda: attached.state[0] == "ready")
    engine.step = None
    assert engine.count("upscale") == 1
    with qtbot.waitSignal(attached.jobDone, timeout=20_000):
        attached.runs.retry(number)
    assert engine.count("post_picture") == 2


def test_an_engine_that_went_away_while_idle_is_replaced_unnoticed(engine, attached, qtbot):
    started(attached, qtbot)
    engine.die()
    with qtbot.waitSignal(attached.proposals, timeout=20_000):
        attached.suggest()
    assert attached.state[0] == "ready"


def test_answers_about_the_picture_before_are_not_given(engine, attached, qtbot):
    engine.gate.clear()
    heard = []
    attached.proposals.connect(lambda *told: heard.append(told))
    attached.everything()
    until(qtbot, lambda: engine.count("everything") == 1)
    with qtbot.waitSignal(attached.document.opened, timeout=20_000):
        attached.document.open_array(picture(20, 20), "other")
    with qtbot.waitSignal(attached.estimateReady, timeout=20_000):
        engine.gate.set()
        attached.estimate()
    assert not heard


def test_saving_gives_the_path_and_never_replaces(attached, qtbot, tmp_path):
    with qtbot.waitSignal(attached.jobDone, timeout=20_000):
        number = attached.run()
    paths = []
    for _ in range(2):
        with qtbot.waitSignal(attached.saved, timeout=20_000) as heard:
            attached.save(number, str(tmp_path / "a_x4.png"))
        paths.append(heard.args[1])
    assert [path.rsplit("/", 1)[1] for path in paths] == ["a_x4.png", "a_x4-2.png"]


def save_refused(link, qtbot, number, folder):
    """The advice that a save which cannot be is answered with."""
    with qtbot.waitSignal(link.saveFailed, timeout=20_000) as heard:
        link.save(number, str(folder / "a.png"))
    return heard.args[2]


def test_a_result_that_went_with_its_engine_says_so(engine, attached, qtbot, tmp_path):
    with qtbot.waitSignal(attached.jobDone, timeout=20_000):
        number = attached.run()
    engine.die()
    with qtbot.waitSignal(attached.estimateReady, timeout=20_000):
        attached.estimate()
    told = [save_refused(attached, qtbot, number, tmp_path) for _ in range(2)]
    assert "Run it again" in told[-1]  # the first may still meet the engine that went


def test_what_was_added_comes_with_a_share_for_each_region(attached, qtbot):
    add_region(attached.document, name="Tree", priority=2)
    with qtbot.waitSignal(attached.jobDone, timeout=20_000):
        number = attached.run()
    with qtbot.waitSignal(attached.addedReady, timeout=20_000) as heard:
        attached.added(number)
    assert heard.args[0]["job"] == number
    assert heard.args[0]["regions"] == [{"name": "Tree", "share": 0.34}]


def test_looking_at_an_old_result_sends_its_target_again(attached, qtbot):
    with qtbot.waitSignal(attached.jobDone, timeout=20_000):
        number = attached.run()
    with qtbot.waitSignal(attached.tileReady, timeout=20_000) as heard:
        attached.look(number)
    job, box, rows = heard.args
    assert (job, box.size.area * 3) == (number, len(rows))


def test_models_and_downloads_are_told(attached, qtbot):
    told = []
    attached.downloadChanged.connect(lambda *step: told.append(step))
    with qtbot.waitSignal(attached.modelsReady, timeout=20_000):
        attached.download("sinsr", accept_licence=True)
    assert told == [("sinsr", 1, 1, "")]


def test_no_wish_waits_for_an_engine_that_is_stuck(engine, attached, qtbot, tmp_path):
    engine.gate.clear()
    number = attached.run()
    attached.preview(Box(0, 0, 9, 9))
    attached.propose([(1, 1, 1)], lane="hover")
    attached.everything()
    attached.cancel(number)
    attached.stop()
    assert attached.runs.view(number).stage == "stopping"


def test_closing_lets_go_of_every_thread(engine, qtbot):
    link = kept(EngineLink(engine.connect))
    link.attach(open_document(qtbot))
    with qtbot.waitSignal(link.jobDone, timeout=20_000):
        link.run()
    link.close(wait_s=5)
    names = [thread.name for thread in threading.enumerate()]
    assert not {"runs", "run-control", "estimate"} & set(names)
