"""Jobs come, wait, are done, cancelled, dropped and forgotten."""

from __future__ import annotations

import random
import time
from dataclasses import replace

import pytest
from jobs_work import last_event, preview, queue_in, reached, upscale

from core.errors import InputError, UsageError
from core.files import MARK
from core.geometry import Box
from core.regions.mask import Mask
from core.service import dispatcher
from core.service import job as job_module
from core.service.protocol import JobSpec, packed_mask


@pytest.fixture
def line(tmp_path):
    with queue_in(tmp_path) as parts:
        yield parts


def test_a_job_tells_its_story_in_order(line):
    queue, _, picture = line
    job = queue.submit(upscale(picture, steps=3, pause_s=0.1, tiles=True))
    assert job.state == "queued"
    assert last_event(queue, job.id).kind == "done"
    events = queue.events(job.id)
    assert [event.number for event in events] == sorted({event.number for event in events})
    assert [event.data["n"] for event in events if event.kind == "tile"] == [0, 1, 2]
    info = queue.info(job.id)
    assert info.result == {"width": 1, "height": 1, "turn": 1, "attempt": 0}


def test_a_tile_is_kept_as_bytes(line):
    queue, _, picture = line
    job = queue.submit(upscale(picture, tiles=True))
    last_event(queue, job.id)
    box, pixels = queue.tile(job.id, 0)
    assert (box.width, box.height, pixels) == (4, 4, bytes([128]) * 48)
    with pytest.raises(KeyError):
        queue.tile(job.id, 1)


def test_a_kept_job_that_close_ended_is_told_as_failed_by_the_next_queue(tmp_path):
    left = tmp_path / "state" / "jobs.json"
    with queue_in(tmp_path, left=left) as (queue, _, picture):
        done, kept = queue.submit(upscale(picture)), queue.submit(upscale(picture, steps=200, pause_s=0.05))
        queue.submit(upscale(picture, keep=False))
        last_event(queue, done.id)
        assert reached(lambda: queue.info(kept.id).total == 200)
    with queue_in(tmp_path, left=left) as (queue, _, _):
        made, told = queue.infos()
        assert (told.id, told.kind, told.client, told.state) == (kept.id, "upscale", "one", "failed")
        assert [one.error["code"] for one in (made, told)] == ["stopping"] * 2
        assert "of 200 steps were done" in told.error["message"]
        assert (made.id, "was fetched" in made.error["message"]) == (done.id, True)
        assert not left.exists()


def test_a_kept_job_whose_result_was_fetched_is_not_told_again(tmp_path):
    left = tmp_path / "state" / "jobs.json"
    with queue_in(tmp_path, left=left) as (queue, _, picture):
        done = queue.submit(upscale(picture))
        last_event(queue, done.id)
        queue.result(done.id)
    with queue_in(tmp_path, left=left) as (queue, _, _):
        assert queue.infos() == ()


def test_a_damaged_list_of_left_jobs_says_nothing(tmp_path):
    left = tmp_path / "jobs.json"
    left.write_text('[{"id": 1}]', "utf-8")
    with queue_in(tmp_path, left=left) as (queue, _, _):
        assert queue.infos() == ()


def test_a_job_that_fails_says_why(line):
    queue, _, picture = line
    job = queue.submit(upscale(picture, fail=True))
    error = {"code": "input", "message": "It is broken.", "advice": "Mend it."}
    assert last_event(queue, job.id).data["error"] == error
    assert queue.info(job.id).error == error


def test_clients_take_turns(line, tmp_path):
    queue, _, picture = line
    first = queue.submit(upscale(picture, "greedy", gate=str(tmp_path / "gate")))
    greedy = [queue.submit(upscale(picture, "greedy")) for _ in range(3)]
    modest = queue.submit(upscale(picture, "modest"))
    (tmp_path / "gate").touch()
    for job in (first, *greedy, modest):
        last_event(queue, job.id)
    turn = {job.id: queue.info(job.id).result["turn"] for job in (first, *greedy, modest)}
    assert turn[first.id] < turn[modest.id] < turn[greedy[0].id] < turn[greedy[2].id]


