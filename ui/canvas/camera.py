"""The canvas' view of the picture: fits, zooms, moves, and tells what can be seen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtGui import QTransform

from core.geometry import Size
from ui.canvas.view import View, next_zoom

if TYPE_CHECKING:
    from core.geometry import Box


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
