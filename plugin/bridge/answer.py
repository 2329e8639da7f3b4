"""One connection to the engine, by the standard library's client: a question at a time, each read by who asked it."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Answer = http.client.HTTPResponse
BROKEN = (OSError, http.client.HTTPException)
JOINED_BYTES = 1 << 16  # a body up to this goes out in one packet with its head


class Connection:
    """To a port of this computer; opened by the first `ask`. `used` once an answer came on it."""

    def __init__(self, port: int) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port)
        self.used = False

    def ask(
        self, question: tuple[str, str], headers: Mapping[str, str], parts: Iterable[Any], timeout_s: float
    ) -> None:
        """Send a question, (method, path) and its body in parts. One of `BROKEN` as it comes."""
        self._http.timeout = timeout_s
        if self._http.sock is not None:
            self._http.sock.settimeout(timeout_s)
        self._http.putrequest(*question, skip_accept_encoding=True)
        for name, value in headers.items():
            self._http.putheader(name, value)
        first, *rest = _joined(parts)
        self._http.endheaders(first)
        for part in rest:
            self._http.send(part)

    def answer(self) -> Answer:
        """The answer to it, read up to its body. One of `BROKEN` as it comes."""
        answer = self._http.getresponse()
        self.used = True
        return answer

    def close(self) -> None:
        """Hang up."""
        self._http.close()


def stays(answer: Answer) -> bool:
    """Whether its connection can be used again: the body was read to its end, and nobody wants to close it."""
    return answer.isclosed() and not answer.will_close


def _joined(parts: Iterable[Any]) -> list:
    """What is sent one after the other, the first of it together with the head."""
    parts = list(parts)
    if sum(len(part) for part in parts) <= JOINED_BYTES:
        return [b"".join(parts) or None]
    return [None, *parts]
