"""The bridge of today against the engine of today: every call of the protocol."""

from __future__ import annotations

import hashlib
import threading

import pytest
from PIL import Image
from server_fake import BREAKING, ENDLESS, ERROR, FAILING, PIXELS, bridge, engine, picture, until

from plugin.bridge import EngineRefused, JobCancelled, JobFailed, PixelPlanes, RegionIn

__all__ = ["bridge", "engine", "picture"]


def test_hello_tells_what_it_can_do(engine, bridge):
    hello = bridge.hello()
    assert (hello.protocol, hello.pid, hello.device) == (1, engine.told.pid, "cpu")
    assert "compact" in hello.capabilities["methods"]
    assert {"png", "jpeg", "tiff"} <= set(hello.capabilities["formats"])
    assert hello.log.endswith("engine.log")


def test_status_counts_what_is_not_over(bridge, picture):
    job = bridge.upscale(picture, options={"seed": ENDLESS})
    assert [row["id"] for row in bridge.status()["queue"]] == [job.id]
    job.cancel()
    assert bridge.status()["queue"] == []


@pytest.mark.parametrize(
    "planes",
    [
        PixelPlanes(2, 3, "RGB", "u8", PIXELS),
        PixelPlanes(2, 3, "GREYA", "u16", bytes(3 * 10), stride_bytes=10),
        PixelPlanes(1, 1, "RGBA", "f32", bytes(16), dpi=300.0),
        PixelPlanes(300, 700, "RGBA", "f32", bytes(300 * 700 * 16)),
    ],
)
def test_raw_planes_of_every_kind_arrive(bridge, planes):
    told = bridge.post_picture(planes)
    assert (told.width, told.height, told.mode, told.depth) == (
        planes.width,
        planes.height,
        planes.mode,
        planes.depth,
    )
    assert bridge.post_picture(planes).id == told.id


def test_a_file_arrives_and_is_let_go(bridge, tmp_path):
    Image.new("L", (5, 4)).save(tmp_path / "ü.png")
    told = bridge.post_file(str(tmp_path / "ü.png"))
    assert told.id == hashlib.sha256((tmp_path / "ü.png").read_bytes()).hexdigest()
    assert (told.width, told.height, told.mode) == (5, 4, "GREY")
    bridge.forget_picture(told.id)
    with pytest.raises(EngineRefused) as refused:
        bridge.upscale(told.id)
    assert (refused.value.status, refused.value.code) == (404, "picture-unknown")


def test_a_file_that_is_no_picture_is_refused_in_words(bridge, tmp_path):
    (tmp_path / "a.png").write_text("no picture")
    with pytest.raises(EngineRefused, match="no picture") as refused:
        bridge.post_file(str(tmp_path / "a.png"))
    assert (refused.value.status, refused.value.code) == (422, "input")


def test_an_upscale_walks_the_whole_road(engine, bridge, picture, tmp_path):
    region = RegionIn("sky", -2.0, (0, 0, 2, 1), b"\xff\0", locked=True)
    job = bridge.upscale(picture, [region], 0.5, {"seed": 1, "clean_up": None})
    assert job.wait() == {"width": 8, "height": 12}
    spec = engine.queue.specs[job.id]
    assert spec.client.startswith("test/")
    assert spec.body["regions"][0]["priority"] == -2.0
    assert (spec.body["rest"], spec.body["options"]["seed"], spec.picture_id) == (0.5, 1, picture)
    assert b"".join(job.rows(y=2, count=3)) == bytes([2] * 24 + [3] * 24 + [4] * 24)
    planes = job.planes("RGBA", "u16")
    assert (planes.width, planes.height, len(planes.data)) == (8, 12, 8 * 12 * 8)
    assert job.tile(0) == b"abcdef"
    assert job.added()["map"] == b"\xff\xff"
    saved = job.save(str(tmp_path / "a.jpg"), quality=80, depth="u8", metadata=False)
    assert (tmp_path / "a.jpg").read_bytes() == b"jpeg u8 80 False True"
    assert saved == str(tmp_path / "a.jpg")


def test_previews_and_clicks_carry_their_lanes(engine, bridge, picture):
    job = bridge.preview(picture, (0, 0, 2, 2), lane="loupe")
    assert engine.queue.specs[job.id].lane == "loupe"
    click = bridge.propose(picture, [(1, 2, 1)], lane="hover")
    click.wait()
    assert engine.queue.specs[click.id].body["points"] == [[1, 2, 1]]
    assert click.proposals()[0].mask == b"\xff\xff"


