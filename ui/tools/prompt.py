"""What a user points at to find an object: points, a box, and which of the answers is chosen. A frozen value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from core.geometry import Box
    from ui.model.proposal import Proposed

Spot = tuple[float, float, int]

_WORDS = {1: ("",), 2: ("part", "whole"), 3: ("part", "object", "whole")}


@dataclass(frozen=True)
class PromptState:
    """`points` are (x, y, 1 include | 0 exclude); `box` is in source pixels; `found` from part to whole.

    `level` is the word of `found` that the user chose; empty while the program chooses.
    `memory` is that of the answer which the last point corrects, `start` that of the first answer that was corrected.
    """

    points: tuple[Spot, ...] = ()
    box: Box | None = None
    found: tuple[Proposed, ...] = ()
    chosen: int = 0
    level: str = ""
    memory: str | None = None
    start: str | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was pointed at."""
        return not self.points and self.box is None

    @property
    def proposal(self) -> Proposed | None:
        """The chosen answer."""
        return self.found[self.chosen] if self.found else None

    @property
    def word(self) -> str:
        """One of "part", "object" and "whole"; empty where there is nothing to choose between."""
        return _WORDS.get(len(self.found), ("",) * len(self.found))[self.chosen] if self.found else ""

    @property
    def dots(self) -> str:
        """●○○: which of how many."""
        return "".join("●" if n == self.chosen else "○" for n in range(len(self.found)))

    def with_point(self, x: float, y: float, include: bool) -> PromptState:
        """One more; what was found is for the old ones and stays to be seen until the answer comes."""
        memory = self.proposal.memory if self.proposal else self.memory
        points = (*self.points, (x, y, int(include)))
        return replace(self, points=points, memory=memory, start=self.start or memory)

    def without_point(self, index: int) -> PromptState:
        """One less; what the others correct is the first answer again."""
        points = self.points[:index] + self.points[index + 1 :]
        start = self.start if len(points) > 1 or self.box else None
        return replace(self, points=points, memory=start, start=start)

    def moved_point(self, index: int, x: float, y: float) -> PromptState:
        """One elsewhere."""
        spot = (x, y, self.points[index][2])
        points = (*self.points[:index], spot, *self.points[index + 1 :])
        return replace(self, points=points, memory=self.start)

    def with_found(self, proposals: tuple[Proposed, ...]) -> PromptState:
        """The answers, by area. More than three: the three best.

        The level that was chosen before is kept; without one the best scored is shown, of equals the object.
        """
        kept = sorted(proposals, key=lambda each: -each.score)[:3]
        found = tuple(sorted(kept, key=lambda each: each.mask.area))
        words = _WORDS.get(len(found), ())
        middle = (len(found) - 1) / 2
        best = max(range(len(found)), key=lambda n: (found[n].score, -abs(n - middle)), default=0)
        chosen = words.index(self.level) if self.level and self.level in words else best
        return replace(self, found=found, chosen=chosen)

    def cycled(self, way: int) -> PromptState:
        """The next larger (+1) or smaller (−1) answer; stops at the ends."""
        moved = replace(self, chosen=min(max(self.chosen + way, 0), max(0, len(self.found) - 1)))
        return replace(moved, level=moved.word)

    def as_prompts(self) -> tuple[dict[str, Any], ...]:
        """How a region remembers what it was made from."""
        points = tuple(
            {"kind": "point", "x": x, "y": y, "include": bool(include)} for x, y, include in self.points
        )
        box = (
            ({"kind": "box", "box": [self.box.x, self.box.y, self.box.width, self.box.height]},)
            if self.box
            else ()
        )
        return points + box
