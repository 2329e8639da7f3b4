"""Brush and eraser: edit the selected region's mask, or begin a region where none is selected."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QColor, QCursor, QPen

from core.geometry import Box, Size
from core.regions import shapes
from core.regions.mask import Mask
from core.regions.region import FEATHER_LIMIT_PX
from ui.model import scene as scene_edits
from ui.tools.regions import new_region
from ui.tools.tool import Pointer, Tool

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from core.regions.region import Region
    from core.regions.shapes import Point
    from ui.model.scene import Scene
    from ui.tools.tool import ToolStage


# A brush stroke on its way: a mask of the whole picture that changes where the brush goes, and knows where.


class Stroke:
    """`pixels` is (H, W) bool and shared with who draws it; only pages that are touched take memory."""

    def __init__(self, start: Mask, size: Size, *, erasing: bool) -> None:
        self.pixels: NDArray[np.bool_] = np.zeros((size.height, size.width), np.bool_)
        self.erasing = erasing
        self._start = start
        self._size = size
        self._touched = Box(0, 0, 0, 0)
        self._last: Point | None = None
        if not start.empty:
            self.pixels[start.box.slices] = start.pixels

    def to(self, point: Point, radius_px: float) -> Box:
        """Paint or erase on the way to a point; gives the box that has changed."""
        before, self._last = self._last or point, point
        covered = shapes.stroke([before, point], radius_px, self._size)
        if covered.empty:
            return covered.box
        part = self.pixels[covered.box.slices]
        changed = Mask(covered.box, covered.pixels & (part if self.erasing else ~part))
        part[covered.pixels] = not self.erasing
        self._touched = self._touched.union(changed.box)
        return changed.box

    def part(self, box: Box) -> Mask:
        """What lies in a box by now."""
        common = box.intersect(Box.of(self._size))
        return Mask(common, self.pixels[common.slices])

    @property
    def mask(self) -> Mask:
        """What has become of the mask."""
        box = self._start.box.union(self._touched)
        return Mask(box, self.pixels[box.slices])

    @property
    def touched(self) -> Box:
        """Everything that may have changed so far."""
        return self._touched


_THINNEST = 0.2


class Brush(Tool):
    """A round brush. The right button, or Alt, does the opposite; pen pressure makes it thinner."""

    name = "brush"
    erases: ClassVar[bool] = False

    def __init__(self, stage: ToolStage) -> None:
        super().__init__(stage)
        self._stroke: Stroke | None = None
        self._at: QPointF | None = None

    def press(self, pointer: Pointer) -> None:
        """Begin a stroke, unless the region is locked."""
        scene = self.stage.scene
        if scene is None or not self._may_paint(scene):
            return
        erasing = self.erases != (pointer.right or pointer.alt)
        region = scene.region
        if region is None and erasing:
            self.stage.say(
                QCoreApplication.translate(
                    "tools", "Choose a region first: there is nothing to take away from."
                )
            )
            return
        self._stroke = Stroke(region.mask if region else Mask.nothing(), scene.size, erasing=erasing)
        shown = (region.id, region.priority) if region else (None, self.stage.new_priority)
        self.stage.show_working(shown[0], self._stroke.pixels, shown[1], erasing=erasing)
        self.drag(pointer)

    def drag(self, pointer: Pointer) -> None:
        """Go on; only what the brush touches is drawn again."""
        self._at = pointer.screen
        if self._stroke:
            self.stage.touch(self._stroke.to(pointer.point, self._radius(pointer)))
        self.stage.redraw_brush(pointer.screen)

    def release(self, pointer: Pointer) -> None:
        """One stroke is one undoable step."""
        stroke, self._stroke = self._stroke, None
        self._at = pointer.screen
        if stroke is None:
            return
        scene = self.stage.scene
        if scene is not None and not stroke.touched.empty:
            self._keep(scene, stroke)
        self.stage.end_working(stroke.touched)

    def cancel(self) -> bool:
        """Give up the stroke."""
        stroke, self._stroke = self._stroke, None
        if stroke is None:
            return False
        self.stage.end_working(stroke.touched)
        return True

    def pending(self, near: Box) -> Scene | None:
        """With the stroke so far; its region is cut to the box."""
        scene, stroke = self.stage.scene, self._stroke
        if scene is None or stroke is None:
            return None
        mask, region = stroke.part(near), scene.region
        if region is None:
            made = new_region(scene, mask, priority=self.stage.new_priority)
        else:
            made = scene.with_regions(scene.regions.replace(replace(region, mask=mask)))
        return self._softened(made, made.region)

    def hover(self, pointer: Pointer) -> None:
        """The ring follows."""
        self._at = pointer.screen
        self.stage.redraw_brush(pointer.screen)

    def leave(self) -> None:
        """The ring goes away."""
        self._at = None
        self.stage.redraw()

    def paint(self, painter: QPainter) -> None:
        """A ring as wide as the brush, dark and light so that it shows on any picture."""
        if self._at is None:
            return
        radius = max(2.0, self.stage.screen_px(self.stage.brush_size_px / 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((QColor(0, 0, 0, 200), 3), (QColor(255, 255, 255, 230), 1)):
            painter.setPen(QPen(colour, width))
            painter.drawEllipse(self._at, radius, radius)
        if self.erases:
            painter.drawLine(self._at + QPointF(-4, 0), self._at + QPointF(4, 0))

    def cursor(self) -> QCursor:
        """The ring is the pointer; a cross where it is too small to see."""
        small = self.stage.screen_px(self.stage.brush_size_px) < 6
        return QCursor(Qt.CursorShape.CrossCursor if small else Qt.CursorShape.BlankCursor)

    def _radius(self, pointer: Pointer) -> float:
        thinned = _THINNEST + (1 - _THINNEST) * min(max(pointer.pressure, 0.0), 1.0)
        return max(0.5, self.stage.brush_size_px / 2 * thinned)

    def _may_paint(self, scene: Scene) -> bool:
        region = scene.region
        if region is None:
            return True
        if not region.locked and region.visible:
            return True
        words = QCoreApplication.translate(
            "tools", "“{}” is locked. Unlock it in the list to change its shape."
        )
        if not region.locked:
            words = QCoreApplication.translate(
                "tools", "“{}” is hidden. Show it in the list to change its shape."
            )
        self.stage.say(words.format(region.title))
        return False

    def _keep(self, scene: Scene, stroke: Stroke) -> None:
        mask = stroke.mask
        if scene.region is None:
            made = new_region(scene, mask, priority=self.stage.new_priority)
            self.stage.change(QCoreApplication.translate("tools", "Brush"), self._softened(made, made.region))
        elif mask.empty:
            self.stage.say(
                QCoreApplication.translate(
                    "tools", "Nothing would be left of this region. Delete it with Del instead."
                )
            )
        else:
            changed = scene_edits.with_mask(scene, scene.region.id, mask)
            verb = (
                QCoreApplication.translate("tools", "Eraser")
                if stroke.erasing
                else QCoreApplication.translate("tools", "Brush")
            )
            self.stage.change(verb, self._softened(changed, changed.region))

    def _softened(self, scene: Scene, region: Region | None) -> Scene:
        """A soft brush gives its region the soft edge that it has itself."""
        hardness = self.stage.brush_hardness
        if region is None or hardness >= 1:
            return scene
        feather = min(FEATHER_LIMIT_PX, round((1 - hardness) * self.stage.brush_size_px / 2, 1))
        return scene.with_regions(scene.regions.replace(replace(region, feather_px=feather)))


class Eraser(Brush):
    """The same, taking away."""

    name = "eraser"
    erases: ClassVar[bool] = True