def test_a_preview_is_made_while_an_upscale_goes_on(line):
    queue, _, picture = line
    long = queue.submit(upscale(picture, steps=1000, pause_s=0.05))
    assert reached(lambda: queue.info(long.id).state == "running")
    assert last_event(queue, queue.submit(preview(picture)).id).kind == "done"
    assert queue.info(long.id).state == "running"


def test_the_newest_preview_of_a_lane_drops_those_that_wait(line, tmp_path):
    queue, _, picture = line
    busy = queue.submit(preview(picture, lane="other", gate=str(tmp_path / "gate")))
    assert reached(lambda: queue.info(busy.id).state == "running")
    old = [queue.submit(preview(picture)) for _ in range(5)]
    others = queue.submit(preview(picture, client="two"))
    newest = queue.submit(preview(picture))
    (tmp_path / "gate").touch()
    assert [last_event(queue, job.id).kind for job in old] == ["cancelled"] * 5
    assert {last_event(queue, job.id).kind for job in (busy, others, newest)} == {"done"}


def test_places_in_the_queue_are_told(line):
    queue, _, picture = line
    running = queue.submit(upscale(picture, steps=1000, pause_s=0.02))
    assert reached(lambda: queue.info(running.id).state == "running")
    waiting = [queue.submit(upscale(picture)) for _ in range(3)]
    assert [queue.info(job.id).position for job in waiting] == [1, 2, 3]
    queue.attach(waiting[2].id)
    queue.cancel(waiting[0].id)
    assert reached(lambda: queue.events(waiting[2].id)[-1].data == {"state": "queued", "position": 2})


@pytest.mark.parametrize("state", ["queued", "running", "done"])
def test_cancel_at_every_state(line, state):
    queue, _, picture = line
    ahead = queue.submit(upscale(picture, steps=1000, pause_s=0.02)) if state == "queued" else None
    steps = 1 if state == "done" else 1000
    job = queue.submit(upscale(picture, steps=steps, pause_s=0.02))
    assert reached(lambda: queue.info(job.id).state == state)
    queue.cancel(job.id)
    assert last_event(queue, job.id).kind == ("done" if state == "done" else "cancelled")
    if ahead:
        queue.cancel(ahead.id)
    assert last_event(queue, queue.submit(upscale(picture)).id).kind == "done"


def test_a_job_whose_listeners_leave_is_cancelled(line):
    queue, _, picture = line
    job = queue.submit(upscale(picture, keep=False, steps=1000, pause_s=0.02))
    queue.attach(job.id)
    queue.attach(job.id)
    queue.detach(job.id)
    assert not queue.info(job.id).over
    queue.detach(job.id)
    assert queue.info(job.id).state == "cancelled"


def test_a_job_that_is_kept_outlives_its_listeners(line, tmp_path):
    queue, _, picture = line
    job = queue.submit(upscale(picture, keep=False, gate=str(tmp_path / "gate")))
    queue.attach(job.id)
    queue.keep(job.id)
    queue.detach(job.id)
    (tmp_path / "gate").touch()
    assert last_event(queue, job.id).kind == "done"


def test_a_job_to_which_nobody_listens_is_cancelled(line, monkeypatch):
    monkeypatch.setattr(dispatcher, "UNHEARD_S", 0.2)
    queue, _, picture = line
    job = queue.submit(upscale(picture, keep=False, steps=1000, pause_s=0.02))
    assert last_event(queue, job.id).kind == "cancelled"


def test_bodies_that_cannot_be_are_refused_at_once(line):
    queue, _, picture = line
    with pytest.raises(UsageError):
        queue.submit(JobSpec("upscale", "one", {"rest": 7.0}, picture))
    with pytest.raises(KeyError):
        queue.submit(JobSpec("upscale", "one", {}, "0" * 64))
    with pytest.raises(UsageError):
        queue.submit(JobSpec("dance", "one", {}, picture))
    assert queue.infos() == ()


