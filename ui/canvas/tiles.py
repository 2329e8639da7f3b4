"""Drawn tiles: pieces of 256×256 of a scaled picture, made once, moved without resampling, within a time."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from core.geometry import Box
from ui import qt
from ui.canvas import overlay, pictures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QImage

    from ui.canvas.view import View

SIDE_PX = 256
KEPT = 400
BUDGET_S = 0.006

Key = tuple[float, int, int]


def tiles_of(box: Box, whole: Box) -> Iterator[tuple[int, int, Box]]:
    """Column, row and box, cut to the whole, of each tile that a box of the scaled picture touches."""
    if box.empty:
        return
    for row in range(box.y // SIDE_PX, (box.bottom - 1) // SIDE_PX + 1):
        for column in range(box.x // SIDE_PX, (box.right - 1) // SIDE_PX + 1):
            yield column, row, Box(column * SIDE_PX, row * SIDE_PX, SIDE_PX, SIDE_PX).intersect(whole)


class Deadline:
    """How long a paint may still make new tiles; one is always made, so that drawing gets on."""

    def __init__(self, budget_s: float = BUDGET_S) -> None:
        self._end = time.perf_counter() + budget_s
        self._made = False
        self.missed = False

    def may_make(self) -> bool:
        """Whether there is time for one more tile; remembers where there was none."""
        if self._made and time.perf_counter() > self._end:
            self.missed = True
            return False
        self._made = True
        return True


class TileLayer:
    """One thing drawn over the whole picture: `render(zoom, box)` gives the image of a box of it, scaled."""

    def __init__(self, render: Callable[[float, Box], QImage | None]) -> None:
        self._render = render
        self._tiles: OrderedDict[Key, QImage | None] = OrderedDict()
        self._stale: set[Key] = set()

    def clear(self) -> None:
        """Everything has changed."""
        self._tiles.clear()
        self._stale.clear()

    def forget(self, view: View, source_box: Box) -> None:
        """What lies over a box of source pixels has changed; other zooms are given up."""
        touched = view.scaled_box(source_box.grown(1))
        for key in list(self._tiles):
            zoom, column, row = key
            tile = Box(column * SIDE_PX, row * SIDE_PX, SIDE_PX, SIDE_PX)
            if zoom != view.zoom:
                del self._tiles[key]
                self._stale.discard(key)
            elif not tile.intersect(touched).empty:
                self._stale.add(key)

    def draw(self, painter: QPainter, view: View, dirty: Box, deadline: Deadline) -> None:
        """Paint what a dirty box of the pane shows; tiles that there is no time for stay as they were, or out."""
        wanted = dirty.moved(view.left, view.top).intersect(view.shown)
        for column, row, box in tiles_of(wanted, Box.of(view.scaled)):
            image = self._tile(view, (view.zoom, column, row), box, deadline)
            if image is not None:
                painter.drawImage(box.x - view.left, box.y - view.top, image)

    def lacks(self, view: View, dirty: Box) -> bool:
        """Whether a dirty box of the pane shows a tile that is not made yet."""
        wanted = dirty.moved(view.left, view.top).intersect(view.shown)
        tiles = tiles_of(wanted, Box.of(view.scaled))
        return any((view.zoom, column, row) not in self._tiles for column, row, _ in tiles)

    def _tile(self, view: View, key: Key, box: Box, deadline: Deadline) -> QImage | None:
        fresh = key in self._tiles and key not in self._stale
        if fresh or not deadline.may_make():
            if key in self._tiles:
                self._tiles.move_to_end(key)
            return self._tiles.get(key)
        image = self._tiles[key] = self._render(view.zoom, box)
        self._tiles.move_to_end(key)
        self._stale.discard(key)
        while len(self._tiles) > KEPT:
            self._stale.discard(self._tiles.popitem(last=False)[0])
        return image


class PictureLayer(TileLayer):
    """A source or a target, `scale` times as fine as the view's source pixels."""

    def __init__(self, picture: pictures.Leveled, scale: float = 1.0, *, see_through: bool = False) -> None:
        super().__init__(self._piece)
        self._picture = picture
        self._scale = scale
        self._see_through = see_through
        self._smooth = see_through
        self._rough: tuple[int, QImage] | None = None

    def set_smooth(self, smooth: bool) -> None:
        """Bicubic at every zoom, as a comparison wants it."""
        if smooth != self._smooth:
            self._smooth = smooth
            self.clear()

    def _piece(self, zoom: float, box: Box) -> QImage | None:
        through = self._see_through
        rgba = pictures.piece(self._picture, zoom / self._scale, box, self._smooth, premultiplied=through)
        if not through:
            return qt.image_from_bgra(pictures.on_checkers(rgba, box), opaque=True)
        if not rgba[..., 3].any():
            return None
        return qt.image_from_bgra(pictures.bgra_of_premultiplied(rgba), opaque=False)

    def draw_rough(self, painter: QPainter, view: View) -> None:
        """The whole picture from its smallest level, where tiles are still missing."""
        if self._rough is None:
            level = self._picture.levels - 1
            box = Box.of(self._picture.level_size(level))
            rgba = self._picture.pixels(level, box)
            image = qt.image_from_bgra(pictures.on_checkers(rgba, box), opaque=True)
            self._rough = level, image
        scaled = view.scaled
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(-view.left, -view.top, scaled.width, scaled.height), self._rough[1])


