"""A body that comes in the loop, read by a thread that blocks: in pieces of a megabyte, few at a time."""

from __future__ import annotations

import asyncio
import queue
from typing import TYPE_CHECKING, TypeVar

from core.errors import Cancelled

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator

    from core.server.desk import Desk

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
            async for piece in gathered(chunks):
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


async def gathered(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
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


async def consumed(
    desk: Desk,
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
        return work([piece async for piece in gathered(chunks)])
    if length is not None and length <= PIECE_BYTES:
        return await desk.aside(work, [piece async for piece in gathered(chunks)])
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
