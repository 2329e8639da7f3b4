"""All tools of one canvas, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.tools.brush import Brush, Eraser
from ui.tools.navigate import Hand, Zoom
from ui.tools.objects import Objects
from ui.tools.shapes import Ellipse, Lasso, Polygon, Rectangle

if TYPE_CHECKING:
    from ui.tools.tool import Stage, Tool

KINDS = (Objects, Brush, Eraser, Lasso, Polygon, Rectangle, Ellipse, Hand, Zoom)
NAMES = tuple(kind.name for kind in KINDS)


def toolbox(stage: Stage) -> dict[str, Tool]:
    """One of each."""
    return {kind.name: kind(stage) for kind in KINDS}
