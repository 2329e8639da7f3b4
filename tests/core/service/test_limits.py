"""Who has not shown the token takes no memory, no time and no place from those who have."""

from __future__ import annotations

import contextlib
import json
import socket

import pytest
from server_fake import bridge, engine, until

from core.service import limits

__all__ = ["bridge", "engine"]


@pytest.fixture
def port(engine):
    return int(engine.told.address.partition(":")[2])


def _cut(line):
    """Whether the other side hangs up."""
    try:
        while line.recv(65536):
            pass
    except ConnectionError:
        pass
    except TimeoutError:
        return False
    return True


def test_a_head_without_an_end_is_cut_off(port, bridge):
    with socket.create_connection(("127.0.0.1", port), 20) as line:
        line.sendall(b"GET /v1/hello HTTP/1.1\r\nX: ")
        sent = 0
        with contextlib.suppress(ConnectionError):
            while sent < 64 << 20:
                sent += line.send(b"x" * 65536)
        assert sent < 16 << 20  # what the buffers of the two sockets hold
        assert _cut(line)
    assert bridge.hello().protocol == 1


def test_a_head_that_never_comes_whole_is_cut_off(port, bridge, monkeypatch):
    monkeypatch.setattr(limits, "HEAD_S", 0.3)
    with (
        socket.create_connection(("127.0.0.1", port), 20) as silent,
        socket.create_connection(("127.0.0.1", port), 20) as half,
    ):
        half.sendall(b"GET /v1/hello HTTP/1.1\r\nHost: ")
        assert _cut(half)
        assert _cut(silent)
    assert bridge.hello().protocol == 1


def test_requests_that_pile_up_unanswered_are_cut_off(port, bridge):
    with socket.create_connection(("127.0.0.1", port), 20) as line:
        with contextlib.suppress(ConnectionError):
            for _ in range(100):
                line.sendall(b"GET /v1/hello HTTP/1.1\r\nHost: x\r\n\r\n" * 1000)
        assert _cut(line)
    assert bridge.hello().protocol == 1


def test_a_crowd_of_strangers_does_not_keep_out_who_has_the_token(port, bridge):
    with contextlib.ExitStack() as stack:
        crowd = []
        for _ in range(2 * limits.MOST_STRANGERS):
            crowd.append(stack.enter_context(socket.create_connection(("127.0.0.1", port), 20)))
            crowd[-1].sendall(b"GET /v1/hello HTTP/1.1\r\n")
        assert _cut(crowd[0])
        bridge.close()
        assert bridge.hello().protocol == 1


def test_what_is_no_http_is_refused_as_all_else_is(port):
    with socket.create_connection(("127.0.0.1", port), 20) as line:
        line.sendall(b"\0\1\2 nonsense\r\n\r\n")
        data = b""
        while piece := line.recv(65536):
            data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 ")
    assert json.loads(body)["error"]["code"] == "malformed"


def test_a_client_with_the_token_keeps_its_connection_while_strangers_come(port, bridge):
    bridge.hello()
    (kept,) = bridge._line._idle
    with contextlib.ExitStack() as stack:
        for _ in range(2 * limits.MOST_STRANGERS):
            stack.enter_context(socket.create_connection(("127.0.0.1", port), 20))
        until(lambda: bridge.hello().protocol == 1)
    assert bridge._line._idle == [kept]
