"""The canvas' view of the picture: fits, zooms, moves, and tells what can be seen."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtGui import QTransform

from core.geometry import Box, Size

if TYPE_CHECKING:
    from collections.abc import Iterator


# Where the picture stands on the screen: zoom and place, as a frozen value. Screen means device pixels.

SMALLEST_ZOOM = 0.01
LARGEST_ZOOM = 64.0
STEPS = (
    0.01, 0.02, 0.03, 0.05, 0.0625, 0.0833, 0.125, 0.167, 0.25, 0.333, 0.5, 0.667,
    1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0,
)  # fmt: skip
_FIT_MARGIN_PX = 24


@dataclass(frozen=True)
class View:
    """A picture of `picture` source pixels in a pane of `pane` screen pixels.

    `zoom` is screen pixels per source pixel; (`left`, `top`) is the pane's corner, counted from the picture's
    corner in whole screen pixels, so that drawn tiles never need resampling while the picture is moved.
    """

    picture: Size
    pane: Size
    zoom: float = 1.0
    left: int = 0
    top: int = 0

    @property
    def scaled(self) -> Size:
        """The picture's size on the screen."""
        width, height = self.picture.width * self.zoom, self.picture.height * self.zoom
        return Size(max(1, math.ceil(width - 1e-6)), max(1, math.ceil(height - 1e-6)))

    @property
    def shown(self) -> Box:
        """The part of the scaled picture that the pane shows."""
        return Box(self.left, self.top, self.pane.width, self.pane.height).intersect(Box.of(self.scaled))

    @property
    def visible(self) -> Box:
        """The source pixels that can be seen, even in part."""
        return self.source_box(self.shown).intersect(Box.of(self.picture))

    def to_screen(self, x: float, y: float) -> tuple[float, float]:
        """From source pixels (a pixel's middle is at ½) to the pane's."""
        return x * self.zoom - self.left, y * self.zoom - self.top

    def to_source(self, x: float, y: float) -> tuple[float, float]:
        """The way back; may lie outside the picture."""
        return (x + self.left) / self.zoom, (y + self.top) / self.zoom

    def scaled_box(self, box: Box) -> Box:
        """Every pixel of the scaled picture that a box of source pixels touches."""
        return Box.between(
            math.floor(box.x * self.zoom),
            math.floor(box.y * self.zoom),
            math.ceil(box.right * self.zoom),
            math.ceil(box.bottom * self.zoom),
        )

    def source_box(self, box: Box) -> Box:
        """Every source pixel that a box of the scaled picture touches."""
        return Box.between(
            math.floor(box.x / self.zoom),
            math.floor(box.y / self.zoom),
            math.ceil(box.right / self.zoom),
            math.ceil(box.bottom / self.zoom),
        )

    def moved(self, dx: int, dy: int) -> View:
        """The picture shifted on the screen; some of it stays in sight."""
        return replace(self, left=self.left - dx, top=self.top - dy).held()

    def zoomed(self, zoom: float, x: float, y: float) -> View:
        """At another zoom, with what lies under a point of the pane staying there."""
        source = self.to_source(x, y)
        wanted = min(max(zoom, SMALLEST_ZOOM), LARGEST_ZOOM)
        left, top = round(source[0] * wanted - x), round(source[1] * wanted - y)
        return replace(self, zoom=wanted, left=left, top=top).held()

    def held(self) -> View:
        """With the pane's middle over the picture, or the picture centred where it is smaller than the pane."""
        scaled = self.scaled
        left = _held(self.left, scaled.width, self.pane.width)
        return replace(self, left=left, top=_held(self.top, scaled.height, self.pane.height))

    def fitted(self, largest: float = 8.0) -> View:
        """The whole picture in the pane with a small margin, small pictures enlarged up to a zoom."""
        room = (max(16, side - 2 * _FIT_MARGIN_PX) for side in (self.pane.width, self.pane.height))
        shares = [
            have / need for have, need in zip(room, (self.picture.width, self.picture.height), strict=True)
        ]
        zoom = min(max(min(*shares, largest), SMALLEST_ZOOM), LARGEST_ZOOM)
        whole = replace(self, zoom=zoom)
        left = (whole.scaled.width - self.pane.width) // 2
        return replace(whole, left=left, top=(whole.scaled.height - self.pane.height) // 2)

    def resized(self, pane: Size) -> View:
        """In another pane, with the same middle."""
        dx, dy = (pane.width - self.pane.width) // 2, (pane.height - self.pane.height) // 2
        return replace(self, pane=pane, left=self.left - dx, top=self.top - dy).held()

    def centred(self, x: float, y: float) -> View:
        """With a source point in the middle of the pane."""
        left, top = round(x * self.zoom - self.pane.width / 2), round(y * self.zoom - self.pane.height / 2)
        return replace(self, left=left, top=top).held()


def _held(start: int, length: int, pane: int) -> int:
    if length <= pane:
        return (length - pane) // 2
    return min(max(start, -(pane // 2)), length - pane // 2)


def next_zoom(zoom: float, way: int) -> float:
    """The next round number above (+1) or below (−1)."""
    if way > 0:
        return next((step for step in STEPS if step > zoom * 1.001), LARGEST_ZOOM)
    return next((step for step in reversed(STEPS) if step < zoom * 0.999), SMALLEST_ZOOM)


class Camera(QObject):
    """A `View` that changes. Places given and got are the canvas' own pixels, `ratio` screen pixels each."""

    changed = Signal()
    zoomChanged = Signal(float)  # noqa: N815  (Qt's manner)
    visibleBoxChanged = Signal(object)  # noqa: N815

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view = View(Size(1, 1), Size(1, 1))
        self.ratio = 1.0
        self._fits = True
        self._seen: Box | None = None

    def set_picture(self, size: Size) -> None:
        """Another picture, whole in sight."""
        self._put(replace(self.view, picture=size).fitted())
        self._fits = True

    def set_pane(self, pane: Size, ratio: float) -> None:
        """Another room, in screen pixels; a picture that was whole in sight stays so."""
        self.ratio = ratio
        view = replace(self.view, pane=pane)
        self._put(view.fitted() if self._fits else self.view.resized(pane))

    def fit(self) -> None:
        """The whole picture."""
        self._put(self.view.fitted())
        self._fits = True

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Screen pixels per source pixel, around a place; the middle where none is given."""
        x, y = self._screen(at)
        self._fits = False
        self._put(self.view.zoomed(zoom, x, y))

    def step(self, way: int, at: QPointF | None = None) -> None:
        """To the next round zoom."""
        self.zoom_to(next_zoom(self.view.zoom, way), at)

    def pan(self, dx: float, dy: float) -> None:
        """Shift the picture by canvas pixels."""
        self._fits = False
        self._put(self.view.moved(round(dx * self.ratio), round(dy * self.ratio)))

    def show(self, x: float, y: float) -> None:
        """Bring a source point into sight."""
        place = self.to_canvas(x, y)
        inside = 0 <= place.x() * self.ratio < self.view.pane.width
        if not (inside and 0 <= place.y() * self.ratio < self.view.pane.height):
            self._fits = False
            self._put(self.view.centred(x, y))

    def to_canvas(self, x: float, y: float) -> QPointF:
        """From source pixels."""
        across, down = self.view.to_screen(x, y)
        return QPointF(across / self.ratio, down / self.ratio)

    def to_source(self, place: QPointF) -> tuple[float, float]:
        """To source pixels, perhaps outside the picture."""
        return self.view.to_source(place.x() * self.ratio, place.y() * self.ratio)

    def transform(self) -> QTransform:
        """From source pixels to canvas pixels."""
        scale = self.view.zoom / self.ratio
        return QTransform(scale, 0, 0, scale, -self.view.left / self.ratio, -self.view.top / self.ratio)

    def _screen(self, at: QPointF | None) -> tuple[float, float]:
        if at is None:
            return self.view.pane.width / 2, self.view.pane.height / 2
        return at.x() * self.ratio, at.y() * self.ratio

    def _put(self, view: View) -> None:
        old, self.view = self.view, view
        if view == old:
            return
        if view.zoom != old.zoom:
            self.zoomChanged.emit(view.zoom)
        if view.visible != self._seen:
            self._seen = view.visible
            self.visibleBoxChanged.emit(view.visible)
        self.changed.emit()


# Before and after: which part of the canvas shows which, and what it is called.

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
