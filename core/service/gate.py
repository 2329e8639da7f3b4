"""Who may enter: before anything is read, the host, the origin, the token and the size are checked."""

from __future__ import annotations

import hmac
import logging
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from core import errors
from plugin.bridge.transport import PROOF_PATH, proof_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI, Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


# Every way to say no: an error becomes a status and `{"error": {"code", "message", "advice"}}`.

log = logging.getLogger("semantic_upscale.engine")
WORDS = {
    400: ("malformed", "The request cannot be read."),
    404: ("not-found", "There is nothing under this address."),
    405: ("method", "This address does not take such a request."),
}
STATUS: tuple[tuple[type[errors.SemanticUpscaleError], int], ...] = (
    (errors.UsageError, 422),
    (errors.InputError, 422),
    (errors.OutputError, 507),
    (errors.ProtocolError, 426),
)
FAULTS_TOLD = 3


class RefusalWords(BaseModel):
    """Why a request was refused."""

    code: str
    message: str
    advice: str


class RefusalBody(BaseModel):
    """The body of every answer from 400 on."""

    error: RefusalWords


class Refusal(HTTPException):
    """A refusal with words of its own."""

    def __init__(self, status: int, code: str, message: str, advice: str = "") -> None:
        super().__init__(status, message)
        self.code, self.advice = code, advice

    def answer(self) -> JSONResponse:
        """As it is sent."""
        return _answer(self.status_code, self.code, str(self.detail), self.advice)


def code_of(error: errors.SemanticUpscaleError) -> str:
    """The class as a word: `OutOfMemoryError` → `out-of-memory`."""
    name = type(error).__name__.removesuffix("Error")
    return re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()


def unknown_picture() -> Refusal:
    """A picture that was never here, or was let go of."""
    return Refusal(
        404, "picture-unknown", "The engine does not have this picture (any more).", "Post it again."
    )


def unknown_job() -> Refusal:
    """A job that was never here, or was forgotten."""
    return Refusal(404, "job-unknown", "The engine knows no such job (any more).", "Ask for it again.")


def install(app: FastAPI) -> None:
    """Let the app answer with refusals, whatever happens in it."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(errors.SemanticUpscaleError, _ours)
    app.add_exception_handler(ClientDisconnect, _left)
    app.add_exception_handler(Exception, _broken)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For OpenAPI: these statuses carry a refusal, and so do those that any call may meet."""
    return {status: {"model": RefusalBody} for status in (*statuses, 400, 401, 403, 413, 422, 503)}


def _answer(status: int, code: str, message: str, advice: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message, "advice": advice}}, status)


async def _refused(_: Request, error: Any) -> JSONResponse:
    return error.answer()


async def _http(_: Request, error: Any) -> JSONResponse:
    code, words = WORDS.get(error.status_code, ("http", str(error.detail)))
    answer = _answer(error.status_code, code, words, "")
    answer.headers.update(error.headers or {})
    return answer


async def _invalid(_: Request, error: Any) -> JSONResponse:
    """What cannot be read is malformed; what can be read but may not be is out of range."""
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return _answer(400, *WORDS[400], "Send JSON.")
    told = [
        f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in faults[:FAULTS_TOLD]
    ]
    return _answer(422, "usage", f"The request asks for something that cannot be: {'; '.join(told)}.", "")


async def _ours(_: Request, error: Any) -> JSONResponse:
    status = next((status for kind, status in STATUS if isinstance(error, kind)), 409)
    return _answer(status, code_of(error), str(error), error.advice)


async def _left(_: Request, error: Any) -> JSONResponse:
    """Nobody hears this answer."""
    del error
    return _answer(400, "malformed", "The request broke off.", "")


async def _broken(_: Request, error: Any) -> JSONResponse:
    log.error("a request broke the engine", exc_info=error)
    return _answer(
        500, "internal", f"Something in the engine broke ({type(error).__name__}).", "See the engine's log."
    )


JSON_LIMIT_BYTES = 64 << 20
FILE_LIMIT_BYTES = 4 << 30
PICTURES = "/v1/pictures"
OTHER_VERSION = re.compile(r"/v\d+(/|$)")
NONCE = re.compile(rb"[0-9a-f]{64}")
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
        refusal = self._stranger(scope) or (None if scope["path"] == PROOF_PATH else self._refusal(scope))
        if refusal:
            await refusal.answer()(scope, receive, send)
        elif scope["path"] == PROOF_PATH:
            await self._proof(scope)(scope, receive, send)
        else:
            await self.app(scope, _bounded(receive, _limit(scope)), send)

    def _stranger(self, scope: Scope) -> Refusal | None:
        if _only(scope, b"host") not in self.rules.hosts:
            return Refusal(403, "host", "The engine is called by its own address only.")
        if _all(scope, b"origin"):
            return Refusal(403, "origin", "The engine does not talk to web pages.")
        return None

    def _proof(self, scope: Scope) -> Response:
        """The one answer that needs no token: that the engine knows it, for a client that will not tell it blindly."""
        nonce = _only(scope, b"x-nonce")
        if scope["method"] != "GET" or not NONCE.fullmatch(nonce):
            return Refusal(400, "malformed", "A proof is asked for with GET and a nonce.").answer()
        return Response(proof_of(self.rules.token, nonce.decode()), media_type="text/plain")

    def _refusal(self, scope: Scope) -> Refusal | None:
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
