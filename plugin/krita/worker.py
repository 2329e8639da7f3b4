"""A thread that runs an errand; a few of its messages wait for Krita's thread, so memory is bounded."""

from __future__ import annotations

import contextlib
import queue
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable

from ..bridge.errors import JobCancelled
from .errands import Stop

if TYPE_CHECKING:
    from collections.abc import Generator

HELD = 6
LOOK_S = 0.1


@dataclass(frozen=True)
class Broke:
    """The last message of an errand that did not go well."""

    error: BaseException


class Worker:
    """Runs `errand(stop)`, a generator of messages; the last one is the errand's own, or `Broke`."""

    def __init__(self, errand: Callable[[Stop], Generator[Any, None, None]]) -> None:
        self.errand, self.stop = errand, Stop()
        self.messages: queue.Queue = queue.Queue(HELD)
        self.thread = threading.Thread(target=self._run, name="semantic-upscale", daemon=True)

    def start(self) -> Worker:
        """Begin."""
        self.thread.start()
        return self

    def next(self) -> Any:
        """A message, or None where there is none yet. Never blocks."""
        try:
            return self.messages.get_nowait()
        except queue.Empty:
            return None

    def _run(self) -> None:
        steps = self.errand(self.stop)
        try:
            for message in steps:
                self._put(message)
        except BaseException as error:  # noqa: BLE001  (the one net of this thread: the host tells it)
            self._last(Broke(error))
        finally:
            steps.close()

    def _put(self, message: Any) -> None:
        while True:
            self.stop.check()
            try:
                self.messages.put(message, timeout=LOOK_S)
            except queue.Full:
                continue
            return

    def _last(self, message: Broke) -> None:
        if isinstance(message.error, JobCancelled) and self.stop.wanted.is_set():
            return  # whoever asked for it knows
        with contextlib.suppress(JobCancelled):
            self._put(message)
