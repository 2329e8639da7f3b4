"""One background thread that does one thing after another, and can be let go of."""

from __future__ import annotations

import logging
import threading
from collections import deque
from typing import TYPE_CHECKING

from ui.background import Begun

if TYPE_CHECKING:
    from collections.abc import Callable

_LOG = logging.getLogger(__name__)


class Lane:
    """Tasks in their order; with `newest` a new task takes the place of all that still wait.

    The thread starts with the first task. A task deals with the errors it can name; any other is handed to
    `fault` with its trace in the log, and the lane goes on.
    """

    def __init__(
        self, name: str, *, newest: bool = False, fault: Callable[[Exception], None] | None = None
    ) -> None:
        self._name, self._newest, self._fault = name, newest, fault
        self._waiting: deque[Callable[[], None]] = deque()
        self._changed = threading.Condition()
        self._begun: Begun | None = None
        self._closed = False

    def put(self, task: Callable[[], None]) -> None:
        """Do this when it is its turn; after `close` nothing is taken any more."""
        with self._changed:
            if self._closed:
                return
            if self._newest:
                self._waiting.clear()
            self._waiting.append(task)
            if self._begun is None:
                self._begun = Begun(self._work, self._name)
            self._changed.notify()

    def clear(self) -> None:
        """Forget what waits; what runs goes on."""
        with self._changed:
            self._waiting.clear()

    def close(self) -> None:
        """Take no more; the thread leaves after the task at hand. Does not wait."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify()

    def join(self, wait_s: float) -> bool:
        """Wait for the thread to leave, so long at most; whether it did."""
        return self._begun is None or self._begun.wait(wait_s)

    def _work(self) -> None:
        while task := self._next():
            self._do(task)

    def _do(self, task: Callable[[], None]) -> None:
        try:
            task()
        except Exception as error:  # noqa: BLE001  (the one net of this thread: a fault is told, the lane lives on)
            _LOG.exception("a task of %s failed", self._name)
            if self._fault:
                self._fault(error)

    def _next(self) -> Callable[[], None] | None:
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            return self._waiting.popleft() if self._waiting else None
