"""All tools of one canvas, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.tools.brush import Brush, Eraser
from ui.tools.navigate import HandTool, Zoom
from ui.tools.objects import Objects
from ui.tools.shapes import Ellipse, Lasso, Polygon, Rectangle

if TYPE_CHECKING:
    from ui.tools.tool import Tool, ToolStage

KINDS = (Objects, Brush, Eraser, Lasso, Polygon, Rectangle, Ellipse, HandTool, Zoom)
NAMES = tuple(kind.name for kind in KINDS)


def toolbox(stage: ToolStage) -> dict[str, Tool]:
    """One of each."""
    return {kind.name: kind(stage) for kind in KINDS}
