"""What the View menu, the tools and their keys do."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ui.actions.table import TOOLS

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.live_view import LiveView
    from ui.parts import Parts


SIZE_FACTOR = 1.25
HARDNESS_STEP = 0.1
COMPARES = ("off", "split", "side", "loupe")
_OPPOSITE = {"new": "subtract", "add": "subtract", "subtract": "add", "intersect": "add"}


class ViewActions(QObject):
    """Handlers and reasons of `view.*`, `compare.*`, `tool.*` and `brush.*`."""

    def __init__(self, parts: Parts, showing: LiveView) -> None:
        super().__init__(parts.window)
        self._parts, self._showing = parts, showing

    def handlers(self) -> dict[str, Callable[..., object]]:
        """By id."""
        canvas = self._parts.canvas
        return {
            "view.zoom_in": canvas.zoom_in,
            "view.zoom_out": canvas.zoom_out,
            "view.fit": canvas.fit,
            "view.full": self._full,
            "view.overlay": self._show_overlay,
            "view.overlay_next": canvas.cycle_overlay,
            "view.legend": canvas.set_legend,
            "view.compare_next": canvas.next_compare,
            "view.added": self._showing.show_added,
            **{f"compare.{mode}": partial(canvas.set_compare, mode) for mode in COMPARES},
            **{identity: partial(self.take, identity.removeprefix("tool.")) for identity in TOOLS},
            **self._brush(),
        }

    def reasons(self) -> dict[str, Callable[[], str]]:
        """By id."""
        needs_picture = ("view.zoom_in", "view.zoom_out", "view.fit", "view.full", *TOOLS)
        needs_result = ("view.compare_next", *(f"compare.{mode}" for mode in COMPARES))
        return {
            **dict.fromkeys(needs_picture, self._no_picture),
            **dict.fromkeys(needs_result, self.nothing_made),
            "view.added": self._no_result,
        }

    def take(self, tool: str) -> None:
        """Take a tool in hand and look at the picture."""
        self._parts.canvas.set_tool(tool)
        self._parts.canvas.setFocus()

    def _brush(self) -> dict[str, Callable[..., object]]:
        canvas = self._parts.canvas
        return {
            "brush.smaller": lambda: canvas.set_brush_size(canvas.brush_size_px / SIZE_FACTOR),
            "brush.bigger": lambda: canvas.set_brush_size(canvas.brush_size_px * SIZE_FACTOR),
            "brush.softer": lambda: canvas.set_brush_hardness(canvas.brush_hardness - HARDNESS_STEP),
            "brush.harder": lambda: canvas.set_brush_hardness(canvas.brush_hardness + HARDNESS_STEP),
            "brush.swap": self._swap,
        }

    def _full(self) -> None:
        """One pixel of what is looked at on one of the screen: of the result, where it is there."""
        canvas = self._parts.canvas
        canvas.zoom_to(canvas.target.scale if canvas.target and canvas.stage.alone else 1.0)

    def _show_overlay(self, on: bool) -> None:
        canvas = self._parts.canvas
        canvas.show_alone(False)
        canvas.set_overlay("colour" if on else "off")

    def _swap(self) -> None:
        """Add becomes remove, and the brush the eraser."""
        canvas = self._parts.canvas
        other = {"brush": "eraser", "eraser": "brush"}.get(canvas.tool_name)
        if other:
            canvas.set_tool(other)
        else:
            canvas.set_boolean(_OPPOSITE[canvas.boolean])  # type: ignore[arg-type]

    def _no_picture(self) -> str:
        return "" if self._parts.document.scene else self.tr("Open a picture first.")

    def nothing_made(self) -> str:
        """Why before and after cannot be compared; empty where they can."""
        if self._parts.document.scene is None:
            return self._no_picture()
        stack = self._parts.canvas.stack
        return (
            ""
            if stack.has_result
            else self.tr("There is nothing to compare yet. Upscale, or preview a spot.")
        )

    def _no_result(self) -> str:
        return self._no_picture() or ("" if self._showing.result() else self.tr("Upscale the picture first."))
