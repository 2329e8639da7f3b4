"""What the calls share: the queue, the pictures, the handoffs, and when somebody last asked for something."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from core.server.handoffs import HandoffBook

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request

    from core.engine.jobs.queue import JobQueue
    from core.engine.jobs.store import PictureStore

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
class Desk:
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


def desk_of(request: Request) -> Desk:
    """The app's."""
    return request.app.state.desk
