"""The canvas as tools see it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPointF, QRectF, Signal

from core.errors import SemanticUpscaleError
from core.geometry import Box
from ui.canvas.overlay import Layer, layers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from PySide6.QtGui import QTransform

    from ui.canvas.camera import Camera
    from ui.canvas.layers import Layers
    from ui.model.document import Document
    from ui.model.proposal import Proposed
    from ui.model.scene import Boolean, Scene

_ERASING_SHARE = 0.7
_RING_PX = 6


class CanvasStage(QObject):
    """Answers tools (`ui.tools.tool.Stage`) and tells the canvas what to draw again, by signals.

    `dirty(rect)` is in canvas pixels; an empty one means everything.
    """

    dirty = Signal(QRectF)
    said = Signal(str)
    asked = Signal(object, object, str, object)
    held = Signal(bool)
    stroking = Signal(object)
    stroked = Signal()
    suggested = Signal()

    def __init__(self, camera: Camera, stack: Layers, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._camera = camera
        self._stack = stack
        self.document: Document | None = None
        self.brush_size_px = 40.0
        self.brush_hardness = 1.0
        self.boolean: Boolean = "new"
        self.suggestions: tuple[Proposed, ...] = ()
        self.opacity = 0.45
        self.new_priority = 1.0  # of the next region: the last one used
        self.alone = False  # the picture is looked at, and nothing else
        self._ring: QPointF | None = None
        self._working: str | None = None

    @property
    def scene(self) -> Scene | None:
        """What the document shows."""
        return self.document.scene if self.document else None

    def to_screen(self, x: float, y: float) -> QPointF:
        """From source pixels to canvas pixels."""
        return self._camera.to_canvas(x, y)

    def transform(self) -> QTransform:
        """The same as a transform."""
        return self._camera.transform()

    def screen_px(self, source_px: float) -> float:
        """How long a length of the source is on the canvas."""
        return source_px * self._camera.view.zoom / self._camera.ratio

    def redraw(self) -> None:
        """Everything."""
        self.dirty.emit(QRectF())

    def redraw_brush(self, at: QPointF) -> None:
        """Around the brush, where it is and where it was."""
        reach = self.screen_px(self.brush_size_px / 2) + _RING_PX
        for place in (self._ring, at):
            if place is not None:
                self.dirty.emit(QRectF(place.x() - reach, place.y() - reach, 2 * reach, 2 * reach))
        self._ring = at

    def say(self, text: str) -> None:
        """A quiet line beside the pointer."""
        self.said.emit(text)

    def ask(
        self, points: Sequence[tuple[float, float, int]], box: Any, lane: str, memory: str | None = None
    ) -> None:
        """Want a proposal."""
        if lane != "hover" or not self.alone:
            self.asked.emit(tuple(points), box, lane, memory)

    def show_working(
        self, identity: str | None, pixels: np.ndarray, priority: float, *, erasing: bool = False
    ) -> None:
        """Show a mask of the whole picture in a region's place; while erasing all regions are fainter."""
        scene = self.scene
        if scene is None:
            return
        layer = Layer(identity or "", Box.of(scene.size), pixels, priority)
        layers = layers_of(scene.regions)
        kept = tuple(layer if each.identity == identity else each for each in layers)
        self._stack.overlay.layers = kept if identity else (*layers, layer)
        self._working = identity or ""
        if erasing:
            self._stack.overlay.opacity = self.opacity * _ERASING_SHARE
            self._stack.overlay.clear()
            self.redraw()

    def touch(self, box: Box) -> None:
        """The working mask has changed here."""
        if box.empty:
            return
        self._stack.overlay.refresh(self._camera.view, box)
        self.dirty.emit(self.canvas_rect(box))
        self.stroking.emit(box)

    def end_working(self, touched: Box) -> None:
        """Show the scene again; `touched` is what the working mask had changed."""
        scene, overlay = self.scene, self._stack.overlay
        self._working = None
        overlay.layers = layers_of(scene.regions) if scene else ()
        if overlay.opacity != self.opacity:
            overlay.opacity = self.opacity
            overlay.clear()
        else:
            overlay.refresh(self._camera.view, touched)
        self.redraw()
        self.stroked.emit()

    @property
    def working(self) -> bool:
        """Whether a stroke is on its way."""
        return self._working is not None

    def attempt(self, make: Callable[[], Scene]) -> Scene | None:
        """What a verb makes; None, and told, where it refuses."""
        try:
            return make()
        except SemanticUpscaleError as error:
            self.say(f"{error} {error.advice}".strip())
            return None

    def change(self, verb: str, scene: Scene, merge: str = "") -> bool:
        """Apply an undoable verb."""
        if self.document is None or self.document.scene is None:
            return False
        self.document.apply(verb, scene, merge)
        return True

    def pan(self, dx: float, dy: float) -> None:
        """Shift the picture."""
        self._camera.pan(dx, dy)

    def hold(self, held: bool) -> None:
        """Show the original while held."""
        self.held.emit(held)

    def zoom_by(self, factor: float, at: QPointF) -> None:
        """Nearer or farther around a place."""
        self._camera.zoom_to(self._camera.view.zoom * factor, at)

    def adopted(self, proposals: Sequence[Proposed]) -> None:
        """These suggestions have become regions."""
        gone = {id(each) for each in proposals}
        self.suggestions = tuple(each for each in self.suggestions if id(each) not in gone)
        self.suggested.emit()
        self.redraw()

    def canvas_rect(self, box: Box) -> QRectF:
        """The canvas pixels over a box of source pixels, with the outline's width."""
        first = self.to_screen(box.x, box.y)
        last = self.to_screen(box.right, box.bottom)
        return QRectF(
            math.floor(first.x()) - _RING_PX,
            math.floor(first.y()) - _RING_PX,
            math.ceil(last.x() - first.x()) + 2 * _RING_PX,
            math.ceil(last.y() - first.y()) + 2 * _RING_PX,
        )
