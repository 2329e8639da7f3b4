"""The canvas' tools: which one is in hand, how it is set, and how near the picture is."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, Qt, Signal

from ui.canvas import camera
from ui.canvas.decorations import SAID_S, TimedWords
from ui.canvas.layers import COLOUR, GREY, OFF
from ui.canvas.surface import SURROUNDS, Surface
from ui.model.proposal import proposal_from

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.geometry import Box
    from ui.model.scene import Boolean


# What the canvas shows over and beside the picture: overlay, legend, comparison, quiet words.


class Looks(Surface):
    """A surface whose looks can be chosen. Every verb takes effect at once."""

    overlayChanged = Signal(str)  # noqa: N815  (Qt's manner, here and below)
    compareChanged = Signal(str)  # noqa: N815
    message = Signal(str)

    @property
    def overlay(self) -> str:
        """colour, grey or off."""
        return self.stack.mode

    def set_overlay(self, mode: str) -> None:
        """Priorities in colour, as the engine's grey map, or not at all."""
        self.stack.mode = mode
        self._legend_closed = False
        self._furnish()
        self.overlayChanged.emit(mode)
        self.update()

    def toggle_overlay(self) -> None:
        """Off, or in colour again."""
        self.set_overlay(COLOUR if self.stack.mode == OFF else OFF)

    def cycle_overlay(self) -> None:
        """Colour, grey map, off."""
        order = (COLOUR, GREY, OFF)
        self.set_overlay(order[(order.index(self.stack.mode) + 1) % 3])

    def set_overlay_opacity(self, opacity: float) -> None:
        """0 … 1 of the colour."""
        self.stage.opacity = self.stack.overlay.opacity = min(max(0.0, opacity), 1.0)
        self.stack.overlay.clear()
        self.update()

    def set_legend(self, shown: bool) -> None:
        """Close the legend, or bring it back; it also comes back with the overlay."""
        self._legend_closed = not shown
        self._furnish()

    def set_quiet(self, quiet: bool) -> None:
        """Without overlay, while a priority is dragged."""
        self._quiet = quiet
        self._furnish()
        self.update()

    def set_reduce_motion(self, still: bool) -> None:
        """Let the selected outline stand still."""
        self._ants.still = still
        self._run_tick()
        self.update()

    def set_surround(self, name: str) -> None:
        """The surround, "dark" or "light": always a neutral grey, so that colours can be judged."""
        self._surround = name
        self._empty.set_ink(SURROUNDS[name][1])
        self.update()

    @property
    def compare(self) -> str:
        """off, split, side or loupe."""
        return self._compare

    def set_compare(self, mode: str) -> None:
        """How source and target are shown beside each other."""
        self._compare = mode
        self._resize_pane()
        self._furnish()
        self.compareChanged.emit(mode)
        self.update()

    def next_compare(self) -> None:
        """The next mode."""
        self.set_compare(camera.MODES[(camera.MODES.index(self._compare) + 1) % len(camera.MODES)])

    @property
    def split(self) -> float:
        """Where the split line stands, 0 … 1 of the width."""
        return self._split

    def set_split(self, share: float) -> None:
        """Move the split line."""
        self._split = min(max(0.0, share), 1.0)
        self.update()

    def hold(self, held: bool) -> None:
        """Show the original while held."""
        if held != self._held:
            self._held = held
            self.update()

    def say(self, text: str) -> None:
        """A quiet line beside the pointer, for a few seconds."""
        self._said = TimedWords(text, self.pointing.place, time.monotonic() + SAID_S)
        self.message.emit(text)
        self._run_tick()
        self.update()


LARGEST_BRUSH_PX = 5000.0


class Workbench(Looks):
    """Looks, and a tool in hand."""

    toolChanged = Signal(str)  # noqa: N815  (Qt's manner, here and below)
    brushChanged = Signal()  # noqa: N815
    allObjectsWanted = Signal()  # noqa: N815
    suggestionsChanged = Signal(int)  # noqa: N815

    # Zoom

    @property
    def zoom(self) -> float:
        """Screen pixels per source pixel; 1 is 100 %."""
        return self.camera.view.zoom

    @property
    def visible_box(self) -> Box:
        """The source pixels in sight."""
        return self.camera.view.visible

    def fit(self) -> None:
        """The whole picture."""
        self.camera.fit()

    def zoom_to(self, factor: float, at: QPointF | None = None) -> None:
        """To a zoom, around a place of the canvas."""
        self.camera.zoom_to(factor, at)

    def zoom_in(self) -> None:
        """The next step."""
        self.camera.step(1)

    def zoom_out(self) -> None:
        """The step before."""
        self.camera.step(-1)

    # Tools

    @property
    def tool_name(self) -> str:
        """Of the chosen tool."""
        return self.tool.name

    def set_tool(self, name: str) -> None:
        """Choose a tool by name; what the old one had under way is given up."""
        if self.tool.name == name:
            return
        self.tool.deactivate()
        self.tool = self.tools[name]
        self.tool.activate()
        self.toolChanged.emit(name)
        self.update()

    @property
    def boolean(self) -> Boolean:
        """How a finished shape meets the selected region."""
        return self.stage.boolean

    def set_boolean(self, mode: Boolean) -> None:
        """New, add, subtract or intersect."""
        self.stage.boolean = mode
        self.brushChanged.emit()

    @property
    def brush_size_px(self) -> float:
        """Its diameter in source pixels."""
        return self.stage.brush_size_px

    def set_brush_size(self, size_px: float) -> None:
        """1 … 5000 source pixels."""
        self.stage.brush_size_px = min(max(1.0, size_px), LARGEST_BRUSH_PX)
        self.brushChanged.emit()
        self.update()

    @property
    def brush_hardness(self) -> float:
        """0 … 1; below 1 a stroke gives its region a soft edge."""
        return self.stage.brush_hardness

    def set_brush_hardness(self, hardness: float) -> None:
        """0 soft … 1 hard."""
        self.stage.brush_hardness = min(max(0.0, hardness), 1.0)
        self.brushChanged.emit()

    def cycle(self, way: int) -> None:
        """Rather the part (−1) or the whole (+1) of what was found."""
        self.tool.key(Qt.Key.Key_Comma if way < 0 else Qt.Key.Key_Period, shift=False)

    # Suggestions

    def set_suggestions(self, proposals: Iterable[Any] | None) -> None:
        """Outlines that a click adopts; None takes them away."""
        scene = self.scene
        given = [proposal_from(each, scene.size) for each in proposals or ()] if scene else []
        self.stage.suggestions = tuple(each for each in given if not each.mask.empty)
        self.suggestionsChanged.emit(len(self.stage.suggestions))
        self.update()

    def show_all(self, held: bool) -> None:
        """While held: every object's outline; wants them where there are none yet."""
        self._all_shown = held
        if held and not self.stage.suggestions:
            self.allObjectsWanted.emit()
        self.update()
