"""Who may enter: before anything is read, the host, the origin, the token and the size are checked."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.server.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

JSON_LIMIT_BYTES = 64 << 20
FILE_LIMIT_BYTES = 4 << 30
PICTURES = "/v1/pictures"
OTHER_VERSION = re.compile(r"/v\d+(/|$)")
CLIENT = re.compile(rb"[A-Za-z0-9._ -]{1,64}/[A-Za-z0-9]{1,64}")


@dataclass(frozen=True)
class Rules:
    """The address under which the engine is called, its token, and whether it is about to leave."""

    port: int
    token: str = field(repr=False)
    leaving: Callable[[], bool] = lambda: False

    @property
    def hosts(self) -> tuple[bytes, bytes]:
        """The only names by which it may be called: any other is a page that rebinds its own."""
        return f"127.0.0.1:{self.port}".encode(), f"localhost:{self.port}".encode()


class Gate:
    """An ASGI app around another one."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        self.app, self.rules = app, rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, or let through with a bounded body."""
        if scope["type"] != "http":
            return
        refusal = self._refusal(scope)
        if refusal:
            await refusal.answer()(scope, receive, send)
        else:
            await self.app(scope, _bounded(receive, _limit(scope)), send)

    def _refusal(self, scope: Scope) -> Refusal | None:
        if _only(scope, b"host") not in self.rules.hosts:
            return Refusal(403, "host", "The engine is called by its own address only.")
        if _all(scope, b"origin"):
            return Refusal(403, "origin", "The engine does not talk to web pages.")
        if not self._knows(_only(scope, b"authorization")):
            return Refusal(401, "token", "The engine does not know this token.", "Read engine.json again.")
        if OTHER_VERSION.match(scope["path"]) and not scope["path"].startswith("/v1/"):
            return Refusal(
                426, "protocol", "This engine speaks version 1 of the protocol.", "Update the program."
            )
        if self.rules.leaving():
            return Refusal(503, "stopping", "The engine is about to leave.", "Try again in a moment.")
        return _oversized(scope)

    def _knows(self, given: bytes) -> bool:
        return hmac.compare_digest(given, b"Bearer " + self.rules.token.encode())


def client_of(scope: Scope) -> str:
    """Who asks: NAME/RANDOM, or "unnamed/0"."""
    told = _only(scope, b"x-client")
    return told.decode() if CLIENT.fullmatch(told) else "unnamed/0"


def _oversized(scope: Scope) -> Refusal | None:
    declared = _only(scope, b"content-length")
    if declared and (not declared.isdigit() or int(declared) > _limit(scope)):
        return too_large(_limit(scope))
    return None


def too_large(limit_bytes: int) -> Refusal:
    """A body beyond its bound."""
    return Refusal(413, "too-large", f"The request has more than {limit_bytes / 1e6:,.0f} MB.", "Send less.")


def _limit(scope: Scope) -> int:
    return FILE_LIMIT_BYTES if scope["path"] == PICTURES else JSON_LIMIT_BYTES


def _bounded(receive: Receive, limit_bytes: int) -> Receive:
    """Count what really comes, whatever was declared."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit_bytes:
            raise too_large(limit_bytes)
        return message

    return counted


def _all(scope: Scope, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key == name]


def _only(scope: Scope, name: bytes) -> bytes:
    """The header's value, empty where it is missing or there are several."""
    values = _all(scope, name)
    return values[0] if len(values) == 1 else b""
