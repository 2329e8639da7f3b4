"""Every way to say no: an error becomes a status and `{"error": {"code", "message", "advice"}}`."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from core import errors

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

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
