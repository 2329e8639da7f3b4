"""Calls about pictures."""

from __future__ import annotations

import asyncio
import queue
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from fastapi import Path, Query, Request, Response

from core.errors import Cancelled
from core.service.context import calls, context_of
from core.service.gate import FILE_LIMIT_BYTES, Refusal, responses, too_large, unknown_picture
from core.service.schema import SIDE_LIMIT_PX, PictureShape
from core.service.store import RawLayout, StoredPicture

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator

    from core.service.context import AppContext


# A body that comes in the loop, read by a thread that blocks: in pieces of a megabyte, few at a time.

T = TypeVar("T")
PIECE_BYTES = 1 << 20
PIECES = 3
SMALL_BYTES = 1 << 16


class Pipe:
    """`fill` in the loop, iterate in a thread. What stops the one end stops the other."""

    def __init__(self) -> None:
        self._pieces: queue.SimpleQueue[bytes | BaseException | None] = queue.SimpleQueue()
        self._room = asyncio.Semaphore(PIECES)
        self._loop = asyncio.get_running_loop()

    async def fill(self, chunks: AsyncIterator[bytes]) -> None:
        """Put everything in. Whatever interrupts it is raised on the other side too."""
        try:
            async for piece in gather_pieces(chunks):
                await self._room.acquire()
                self._pieces.put(piece)
        except BaseException as error:
            self._pieces.put(error)
            raise
        self._pieces.put(None)

    def __iter__(self) -> Iterator[bytes]:
        while True:
            piece = self._pieces.get()
            if piece is None:
                return
            if isinstance(piece, BaseException):
                raise Cancelled("The picture was not sent to its end.") from piece
            self._loop.call_soon_threadsafe(self._room.release)
            yield piece


async def gather_pieces(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in pieces of about a megabyte, for every change of thread costs time."""
    parts: list[bytes] = []
    count = 0
    async for chunk in chunks:
        parts.append(chunk)
        count += len(chunk)
        if count >= PIECE_BYTES:
            yield _joined(parts)
            parts, count = [], 0
    if count:
        yield _joined(parts)


def _joined(parts: list[bytes]) -> bytes:
    """One is passed on as it is: a copy of a big body takes as long as its way through the socket."""
    return parts[0] if len(parts) == 1 else b"".join(parts)


async def read_body(
    desk: AppContext,
    chunks: AsyncIterator[bytes],
    work: Callable[[Iterable[bytes]], T],
    length: int | None = None,
    *,
    plain: bool = False,
) -> T:
    """What `work` makes of a body, in a thread; a body that breaks off, or work that fails, ends both.

    One of at most a piece is waited for and then worked on: that takes one change of thread. A small one that is only
    written down is not even worth that.
    """
    if length is not None and length <= SMALL_BYTES and plain:
        return work([piece async for piece in gather_pieces(chunks)])
    if length is not None and length <= PIECE_BYTES:
        return await desk.aside(work, [piece async for piece in gather_pieces(chunks)])
    pipe = Pipe()
    filling = asyncio.ensure_future(pipe.fill(chunks))
    working = asyncio.ensure_future(desk.aside(work, pipe))
    try:
        await asyncio.wait((filling, working), return_when=asyncio.FIRST_COMPLETED)
        if filling.done() and filling.exception():
            await asyncio.wait((working,))
            await filling
        return await working
    finally:
        filling.cancel()
        await asyncio.gather(filling, working, return_exceptions=True)


MOST_PIXELS = 1 << 29
ICC_LIMIT_BYTES = 16 << 20
ANY_BYTES: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
router = calls("/v1/pictures")
PictureIdPath = Annotated[str, Path(max_length=128)]
Side = Annotated[int | None, Query(ge=1, le=SIDE_LIMIT_PX)]


@router.post(
    "", status_code=201, response_model=PictureShape, responses=responses(507), openapi_extra=ANY_BYTES
)
async def post_picture(  # noqa: PLR0913, PLR0917  (one by one, as the address names them)
    request: Request,
    kind: Literal["file", "raw"],
    width: Side = None,
    height: Side = None,
    mode: Literal["GREY", "GREYA", "RGB", "RGBA"] = "RGB",
    depth: Literal["u8", "u16", "f32"] = "u8",
    stride_bytes: Annotated[int, Query(ge=0, le=SIDE_LIMIT_PX * 64)] = 0,
    icc_bytes: Annotated[int, Query(ge=0, le=ICC_LIMIT_BYTES)] = 0,
    dpi: Annotated[float | None, Query(gt=0, le=1e6)] = None,
) -> PictureShape:
    """Hand over an encoded file or raw planes; pixels are bounded before anything is read."""
    desk, declared = context_of(request), request.headers.get("content-length")
    put = desk.store.put_file
    if kind == "raw":
        if width is None or height is None:
            raise Refusal(422, "usage", "Raw planes need a width and a height.", "Say both.")
        _check_pixels(width, height)
        layout = RawLayout(width, height, mode, depth, stride_bytes, icc_bytes, dpi)
        _check_bytes(layout, declared)
        put = partial(desk.store.put_raw, layout)
    with desk.rest:
        length = None if declared is None else int(declared)
        return _shape(await read_body(desk, request.stream(), put, length, plain=kind == "raw"))


@router.get("/{picture_id}", response_model=PictureShape, responses=responses(404))
async def get_picture(request: Request, picture_id: PictureIdPath) -> PictureShape:
    """What the engine knows of a picture."""
    return _shape(find_picture(request, picture_id))


@router.delete("/{picture_id}", status_code=204, responses=responses())
async def forget_picture(request: Request, picture_id: PictureIdPath) -> Response:
    """Let go of it once no job needs it."""
    context_of(request).queue.forget_picture(picture_id)
    return Response(status_code=204)


def find_picture(request: Request, picture_id: str) -> StoredPicture:
    """The picture; Refusal 404 where it is not here."""
    try:
        return context_of(request).store.get(picture_id)
    except KeyError:
        raise unknown_picture() from None


def _check_pixels(width: int, height: int) -> None:
    if width * height > MOST_PIXELS:
        most = f"{MOST_PIXELS / 1e6:,.0f}"
        raise Refusal(
            413, "too-large", f"The picture has more than {most} megapixels.", "Send a smaller one."
        )


def _check_bytes(layout: RawLayout, declared: str | None) -> None:
    """Before a byte of the body is read: no more than may be, and as many as the layout says."""
    if layout.total_bytes > FILE_LIMIT_BYTES:
        raise too_large(FILE_LIMIT_BYTES)
    if declared is not None and int(declared) != layout.total_bytes:
        raise Refusal(
            400, "malformed", f"These planes have {layout.total_bytes} bytes, but {declared} were announced."
        )


def _shape(picture: StoredPicture) -> PictureShape:
    return PictureShape(
        id=picture.id,
        width=picture.width,
        height=picture.height,
        mode=picture.mode,
        depth=picture.depth,
        icc=picture.has_icc,
        notices=list(picture.notices),
    )
