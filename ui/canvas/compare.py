"""Before and after: which part of the canvas shows which, and what it is called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.geometry import Box, Size

if TYPE_CHECKING:
    from collections.abc import Iterator

OFF, SPLIT, SIDE, LOUPE = "off", "split", "side", "loupe"
MODES = (OFF, SPLIT, SIDE, LOUPE)
LOUPE_PX = 110
GAP_PX = 2


@dataclass(frozen=True)
class Pane:
    """A part of the canvas: `clip` is what it covers, `left` where its view begins, in screen pixels."""

    clip: Box
    left: int
    before: bool


def pane_size(canvas: Size, mode: str) -> Size:
    """How large one view is; two stand side by side."""
    return Size(max(1, (canvas.width - GAP_PX) // 2), canvas.height) if mode == SIDE else canvas


def panes(canvas: Size, mode: str, split: float, *, held: bool) -> Iterator[Pane]:
    """From left to right. `split` is the share that shows the source; `held` shows it everywhere."""
    whole = Box.of(canvas)
    if held or mode in (OFF, LOUPE):
        yield Pane(whole, 0, held)
    elif mode == SPLIT:
        at = round(canvas.width * split)
        yield Pane(Box(0, 0, at, canvas.height), 0, True)
        yield Pane(Box(at, 0, canvas.width - at, canvas.height), 0, False)
    else:
        width = pane_size(canvas, SIDE).width
        yield Pane(Box(0, 0, width, canvas.height), 0, True)
        start = canvas.width - width
        yield Pane(Box(start, 0, width, canvas.height), start, False)


def pane_left(canvas: Size, mode: str, x: float) -> int:
    """Where the view under a column of the canvas begins."""
    width = pane_size(canvas, mode).width
    return canvas.width - width if mode == SIDE and x >= canvas.width - width else 0
