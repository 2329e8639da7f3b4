"""The canvas' tools: which one is in hand, how it is set, and how near the picture is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, Qt, Signal

from ui.canvas.looks import Looks
from ui.model.proposal import proposed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.geometry import Box
    from ui.model.verbs import Boolean

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
        given = [proposed(each, scene.size) for each in proposals or ()] if scene else []
        self.stage.suggestions = tuple(each for each in given if not each.mask.empty)
        self.suggestionsChanged.emit(len(self.stage.suggestions))
        self.update()

    def show_all(self, held: bool) -> None:
        """While held: every object's outline; wants them where there are none yet."""
        self._all_shown = held
        if held and not self.stage.suggestions:
            self.allObjectsWanted.emit()
        self.update()
