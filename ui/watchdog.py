"""How long the interface thread was held up, at worst: for tests and benchmarks."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from types import FrameType

BEAT_S = 0.005


@dataclass(frozen=True)
class Block:
    """One time that the thread did not come back: how long, and where it was about then."""

    seconds: float
    where: str


class Watchdog(QObject):
    """A timer beats on the interface thread; another thread looks at how long the last beat is ago.

    What is measured is the gap between two beats: the work of one turn of the event loop, and what waited with it.
    `stop` before reading. Blocks shorter than `least_s` are not remembered.
    """

    def __init__(self, least_s: float = 0.03, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._least_s = least_s
        self._beat = time.monotonic()
        self._thread_id = threading.get_ident()
        self._seen = ""
        self._on = False
        self.blocks: list[Block] = []
        self._timer = QTimer(self, interval=int(BEAT_S * 1000))
        self._timer.setTimerType(self._timer.timerType().PreciseTimer)
        self._timer.timeout.connect(self._beaten)

    def start(self) -> Watchdog:
        """Begin to watch; gives itself."""
        self._on, self._beat = True, time.monotonic()
        self._timer.start()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()
        return self

    def stop(self) -> list[Block]:
        """Watch no more; the blocks, longest first."""
        self._beaten()
        self._on = False
        self._timer.stop()
        return sorted(self.blocks, key=lambda block: -block.seconds)

    def skip(self) -> None:
        """What held the thread since the last beat was not the window's own work, but a test's."""
        self._beat, self._seen = time.monotonic(), ""

    @property
    def longest_s(self) -> float:
        """Of all blocks; 0 where none was worth remembering."""
        return max((block.seconds for block in self.blocks), default=0.0)

    def _beaten(self) -> None:
        now = time.monotonic()
        held_s = now - self._beat - BEAT_S
        if held_s >= self._least_s:
            self.blocks.append(Block(held_s, self._seen))
        self._beat, self._seen = now, ""

    def _watch(self) -> None:
        while self._on:
            time.sleep(BEAT_S)
            if not self._seen and time.monotonic() - self._beat > self._least_s * 0.7:
                frame = sys._current_frames().get(self._thread_id)  # noqa: SLF001  (its documented purpose)
                self._seen = _place(frame)


def _place(frame: FrameType | None) -> str:
    """The innermost lines of our own, outermost first."""
    if frame is None:
        return ""
    lines = traceback.extract_stack(frame)[-6:]
    return " → ".join(f"{line.filename.rpartition('/')[2]}:{line.lineno} {line.name}" for line in lines)