def test_a_forgotten_job_leaves_nothing(line, tmp_path):
    queue, _, picture = line
    job = queue.submit(upscale(picture, bytes=100))
    last_event(queue, job.id)
    queue.forget(job.id)
    assert not (tmp_path / "jobs" / job.id).exists()
    with pytest.raises(KeyError):
        queue.info(job.id)


def test_a_job_is_settled_once_it_is_over_or_patience_ends(line, tmp_path):
    queue, _, picture = line
    job = queue.submit(upscale(picture, gate=str(tmp_path / "gate")))
    assert not queue.settled(job.id, 0.01).over
    (tmp_path / "gate").touch()
    assert queue.settled(job.id, 3600.0).state == "done"


def test_old_jobs_make_room_for_new_ones(line, monkeypatch):
    monkeypatch.setattr(dispatcher, "MOST_OVER", 2)
    queue, _, picture = line
    jobs = [queue.submit(upscale(picture)).id for _ in range(6)]
    assert last_event(queue, jobs[-1]).kind == "done"
    assert {info.id for info in queue.infos()} < set(jobs)
    assert len(queue.infos()) <= 4


def test_events_wait_for_news_but_not_after_the_last(line):
    queue, _, picture = line
    job = queue.submit(upscale(picture, pause_s=0.2))
    number = last_event(queue, job.id).number
    began = time.monotonic()
    assert queue.events(job.id, number, 3600.0) == []
    assert time.monotonic() - began < 600


def test_three_hundred_random_jobs_leave_nothing(line, tmp_path, monkeypatch):
    queue, store, picture = line
    monkeypatch.setattr(dispatcher, "MOST_OVER", 1000)
    chance, jobs = random.Random(3), []  # noqa: S311  (no secret)
    for _ in range(300):
        make = chance.choice([upscale, preview])
        jobs.append(queue.submit(make(picture, chance.choice("abc"), steps=chance.randint(1, 3))).id)
        if chance.random() < 0.5:
            queue.cancel(chance.choice(jobs))
    ends = [last_event(queue, job).kind for job in jobs]
    assert set(ends) <= {"done", "cancelled"}
    for job in jobs:
        queue.forget(job)
    assert queue.infos() == ()
    rest = lambda: {path.name for path in (tmp_path / "jobs").rglob("*") if "worker-" not in str(path)}  # noqa: E731
    assert reached(lambda: rest() == {MARK})
    store.forget(picture)
    assert reached(lambda: store.bytes == 0)


@pytest.mark.parametrize("ask", [upscale, preview])
def test_masks_of_a_job_that_is_over_lie_on_the_disk(line, monkeypatch, ask):
    """256 jobs with 7.7 MB of masks each were two gigabytes; what they asked is still known."""
    queue, _, picture = line
    monkeypatch.setattr(job_module, "PARKED_BYTES", 1)
    region = {"name": "a", "box": [0, 0, 8, 8], "mask": packed_mask(Mask.filled(Box(0, 0, 8, 8)))}
    spec = ask(picture)
    asked = {**spec.body, "regions": [region]}
    told = queue.submit(replace(spec, body=asked))
    assert last_event(queue, told.id).kind == "done"
    held = queue._board.jobs[told.id]
    assert reached(lambda: held.spec.body == {})
    assert held.body == asked
    queue.forget(told.id)
    with pytest.raises(InputError, match="not here any more"):
        held.body  # noqa: B018


def test_masks_of_a_job_that_failed_are_let_go_of(line, monkeypatch):
    queue, _, picture = line
    monkeypatch.setattr(job_module, "PARKED_BYTES", 1)
    region = {"name": "a", "box": [0, 0, 8, 8], "mask": packed_mask(Mask.filled(Box(0, 0, 8, 8)))}
    spec = upscale(picture, fail=True)
    told = queue.submit(replace(spec, body={**spec.body, "regions": [region]}))
    assert last_event(queue, told.id).kind == "failed"
    assert reached(lambda: queue._board.jobs[told.id].spec.body == {})
