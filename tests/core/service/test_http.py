"""HTTP/1.1 as the engine speaks it: bodies in chunks, and lines that are used again."""

from __future__ import annotations

import contextlib
import json
import socket

import pytest
from server_fake import ENDLESS, FAILING, bridge, engine, picture

from plugin.bridge import JobFailed

__all__ = ["bridge", "engine", "picture"]
RAW = "/v1/pictures?kind=raw&width=2&height=3&mode=RGB&depth=u8"


@pytest.fixture
def line(engine):
    """A connection on which requests are said byte for byte, and answers are read one after the other."""
    host, _, port = engine.told.address.partition(":")
    with socket.create_connection((host, int(port)), 60) as made, made.makefile("rb") as reader:
        yield _Line(engine, made, reader)


class _Line:
    def __init__(self, engine, made, reader):
        self.engine, self.made, self.reader = engine, made, reader

    def say(self, method, path, body=b"", **more):
        told = {"Host": self.engine.told.address, "Authorization": f"Bearer {self.engine.told.token}", **more}
        rows = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in told.items()]
        self.made.sendall(f"{method} {path} HTTP/1.1\r\n{''.join(rows)}\r\n".encode() + body)

    def hear(self):
        status = int(self.reader.readline().split()[1])
        headers = {}
        while row := self.reader.readline().strip().decode():
            headers[row.partition(": ")[0].lower()] = row.partition(": ")[2]
        return status, headers, self.reader.read(int(headers.get("content-length", 0)))


@pytest.mark.parametrize(
    "rows",
    [
        b"content-length: 1\r\nContent-Length: 2",
        b"content-length: -1",
        b"content-length: 1\r\ntransfer-encoding: chunked",
        b"a b: x",
        b"a: x\x00y",
        b"no colon",
    ],
)
def test_a_head_that_can_be_read_in_two_ways_is_refused(line, rows):
    line.made.sendall(b"POST /v1/hello HTTP/1.1\r\n" + rows + b"\r\n\r\n")
    assert line.hear()[0] in (400, 403)
    assert line.reader.read() == b""


def test_a_line_is_used_again_and_again(line):
    for _ in range(3):
        line.say("GET", "/v1/hello")
        assert line.hear()[0] == 200


def test_requests_may_come_before_their_answers(line):
    for path in ("/v1/hello", "/v1/nothing", "/v1/status"):
        line.say("GET", path)
    assert [line.hear()[0] for _ in range(3)] == [200, 404, 200]


def test_a_body_may_come_in_chunks(line):
    line.say(
        "POST",
        RAW,
        b"9\r\n" + bytes(9) + b"\r\n9\r\n" + bytes(9) + b"\r\n0\r\n\r\n",
        Transfer_Encoding="chunked",
    )
    assert line.hear()[0] == 201
    line.say("GET", "/v1/hello")
    assert line.hear()[0] == 200


def test_chunks_that_are_none_end_the_line(line):
    line.say("POST", RAW, b"zz\r\n", Transfer_Encoding="chunked")
    with contextlib.suppress(ConnectionError):
        assert line.hear()[0] == 400
        assert line.reader.read() == b""


def test_who_asks_first_is_told_to_go_on(line):
    line.say("POST", RAW, Content_Length="18", Expect="100-continue")
    assert line.hear()[0] == 100
    line.made.sendall(bytes(18))
    assert line.hear()[0] == 201


def test_a_body_that_is_refused_unread_is_dropped_and_the_line_stays(line):
    line.say("POST", "/v1/nothing", Content_Length=str(3 << 20))
    status, _, _ = line.hear()
    line.made.sendall(bytes(3 << 20))
    line.say("GET", "/v1/hello")
    assert (status, line.hear()[0]) == (404, 200)


def test_who_wants_the_line_closed_has_it_closed(line):
    line.say("GET", "/v1/hello", Connection="close")
    assert line.hear()[1]["connection"] == "close"
    assert line.reader.read() == b""


def test_a_job_that_is_over_in_a_moment_needs_no_events(engine, bridge, picture, line):
    body = json.dumps({"kind": "upscale", "picture": picture}).encode()
    kind = {"Content_Type": "application/json", "Content_Length": str(len(body))}
    line.say("POST", "/v1/jobs", body, **kind, Prefer="respond-async, wait=1")
    status, headers, told = line.hear()
    assert (status, headers["preference-applied"], json.loads(told)["state"]) == (202, "wait", "done")
    line.say("POST", "/v1/jobs", body, **kind)
    assert "preference-applied" not in line.hear()[1]
    listened = dict(engine.queue.listening)
    assert bridge.upscale(picture).wait() == {"width": 8, "height": 12}
    with pytest.raises(JobFailed):
        bridge.upscale(picture, options={"seed": FAILING}).wait()
    assert engine.queue.listening == listened


def test_a_job_that_takes_longer_is_told_at_once(bridge, picture):
    job = bridge.upscale(picture, options={"seed": ENDLESS})
    assert job.info()["state"] == "running"
    job.cancel()