def test_every_other_job_is_taken(bridge, picture):
    jobs = [
        bridge.everything(picture),
        bridge.suggest(picture),
        bridge.prepare(picture),
        bridge.estimate(picture),
    ]
    jobs.append(bridge.download("mobile-sam", accept_licence=True))
    assert [job.info()["state"] for job in jobs] == ["done"] * 5
    assert {row["id"] for row in bridge.models()} >= {"compact", "mobile-sam"}


def test_a_job_that_fails_tells_why(bridge, picture):
    with pytest.raises(JobFailed, match="did not fit") as failure:
        bridge.upscale(picture, options={"seed": FAILING}).wait()
    assert failure.value.code == ERROR["code"]


def test_a_job_that_is_stopped_says_so(bridge, picture):
    job = bridge.upscale(picture, options={"seed": ENDLESS})
    threading.Timer(0.1, job.cancel).start()
    with pytest.raises(JobCancelled):
        job.wait()


def test_a_finished_job_is_forgotten(bridge, picture):
    job = bridge.upscale(picture)
    job.wait()
    job.cancel()
    with pytest.raises(EngineRefused) as refused:
        job.info()
    assert refused.value.code == "job-unknown"


def test_a_job_is_kept_and_found_again(engine, bridge, picture):
    job = bridge.upscale(picture, keep=True)
    assert engine.queue.specs[job.id].keep
    bridge.job(job.id).keep()
    assert job.id in engine.queue.kept


def test_results_that_are_not_there_are_refused(bridge, picture):
    running = bridge.upscale(picture, options={"seed": ENDLESS})
    for ask, status in (
        (running.planes, 409),
        (lambda: list(running.rows(y=99)), 409),
        (lambda: running.tile(5), 404),
    ):
        with pytest.raises(EngineRefused) as refused:
            ask()
        assert refused.value.status == status
    running.cancel()
    with pytest.raises(EngineRefused) as refused:
        list(bridge.upscale(picture).rows(y=11, count=2))
    assert (refused.value.status, refused.value.code) == (422, "usage")


@pytest.mark.parametrize(
    "options", [{"seed": -1}, {"scale": 9}, {"tile_px": 5}, {"nonsense": 1}, {"seed": "1"}]
)
def test_options_out_of_range_are_refused(bridge, picture, options):
    with pytest.raises(EngineRefused) as refused:
        bridge.upscale(picture, options=options)
    assert (refused.value.status, refused.value.code) == (422, "usage")


def test_what_breaks_in_the_engine_is_told_without_its_insides(bridge, picture):
    with pytest.raises(EngineRefused, match="Something in the engine broke") as refused:
        bridge.upscale(picture, options={"seed": BREAKING})
    assert "nobody expected" not in str(refused.value) + refused.value.advice
    assert bridge.hello()


def test_a_handoff_is_answered_once_and_its_job_kept(engine, bridge, picture):
    given = bridge.hand_off(picture, [RegionIn("a", 1, (0, 0, 1, 1), b"\xff")], -1.0, "photo.kra", "krita")
    told = bridge.handoff(given)
    assert (told["title"], told["host"], told["rest"], told["answer"]) == ("photo.kra", "krita", -1.0, None)
    assert bridge.handoffs() == [{"id": given, "picture": picture, "title": "photo.kra", "host": "krita"}]
    job = bridge.upscale(picture)
    threading.Timer(0.1, bridge.answer_handoff, (given, job.id)).start()
    assert bridge.handoff(given, wait_s=20)["answer"] == {"job": job.id}
    until(lambda: job.id in engine.queue.kept)
    with pytest.raises(EngineRefused) as refused:
        bridge.answer_handoff(given)
    assert refused.value.status == 409
    assert bridge.handoffs() == []


def test_a_closed_window_answers_too(bridge, picture):
    given = bridge.hand_off(picture)
    bridge.answer_handoff(given)
    assert bridge.handoff(given, wait_s=5)["answer"] == {"closed": True}
    assert bridge.handoff(bridge.hand_off(picture), wait_s=0.05)["answer"] is None


def test_a_picture_can_be_looked_at(bridge, picture):
    known, pixels = bridge.picture_pixels(picture)
    assert (known.width, known.height) == (2, 3)
    assert pixels == bytes(PIXELS)


def test_the_pixels_of_an_unknown_picture_are_refused(bridge):
    with pytest.raises(EngineRefused) as refused:
        bridge.picture_pixels("0" * 64)
    assert refused.value.code == "picture-unknown"
