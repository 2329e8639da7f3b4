"""The HTTP line: to 127.0.0.1 only, never through a proxy; what breaks is told in words."""

from __future__ import annotations

import contextlib
import hmac
import http.client
import json
import secrets
import socket
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .errors import BridgeError, EngineGone, EngineMismatch, EngineRefused, EngineUnproven

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from http.client import HTTPMessage


# One connection to the engine, by the standard library's client: a question at a time, each read by who asked it.

Answer = http.client.HTTPResponse
BROKEN = (OSError, http.client.HTTPException)
JOINED_BYTES = 1 << 16  # a body up to this goes out in one packet with its head
PROOF_PATH, PROOF_LIMIT_BYTES = "/v1/proof", 4096
PROOF_WORDS = b"semantic-upscale engine "  # so that no other answer of an engine can be taken for a proof


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

    def prove(self, token: str, timeout_s: float) -> None:
        """Let whoever listens show that it knows the token, before it gets to see anything.

        A port is anybody's once its engine was killed. EngineUnproven where the answer is not the engine's; one of
        `BROKEN` as it comes.
        """
        nonce = secrets.token_hex(32)
        self.ask(("GET", PROOF_PATH), {"X-Nonce": nonce}, (), timeout_s)
        answer = self.answer()
        told = answer.read(PROOF_LIMIT_BYTES)
        if answer.status != 200 or not hmac.compare_digest(told, proof_of(token, nonce)) or not stays(answer):
            self.close()
            raise EngineUnproven


def proof_of(token: str, nonce: str) -> bytes:
    """What only who knows the token can say: 64 hex digits, HMAC-SHA256 of what is asked."""
    return hmac.new(token.encode(), PROOF_WORDS + nonce.encode(), "sha256").hexdigest().encode()


def stays(answer: Answer) -> bool:
    """Whether its connection can be used again: the body was read to its end, and nobody wants to close it."""
    return answer.isclosed() and not answer.will_close


def _joined(parts: Iterable[Any]) -> list:
    """What is sent one after the other, the first of it together with the head."""
    parts = list(parts)
    if sum(len(part) for part in parts) <= JOINED_BYTES:
        return [b"".join(parts) or None]
    return [None, *parts]


PROTOCOL = 1
PIECE_BYTES = 1 << 20


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
    more: Sequence[tuple[str, str]] = ()

    @property
    def headers(self) -> dict:
        """What is told of it, and how long its body is."""
        told = dict(self.more)
        if self.kind:
            told["Content-Type"] = self.kind
        if self.kind or self.method == "POST":
            told["Content-Length"] = str(sum(len(part) for part in self.parts))
        return told

    def pieces(self) -> Iterator[memoryview]:
        """The body in pieces, for a socket's patience counts for each `send` as a whole."""
        for part in self.parts:
            view = memoryview(part).cast("B")
            for start in range(0, len(view), PIECE_BYTES):
                yield view[start : start + PIECE_BYTES]


class HttpTransport:
    """Idle keep-alive connections, of which every call takes one for itself until its answer is read."""

    def __init__(self, address: str, token: str, name: str, timeout_s: float) -> None:
        self._port = Address.parse(address).port
        self._token = token
        plain = "".join(letter for letter in name if letter.isascii() and letter.isalnum()) or "client"
        self._headers = {
            "Authorization": "Bearer " + token,
            "X-Client": plain + "/" + secrets.token_hex(8),
        }
        self._timeout_s = timeout_s
        self._idle: list[Connection] = []  # append and pop are safe between threads
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
        return _read(self.fetch(method, path, parts, kind, timeout_s))

    def ask_soon(self, method: str, path: str, body: Any) -> tuple[Any, bool]:
        """As `ask`, of an engine that may wait a moment for the end of what is asked; and whether it did."""
        parts = [json.dumps(body).encode("utf-8")]
        prefer = (("Prefer", "wait"),)
        data, headers = self.heard(Ask(method, path, parts, "application/json", self._timeout_s, prefer))
        return _read(data), headers.get("preference-applied") == "wait"

    def fetch(
        self,
        method: str,
        path: str,
        parts: Sequence[Any] = (),
        kind: str | None = None,
        timeout_s: float | None = None,
    ) -> bytes:
        """The bytes of the answer."""
        return self.heard(Ask(method, path, parts, kind, timeout_s or self._timeout_s))[0]

    def heard(self, ask: Ask) -> tuple[bytes, HTTPMessage]:
        """The bytes of the answer, and its headers."""
        with translate_errors():
            connection, answer = self._asked(ask)
            try:
                data = answer.read()
                self._back(connection, answer)
            except BROKEN:
                connection.close()
                raise
        if answer.status >= 400:
            raise refusal(answer.status, data)
        return data, answer.headers

    @contextlib.contextmanager
    def stream(self, path: str, timeout_s: float) -> Iterator[Answer]:
        """An answer to be read piece by piece. Its connection is closed unless it was read to its end."""
        with translate_errors():
            connection, answer = self._asked(Ask("GET", path, (), None, timeout_s))
        try:
            if answer.status >= 400:
                with translate_errors():
                    refused = answer.read()
                raise refusal(answer.status, refused)
            yield answer
        finally:
            self._back(connection, answer)

    def close(self) -> None:
        """Let go of what is idle; the next call opens another connection."""
        _hang_up(self._idle)

    def _asked(self, ask: Ask) -> tuple[Connection, Answer]:
        """Once more on a fresh connection where the engine had closed the idle one."""
        connection = self._taken()
        used = connection.used
        try:
            return connection, self._once(connection, ask)
        except (BrokenPipeError, ConnectionResetError):
            connection.close()
            self.close()
            if not used:
                raise
            return self._asked(ask)
        except BROKEN:
            connection.close()
            raise

    def _taken(self) -> Connection:
        try:
            return self._idle.pop()
        except IndexError:
            return Connection(self._port)

    def _back(self, connection: Connection, answer: Answer) -> None:
        if stays(answer):
            self._idle.append(connection)
        else:
            connection.close()

    def _once(self, connection: Connection, ask: Ask) -> Answer:
        if not connection.used:
            connection.prove(self._token, ask.timeout_s)
        try:
            connection.ask(
                (ask.method, ask.path), {**self._headers, **ask.headers}, ask.pieces(), ask.timeout_s
            )
        except (BrokenPipeError, ConnectionResetError) as error:
            return _early(connection, error)
        return connection.answer()


def _early(connection: Connection, broken: OSError) -> Answer:
    """The engine refused before it had read everything: hear why."""
    try:
        answer = connection.answer()
    except BROKEN:
        raise broken from None
    answer.will_close = True  # the rest of the body was never sent
    return answer


def _read(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8")) if data else None
    except ValueError as error:
        raise BridgeError("The engine's answer cannot be read.", "Try again.", "damaged") from error


def _hang_up(idle: list[Connection]) -> None:
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
def translate_errors() -> Iterator[None]:
    """From what sockets say to what a user understands."""
    try:
        yield
    except socket.timeout as error:  # a class of its own before Python 3.10
        raise EngineGone("The engine does not answer.") from error
    except BROKEN as error:
        raise EngineGone from error


def whole(response: Answer) -> bytes:
    """The body at once, which saves a copy. EngineGone where it breaks off."""
    with translate_errors():
        return response.read()


def pieces(response: Answer, piece_bytes: int) -> Iterator[bytes]:
    """The body in pieces of this length, the last one shorter. EngineGone where it breaks off."""
    while True:
        with translate_errors():
            piece = response.read(piece_bytes)
        if piece:
            yield piece
        elif response.length:  # less came than was announced
            raise EngineGone
        else:
            return
