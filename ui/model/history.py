"""What can be undone: pairs of scenes with the verb between them, bounded in steps and bytes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.model.scene import Scene

STEP_LIMIT = 200
BYTE_LIMIT = 512 * 2**20
MERGE_S = 1.0


@dataclass(frozen=True)
class Step:
    """One verb: what was before, what came, when, and under which key the next may join it."""

    verb: str
    before: Scene
    after: Scene
    merge: str
    at_s: float

    @property
    def new_bytes(self) -> int:
        """Mask bytes that this step brought; what it shares with the scene before costs nothing."""
        old = {id(region.mask.pixels) for region in self.before.regions}
        return sum(r.mask.pixels.nbytes for r in self.after.regions if id(r.mask.pixels) not in old)


class History:
    """Steps done and undone. A new step forgets the undone ones; the oldest go where a limit is passed."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, byte_limit: int = BYTE_LIMIT) -> None:
        self._clock = clock
        self._byte_limit = byte_limit
        self._done: list[Step] = []
        self._undone: list[Step] = []

    @property
    def undo_text(self) -> str:
        """The verb that undo takes back; empty where there is none."""
        return self._done[-1].verb if self._done else ""

    @property
    def redo_text(self) -> str:
        """The verb that redo brings back; empty where there is none."""
        return self._undone[-1].verb if self._undone else ""

    def push(self, verb: str, before: Scene, after: Scene, merge: str = "") -> None:
        """Remember a step; it joins the last one of the same key if that was less than a second ago."""
        now = self._clock()
        last = self._done[-1] if self._done else None
        if merge and last and not self._undone and last.merge == merge and now - last.at_s < MERGE_S:
            self._done.pop()
            before = last.before
        self._done.append(Step(verb, before, after, merge, now))
        self._undone.clear()
        self._trim()

    def undo(self) -> Scene | None:
        """The scene before the last step."""
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        return self._undone[-1].before

    def redo(self) -> Scene | None:
        """The scene after the step last undone."""
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        return self._done[-1].after

    def clear(self) -> None:
        """Forget everything."""
        self._done.clear()
        self._undone.clear()

    def _trim(self) -> None:
        del self._done[:-STEP_LIMIT]
        held = 0
        for index in range(len(self._done) - 1, -1, -1):
            held += self._done[index].new_bytes
            if held > self._byte_limit and index < len(self._done) - 1:
                del self._done[: index + 1]
                return
