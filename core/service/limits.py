"""What a connection may take before it has shown the token: bytes, time, waiting requests and its place."""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING, Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

if TYPE_CHECKING:
    import asyncio

HEAD_BYTES = 64 << 10
HEAD_S = 10.0
MOST_WAITING = 16
MOST_STRANGERS = 64
MALFORMED = {"code": "malformed", "message": "The request cannot be read.", "advice": "Send HTTP/1.1."}


class LimitedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP, a subclass for each server (`limited_protocol`). Who oversteps a limit is cut off, unheard."""

    bearer: ClassVar[bytes]
    strangers: ClassVar[dict[LimitedProtocol, None]]  # connections that showed no token yet, oldest first

    head_bytes = 0
    in_head = was_cut = False
    head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Take its place; of too many strangers the oldest gives way."""
        super().connection_made(transport)
        self.strangers[self] = None
        if len(self.strangers) > MOST_STRANGERS:
            next(iter(self.strangers)).cut()
        self._head_begins()

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave its place."""
        self._head_ends()
        self.strangers.pop(self, None)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what belongs to a head that is not whole."""
        if self.was_cut:
            return
        super().data_received(data)
        self.head_bytes = self.head_bytes + len(data) if self.in_head else 0
        if self.head_bytes > HEAD_BYTES:
            self.cut()

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self.in_head = True
        self._head_begins()

    def on_headers_complete(self) -> None:
        """A head is whole: its request is served, unless too many wait before it."""
        self.in_head = False
        self._head_ends()
        if len(self.pipeline) >= MOST_WAITING:
            self.cut()
        if self.was_cut:
            return
        if any(
            name == b"authorization" and hmac.compare_digest(value, self.bearer)
            for name, value in self.headers
        ):
            self.strangers.pop(self, None)
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """A refusal like every other, and not uvicorn's plain text."""
        del msg
        body = json.dumps({"error": MALFORMED}).encode()
        head = (
            f"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
        )
        self.transport.write(head.encode() + b"connection: close\r\n\r\n" + body)
        self.transport.close()

    def cut(self) -> None:
        """Hang up at once."""
        self.was_cut = True
        self.strangers.pop(self, None)
        self.pipeline.clear()
        self.transport.abort()

    def _head_begins(self) -> None:
        if self.head_timer is None:
            self.head_timer = self.loop.call_later(HEAD_S, self.cut)

    def _head_ends(self) -> None:
        if self.head_timer is not None:
            self.head_timer.cancel()
            self.head_timer = None


def limited_protocol(token: str) -> type[LimitedProtocol]:
    """The protocol of one server.

    A head has HEAD_BYTES and HEAD_S to be whole, MOST_WAITING requests may wait behind the one that is answered, and
    of MOST_STRANGERS connections without a right token the oldest gives way to the next.
    """
    return type("Limited", (LimitedProtocol,), {"bearer": b"Bearer " + token.encode(), "strangers": {}})
