"""Events of a job as a stream that is never silent for more than two seconds."""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from core.engine.jobs.values import JobEvent
    from core.server.desk import Desk

SILENCE_S = 2.0
ALIVE = b": alive\n\n"


async def told(desk: Desk, job_id: str, after: int) -> AsyncIterator[bytes]:
    """Every event after a number, up to the last. Listening ends with the stream, however that ends."""
    with contextlib.suppress(KeyError):  # forgotten meanwhile: nothing more to say
        desk.queue.attach(job_id)
        try:
            yield ALIVE
            async for piece in _pieces(desk, job_id, after):
                yield piece
        finally:
            with contextlib.suppress(KeyError):
                desk.queue.detach(job_id)


async def _pieces(desk: Desk, job_id: str, after: int) -> AsyncIterator[bytes]:
    while True:
        with desk.rest:
            events = await desk.aside(desk.queue.events, job_id, after, SILENCE_S)
        yield b"".join(_event(event) for event in events) or ALIVE
        if events and events[-1].last:
            return
        after = events[-1].number if events else after


def _event(event: JobEvent) -> bytes:
    data = json.dumps(dict(event.data), ensure_ascii=False, allow_nan=False)
    return f"id: {event.number}\nevent: {event.kind}\ndata: {data}\n\n".encode()
