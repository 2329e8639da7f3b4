"""Calls for what a job made: tiles, rows, a file, and what was added."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import numpy as np
from fastapi import (
    Query,
    Request,
    Response,
)
from fastapi.responses import StreamingResponse

from core.image.io import open_picture, strips
from core.image.raw import open_raw
from core.service.context import calls, context_of
from core.service.gate import Refusal, responses
from core.service.routes_jobs import JobId, find_job
from core.service.routes_pictures import PictureIdPath, find_picture
from core.service.schema import AddedShape
from plugin.bridge.facts import BANDS, DEPTH_BYTES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from core.image.picture import Picture
    from core.service.context import AppContext
    from core.service.protocol import JobInfo
    from core.service.result import ResultReader
    from core.service.store import PictureStore, Shelved


router = calls("/v1/jobs/{job_id}")
PIECE_BYTES = 4 << 20
OCTETS = "application/octet-stream"
ROW_LIMIT = 1 << 23
SMALL_PIXELS = 1 << 15  # made at once: every change of thread takes longer
MEDIA = {
    "png": "image/png",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "tiff": "image/tiff",
    "avif": "image/avif",
}
BINARY = {"schema": {"type": "string", "format": "binary"}}
RAW: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": BINARY}, "description": "Packed rows, little-endian"}
}
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": dict.fromkeys(MEDIA.values(), BINARY), "description": "The encoded target"}
}


@router.get("/tiles/{n}", response_class=Response, responses={**responses(404), **RAW})
async def get_tile(request: Request, job_id: JobId, n: int) -> Response:
    """A finished tile, one of the last 64."""
    find_job(request, job_id)
    try:
        box, pixels = await context_of(request).aside(context_of(request).queue.tile, job_id, n)
    except KeyError:
        raise Refusal(404, "tile-unknown", "This tile is not kept (any more).", "Fetch the result.") from None
    headers = {"X-Width": str(box.width), "X-Rows": str(box.height)}
    return Response(pixels, media_type="application/octet-stream", headers=headers)


@router.get("/result", response_class=StreamingResponse, responses={**responses(404, 409), **RAW})
async def get_result(  # noqa: PLR0913, PLR0917  (one by one, as the address names them)
    request: Request,
    job_id: JobId,
    mode: Literal["GREY", "GREYA", "RGB", "RGBA"] = "RGB",
    depth: Literal["u8", "u16", "f32"] = "u8",
    y: Annotated[int, Query(ge=0, le=ROW_LIMIT)] = 0,
    rows: Annotated[int | None, Query(ge=1, le=ROW_LIMIT)] = None,
    space: Literal["source", "srgb"] = "source",
) -> Response:
    """Raw rows of the target, streamed."""
    desk, info = context_of(request), _done(request, job_id)
    wanted = Asked(mode, depth, y, rows, space)
    with desk.rest:
        if _is_small(info):
            return _answer_of(desk, info.id, wanted)
        return await desk.aside(_answer_of, desk, info.id, wanted)


@router.get("/file", response_class=StreamingResponse, responses={**responses(404, 409, 507), **FILE})
async def get_file(  # noqa: PLR0913, PLR0917
    request: Request,
    job_id: JobId,
    format: Literal["png", "jpeg", "webp", "tiff", "avif"] = "png",  # noqa: A002
    depth: Literal["u8", "u16", "f32"] | None = None,
    quality: Annotated[int | None, Query(ge=1, le=100)] = None,
    metadata: bool = True,
    location: bool = True,
) -> StreamingResponse:
    """The encoded target, streamed."""
    desk, reader = context_of(request), await _reader(request, job_id)
    path = await desk.aside(lambda: reader.file(format, depth, quality, metadata=metadata, location=location))
    headers = {"Content-Length": str(path.stat().st_size)}
    return StreamingResponse(sent(desk, Pieces(_read_away(path))), media_type=MEDIA[format], headers=headers)


@router.get("/added", response_model=AddedShape, responses=responses(404, 409))
async def get_added(request: Request, job_id: JobId) -> AddedShape:
    """What was added; the first call takes a second run, which ends when its client goes away."""
    desk = context_of(request)
    find_job(request, job_id)
    with desk.rest:
        return AddedShape(
            **await _while_listening(request, lambda listening: desk.queue.added(job_id, listening))
        )


def _done(request: Request, job_id: str) -> JobInfo:
    """Refusal 409 where the job is not done."""
    info = find_job(request, job_id)
    if info.state != "done":
        raise Refusal(409, "not-done", f"The job is {info.state}; there is no result.", "Wait for `done`.")
    return info


async def _reader(request: Request, job_id: str) -> ResultReader:
    return await context_of(request).aside(context_of(request).queue.result, _done(request, job_id).id)


class Asked(NamedTuple):
    """The rows that a client wants."""

    mode: str
    depth: str
    y: int
    rows: int | None
    space: Literal["source", "srgb"]


def _answer_of(desk: AppContext, job_id: str, asked: Asked) -> Response:
    """The rows: few of them at once, many piece by piece."""
    reader = desk.queue.result(job_id)
    mode, depth, y, rows, space = asked
    count = reader.height - y if rows is None else rows
    headers = {"X-Width": str(reader.width), "X-Rows": str(count)}
    if count * reader.width <= SMALL_PIXELS:
        whole = b"".join(reader.rows(mode, depth, y, count, space=space))
        return Response(whole, media_type=OCTETS, headers=headers)
    pieces = Pieces(iter(reader.rows(mode, depth, y, count, space=space)))
    headers["Content-Length"] = str(count * reader.width * BANDS[mode] * DEPTH_BYTES[depth])
    return StreamingResponse(sent(desk, pieces), media_type=OCTETS, headers=headers)


def _is_small(info: JobInfo) -> bool:
    """Whether the whole target is made in less time than a change of thread takes."""
    told = info.result or {}
    return 0 < told.get("width", 0) * told.get("height", 0) <= SMALL_PIXELS


class Pieces:
    """An iterator that threads may use and close, one after the other; an empty piece is the end."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._lock = pieces, threading.Lock()

    def next(self) -> bytes:
        """The next piece."""
        with self._lock:
            return next(self._pieces, b"")

    def close(self) -> None:
        """Let go of what the iterator holds, once it is not at work."""
        with self._lock:
            getattr(self._pieces, "close", bool)()


