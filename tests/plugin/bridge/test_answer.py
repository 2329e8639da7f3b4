"""Answers as the bridge reads them: of every kind of length, broken, and on connections that are used again."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.bridge.transport import BROKEN, Answer, stays


class _Wire(io.BytesIO):
    """What came through a socket."""

    def makefile(self, *_):
        return self


def _answer(*rows, body=b""):
    answer = Answer(_Wire("\r\n".join([*rows, "", ""]).encode() + body))
    answer.begin()
    return answer


def test_a_connection_stays_once_a_body_of_known_length_was_read():
    answer = _answer("HTTP/1.1 200 OK", "Content-Length: 5", body=b"hello")
    assert (answer.read(2), stays(answer)) == (b"he", False)
    assert (answer.read(), stays(answer)) == (b"llo", True)


def test_a_body_without_a_length_ends_with_its_connection():
    answer = _answer("HTTP/1.0 200 OK", body=b"a\nb")
    assert (answer.readline(10), answer.read(), stays(answer)) == (b"a\n", b"b", False)


def test_a_connection_that_the_engine_closes_is_not_used_again():
    answer = _answer("HTTP/1.1 200 OK", "Connection: close", "Content-Length: 0")
    assert (answer.read(), stays(answer)) == (b"", False)


@given(st.lists(st.binary(min_size=1, max_size=30), max_size=5), st.integers(1, 50))
def test_chunks_are_put_together(parts, most):
    wire = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    answer, found = _answer("HTTP/1.1 200 OK", "Transfer-Encoding: chunked", body=wire), b""
    while piece := answer.read(most):
        found += piece
    assert (found, stays(answer)) == (b"".join(parts), True)


@pytest.mark.parametrize("wire", [b"SSH-2.0-x\r\n", b"HTTP/1.1 xyz\r\n\r\n", b""])
def test_what_is_no_answer_is_told(wire):
    with pytest.raises(BROKEN):
        Answer(_Wire(wire)).begin()


@pytest.mark.parametrize(
    ("length", "wire"),
    [
        ("Transfer-Encoding: chunked", b"5\r\nab"),
        ("Transfer-Encoding: chunked", b"zz\r\n"),
        ("Content-Length: 9", b"abc"),
    ],
)
def test_a_body_that_breaks_off_is_told(length, wire):
    with pytest.raises(BROKEN):
        _answer("HTTP/1.1 200 OK", length, body=wire).read()
