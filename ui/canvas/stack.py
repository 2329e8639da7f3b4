"""What lies over what in a pane: source, target, preview, added, priorities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from ui import qt
from ui.canvas import overlay
from ui.canvas.maps import AddedMap, GreyMap
from ui.canvas.tiles import Deadline, OverlayLayer, PictureLayer, TileLayer

if TYPE_CHECKING:
    import numpy as np

    from core.geometry import Box, Size
    from ui.canvas.view import View
    from ui.model.scene import Scene
    from ui.model.source import SourceView
    from ui.model.target import TargetView

COLOUR, GREY, OFF = "colour", "grey", "off"


class Stack:
    """The layers of one picture; each draws only what a dirty box of the pane shows."""

    def __init__(self) -> None:
        self.overlay = OverlayLayer()
        self.mode = COLOUR
        self.source: PictureLayer | None = None
        self.target: PictureLayer | None = None
        self._preview: tuple[Box, QImage] | None = None
        self._added: TileLayer | None = None
        self._grey: TileLayer | None = None
        self._scene: Scene | None = None

    def set_source(self, source: SourceView | None) -> None:
        """Another picture; everything over the old one goes."""
        self.source = PictureLayer(source) if source else None
        self.set_target(None)
        self.set_preview(None)
        self.set_added(None)

    def set_scene(self, scene: Scene | None) -> None:
        """Other regions; `overlay.refresh` draws what differs."""
        self._scene = scene
        self.overlay.layers = overlay.layers_of(scene.regions) if scene else ()
        self._grey = None

    def set_target(self, target: TargetView | None) -> None:
        """Another target, in the source's place."""
        self.target = PictureLayer(target, target.scale, see_through=True) if target else None
        self._smooth()

    def set_preview(self, preview: tuple[Box, np.ndarray] | None) -> None:
        """A box of source pixels done again, over everything but the priorities."""
        self._preview = (preview[0], qt.image_from_array(preview[1])) if preview else None
        self._smooth()

    def set_added(self, values: np.ndarray | None, size: Size | None = None) -> None:
        """What was added, (H, W) of the source's size; ValueError for another."""
        if values is not None and size is not None and values.shape != (size.height, size.width):
            raise ValueError(f"a map of {values.shape} does not fit a picture of {size}")
        self._added = TileLayer(AddedMap(values).render) if values is not None else None

    @property
    def preview_box(self) -> Box | None:
        """Where the preview lies."""
        return self._preview[0] if self._preview else None

    @property
    def has_result(self) -> bool:
        """Whether there is anything to compare the source with."""
        return self.target is not None or self._preview is not None

    @property
    def shows_added(self) -> bool:
        """Whether the map of what was added is on."""
        return self._added is not None

    def paint(  # noqa: PLR0913  (what, where, how long, and which of the layers)
        self, painter: QPainter, view: View, dirty: Box, deadline: Deadline, *, before: bool, priorities: bool
    ) -> None:
        """The pane's dirty box: the source alone, or with everything that was made of it."""
        self._picture(painter, view, dirty, deadline)
        if not before:
            self._results(painter, view, dirty, deadline)
        if priorities and self.mode == GREY and self._scene:
            if self._grey is None:
                self._grey = TileLayer(GreyMap(self._scene).render)
            self._grey.draw(painter, view, dirty, deadline)
        elif priorities and self.mode == COLOUR:
            self.overlay.draw(painter, view, dirty, deadline)

    def _picture(self, painter: QPainter, view: View, dirty: Box, deadline: Deadline) -> None:
        if self.source is None:
            return
        if self.source.lacks(view, dirty):
            self.source.draw_rough(painter, view)
        self.source.draw(painter, view, dirty, deadline)

    def _results(self, painter: QPainter, view: View, dirty: Box, deadline: Deadline) -> None:
        if self.target:
            self.target.draw(painter, view, dirty, deadline)
        if self._preview:
            box, image = self._preview
            place = view.scaled_box(box).moved(-view.left, -view.top)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(place.x, place.y, place.width, place.height), image)
        if self._added:
            self._added.draw(painter, view, dirty, deadline)

    def _smooth(self) -> None:
        if self.source:
            self.source.set_smooth(self.has_result)
