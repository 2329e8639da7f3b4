"""Work that would freeze the window goes to a thread; its answer comes back in the window's own."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from functools import cache
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

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


class BackgroundTask(QObject):
    """One piece of work on its way. `cancelled` may be read by the work itself, between two steps.

    Exactly one of `done(result)` and `failed(error)` comes, in the thread that made the task, and none of them
    after `cancel`. An error that is not one of `core.errors` is raised in the window's thread, where the crash
    report catches it.
    """

    done = Signal(object)
    failed = Signal(object)
    _came = Signal(object, object)

    def __init__(self, work: Callable[[BackgroundTask], Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work = work
        self.cancelled = False
        self._came.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self.begun: Begun | None = None

    def start(self) -> BackgroundTask:
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
    work: Callable[[BackgroundTask], Any],
    done: Callable[[Any], None],
    failed: Callable[[SemanticUpscaleError], None],
    parent: QObject | None = None,
) -> BackgroundTask:
    """Start the work in a thread; one of the two is called in this thread when it ends."""
    task = BackgroundTask(work, parent)
    task.done.connect(done)
    task.failed.connect(failed)
    return task.start()


# One background thread that does one thing after another, and can be let go of.

_LOG = logging.getLogger(__name__)


class WorkerThread:
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


# From any thread to the interface thread.

TURN_S = 0.008


class ToUiThread(QObject):
    """Calls handed to `later` run one after another on the thread this lives in, none after `close`.

    However many have come, the thread looks after its window again every `TURN_S`. The signal carries nothing: Python
    values stay in Python, whatever thread Qt frees its events on.
    """

    _called = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calls: deque[Callable[[], object]] = deque()
        self._open = True
        self._called.connect(self._run, Qt.ConnectionType.QueuedConnection)
        self._rest = QTimer(self, singleShot=True, interval=0)
        self._rest.timeout.connect(self._run)

    def later(self, call: Callable[[], object]) -> None:
        """Run it on the interface thread, soon."""
        if self._open:
            self._calls.append(call)
            self._called.emit()

    def close(self) -> None:
        """Let what still comes fall."""
        self._open = False
        self._calls.clear()

    def _run(self) -> None:
        """What there is time for; what is left waits for a timer, which lets mouse and painting pass."""
        if self._rest.isActive():
            return
        end = time.perf_counter() + TURN_S
        try:
            while self._open and self._calls and time.perf_counter() < end:
                self._calls.popleft()()
        finally:
            if self._open and self._calls:
                self._rest.start()
