"""How long work tells where it is. A reporter draws, logs, or raises `Cancelled` to stop between two steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from core.geometry import Box


@dataclass(frozen=True)
class FinishedTile:
    """A piece of the target that will not change again.

    `box` is in target pixels; `pixels` is (height, width, 3) float32 in [0, 1], sRGB-encoded.
    """

    box: Box
    pixels: np.ndarray


@dataclass(frozen=True)
class Progress:
    """`done` of `total` steps of `stage` after `elapsed_s` seconds; `tile` where one has just been finished.

    `expected_s` is how long the whole should take, known before the first step is done.
    """

    stage: str
    done: int
    total: int
    elapsed_s: float = 0.0
    tile: FinishedTile | None = None
    expected_s: float | None = None

    @property
    def left_s(self) -> float | None:
        """Seconds still to go if the rest runs as fast; before the first step what was expected, or None."""
        return self.elapsed_s / self.done * (self.total - self.done) if self.done else self.expected_s


Reporter = Callable[[Progress], None]


def silent(progress: Progress) -> None:
    """Listen to nothing."""
    del progress
