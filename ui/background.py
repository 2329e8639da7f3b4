"""Work that would freeze the window goes to a thread; its answer comes back in the window's own."""

from __future__ import annotations

import threading
from functools import cache
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

from core.errors import Cancelled, SemanticUpscaleError

if TYPE_CHECKING:
    from collections.abc import Callable


class Begun:
    """Work in a thread of its own, begun without waiting.

    `Thread.start` waits until the system has given the new thread a core, which on a busy machine takes long enough
    to be felt; so another thread does that.
    """

    def __init__(self, work: Callable[[], object], name: str) -> None:
        self._work, self._over = work, threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        _starter().put(self._thread)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Until the thread is gone, so long at most; whether it is."""
        over = self._over.wait(timeout_s)
        if over:
            self._thread.join()
        return over

    def _run(self) -> None:
        try:
            self._work()
        finally:
            self._over.set()


@cache
def _starter() -> SimpleQueue[threading.Thread]:
    """Takes threads to be started; the one that does so is made at the first call."""
    asked: SimpleQueue[threading.Thread] = SimpleQueue()

    def start_all() -> None:
        while True:
            asked.get().start()

    threading.Thread(target=start_all, name="starter", daemon=True).start()
    return asked


class Task(QObject):
    """One piece of work on its way. `cancelled` may be read by the work itself, between two steps.

    Exactly one of `done(result)` and `failed(error)` comes, in the thread that made the task, and none of them
    after `cancel`. An error that is not one of `core.errors` is raised in the window's thread, where the crash
    report catches it.
    """

    done = Signal(object)
    failed = Signal(object)
    _came = Signal(object, object)

    def __init__(self, work: Callable[[Task], Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self.cancelled = False
        self._came.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self.begun: Begun | None = None

    def start(self) -> Task:
        """Begin; gives the task itself."""
        self.begun = Begun(self._run, "task")
        return self

    def cancel(self) -> None:
        """Nothing more will be heard of it."""
        self.cancelled = True

    def check(self) -> None:
        """For the work: raises Cancelled where nobody waits any more."""
        if self.cancelled:
            raise Cancelled("This was stopped.")

    def wait(self, timeout_s: float | None = None) -> None:
        """Until the thread has ended; its answer still comes by the event loop."""
        if self.begun is not None:
            self.begun.wait(timeout_s)

    def _run(self) -> None:
        try:
            result, error = self._work(self), None
        except Exception as caught:  # noqa: BLE001  (carried to the window's thread and raised there)
            result, error = None, caught
        try:
            self._came.emit(result, error)
        except RuntimeError:  # the window closed meanwhile
            self.cancelled = True

    def _deliver(self, result: object, error: Exception | None) -> None:
        self.deleteLater()
        if self.cancelled:
            return
        if error is None:
            self.done.emit(result)
        elif isinstance(error, SemanticUpscaleError):
            self.failed.emit(error)
        else:
            raise error


def background(
    work: Callable[[Task], Any],
    done: Callable[[Any], None],
    failed: Callable[[SemanticUpscaleError], None],
    parent: QObject | None = None,
) -> Task:
    """Start the work in a thread; one of the two is called in this thread when it ends."""
    task = Task(work, parent)
    task.done.connect(done)
    task.failed.connect(failed)
    return task.start()