async def sent(desk: AppContext, pieces: Pieces) -> AsyncIterator[bytes]:
    """Pieces made in a thread; what holds them is closed in the end, whether anybody waits for it or not."""
    try:
        with desk.rest:
            while piece := await desk.aside(pieces.next):
                yield piece
    finally:
        desk.threads.submit(pieces.close)


def _read_away(path: Path) -> Iterator[bytes]:
    """The file's bytes; it is deleted in the end."""
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE_BYTES):
                yield piece
    finally:
        path.unlink(missing_ok=True)


async def _while_listening(request: Request, work: Callable[[Callable[[], bool]], Any]) -> Any:
    """Work in a thread that may ask whether anybody still waits for its answer."""
    gone = threading.Event()

    async def watch() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass
        gone.set()

    watching = asyncio.ensure_future(watch())
    try:
        return await context_of(request).aside(work, lambda: not gone.is_set())
    finally:
        gone.set()
        watching.cancel()


# The pixels of a picture that is here: how the window shows what a host handed over.

PEAKS = {"u8": 255, "u16": 65535}
KINDS = {"u8": np.uint8, "u16": np.uint16}
router_pixels = calls("/v1/pictures")


@router_pixels.get(
    "/{picture_id}/pixels", response_class=StreamingResponse, responses={**responses(404), **RAW}
)
async def get_pixels(
    request: Request, picture_id: PictureIdPath, depth: Literal["u8", "u16"] = "u8"
) -> StreamingResponse:
    """Packed rows of RGB, or RGBA where it has alpha, upright and in sRGB."""
    desk, picture = context_of(request), find_picture(request, picture_id)
    bands = 3 + picture.mode.endswith("A")
    length = picture.width * picture.height * bands * DEPTH_BYTES[depth]
    headers = {"X-Width": str(picture.width), "X-Rows": str(picture.height), "X-Bands": str(bands)}
    return StreamingResponse(
        sent(desk, Pieces(_rows(desk.store, picture_id, depth))),
        media_type="application/octet-stream",
        headers={**headers, "Content-Length": str(length)},
    )


def _rows(store: PictureStore, picture_id: str, depth: str) -> Iterator[bytes]:
    """From top to bottom; the picture is held until the last is sent."""
    shelved = store.hold(picture_id)
    try:
        with _opened(shelved) as picture:
            for box in strips(picture.size):
                colour = picture.colour.read(box)
                parts = [colour] if picture.alpha is None else [colour, picture.alpha.read(box)]
                values = np.clip(np.concatenate(parts, axis=2), 0, 1) * PEAKS[depth]
                yield np.rint(values).astype(KINDS[depth]).tobytes()
    finally:
        store.release(picture_id)


def _opened(shelved: Shelved) -> Picture:
    return open_raw(shelved.path, shelved.layout) if shelved.layout else open_picture(shelved.path)
