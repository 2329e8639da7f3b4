"""The HTTP line: to 127.0.0.1 only, never through a proxy; what breaks is told in words."""

from __future__ import annotations

import contextlib
import http.client
import json
import secrets
import socket
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import BridgeError, EngineGone, EngineMismatch, EngineRefused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PROTOCOL = 1
PIECE_BYTES = 1 << 20
ANSWER_LIMIT_BYTES = 1 << 30
BROKEN = (OSError, http.client.HTTPException)


@dataclass(frozen=True)
class Address:
    """Where the engine listens. ValueError if it is anywhere else than on this computer."""

    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        """`127.0.0.1:PORT`."""
        host, _, port = text.partition(":")
        if host not in ("127.0.0.1", "localhost") or not port.isdigit() or not 0 < int(port) < 65536:
            raise ValueError(f"{text!r} is no address of an engine on this computer")
        return cls(int(port))


@dataclass(frozen=True)
class Ask:
    """One request; `parts` of a body of `kind`, None where it has none."""

    method: str
    path: str
    parts: Sequence[Any]
    kind: str | None
    timeout_s: float

    @property
    def headers(self) -> dict:
        """What says how long the body is."""
        told = {"Content-Type": self.kind} if self.kind else {}
        if self.kind or self.method == "POST":
            told["Content-Length"] = str(sum(len(part) for part in self.parts))
        return told

    def pieces(self) -> Iterator[memoryview]:
        """The body in pieces, for a socket's patience counts for each `send` as a whole."""
        for part in self.parts:
            view = memoryview(part).cast("B")
            for start in range(0, len(view), PIECE_BYTES):
                yield view[start : start + PIECE_BYTES]


class Line:
    """Idle keep-alive connections, of which every call takes one for itself; a stream has one of its own."""

    def __init__(self, address: str, token: str, name: str, timeout_s: float) -> None:
        self._port = Address.parse(address).port
        plain = "".join(letter for letter in name if letter.isascii() and letter.isalnum()) or "client"
        self._headers = {
            "Authorization": "Bearer " + token,
            "X-Client": plain + "/" + secrets.token_hex(8),
        }
        self._timeout_s = timeout_s
        self._idle: list[http.client.HTTPConnection] = []  # append and pop are safe between threads
        weakref.finalize(self, _hang_up, self._idle)

    def ask(self, method: str, path: str, body: Any = None, timeout_s: float | None = None) -> Any:
        """The JSON of the answer, None where there is none. EngineGone, EngineRefused, EngineMismatch."""
        parts = [] if body is None else [json.dumps(body).encode("utf-8")]
        kind = None if body is None else "application/json"
        return self.send(method, path, parts, kind, timeout_s)

    def send(
        self,
        method: str,
        path: str,
        parts: Sequence[Any],
        kind: str | None = "application/octet-stream",
        timeout_s: float | None = None,
    ) -> Any:
        """As `ask`, with a body in parts."""
        data = self.fetch(method, path, parts, kind, timeout_s)
        try:
            return json.loads(data.decode("utf-8")) if data else None
        except ValueError as error:
            raise BridgeError("The engine's answer cannot be read.", "Try again.", "damaged") from error

    def fetch(
        self,
        method: str,
        path: str,
        parts: Sequence[Any] = (),
        kind: str | None = None,
        timeout_s: float | None = None,
    ) -> bytes:
        """The bytes of the answer."""
        with told():
            status, data = self._answer(Ask(method, path, parts, kind, timeout_s or self._timeout_s))
        if status >= 400:
            raise refusal(status, data)
        return data

    @contextlib.contextmanager
    def stream(
        self, path: str, timeout_s: float, headers: dict | None = None
    ) -> Iterator[http.client.HTTPResponse]:
        """An answer to be read piece by piece, on a connection that is closed in the end, come what may."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=timeout_s)
        try:
            with told():
                connection.request("GET", path, headers={**self._headers, **(headers or {})})
                response = connection.getresponse()
                refused = response.read() if response.status >= 400 else b""
            if response.status >= 400:
                raise refusal(response.status, refused)
            yield response
        finally:
            connection.close()

    def close(self) -> None:
        """Let go of what is idle; the next call opens another connection."""
        _hang_up(self._idle)

    def _answer(self, ask: Ask) -> tuple[int, bytes]:
        """Once more on a fresh connection where the engine had closed the idle one."""
        connection = self._taken()
        used = connection.sock is not None
        try:
            return self._once(connection, ask)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            connection.close()
            self.close()
            if not used:
                raise
            return self._answer(ask)
        except BROKEN:
            connection.close()
            raise

    def _taken(self) -> http.client.HTTPConnection:
        try:
            return self._idle.pop()
        except IndexError:
            return http.client.HTTPConnection("127.0.0.1", self._port)

    def _once(self, connection: http.client.HTTPConnection, ask: Ask) -> tuple[int, bytes]:
        connection.timeout = ask.timeout_s
        if connection.sock is not None:
            connection.sock.settimeout(ask.timeout_s)
        connection.putrequest(ask.method, ask.path, skip_accept_encoding=True)
        for name, value in {**self._headers, **ask.headers}.items():
            connection.putheader(name, value)
        connection.endheaders()
        try:
            for piece in ask.pieces():
                connection.send(piece)
        except (BrokenPipeError, ConnectionResetError) as error:
            return _early(connection, error)
        response = connection.getresponse()
        answer = response.status, response.read()
        self._idle.append(connection)
        return answer


def _early(connection: http.client.HTTPConnection, broken: OSError) -> tuple[int, bytes]:
    """The engine refused before it had read everything: hear why, and hang up."""
    try:
        response = connection.getresponse()
        return response.status, response.read()
    except BROKEN:
        raise broken from None
    finally:
        connection.close()


def _hang_up(idle: list[http.client.HTTPConnection]) -> None:
    while idle:
        idle.pop().close()


def refusal(status: int, data: bytes) -> BridgeError:
    """The error that an answer tells."""
    try:
        told = json.loads(data.decode("utf-8"))["error"]
        words = str(told["message"]), str(told.get("advice", "")), str(told["code"])
    except (ValueError, KeyError, TypeError):
        words = f"The engine answered {status}.", "", "http"
    if status == 426:
        return EngineMismatch(words[0], words[1])
    return EngineRefused(*words, status=status)


@contextlib.contextmanager
def told() -> Iterator[None]:
    """From what sockets say to what a user understands."""
    try:
        yield
    except socket.timeout as error:  # a class of its own before Python 3.10
        raise EngineGone("The engine does not answer.") from error
    except BROKEN as error:
        raise EngineGone from error


def pieces(response: http.client.HTTPResponse, piece_bytes: int) -> Iterator[bytes]:
    """The body in pieces of this length, the last one shorter. EngineGone where it breaks off."""
    while True:
        with told():
            piece = response.read(piece_bytes)
        if piece:
            yield piece
        elif response.length:  # less came than was announced
            raise EngineGone
        else:
            return
