"""From any thread to the interface thread."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

if TYPE_CHECKING:
    from collections.abc import Callable


TURN_S = 0.008


class Relay(QObject):
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