class OverlayLayer:
    """The regions over the picture. A stroke redraws the touched part of each tile in place, when it is painted."""

    def __init__(self) -> None:
        self.layers: tuple[overlay.Layer, ...] = ()
        self.opacity = 0.45
        self.grain = 1
        self._tiles: OrderedDict[Key, tuple[QImage, NDArray[np.uint32]]] = OrderedDict()
        self._stale: dict[Key, Box] = {}

    def clear(self) -> None:
        """Everything has changed."""
        self._tiles.clear()
        self._stale.clear()

    def refresh(self, view: View, source_box: Box) -> None:
        """What lies over a box of source pixels has changed; tiles of other zooms are given up."""
        margin = overlay.OUTLINE_PX * self.grain
        touched = view.scaled_box(source_box).grown(margin).intersect(Box.of(view.scaled))
        for key in [key for key in self._tiles if key[0] != view.zoom]:
            self._drop(key)
        for column, row, box in tiles_of(touched, Box.of(view.scaled)):
            key, part = (view.zoom, column, row), box.intersect(touched)
            if key not in self._tiles:
                continue
            if part.intersect(view.shown).empty:
                self._drop(key)
            else:
                self._stale[key] = part.union(self._stale.get(key, part))

    def draw(self, painter: QPainter, view: View, dirty: Box, deadline: Deadline) -> None:
        """Paint what a dirty box of the pane shows; tiles that there is no time for stay as they were, or out."""
        if not self.layers and not self._stale:
            return
        wanted = dirty.moved(view.left, view.top).intersect(view.shown)
        for column, row, box in tiles_of(wanted, Box.of(view.scaled)):
            image = self._tile((view.zoom, column, row), box, deadline)
            if image is not None:
                painter.drawImage(box.x - view.left, box.y - view.top, image)

    def _tile(self, key: Key, box: Box, deadline: Deadline) -> QImage | None:
        held = self._tiles.get(key)
        part = box if held is None else self._stale.get(key)
        if part is not None:
            if not deadline.may_make():
                return None if held is None else held[0]
            held = held or qt.argb_canvas(box.width, box.height)
            held[1][part.moved(-box.x, -box.y).slices] = self._words(key[0], part)
            self._keep(key, held)
        self._tiles.move_to_end(key)
        return None if held is None else held[0]

    def _keep(self, key: Key, held: tuple[QImage, NDArray[np.uint32]]) -> None:
        self._tiles[key] = held
        self._stale.pop(key, None)
        while len(self._tiles) > KEPT:
            self._drop(next(iter(self._tiles)))

    def _drop(self, key: Key) -> None:
        del self._tiles[key]
        self._stale.pop(key, None)

    def _words(self, zoom: float, box: Box) -> NDArray[np.uint32]:
        return overlay.drawn(self.layers, zoom, box, opacity=self.opacity, grain=self.grain)
