"""The bridge says what the protocol asks for, and tells what goes wrong in words."""

from __future__ import annotations

import base64
import json
import threading
import zlib
from urllib.parse import parse_qs, urlsplit

import pytest
from bridge_fake import TOKEN, Answer, FakeEngine, as_json, events, refusing

from plugin.bridge import (
    Bridge,
    BridgeError,
    EngineGone,
    EngineMismatch,
    EngineRefused,
    JobCancelled,
    JobFailed,
    PixelPlanes,
    RegionIn,
)

PICTURE = {"id": "p", "width": 2, "height": 3, "mode": "RGB", "depth": "u8", "icc": False, "notices": []}
JOB = {"id": "j1", "kind": "upscale", "state": "queued"}


@pytest.fixture
def engine():
    with FakeEngine().running() as fake:
        fake.answers["POST /v1/pictures"] = as_json(PICTURE, 201)
        fake.answers["POST /v1/jobs"] = as_json(JOB, 202)
        yield fake


@pytest.fixture
def bridge(engine):
    made = Bridge(engine.address, TOKEN, "test", timeout_s=60)
    yield made
    made.close()


def _job(bridge, engine, *rows, **how):
    engine.answers["GET /v1/jobs/j1/events"] = events(*rows, **how)
    return bridge.upscale("p")


def test_every_call_carries_the_token_and_the_clients_name(engine, bridge):
    assert bridge.hello().protocol == 1
    assert engine.said[0].headers["Authorization"] == f"Bearer {TOKEN}"
    assert engine.said[0].headers["X-Client"].startswith("test/")
    assert engine.said[0].headers["Host"] == engine.address


def test_raw_planes_are_sent_with_profile_stride_and_resolution(engine, bridge):
    planes = PixelPlanes(2, 3, "RGB", "u8", bytes(range(8)) * 3, b"icc", 8, 300.0)
    assert bridge.post_picture(planes).id == "p"
    asked = parse_qs(urlsplit(engine.said[0].path).query)
    assert (asked["width"], asked["stride_bytes"], asked["icc_bytes"]) == (["2"], ["8"], ["3"])
    assert asked["dpi"] == ["300.0"]
    assert engine.said[0].body == b"icc" + bytes(range(8)) * 3


def test_a_last_row_without_padding_is_filled_up(engine, bridge):
    bridge.post_picture(PixelPlanes(2, 3, "GREY", "u16", bytearray(b"x" * 16), stride_bytes=6))
    assert engine.said[0].body == b"x" * 16 + bytes(2)


def test_planes_that_are_too_short_are_refused_before_anything_is_sent():
    with pytest.raises(ValueError, match="6 bytes"):
        PixelPlanes(2, 3, "GREY", "u8", b"12345")


def test_a_region_travels_as_packed_bytes(engine, bridge):
    bridge.upscale(
        "p", [RegionIn("sky", -2, (1, 2, 2, 2), b"\xff\0\0\xff", locked=True)], 0.5, {"seed": 3}, True
    )
    body = json.loads(engine.said[0].body)
    mask = zlib.decompress(base64.b64decode(body["regions"][0].pop("mask")))
    assert mask == b"\xff\0\0\xff"
    assert body["regions"][0] == {
        "name": "sky", "priority": -2, "box": [1, 2, 2, 2], "feather_px": 0.0, "locked": True, "visible": True,
    }  # fmt: skip
    assert (body["kind"], body["rest"], body["options"], body["keep"]) == ("upscale", 0.5, {"seed": 3}, True)


def test_points_boxes_and_lanes_are_sent(engine, bridge):
    bridge.propose("p", [(1, 2, 1), (3, 4, 0)], (0, 0, 5, 5), lane="hover")
    bridge.preview("p", (8, 8, 16, 16), lane="loupe")
    one, two = (json.loads(said.body) for said in engine.said)
    assert (one["points"], one["box"], one["lane"]) == ([[1, 2, 1], [3, 4, 0]], [0, 0, 5, 5], "hover")
    assert (two["kind"], two["box"], two["lane"]) == ("preview", [8, 8, 16, 16], "loupe")


def test_events_come_in_order_and_end_after_the_last(engine, bridge):
    job = _job(
        bridge, engine, ("state", {"state": "running"}), ("tile", {"n": 0}), ("done", {"result": {"a": 1}})
    )
    assert [event.kind for event in job.events()] == ["state", "tile", "done"]
    assert job.wait() == {"a": 1}


def test_a_failed_job_raises_its_error_in_words(engine, bridge):
    told = {"code": "out-of-memory", "message": "It did not fit.", "advice": "Take less."}
    with pytest.raises(JobFailed, match="did not fit") as failure:
        _job(bridge, engine, ("failed", {"error": told})).wait()
    assert (failure.value.code, failure.value.advice) == ("out-of-memory", "Take less.")


def test_a_cancelled_job_says_so(engine, bridge):
    with pytest.raises(JobCancelled):
        _job(bridge, engine, ("cancelled", {})).wait()


