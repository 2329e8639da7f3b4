"""Streams: events with numbers, a line that stays alive, clients that are slow, broken or gone."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time

import pytest
from server_fake import ENDLESS, bridge, engine, picture, until

from core.service import routes_jobs
from plugin.bridge import PixelPlanes

__all__ = ["bridge", "engine", "picture"]


@contextlib.contextmanager
def _line(engine, text, **more):
    """A connection on which these words were said."""
    host, _, port = engine.told.address.partition(":")
    told = {"Host": engine.told.address, "Authorization": f"Bearer {engine.told.token}", **more}
    rows = [f"{name.replace('_', '-')}: {value}" for name, value in told.items()]
    with socket.create_connection((host, int(port)), 60) as line:
        line.sendall("\r\n".join([f"{text} HTTP/1.1", *rows, "", ""]).encode())
        yield line


def _read(line, words, most=60.0):
    """What comes until these words do."""
    data, end = b"", time.monotonic() + most
    while words not in data:
        assert time.monotonic() < end
        piece = line.recv(65536)
        assert piece, data
        data += piece
    return data


def _listened(engine, job):
    return lambda: engine.queue.listening.get(job.id, 0) > 0


def test_events_have_numbers_and_go_on_from_the_last(engine, bridge, picture):
    job = bridge.upscale(picture)
    with _line(engine, f"GET /v1/jobs/{job.id}/events") as line:
        whole = _read(line, b"event: done")
    assert b"id: 1\nevent: state" in whole
    assert b"id: 2\nevent: done" in whole
    with _line(engine, f"GET /v1/jobs/{job.id}/events", Last_Event_ID="1") as line:
        assert b"id: 1\n" not in _read(line, b"event: done")


@pytest.mark.parametrize("number", ["2", "999999"])
def test_a_stream_after_the_last_event_of_a_job_that_is_over_ends(engine, bridge, picture, number):
    """It said ": alive" for ever, as fast as it could."""
    job = bridge.upscale(picture)
    with _line(engine, f"GET /v1/jobs/{job.id}/events", Last_Event_ID=number) as line:
        assert _read(line, b"0\r\n\r\n").count(b": alive") <= 2
    until(lambda: not _listened(engine, job)())


def test_a_number_that_is_none_is_refused(engine, bridge, picture):
    job = bridge.upscale(picture)
    with _line(engine, f"GET /v1/jobs/{job.id}/events", Last_Event_ID="x") as line:
        assert b" 400 " in _read(line, b"malformed")


def test_a_silent_job_keeps_the_line_alive(engine, bridge, picture, monkeypatch):
    monkeypatch.setattr(routes_jobs, "SILENCE_S", 0.05)
    job = bridge.upscale(picture, options={"seed": ENDLESS})
    with _line(engine, f"GET /v1/jobs/{job.id}/events") as line:
        _read(line, b"running")
        _read(line, routes_jobs.ALIVE)
    job.cancel()


def test_two_seconds_is_the_longest_silence():
    assert routes_jobs.SILENCE_S <= 2.0


@pytest.mark.parametrize("abrupt", [True, False])
def test_a_client_that_goes_away_stops_listening(engine, bridge, picture, abrupt):
    job = bridge.upscale(picture, options={"seed": ENDLESS})
    with _line(engine, f"GET /v1/jobs/{job.id}/events") as line:
        until(_listened(engine, job))
        if abrupt:  # the line is reset, as when a process is killed
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    until(lambda: engine.queue.listening[job.id] == 0)
    job.cancel()


def test_an_iterator_that_is_closed_stops_listening(engine, bridge, picture):
    job = bridge.upscale(picture, options={"seed": ENDLESS})
    events = job.events()
    assert next(events).kind == "state"
    events.close()
    until(lambda: engine.queue.listening[job.id] == 0)
    job.cancel()


def test_many_listeners_leave_room_for_others(engine, bridge, picture):
    jobs = [bridge.upscale(picture, options={"seed": ENDLESS}) for _ in range(60)]
    threads = [threading.Thread(target=lambda job=job: list(job.events())) for job in jobs]
    [thread.start() for thread in threads]
    until(lambda: all(_listened(engine, job)() for job in jobs))
    assert bridge.upscale(picture).wait()
    assert all(_listened(engine, job)() for job in jobs)
    [job.cancel() for job in jobs]
    [thread.join(60) for thread in threads]


def test_a_slow_client_holds_nobody_up(engine, bridge):
    with _line(engine, "POST /v1/pictures?kind=file", Content_Length="1000000") as line:
        line.sendall(b"P")
        assert bridge.hello()
        line.sendall(b"N")
        assert bridge.hello()


def test_a_body_that_breaks_off_leaves_nothing(engine, bridge):
    before = engine.queue.store.bytes
    query = "kind=raw&width=100&height=100&mode=RGB&depth=u8"
    with _line(engine, f"POST /v1/pictures?{query}", Content_Length="30000") as line:
        line.sendall(bytes(20000))
    assert bridge.hello()
    until(lambda: not list(engine.queue.store._folder.glob("*.part")))
    assert engine.queue.store.bytes == before


@pytest.mark.parametrize("length", [1, 17, 19])
def test_a_body_of_another_length_is_refused(engine, length):
    query = "kind=raw&width=2&height=3&mode=RGB&depth=u8"
    with _line(engine, f"POST /v1/pictures?{query}", Content_Length=str(length)) as line:
        line.sendall(bytes(length))
        assert b"18 bytes" in _read(line, b"advice")


def test_a_reader_that_stops_in_the_middle_frees_what_it_held(engine, bridge):
    big = bridge.post_picture(PixelPlanes(1000, 1000, "RGB", "u8", bytes(3_000_000)))
    rows = bridge.upscale(big.id).rows()
    assert len(next(rows)) % (4000 * 3) == 0
    rows.close()
    until(lambda: engine.queue.status().jobs == ())
    assert bridge.hello()


def test_words_that_are_no_http_are_refused(engine, bridge):
    host, _, port = engine.told.address.partition(":")
    for words in (b"\0\1\2\3\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00"):
        with socket.create_connection((host, int(port)), 60) as line:
            line.sendall(words)
    assert bridge.hello()


def test_broken_json_is_malformed(engine):
    for body in (b"{", b"\xff\xfe", b"[" * 5000):
        with _line(
            engine, "POST /v1/jobs", Content_Length=str(len(body)), Content_Type="application/json"
        ) as line:
            line.sendall(body)
            answer = _read(line, b"advice")
            assert b" 400 " in answer or b" 422 " in answer
            assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["message"]


def test_a_crowd_that_comes_and_goes_leaves_no_listener(engine, bridge, picture):
    jobs = [bridge.upscale(picture, options={"seed": ENDLESS}) for _ in range(20)]
    for job in jobs:
        events = job.events()
        next(events)
        events.close()
    until(lambda: not any(engine.queue.listening[job.id] for job in jobs))
    [job.cancel() for job in jobs]
