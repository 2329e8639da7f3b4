"""What the calls share: the queue, the pictures, the handoffs, and when somebody last asked for something."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from fastapi import APIRouter

from core.service.gate import Refusal
from core.service.schema import HandoffRow, HandoffShape

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request
    from fastapi.routing import APIRoute

    from core.service.queue import JobQueue
    from core.service.schema import HandoffBody
    from core.service.store import PictureStore


# Pictures that a host left for the window, and the window's answers. Lives in the server's one loop.

MOST, MOST_MASK_BYTES = 64, 64 << 20
PATIENCE_S = 25.0


class HandoffBook:
    """The newest 64, of up to 64 MB of masks."""

    def __init__(self) -> None:
        self._rows: OrderedDict[str, HandoffShape] = OrderedDict()
        self._answered: dict[str, asyncio.Event] = {}

    def take(self, body: HandoffBody) -> str:
        """Keep it; its id."""
        handoff_id = secrets.token_hex(8)
        self._rows[handoff_id] = HandoffShape(**body.model_dump(), id=handoff_id)
        self._answered[handoff_id] = asyncio.Event()
        while len(self._rows) > MOST or (len(self._rows) > 1 and self._mask_bytes() > MOST_MASK_BYTES):
            oldest, _ = self._rows.popitem(last=False)
            self._answered.pop(oldest).set()
        return handoff_id

    def _mask_bytes(self) -> int:
        return sum(len(region.mask) for row in self._rows.values() for region in row.regions)

    def open(self) -> list[HandoffRow]:
        """Those without an answer, oldest first."""
        names = HandoffRow.model_fields
        rows = [row for row in self._rows.values() if row.answer is None]
        return [HandoffRow(**{name: getattr(row, name) for name in names}) for row in rows]

    async def look(self, handoff_id: str, wait_s: float) -> HandoffShape:
        """As it stands after an answer came, or so many seconds. Refusal 404 for an unknown one."""
        row = self._row(handoff_id)
        if row.answer is None and wait_s > 0:
            try:
                await asyncio.wait_for(self._answered[handoff_id].wait(), min(wait_s, PATIENCE_S))
            except asyncio.TimeoutError:  # a class of its own before Python 3.11
                return row
        return self._row(handoff_id)

    def answer(self, handoff_id: str, answer: dict[str, Any]) -> HandoffShape:
        """Once only: Refusal 409 for a second time, 404 for an unknown one."""
        if self._row(handoff_id).answer is not None:
            raise Refusal(409, "answered", "This picture was given back already.")
        self._rows[handoff_id] = self._rows[handoff_id].model_copy(update={"answer": answer})
        self._answered[handoff_id].set()
        return self._rows[handoff_id]

    def _row(self, handoff_id: str) -> HandoffShape:
        row = self._rows.get(handoff_id)
        if row is None:
            raise Refusal(
                404, "handoff-unknown", "Nobody left such a picture.", "Send it again from its program."
            )
        return row


T = TypeVar("T")
LISTENERS = 192


@dataclass(frozen=True)
class Facts:
    """What `hello` says and does not change while the engine runs; `idle_stop_s` 0 is never."""

    version: str
    pid: int
    started: float
    log: str
    idle_stop_s: float = 600.0


class Rest:
    """When the engine last had something to do."""

    def __init__(self) -> None:
        self._since = time.monotonic()
        self._busy = 0

    def __enter__(self) -> None:
        self._busy += 1

    def __exit__(self, *_: object) -> None:
        self._busy -= 1
        self._since = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since the last call ended; 0 while one goes on."""
        return 0.0 if self._busy else time.monotonic() - self._since


@dataclass(frozen=True)
class AppContext:
    """One per app. `threads` is for those who wait: streams of events, slow answers."""

    queue: JobQueue
    store: PictureStore
    facts: Facts
    leave: Callable[[], None]
    handoffs: HandoffBook = field(default_factory=HandoffBook)
    rest: Rest = field(default_factory=Rest)
    threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(LISTENERS, "listener"))

    async def aside(self, work: Callable[..., T], *arguments: Any) -> T:
        """Do blocking work in a thread of its own kind, so that the others never wait for it."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, work, *arguments)

    @property
    def idle_s(self) -> float:
        """Seconds since anything was asked for or done."""
        status = self.queue.status()
        living = any(not info.over for info in status.jobs)
        return 0.0 if living else min(self.rest.seconds, status.idle_s)


def context_of(request: Request) -> AppContext:
    """The app's."""
    return request.app.state.desk


# Where the calls of one matter are gathered.


def calls(prefix: str) -> APIRouter:
    """Calls under this address, named in OpenAPI as their functions are."""
    return APIRouter(prefix=prefix, generate_unique_id_function=_name)


def _name(route: APIRoute) -> str:
    return route.name
