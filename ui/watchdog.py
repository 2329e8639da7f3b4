"""How long the interface thread was held up, at worst, and by what: for tests and benchmarks."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from types import FrameType

BEAT_S = 0.005
_FRAMES = 6
Place = tuple[tuple[str, int, str], ...]


@dataclass(frozen=True)
class Spent:
    """Times of a thread, or between two of them: on the wall, computing, and ready while others had the cores."""

    wall_s: float
    cpu_s: float
    queued_s: float

    def since(self, before: Spent) -> Spent:
        """From then to now."""
        return Spent(self.wall_s - before.wall_s, self.cpu_s - before.cpu_s, self.queued_s - before.queued_s)

    @property
    def own_s(self) -> float:
        """Without the time in which the cores were busy with others: work, and waiting for locks and disks."""
        return max(0.0, self.wall_s - self.queued_s)


class Clock:
    """Reads the times of the thread that makes it; `close` it in the end. Only Linux tells of waiting for a core."""

    def __init__(self) -> None:
        self._line = _opened(f"/proc/self/task/{threading.get_native_id()}/schedstat")

    def now(self) -> Spent:
        """Since the thread began; call it on that thread."""
        queued_s = int(os.pread(self._line, 64, 0).split()[1]) / 1e9 if self._line is not None else 0.0
        return Spent(time.monotonic(), time.thread_time(), queued_s)

    def close(self) -> None:
        """Let go of the system's file; the times in line are 0 from then on."""
        if self._line is not None:
            os.close(self._line)
            self._line = None


@dataclass(frozen=True)
class Block:
    """One time that the thread did not come back, and the place at which it was seen most."""

    spent: Spent
    where: str

    @property
    def seconds(self) -> float:
        """On the wall."""
        return self.spent.wall_s

    def __str__(self) -> str:
        times = (1000 * seconds for seconds in (self.seconds, self.spent.cpu_s, self.spent.queued_s))
        return "{:.0f} ms, {:.0f} computing, {:.0f} in line for a core: ".format(*times) + self.where


class Watchdog(QObject):
    """A timer beats on the interface thread; another thread looks at how long the last beat is ago.

    What is measured is the gap between two beats: the work of one turn of the event loop, and what waited with it.
    `stop` before reading. Blocks shorter than `least_s` are not remembered.
    """

    def __init__(self, least_s: float = 0.03, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._least_s = least_s
        self._thread_id = threading.get_ident()
        self._clock = Clock()
        self._beat = self._clock.now()
        self._seen: Counter[Place] = Counter()
        self._on = False
        self.blocks: list[Block] = []
        self._timer = QTimer(self, interval=int(BEAT_S * 1000))
        self._timer.setTimerType(self._timer.timerType().PreciseTimer)
        self._timer.timeout.connect(self._beaten)

    def start(self) -> Watchdog:
        """Begin to watch; gives itself."""
        self._on = True
        self.skip()
        self._timer.start()
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()
        return self

    def stop(self) -> list[Block]:
        """Watch no more; the blocks, longest first."""
        self._beaten()
        self._on = False
        self._timer.stop()
        self._clock.close()
        return sorted(self.blocks, key=lambda block: -block.seconds)

    def skip(self) -> None:
        """What held the thread since the last beat was not the window's own work, but a test's."""
        self._beat, self._seen = self._clock.now(), Counter()

    @property
    def longest_s(self) -> float:
        """Of all blocks; 0 where none was worth remembering."""
        return max((block.seconds for block in self.blocks), default=0.0)

    def _beaten(self) -> None:
        now = self._clock.now()
        spent = now.since(self._beat)
        if spent.wall_s - BEAT_S >= self._least_s:
            where = _words(self._seen.most_common(1)[0][0]) if self._seen else "not seen"
            self.blocks.append(Block(replace(spent, wall_s=spent.wall_s - BEAT_S), where))
        self._beat = now
        if self._seen:
            self._seen = Counter()

    def _watch(self) -> None:
        while self._on:
            time.sleep(BEAT_S)
            if time.monotonic() - self._beat.wall_s > self._least_s * 0.5:
                self._seen[_place(sys._current_frames().get(self._thread_id))] += 1  # noqa: SLF001  (its purpose)


def _opened(name: str) -> int | None:
    """Where Linux tells how long a thread stood in line for a core; None elsewhere."""
    try:
        return os.open(name, os.O_RDONLY)
    except OSError:
        return None


def _place(frame: FrameType | None) -> Place:
    """The innermost lines, as cheaply as can be: whoever looks must not hold up what it looks at."""
    lines: list[tuple[str, int, str]] = []
    while frame is not None and len(lines) < _FRAMES:
        lines.append((frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name))
        frame = frame.f_back
    return tuple(lines)


def _words(place: Place) -> str:
    """Outermost first."""
    return " → ".join(f"{Path(name).name}:{line} {function}" for name, line, function in reversed(place))
