"""Lasso, polygon, rectangle and ellipse: draw an outline; when it closes it is a mask."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import cv2
import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, Qt
from PySide6.QtGui import QColor, QPainterPath, QPen, QPolygonF

from core.geometry import Box, Size
from core.regions import shapes
from ui.tools.regions import finish, mode_of
from ui.tools.tool import DRAG_PX, Pointer, Tool, near

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter

    from core.regions.mask import Mask
    from core.regions.shapes import Point
    from ui.model.scene import Boolean
    from ui.tools.tool import ToolStage


# Lines that show on any picture: white over black.

DARK = QColor(0, 0, 0, 210)
LIGHT = QColor(255, 255, 255, 240)


def double_line(
    painter: QPainter, path: QPainterPath, *, dashed: bool = False, light: QColor = LIGHT
) -> None:
    """A light line of one pixel in a dark one of three."""
    style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((DARK, 3.0), (light, 1.4)):
        pen = QPen(colour, width, style if colour is light else Qt.PenStyle.SolidLine)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawPath(path)


def outline_path(mask: Mask, finest_px: float) -> QPainterPath:
    """The border of a mask in source pixels; corners closer than `finest_px` are left out."""
    path = QPainterPath()
    for line in _contours(mask, finest_px):
        path.addPolygon(QPolygonF([QPointF(mask.box.x + x, mask.box.y + y) for x, y in line]))
        path.closeSubpath()
    return path


def _contours(mask: Mask, finest_px: float) -> list[list[tuple[float, float]]]:
    """Closed lines along the outer sides of the pixels, as (x, y) from the mask's corner."""
    if mask.empty:
        return []
    # Each pixel becomes 2×2, so that OpenCV's lines through pixel middles run along the true sides.
    big = np.pad(np.repeat(np.repeat(mask.pixels, 2, 0), 2, 1).view(np.uint8), 1)
    found, _ = cv2.findContours(big, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    near = [cv2.approxPolyDP(line, max(0.5, 2 * finest_px), closed=True) for line in found]
    return [[((x - 0.5) / 2, (y - 0.5) / 2) for x, y in line[:, 0].tolist()] for line in near]


class _Outline(Tool):
    """What all of them share: points so far, and the boolean mode that the first one chose."""

    def __init__(self, stage: ToolStage) -> None:
        super().__init__(stage)
        self.points: list[Point] = []
        self._mode: Boolean = "new"

    def mask(self, size: Size) -> Mask:
        """Of the outline; each shape says how."""
        return shapes.polygon(self.points, size)

    def path(self) -> QPainterPath:
        """The outline on the canvas."""
        path = QPainterPath()
        path.addPolygon(QPolygonF([self.stage.to_screen(*point) for point in self.points]))
        return path

    def cancel(self) -> bool:
        """Forget the outline."""
        had = bool(self.points)
        self.points = []
        self.stage.redraw()
        return had

    def paint(self, painter: QPainter) -> None:
        """The outline as a double line."""
        if self.points:
            double_line(painter, self.path())

    def _begin(self, pointer: Pointer) -> None:
        self._mode = "subtract" if pointer.right else mode_of(pointer, self.stage.boolean)
        self.points = [pointer.point]

    def _close(self) -> None:
        scene, points = self.stage.scene, self.points
        if scene is not None and points:
            mask = self.mask(scene.size)
            self.points = []
            finish(self.stage, mask, self._mode)
        self.points = []
        self.stage.redraw()


class Lasso(_Outline):
    """A closed line drawn by hand; by keyboard its corners are set one by one, as a polygon's."""

    name = "lasso"

    def press(self, pointer: Pointer) -> None:
        """Begin."""
        self._begin(pointer)

    def drag(self, pointer: Pointer) -> None:
        """Go on."""
        if self.points:
            self.points.append(pointer.point)
            self.stage.redraw()

    def release(self, pointer: Pointer) -> None:
        """Close; a click without a way is nothing."""
        del pointer
        if len(self.points) < 3:
            self.cancel()
        else:
            self._close()

    def click(self, pointer: Pointer) -> None:
        """Set a corner; at the last one again, close."""
        _corner(self, pointer)

    def accept(self) -> bool:
        """Close."""
        return _accept(self)


class Polygon(_Outline):
    """Corner by corner; a double-click, Enter or the first corner closes it."""

    name = "polygon"

    def __init__(self, stage: ToolStage) -> None:
        super().__init__(stage)
        self._at: Point | None = None

    def press(self, pointer: Pointer) -> None:
        """Set a corner, or close on the first."""
        first = self.stage.to_screen(*self.points[0]) if self.points else None
        if len(self.points) >= 3 and first is not None and near(first, pointer.screen, 2 * DRAG_PX):
            self._close()
        else:
            _corner(self, pointer)

    def hover(self, pointer: Pointer) -> None:
        """The next side follows."""
        self._at = pointer.point
        if self.points:
            self.stage.redraw()

    def drag(self, pointer: Pointer) -> None:
        """The same with the button down."""
        self.hover(pointer)

    def double(self, pointer: Pointer) -> None:
        """Close."""
        del pointer
        self.accept()

    def click(self, pointer: Pointer) -> None:
        """Set a corner; at the last one again, close."""
        self._at = None
        _corner(self, pointer)

    def accept(self) -> bool:
        """Close."""
        return _accept(self)

    @property
    def unfinished(self) -> bool:
        """Whether there are corners."""
        return bool(self.points)

    def back(self) -> bool:
        """Take the last corner away."""
        if not self.points:
            return False
        self.points.pop()
        self.stage.redraw()
        return True

    def path(self) -> QPainterPath:
        """The outline, with the side that follows the pointer."""
        points = self.points + ([self._at] if self._at else [])
        path = QPainterPath()
        path.addPolygon(QPolygonF([self.stage.to_screen(*point) for point in points]))
        return path


def _corner(tool: _Outline, pointer: Pointer) -> None:
    """Set a corner; the same place twice closes."""
    place = pointer.screen
    if tool.points and near(tool.stage.to_screen(*tool.points[-1]), place, 2):
        if pointer.by_key:
            _accept(tool)
        return
    if tool.points:
        tool.points.append(pointer.point)
    else:
        tool._begin(pointer)  # noqa: SLF001  (one family)
    tool.stage.redraw()


def _accept(tool: _Outline) -> bool:
    if not tool.points:
        return False
    if len(tool.points) < 3:
        tool.stage.say(QCoreApplication.translate("tools", "Three corners make an outline."))
        return True
    tool._close()  # noqa: SLF001  (one family)
    return True


class Rectangle(_Outline):
    """From corner to corner."""

    name = "rectangle"

    def press(self, pointer: Pointer) -> None:
        """First corner."""
        self._begin(pointer)

    def drag(self, pointer: Pointer) -> None:
        """The other one follows."""
        if self.points:
            self.points = [self.points[0], pointer.point]
            self.stage.redraw()

    def hover(self, pointer: Pointer) -> None:
        """After a first corner by keyboard."""
        self.drag(pointer)

    def release(self, pointer: Pointer) -> None:
        """Done; a click without a way is nothing."""
        self.drag(pointer)
        if self.points and not near(self.stage.to_screen(*self.points[0]), pointer.screen, DRAG_PX):
            self._close()
        else:
            self.cancel()

    def click(self, pointer: Pointer) -> None:
        """One corner, then the other."""
        if self.points:
            self.drag(pointer)
            self._close()
        else:
            self._begin(pointer)
            self.stage.redraw()

    def mask(self, size: Size) -> Mask:
        """Every pixel that the rectangle touches."""
        return shapes.rectangle(self.box(), size)

    def box(self) -> Box:
        """In whole source pixels, outward."""
        (x0, y0), (x1, y1) = self.points[0], self.points[-1]
        low, high = (min(x0, x1), min(y0, y1)), (max(x0, x1), max(y0, y1))
        return Box.between(*(math.floor(side) for side in low), *(math.ceil(side) for side in high))

    def path(self) -> QPainterPath:
        """The rectangle on the canvas."""
        path = QPainterPath()
        path.addRect(*self._corners())
        return path

    def _corners(self) -> tuple[float, float, float, float]:
        first, last = self.stage.to_screen(*self.points[0]), self.stage.to_screen(*self.points[-1])
        way = last - first
        corner = QPointF(min(first.x(), last.x()), min(first.y(), last.y()))
        return corner.x(), corner.y(), abs(way.x()), abs(way.y())


class Ellipse(Rectangle):
    """The ellipse inside a rectangle drawn from corner to corner."""

    name = "ellipse"

    def mask(self, size: Size) -> Mask:
        """What the ellipse holds."""
        return shapes.ellipse(self.box(), size)

    def path(self) -> QPainterPath:
        """The ellipse on the canvas."""
        path = QPainterPath()
        path.addEllipse(*self._corners())
        return path