@pytest.mark.parametrize("cut", [True, False])
def test_a_stream_that_breaks_off_is_an_engine_gone(engine, bridge, cut):
    job = _job(bridge, engine, ("state", {"state": "running"}), cut=cut)
    with pytest.raises(EngineGone):
        job.wait()


def test_rows_come_in_whole_rows_and_planes_whole(engine, bridge):
    body = bytes(2 << 20) * 3  # 4 rows of 512 Ki RGB pixels
    engine.answers["GET /v1/jobs/j1/result"] = Answer(body, 200, {"X-Width": str(1 << 19), "X-Rows": "4"})
    job = bridge.upscale("p")
    assert [len(piece) for piece in job.rows(y=1)] == [3 << 20, 3 << 20]
    assert "y=1" in engine.said[-1].path
    assert "rows" not in engine.said[-1].path
    assert job.planes().data == body


def test_rows_that_break_off_are_an_engine_gone(engine, bridge):
    cut = Answer(b"123", 200, {"X-Width": "1", "X-Rows": "2"}, announced=6)
    engine.answers["GET /v1/jobs/j1/result"] = cut
    with pytest.raises(EngineGone):
        bridge.upscale("p").planes()


def test_a_refusal_keeps_code_status_and_advice(engine, bridge):
    engine.answers["POST /v1/jobs"] = refusing(404, "picture-unknown", "No such picture.", "Post it again.")
    with pytest.raises(EngineRefused, match="No such picture") as refused:
        bridge.upscale("p")
    assert (refused.value.code, refused.value.status, refused.value.advice) == (
        "picture-unknown", 404, "Post it again.",
    )  # fmt: skip


def test_an_answer_that_is_no_json_is_an_error_in_words(engine, bridge):
    engine.answers["GET /v1/status"] = Answer(b"<html>")
    with pytest.raises(BridgeError, match="cannot be read"):
        bridge.status()


def test_another_version_is_a_mismatch(engine, bridge):
    engine.answers["GET /v1/hello"] = as_json({"protocol": 2})
    with pytest.raises(EngineMismatch, match="version 2"):
        bridge.hello()
    engine.answers["GET /v1/hello"] = refusing(426, "protocol", "Speak version 9.")
    with pytest.raises(EngineMismatch, match="version 9"):
        bridge.hello()


def test_proposals_and_what_was_added_are_unpacked(engine, bridge):
    mask = base64.b64encode(zlib.compress(b"\xff\0")).decode()
    row = {"box": [0, 0, 2, 1], "mask": mask, "score": 0.5, "label": "dog", "priority": None}
    engine.answers["GET /v1/jobs/j1"] = as_json({**JOB, "result": {"proposals": [row]}})
    engine.answers["GET /v1/jobs/j1/added"] = as_json({"regions": [], "width": 2, "height": 1, "map": mask})
    job = bridge.propose("p")
    assert job.proposals()[0].mask == b"\xff\0"
    assert job.added()["map"] == b"\xff\0"


def test_a_mask_of_another_size_is_refused(engine, bridge):
    mask = base64.b64encode(zlib.compress(bytes(1 << 20))).decode()
    row = {"box": [0, 0, 2, 1], "mask": mask, "score": 0.5}
    engine.answers["GET /v1/jobs/j1"] = as_json({**JOB, "result": {"proposals": [row]}})
    with pytest.raises(BridgeError, match="another size"):
        bridge.propose("p").proposals()


def test_handoffs_go_out_and_come_back(engine, bridge):
    engine.answers["POST /v1/handoffs"] = as_json({"id": "h1"}, 201)
    engine.answers["GET /v1/handoffs/h1"] = as_json({"answer": {"job": "j1"}})
    engine.answers["POST /v1/handoffs/h1/answer"] = as_json({})
    assert bridge.handoff(bridge.hand_off("p", title="a", host="krita"))["answer"] == {"job": "j1"}
    bridge.answer_handoff("h1")
    assert json.loads(engine.said[-1].body) == {"closed": True}


def test_many_threads_share_one_bridge(engine, bridge):
    found = []
    threads = [threading.Thread(target=lambda: found.append(bridge.hello().pid)) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert found == [1] * 8


def test_a_dead_engine_is_told_in_words(engine):
    lone = Bridge(engine.address, TOKEN, timeout_s=60)
    engine.server.shutdown()
    engine.server.server_close()
    with pytest.raises(EngineGone, match="gone away"):
        lone.hello()


def test_an_engine_that_says_nothing_is_told_in_words(engine):
    engine.answers["GET /v1/status"] = lambda said: threading.Event().wait(1) or Answer()
    with pytest.raises(EngineGone, match="does not answer"):
        Bridge(engine.address, TOKEN, timeout_s=0.2).status()


def test_proxies_of_the_environment_are_never_asked(engine, bridge, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert bridge.hello().pid == 1


@pytest.mark.parametrize(
    "address", ["example.org:80", "127.0.0.1", "127.0.0.1:0", "10.0.0.1:80", "127.0.0.1:80x"]
)
def test_only_this_computer_is_ever_called(address):
    with pytest.raises(ValueError, match="no address"):
        Bridge(address, TOKEN)
